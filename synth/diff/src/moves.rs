//! Resources that are the same as before, under another logical id.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only some kinds of value matter here"
)]

use std::collections::{BTreeMap, BTreeSet};

use synth_core::{Json, Text};

use crate::canonical::canonical;
use crate::reference::{Target, each, renamed};
use crate::resource::set_of_ids;
use crate::schema::Spot;
use crate::section_of;

/// The new id of each resource that has only another id, by its old one.
pub(crate) fn find(before: &Json, after: &Json) -> BTreeMap<String, String> {
    let (one, other) = (
        section_of(before, "Resources"),
        section_of(after, "Resources"),
    );
    let removed = only(one, other);
    let added = only(other, one);
    if removed.is_empty() || added.is_empty() {
        return BTreeMap::new();
    }
    let mut old: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let blind = |side: &BTreeMap<&str, &Json>| -> BTreeMap<String, String> {
        // What moves may refer to what moves: any of it counts as the same until it is paired.
        side.keys()
            .map(|id| ((*id).to_owned(), "?".to_owned()))
            .collect()
    };
    let (blind_old, blind_new) = (blind(&removed), blind(&added));
    let in_order = one
        .iter()
        .map(|(id, _)| id.as_ref())
        .filter(|id| removed.contains_key(id));
    for id in in_order {
        if let Some(body) = removed.get(id) {
            old.entry(content(body, &blind_old)).or_default().push(id);
        }
    }
    let mut new: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for id in other.iter().map(|(id, _)| id.as_ref()) {
        if let Some(body) = added.get(id) {
            new.entry(content(body, &blind_new)).or_default().push(id);
        }
    }
    let mut moved = BTreeMap::new();
    for (content, old) in old {
        let new = new.get(&content).filter(|new| new.len() == old.len());
        for (old, new) in old.iter().zip(new.into_iter().flatten()) {
            moved.insert((*old).to_owned(), (*new).to_owned());
        }
    }
    // A pair stays only while what it refers to is the same once all pairs are known.
    let users = users(&removed);
    let own = BTreeMap::new();
    let new: BTreeMap<&str, String> = added
        .iter()
        .map(|(id, body)| (*id, content(body, &own)))
        .collect();
    let mut open: Vec<String> = moved.keys().cloned().collect();
    while let Some(id) = open.pop() {
        let Some((body, wanted)) = removed.get(id.as_str()).zip(moved.get(&id)) else {
            continue;
        };
        if new.get(wanted.as_str()) != Some(&content(body, &moved)) {
            moved.remove(&id);
            open.extend(users.get(&id).into_iter().flatten().cloned());
        }
    }
    moved
}

/// Who refers to each resource.
fn users(resources: &BTreeMap<&str, &Json>) -> BTreeMap<String, BTreeSet<String>> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, body) in resources {
        let mut add = |target: String| {
            users.entry(target).or_default().insert((*id).to_owned());
        };
        each(body, &mut Vec::new(), &mut |target, _| {
            if let Target::Named(target) = target {
                add(target);
            }
        });
        let waits_for = body.get("DependsOn").cloned().unwrap_or_default();
        let ids = set_of_ids(waits_for);
        let ids = ids.items().unwrap_or_default().iter();
        ids.filter_map(Json::as_text)
            .for_each(|target| add(target.to_owned()));
    }
    users
}

fn only<'a>(side: &'a [(Text, Json)], other: &[(Text, Json)]) -> BTreeMap<&'a str, &'a Json> {
    let known: BTreeSet<&str> = other.iter().map(|(id, _)| id.as_ref()).collect();
    let mine = side.iter().filter(|(id, _)| !known.contains(id.as_ref()));
    mine.map(|(id, body)| (id.as_ref(), body)).collect()
}

/// What a resource is, apart from its id and its path.
fn content(body: &Json, ids: &BTreeMap<String, String>) -> String {
    let resource_type = body.get("Type").and_then(Json::as_text).unwrap_or_default();
    let entries = body.entries().unwrap_or_default().iter();
    let entries = entries.filter(|(name, _)| name != "Metadata");
    let spot = Spot::of(resource_type);
    let none = Spot::default();
    let entries = entries.map(|(name, value)| {
        let spot = if name == "Properties" { &spot } else { &none };
        let value = canonical(&renamed(value.clone(), ids), spot);
        (
            name.clone(),
            if name == "DependsOn" {
                depends_on(value, ids)
            } else {
                value
            },
        )
    });
    let sorted: BTreeMap<Text, Json> = entries.collect();
    Json::Object(sorted.into_iter().collect()).to_compact()
}

/// A list of ids in alphabetical order.
fn depends_on(value: Json, ids: &BTreeMap<String, String>) -> Json {
    let Json::Object(mut entries) = renamed(Json::object([("DependsOn", value)]), ids) else {
        return Json::Null;
    };
    set_of_ids(entries.pop().map(|(_, value)| value).unwrap_or_default())
}

/// The old template with the new ids.
pub(crate) fn substitute(template: Json, moved: &BTreeMap<String, String>) -> Json {
    if moved.is_empty() {
        return template;
    }
    let Json::Object(sections) = renamed(template, moved) else {
        return Json::Null;
    };
    let section = |(name, body): (Text, Json)| {
        let body = match body {
            Json::Object(entries) if name == "Resources" => {
                let entry = |(id, body): (Text, Json)| match moved.get(id.as_ref()) {
                    Some(new) => (Text::Owned(new.clone()), body),
                    None => (id, body),
                };
                Json::Object(entries.into_iter().map(entry).collect())
            }
            other => other,
        };
        (name, body)
    };
    Json::Object(sections.into_iter().map(section).collect())
}
