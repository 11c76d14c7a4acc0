//! The text of `manifest.json`.

use std::collections::BTreeSet;

use super::assets;
use super::tree::Tree;
use crate::json::{Json, Text};
use crate::lookup::Missing;
use crate::reference::{Form, Reference};
use crate::stack::{Environment, StackProps};
use crate::template::Template;

/// The version of the format. Every `cdk` CLI of at least this major version reads it, so it is an old one.
pub(super) const VERSION: &str = "38.0.0";

/// How the manifest begins.
const HEAD: &str = "{\n \"version\": \"38.0.0\",\n \"artifacts\": {";

pub(super) fn file_name(stack: &str) -> String {
    format!("{stack}.template.json")
}

/// The artifact, and the last directory, of the assembly of the stage at this path.
pub(super) fn artifact_of(stage: &str) -> String {
    format!("assembly-{}", stage.replace('/', "-"))
}

/// Where the assembly of the stage at this path is: each within that of the stage around it.
pub(super) fn directory_of(stage: &str) -> String {
    let ends = stage.match_indices('/').map(|(end, _)| end);
    let stages = ends.chain([stage.len()]).filter_map(|end| stage.get(..end));
    stages.map(artifact_of).collect::<Vec<_>>().join("/")
}

pub(super) fn environment_of(environment: &Environment) -> String {
    let account = environment.account.as_deref().unwrap_or("unknown-account");
    let region = environment.region.as_deref().unwrap_or("unknown-region");
    format!("aws://{account}/{region}")
}

/// The text of `manifest.json`, which grows by a stack at a time: as a tree it would be the largest thing in memory.
#[derive(Default)]
pub(super) struct Manifest {
    artifacts: String,
    missing: Vec<Json>,
    /// Keys of what is missing.
    asked: BTreeSet<String>,
}

impl Manifest {
    pub(super) fn add(&mut self, template: &Template) {
        if template.publishes() {
            self.entry(
                &assets::artifact_of(&template.name),
                &assets::artifact(template),
            );
        }
        self.entry(&template.name, &artifact(template));
        self.ask(&template.missing);
    }

    /// Adds the assembly of a stage within this one.
    pub(super) fn nest(&mut self, artifact: &str, stage: &str) {
        let properties = Json::object([
            ("directoryName", artifact.to_owned().into()),
            ("displayName", stage.to_owned().into()),
        ]);
        let entries = [
            ("type", "cdk:cloud-assembly".into()),
            ("properties", properties),
        ];
        self.entry(artifact, &Json::object(entries));
    }

    /// Names the file with the tree of constructs.
    pub(super) fn plant(&mut self) {
        self.entry("Tree", &Tree::artifact());
    }

    /// Asks for what is missing, each once.
    pub(super) fn ask(&mut self, missing: &[Missing]) {
        for one in missing {
            if self.asked.insert(one.key.clone()) {
                self.missing.push(one.into());
            }
        }
    }

    /// Whether anything is missing.
    pub(super) fn asks(&self) -> bool {
        !self.missing.is_empty()
    }

    fn entry(&mut self, name: &str, artifact: &Json) {
        let mut text = std::mem::take(&mut self.artifacts);
        text.push_str(if text.is_empty() { HEAD } else { "," });
        text.push_str("\n  ");
        text = Json::text(name.to_owned()).append_pretty(text, 1, 2);
        text.push_str(": ");
        self.artifacts = artifact.append_pretty(text, 1, 2);
    }

    pub(super) fn finish(self) -> String {
        let mut text = match self.artifacts {
            none if none.is_empty() => [HEAD, "}"].concat(),
            some => some + "\n }",
        };
        if !self.missing.is_empty() {
            text.push_str(",\n \"missing\": ");
            text = Json::Array(self.missing).append_pretty(text, 1, 1);
        }
        text + "\n}"
    }
}

/// The entry of a stack in the manifest.
fn artifact(template: &Template) -> Json {
    let StackProps {
        environment,
        depends_on,
        ..
    } = &template.props;
    let mut entries: Vec<(&'static str, Json)> = vec![
        ("type", "aws:cloudformation:stack".into()),
        ("environment", environment_of(environment).into()),
        ("properties", properties(template)),
    ];
    let mut waits_for = depends_on.clone();
    if template.publishes() {
        waits_for.push(assets::artifact_of(&template.name).into());
    }
    if !waits_for.is_empty() {
        entries.push(("dependencies", texts(&waits_for)));
    }
    entries.push(("metadata", metadata(template)));
    entries.push(("displayName", template.path.to_string().into()));
    Json::object(entries)
}

fn properties(template: &Template) -> Json {
    let StackProps {
        tags,
        termination_protection,
        notification_arns,
        ..
    } = &template.props;
    let mut entries: Vec<(&'static str, Json)> = vec![
        ("templateFile", file_name(&template.name).into()),
        ("stackName", template.name.to_string().into()),
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
    let parts = template.parts.iter().map(|part| {
        let entry = Json::object([
            ("type", "aws:cdk:logicalId".into()),
            ("data", Json::Reference(Reference::new(part, Form::Name))),
        ]);
        (
            ["/", &*template.path, "/", part.path()].concat(),
            Json::Array(vec![entry]),
        )
    });
    let mut entries = parts.collect();
    template.annotate(&mut entries);
    Json::object(entries)
}
