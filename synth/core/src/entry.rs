//! The parts of a stack as a template has them.

use crate::json::{Json, Text};
use crate::stack::{OutputPart, Part, ResourcePart, StackProps};

/// Where `Metadata` says the construct path.
const PATH: &str = "aws:cdk:path";

/// A name in the template, and what it has there.
pub(crate) type Entry = (Text, Json);

/// Adds sections of an included template; what belongs to a section that is there goes to its end.
pub(crate) fn add(body: &mut Vec<Entry>, included: Vec<Entry>) {
    for (name, section) in included {
        match (body.iter_mut().find(|(known, _)| *known == name), section) {
            (Some((_, Json::Object(entries))), Json::Object(more)) => entries.extend(more),
            (_, section) => body.push((name, section)),
        }
    }
}

/// What a template says of itself.
pub(crate) fn heading(props: &StackProps) -> Vec<Entry> {
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

/// Logical ids of what each resource waits for.
pub(crate) fn names_of(resources: &[ResourcePart], positions: &[Vec<usize>]) -> Vec<Vec<Json>> {
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
    pub(crate) fn into_entry(self) -> Entry {
        (self.target.logical_id().to_owned().into(), self.body)
    }
}

impl ResourcePart {
    pub(crate) fn into_entry(self, depends_on: Vec<Json>, path: Option<String>) -> Entry {
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
    pub(crate) fn into_entry(self) -> Entry {
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
