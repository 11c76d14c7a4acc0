//! What becomes of each resource.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only some kinds of value matter here"
)]

use std::collections::BTreeMap;

use synth_core::{Json, Text};

use crate::canonical::canonical;
use crate::property::{At, Differ};
use crate::schema::{Schema, Spot};
use crate::stateful::is_stateful;
use crate::{Action, Effect, Fate, Loss, PropertyChange, ResourceChange, section_of};

/// The construct paths that a template says, by logical id.
pub(crate) fn paths(template: &Json) -> BTreeMap<String, String> {
    let path = |(id, body): &(Text, Json)| {
        let path = body.get("Metadata")?.get("aws:cdk:path")?.as_text()?;
        Some((id.clone().into_owned(), path.to_owned()))
    };
    section_of(template, "Resources")
        .iter()
        .filter_map(path)
        .collect()
}

/// The old and the new construct paths.
pub(crate) struct Paths {
    pub(crate) before: BTreeMap<String, String>,
    pub(crate) after: BTreeMap<String, String>,
}

/// Every resource that differs; the old template has the new ids already.
pub(crate) fn compare(
    before: &Json,
    after: &Json,
    moved: &BTreeMap<String, String>,
    paths: &Paths,
) -> Vec<ResourceChange> {
    let old: BTreeMap<&str, &Json> = index(before);
    let new: BTreeMap<&str, &Json> = index(after);
    let old_ids: BTreeMap<&str, &str> = moved
        .iter()
        .map(|(old, new)| (new.as_str(), old.as_str()))
        .collect();
    let mut found = Vec::new();
    for (id, body) in section_of(after, "Resources") {
        let id = id.as_ref();
        let path = paths.after.get(id).cloned();
        let mut change = empty(id, path, body);
        match (old.get(id), old_ids.get(id)) {
            (Some(_), Some(from)) => {
                change.action = Action::Move {
                    from: (*from).to_owned(),
                    from_path: paths.before.get(*from).cloned(),
                };
                found.push(change);
            }
            (Some(one), None) => {
                if *one != body {
                    differ(one, body, &mut change);
                    if !change.properties.is_empty() {
                        found.push(change);
                    }
                }
            }
            (None, _) => {
                change.action = Action::Add;
                found.push(change);
            }
        }
    }
    for (id, body) in section_of(before, "Resources") {
        if !new.contains_key(id.as_ref()) {
            let mut change = empty(id, paths.before.get(id.as_ref()).cloned(), body);
            change.action = Action::Remove;
            found.push(change);
        }
    }
    found
}

pub(crate) fn index(template: &Json) -> BTreeMap<&str, &Json> {
    let resources = section_of(template, "Resources").iter();
    resources.map(|(id, body)| (id.as_ref(), body)).collect()
}

pub(crate) fn type_of(body: &Json) -> &str {
    body.get("Type").and_then(Json::as_text).unwrap_or_default()
}

/// A change of a resource that says nothing yet.
pub(crate) fn empty(id: &str, path: Option<String>, body: &Json) -> ResourceChange {
    ResourceChange {
        logical_id: id.to_owned(),
        path,
        resource_type: type_of(body).to_owned(),
        action: Action::Change(Effect::Nothing),
        properties: Vec::new(),
        causes: Vec::new(),
        fate: None,
        loss: None,
        advice: Vec::new(),
    }
}

/// Ids as a list in alphabetical order, of one id too.
pub(crate) fn set_of_ids(value: Json) -> Json {
    match value {
        Json::Array(mut ids) => {
            ids.sort_by_cached_key(Json::to_compact);
            ids.dedup();
            Json::Array(ids)
        }
        other => Json::Array(vec![other]),
    }
}

fn differ(before: &Json, after: &Json, change: &mut ResourceChange) {
    let (old_type, new_type) = (type_of(before), type_of(after));
    let mut found = Vec::new();
    if old_type != new_type {
        found.push(PropertyChange {
            path: "Type".to_owned(),
            before: Some(old_type.to_owned().into()),
            after: Some(new_type.to_owned().into()),
            effect: Effect::Replaces,
        });
        change.advice.push(
            "CloudFormation refuses another type under the same logical id: give it another id"
                .to_owned(),
        );
    }
    let names: std::collections::BTreeSet<&str> = [before, after]
        .into_iter()
        .flat_map(|body| body.entries().unwrap_or_default())
        .map(|(name, _)| name.as_ref())
        .filter(|name| *name != "Type")
        .collect();
    for name in names {
        let spot = if name == "Properties" {
            Spot::of(new_type)
        } else {
            Spot::default()
        };
        let form = |body: &Json| {
            let value = canonical(body.get(name)?, &spot);
            match name {
                "DependsOn" => Some(set_of_ids(value)),
                // No properties at all are the same as none of them.
                "Properties" if value.entries().is_some_and(<[_]>::is_empty) => None,
                _ => Some(value),
            }
        };
        let (one, other) = (form(before), form(after));
        let is_inside = name == "Properties";
        let nothing = Json::Object(Vec::new());
        let mut differ = Differ {
            schema: Schema::of(new_type).filter(|_| is_inside),
            found: Vec::new(),
        };
        let at = At {
            shown: name.to_owned(),
            steps: Vec::new(),
        };
        if is_inside {
            let (one, other) = (one.as_ref(), other.as_ref());
            let (one, other) = (one.unwrap_or(&nothing), other.unwrap_or(&nothing));
            differ.compare(&at, &spot, Some(one), Some(other));
        } else {
            differ.compare(&at, &spot, one.as_ref(), other.as_ref());
            for change in &mut differ.found {
                // A resource whose condition differs may come into being or go.
                change.effect = if name == "Condition" {
                    Effect::Unknown
                } else {
                    Effect::Nothing
                };
            }
        }
        found.extend(differ.found);
    }
    if found.iter().any(|change| change.path == "Condition") {
        change
            .advice
            .push("the condition decides at deployment whether it exists".to_owned());
    }
    let worst = found.iter().map(|change| change.effect).max();
    change.action = Action::Change(worst.unwrap_or(Effect::Nothing));
    change.properties = found;
}

