//! A finished template.

use std::sync::{Arc, OnceLock};

use crate::acknowledge::Ledger;
use crate::app::{CrossStack, link};
use crate::asset::Asset;
use crate::check;
use crate::entry::{add, heading, names_of};
use crate::json::{Json, Text};
use crate::lookup::Missing;
use crate::problem::Problems;
use crate::reference::{Form, Target};
use crate::stack::{EXTENSIONS, Environment, OutputPart, Part, Stack, StackProps};
use crate::yaml;

/// Roughly how long a resource is in the template.
const BYTES_OF_A_PART: usize = 1024;

/// What CloudFormation reads. The same program gives the same bytes.
#[derive(Debug, Clone)]
pub struct Template {
    pub(crate) name: Arc<str>,
    pub(crate) stage: Text,
    pub(crate) path: Arc<str>,
    pub(crate) props: StackProps,
    /// With references as they were written; [`Template::body`] writes them out when somebody asks.
    pub(crate) tree: Json,
    body: OnceLock<Json>,
    pub(crate) text: String,
    /// Everything that has a logical id.
    pub(crate) parts: Vec<Arc<Target>>,
    pub(crate) assets: Vec<(String, Asset)>,
    pub(crate) ledger: Ledger,
    pub(crate) missing: Vec<Missing>,
    /// Of stacks within this one, at any depth.
    pub(crate) nested: Vec<Self>,
}

impl Stack {
    /// Checks the stack and makes its template, or says everything that is wrong with it.
    ///
    /// Stacks within it are made as well: [`Template::nested`].
    pub fn synthesize(mut self) -> Result<Template, Problems> {
        let mut problems = Vec::new();
        if !self.nested.is_empty() {
            // In an app they are linked already, and nothing is left to do.
            let alone = std::slice::from_mut(&mut self);
            problems = link::stacks(alone, CrossStack::default());
        }
        let (nested, Problems(inside)) = self.write_nested();
        problems.extend(inside);
        self.apply_aspects();
        problems.append(&mut self.problems);
        let checked = check::stack(&self);
        problems.extend(checked.problems);
        if checked.needs_extensions && !self.props.transforms.iter().any(|one| one == EXTENSIONS) {
            self.props.transforms.push(Text::Borrowed(EXTENSIONS));
        }
        let parts = self.parts();
        let Self {
            name,
            stage,
            path,
            mut props,
            resources,
            parameters,
            mappings,
            conditions,
            outputs,
            sections: included,
            assets,
            mut ledger,
            missing,
            ..
        } = self;
        let dependencies = names_of(&resources, &checked.depends_on);
        let resources = resources
            .into_iter()
            .zip(dependencies)
            .map(|(resource, depends_on)| {
                let path = props
                    .path_metadata
                    .then(|| [&*path, "/", resource.target.path()].concat());
                resource.into_entry(depends_on, path)
            });
        let sections = [
            (
                "Parameters",
                parameters.into_iter().map(Part::into_entry).collect(),
            ),
            (
                "Mappings",
                mappings.into_iter().map(Part::into_entry).collect(),
            ),
            (
                "Conditions",
                conditions.into_iter().map(Part::into_entry).collect(),
            ),
            ("Resources", resources.collect::<Vec<_>>()),
            (
                "Outputs",
                outputs.into_iter().map(OutputPart::into_entry).collect(),
            ),
        ];
        if let Some(answers) = ledger.metadata() {
            props.metadata.push((Text::Borrowed("mycli"), answers));
        }
        let mut body = heading(&props);
        let filled = sections
            .into_iter()
            .filter(|(_, entries)| !entries.is_empty());
        body.extend(filled.map(|(name, entries)| (name.into(), Json::Object(entries))));
        add(&mut body, included);
        let tree = Json::Object(body);
        // Growing a long text copies it.
        let text = String::with_capacity(parts.len() * BYTES_OF_A_PART);
        let text = tree.append_pretty(text, 1, 0);
        problems.extend(check::template_size(&path, text.len()));
        ledger.close(&mut problems);
        if problems.is_empty() {
            Ok(Template {
                name,
                stage,
                path,
                props,
                tree,
                body: OnceLock::new(),
                text,
                parts,
                assets,
                ledger,
                missing,
                nested,
            })
        } else {
            Err(Problems(problems))
        }
    }

    fn parts(&self) -> Vec<Arc<Target>> {
        let named = [&self.parameters, &self.mappings, &self.conditions];
        let named = named.into_iter().flatten().map(|part| &part.target);
        let resources = self.resources.iter().map(|resource| &resource.target);
        let outputs = self.outputs.iter().map(|output| &output.target);
        named
            .chain(resources)
            .chain(outputs)
            .map(Arc::clone)
            .collect()
    }
}

impl Template {
    /// Everything with a logical id, and the construct path below the stack that each was made at.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts
            .iter()
            .map(|part| (part.logical_id(), part.path()))
    }

    /// The name of the stack.
    pub fn stack_name(&self) -> &str {
        &self.name
    }

    /// The construct path of the stack: its name, or within a stage such as `Prod/Api`.
    pub fn stack_path(&self) -> &str {
        &self.path
    }

    /// The account and region it is meant for.
    pub fn environment(&self) -> &Environment {
        &self.props.environment
    }

    /// The template as JSON, one space a level, as CDK writes it.
    pub fn to_json(&self) -> &str {
        &self.text
    }

    /// The template as YAML.
    pub fn to_yaml(&self) -> String {
        yaml::write(self.body())
    }

    /// The template as a tree, its references written out.
    pub fn body(&self) -> &Json {
        self.body.get_or_init(|| {
            let mut body = self.tree.clone();
            resolve(&mut body);
            body
        })
    }
}

impl Json {
    /// The same with every reference as the function that the template has for it.
    #[must_use]
    pub fn written_out(mut self) -> Self {
        resolve(&mut self);
        self
    }
}

/// Writes every reference out, so that the tree is plain JSON.
fn resolve(tree: &mut Json) {
    match tree {
        Json::Array(items) => items.iter_mut().for_each(resolve),
        Json::Object(entries) => entries.iter_mut().for_each(|(_, value)| resolve(value)),
        Json::Reference(reference) => {
            let id = Json::from(reference.target().logical_id().to_owned());
            *tree = match reference.form() {
                Form::Name => id,
                Form::Ref => Json::object([("Ref", id)]),
                Form::Condition => Json::object([("Condition", id)]),
                Form::Attribute(name) | Form::List(name) => {
                    let arguments = Json::Array(vec![id, Json::Text(name.clone())]);
                    Json::object([("Fn::GetAtt", arguments)])
                }
            };
        }
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Text(_)
        | Json::Missing => {}
    }
}
