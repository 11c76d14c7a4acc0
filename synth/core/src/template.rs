//! A finished template.

use std::sync::{Arc, OnceLock};

use crate::acknowledge::Ledger;
use crate::app::{CrossStack, link};
use crate::asset::Asset;
use crate::check;
use crate::json::{Json, Text};
use crate::lookup::Missing;
use crate::problem::Problems;
use crate::reference::{Form, Target};
use crate::stack::{EXTENSIONS, Environment, OutputPart, Part, ResourcePart, Stack, StackProps};
use crate::yaml;

/// Where `Metadata` says the construct path.
const PATH: &str = "aws:cdk:path";

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

type Entry = (Text, Json);

/// Adds sections of an included template; what belongs to a section that is there goes to its end.
fn add(body: &mut Vec<Entry>, included: Vec<Entry>) {
    for (name, section) in included {
        match (body.iter_mut().find(|(known, _)| *known == name), section) {
            (Some((_, Json::Object(entries))), Json::Object(more)) => entries.extend(more),
            (_, section) => body.push((name, section)),
        }
    }
}

fn heading(props: &StackProps) -> Vec<Entry> {
    let mut entries = Vec::new();
    match props.transforms.as_slice() {
        [] => {}
        [only] => entries.push(("Transform".into(), Json::Text(only.clone()))),
        several => entries.push(("Transform".into(), Json::array(several.iter().cloned()))),
    }
    if !props.description.is_empty() {
        entries.push(("Description".into(), Json::Text(props.description.clone())));
    }
    if !props.metadata.is_empty() {
        entries.push(("Metadata".into(), Json::Object(props.metadata.clone())));
    }
    entries
}

fn names_of(resources: &[ResourcePart], positions: &[Vec<usize>]) -> Vec<Vec<Json>> {
    let name = |position: &usize| {
        let target = &resources.get(*position)?.target;
        Some(Json::from(target.logical_id().to_owned()))
    };
    positions
        .iter()
        .map(|positions| positions.iter().filter_map(name).collect())
        .collect()
}

impl Part {
    fn into_entry(self) -> Entry {
        (self.target.logical_id().to_owned().into(), self.body)
    }
}

impl ResourcePart {
    fn into_entry(self, depends_on: Vec<Json>, path: Option<String>) -> Entry {
        let options = self.options;
        let mut body: Vec<Entry> = Vec::with_capacity(4);
        body.push(("Type".into(), Json::Text(self.type_name)));
        if self
            .properties
            .entries()
            .is_none_or(|entries| !entries.is_empty())
        {
            body.push(("Properties".into(), self.properties));
        }
        let mut set = |name: &'static str, value: Option<Json>| {
            body.extend(value.map(|value| (Text::Borrowed(name), value)));
        };
        set(
            "Condition",
            options.condition.map(|condition| condition.name()),
        );
        set(
            "DependsOn",
            (!depends_on.is_empty()).then_some(Json::Array(depends_on)),
        );
        set("CreationPolicy", options.creation_policy);
        set("UpdatePolicy", options.update_policy);
        let policy = |policy: crate::options::DeletionPolicy| Json::from(policy.as_text());
        set("DeletionPolicy", options.deletion_policy.map(policy));
        set(
            "UpdateReplacePolicy",
            options.update_replace_policy.map(policy),
        );
        let mut metadata = options.metadata;
        if metadata.iter().all(|(name, _)| name != PATH) {
            metadata.extend(path.map(|path| (Text::Borrowed(PATH), Json::from(path))));
        }
        set(
            "Metadata",
            (!metadata.is_empty()).then_some(Json::Object(metadata)),
        );
        body.extend(self.attributes);
        (
            self.target.logical_id().to_owned().into(),
            Json::Object(body),
        )
    }
}

impl OutputPart {
    fn into_entry(self) -> Entry {
        let mut body: Vec<Entry> = Vec::with_capacity(4);
        if !self.description.is_empty() {
            body.push(("Description".into(), Json::Text(self.description)));
        }
        body.push(("Value".into(), self.value));
        let export = self.export.map(|name| Json::object([("Name", name)]));
        body.extend(export.map(|export| ("Export".into(), export)));
        let condition = self.condition.map(|condition| condition.name());
        body.extend(condition.map(|condition| ("Condition".into(), condition)));
        body.extend(self.attributes);
        (
            self.target.logical_id().to_owned().into(),
            Json::Object(body),
        )
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
                Form::Attribute(name) => {
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
