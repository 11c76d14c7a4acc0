//! Several templates as the files of a cloud assembly, which the stock `cdk` CLI can list, compare and deploy.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::json::{Json, Text};
use crate::problem::{Placed, Problem, Problems};
use crate::stack::{Environment, Stack, StackProps};
use crate::template::Template;

/// Schema version of the manifest. Every `cdk` CLI of at least this major reads it, so it is an old one.
const VERSION: &str = "38.0.0";

/// The files of a cloud assembly: `manifest.json`, and for each stack `NAME.template.json`.
#[derive(Debug, Clone)]
pub struct Assembly {
    files: BTreeMap<String, String>,
}

impl Assembly {
    /// Synthesizes every stack, or says everything that is wrong with any of them.
    pub fn synthesize(stacks: Vec<Stack>) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut templates = Vec::with_capacity(stacks.len());
        for stack in stacks {
            match stack.synthesize() {
                Ok(template) => templates.push(template),
                Err(Problems(found)) => problems.extend(found),
            }
        }
        // A stack with problems of its own is not among the templates, so the rest cannot be judged without it.
        if problems.is_empty() {
            problems = together(&templates);
        }
        if problems.is_empty() {
            Ok(Self::new(templates))
        } else {
            Err(Problems(problems))
        }
    }

    fn new(templates: Vec<Template>) -> Self {
        let manifest = manifest(&templates).to_pretty(1);
        let mut files: BTreeMap<String, String> = templates
            .into_iter()
            .map(|template| (file_name(&template), template.into_text()))
            .collect();
        files.insert("manifest.json".to_owned(), manifest);
        Self { files }
    }

    /// Names of files and what is in them.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Writes the files into `directory`, which is made if need be. Other files in it are left alone.
    pub fn write_to(&self, directory: &Path) -> io::Result<()> {
        std::fs::create_dir_all(directory)?;
        for (name, text) in &self.files {
            std::fs::write(directory.join(name), text)?;
        }
        Ok(())
    }
}

fn file_name(template: &Template) -> String {
    format!("{}.template.json", template.stack_name())
}

/// What is wrong with stacks only when they are put together.
fn together(templates: &[Template]) -> Vec<Placed> {
    let mut problems = Vec::new();
    let mut names = BTreeMap::new();
    let mut exports = BTreeMap::new();
    for (position, template) in templates.iter().enumerate() {
        let name = template.stack_name();
        if names.insert(name, position).is_some() {
            problems.push(taken(
                name,
                "core.taken-stack-name",
                "two stacks have this name",
                name,
            ));
        }
        let environment = environment_of(&template.props().environment);
        for export in exported(template) {
            if let Some(other) = exports.insert((environment.clone(), export), name) {
                let message = format!("the stack `{other}` exports this name already");
                problems.push(taken(name, "core.taken-export", &message, export));
            }
        }
    }
    for template in templates {
        for dependency in &template.props().depends_on {
            if !names.contains_key(dependency.as_ref()) {
                let message = "the stack depends on one that is not in the assembly";
                let code = "core.dangling-stack-dependency";
                problems.push(taken(template.stack_name(), code, message, dependency));
            }
        }
    }
    problems
}

fn taken(path: &str, code: &'static str, message: &str, value: &str) -> Placed {
    let problem = Problem {
        code,
        message: message.to_owned(),
        value: value.to_owned(),
        allowed: String::new(),
        fix: "change one of the two names".to_owned(),
    };
    Placed {
        path: path.to_owned(),
        problem,
    }
}

/// Names of exports that are known now.
fn exported(template: &Template) -> impl Iterator<Item = &str> {
    let outputs = template
        .tree()
        .get("Outputs")
        .and_then(Json::entries)
        .unwrap_or_default();
    outputs
        .iter()
        .filter_map(|(_, output)| output.get("Export")?.get("Name")?.as_text())
}

fn environment_of(environment: &Environment) -> String {
    let account = environment.account.as_deref().unwrap_or("unknown-account");
    let region = environment.region.as_deref().unwrap_or("unknown-region");
    format!("aws://{account}/{region}")
}

fn manifest(templates: &[Template]) -> Json {
    let artifacts = templates
        .iter()
        .map(|template| (template.stack_name().to_owned(), artifact(template)));
    Json::object([
        ("version", VERSION.into()),
        ("artifacts", Json::object(artifacts)),
    ])
}

fn artifact(template: &Template) -> Json {
    let StackProps {
        environment,
        depends_on,
        ..
    } = template.props();
    let mut entries: Vec<(&'static str, Json)> = vec![
        ("type", "aws:cloudformation:stack".into()),
        ("environment", environment_of(environment).into()),
        ("properties", properties(template)),
    ];
    if !depends_on.is_empty() {
        entries.push(("dependencies", texts(depends_on)));
    }
    entries.push(("metadata", metadata(template)));
    entries.push(("displayName", template.stack_name().to_owned().into()));
    Json::object(entries)
}

fn properties(template: &Template) -> Json {
    let StackProps {
        tags,
        termination_protection,
        notification_arns,
        ..
    } = template.props();
    let mut entries: Vec<(&'static str, Json)> = vec![
        ("templateFile", file_name(template).into()),
        ("stackName", template.stack_name().to_owned().into()),
        ("terminationProtection", (*termination_protection).into()),
        ("validateOnSynth", false.into()),
    ];
    if !tags.is_empty() {
        let tags = tags
            .iter()
            .map(|(name, value)| (name.clone(), Json::Text(value.clone())));
        entries.push(("tags", Json::object(tags)));
    }
    if !notification_arns.is_empty() {
        entries.push(("notificationArns", texts(notification_arns)));
    }
    Json::object(entries)
}

fn texts(texts: &[Text]) -> Json {
    Json::array(texts.iter().cloned())
}

/// Which construct each logical id belongs to; `cdk` shows it instead of the id.
fn metadata(template: &Template) -> Json {
    Json::object(template.parts().iter().map(|part| {
        let entry = Json::object([
            ("type", "aws:cdk:logicalId".into()),
            ("data", part.logical_id().to_owned().into()),
        ]);
        (
            format!("/{}/{}", template.stack_name(), part.path()),
            Json::Array(vec![entry]),
        )
    }))
}