/// Says what is lost and what CloudFormation would refuse, and puts the changes in the order of the templates.
pub(crate) fn judge(before: &Json, after: &Json, changes: &mut [ResourceChange]) {
    let (old, new) = (index(before), index(after));
    for change in changes.iter_mut() {
        let id = change.logical_id.as_str();
        let (one, other) = (old.get(id).copied(), new.get(id).copied());
        let fate = |body: Option<&Json>, attribute: &str| body.map(|body| fate(body, attribute));
        change.fate = match &change.action {
            // The old id leaves the template, so its deletion policy of before counts.
            Action::Remove | Action::Move { .. } => fate(one, "DeletionPolicy"),
            Action::Change(Effect::Replaces | Effect::MayReplace) => {
                fate(other, "UpdateReplacePolicy")
            }
            Action::Add | Action::Change(_) => None,
        };
        let old_type = one.map_or(change.resource_type.as_str(), type_of);
        change.loss = match (&change.action, change.fate) {
            (_, Some(Fate::Deleted)) if !is_stateful(old_type) => None,
            (Action::Change(Effect::MayReplace), Some(Fate::Deleted)) => Some(Loss::Possible),
            (_, Some(Fate::Deleted)) => Some(Loss::Certain),
            (_, Some(Fate::Retained | Fate::Snapshot) | None) => None,
        };
        if let (Action::Change(Effect::Replaces | Effect::MayReplace), Some(body)) =
            (&change.action, other)
            && let Some((name, value)) = custom_name(body)
            && one.and_then(|one| one.get("Properties")?.get(name)) == Some(value)
        {
            change.advice.push(format!(
                "CloudFormation cannot replace what has a name of its own: change or remove `{name}` ({})",
                value.as_text().map_or_else(|| value.to_compact(), str::to_owned)
            ));
        }
        if let Action::Move { from, from_path } = &change.action {
            let from = from_path.as_deref().unwrap_or(from);
            change.advice.push(format!(
                "CloudFormation makes it again and removes the old one; `scope.moved(\"{}\", …)` keeps the id",
                from.split_once('/').map_or(from, |(_, below)| below)
            ));
        }
    }
    let position = |ids: &Json| -> BTreeMap<String, usize> {
        let ids = section_of(ids, "Resources").iter().enumerate();
        ids.map(|(at, (id, _))| (id.clone().into_owned(), at))
            .collect()
    };
    let (first, last) = (position(after), position(before));
    changes.sort_by_key(|change| {
        let id = &change.logical_id;
        match first.get(id) {
            Some(at) => (0, *at),
            None => (1, last.get(id).copied().unwrap_or_default()),
        }
    });
}

fn fate(body: &Json, attribute: &str) -> Fate {
    match body.get(attribute).and_then(Json::as_text) {
        Some("Retain" | "RetainExceptOnCreate") => Fate::Retained,
        Some("Snapshot") => Fate::Snapshot,
        Some(_) => Fate::Deleted,
        None => {
            // CloudFormation's defaults for databases, when they are removed.
            let is_member = body
                .get("Properties")
                .is_some_and(|it| it.get("DBClusterIdentifier").is_some());
            match (type_of(body), attribute) {
                ("AWS::RDS::DBCluster", "DeletionPolicy") => Fate::Snapshot,
                ("AWS::RDS::DBInstance", "DeletionPolicy") if !is_member => Fate::Snapshot,
                _ => Fate::Deleted,
            }
        }
    }
}

/// The property that gives a resource the name it is known by.
fn custom_name(body: &Json) -> Option<(&str, &Json)> {
    let resource_type = type_of(body);
    let kind = resource_type.rsplit("::").next().unwrap_or_default();
    let schema = Schema::of(resource_type)?;
    let properties = body.get("Properties").and_then(Json::entries)?;
    let names = properties.iter().filter(|(name, _)| {
        let stem = ["Name", "Identifier", "Id"]
            .iter()
            .find_map(|it| name.strip_suffix(it));
        name == "Name" || stem.is_some_and(|stem| !stem.is_empty() && kind.ends_with(stem))
    });
    let mut names = names.filter(|(name, _)| schema.is_create_only(name));
    names.next().map(|(name, value)| (name.as_ref(), value))
}
