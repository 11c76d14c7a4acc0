//! What becomes of resources that refer to something that becomes another thing.

use std::collections::{BTreeMap, VecDeque};

use synth_core::Json;

use crate::reference::{Target, each};
use crate::resource::{Paths, empty, index, type_of};
use crate::schema::Schema;
use crate::{Action, Cause, Effect, EntryChange, ResourceChange, section_of};

/// Who refers to something, and where.
enum User<'a> {
    /// A resource: its id and the names and `*` below its properties.
    Resource(&'a str, Vec<String>),
    /// A condition.
    Condition(&'a str),
}

/// Adds what follows from the changes to other resources, as far as it goes.
pub(crate) fn propagate(
    after: &Json,
    entries: &[EntryChange],
    paths: &Paths,
    changes: &mut Vec<ResourceChange>,
) {
    let mut open = seeds(entries, changes);
    if open.is_empty() {
        return;
    }
    let users = users(after);
    let bodies = index(after);
    let mut at: BTreeMap<String, usize> = changes
        .iter()
        .enumerate()
        .map(|(at, change)| (change.logical_id.clone(), at))
        .collect();
    let mut told: BTreeMap<Target, Effect> = BTreeMap::new();
    while let Some((target, certainty)) = open.pop_front() {
        if told.get(&target).is_some_and(|known| *known >= certainty) {
            continue;
        }
        told.insert(target.clone(), certainty);
        for user in users.get(&target).into_iter().flatten() {
            let (id, steps) = match user {
                User::Condition(name) => {
                    open.push_back((Target::Condition((*name).to_owned()), certainty));
                    continue;
                }
                User::Resource(id, steps) => (*id, steps),
            };
            let Some(body) = bodies.get(id).copied() else {
                continue;
            };
            let next = changes.len();
            let position = *at.entry(id.to_owned()).or_insert(next);
            if position == next {
                changes.push(empty(id, paths.after.get(id).cloned(), body));
            }
            let Some(change) = changes.get_mut(position) else {
                continue;
            };
            let Action::Change(worst) = &mut change.action else {
                continue;
            };
            let effect =
                Schema::of(type_of(body)).map_or(Effect::Unknown, |it| it.effect(steps, |_| true));
            let effect = effect.min(if effect == Effect::Replaces {
                certainty
            } else {
                effect
            });
            let (Target::Named(on) | Target::Mapping(on) | Target::Condition(on)) = &target;
            let cause = Cause {
                path: ["Properties", &steps.join(".").replace(".*", "[]")].join("."),
                on: on.clone(),
                certain: certainty == Effect::Replaces,
                effect,
            };
            let known = change
                .causes
                .iter_mut()
                .find(|it| it.path == cause.path && it.on == cause.on);
            match known {
                Some(known) => {
                    known.effect = known.effect.max(effect);
                    known.certain |= cause.certain;
                }
                None => change.causes.push(cause),
            }
            if effect > *worst {
                *worst = effect;
                if effect >= Effect::MayReplace {
                    open.push_back((Target::Named(id.to_owned()), effect));
                }
            }
        }
    }
}

/// What becomes another thing of itself, and whether it does for certain.
fn seeds(entries: &[EntryChange], changes: &[ResourceChange]) -> VecDeque<(Target, Effect)> {
    let resources = changes.iter().filter_map(|change| {
        let effect = match &change.action {
            Action::Change(effect @ (Effect::MayReplace | Effect::Replaces)) => *effect,
            Action::Move { .. } => Effect::Replaces,
            Action::Add | Action::Remove | Action::Change(_) => return None,
        };
        Some((Target::Named(change.logical_id.clone()), effect))
    });
    let entries = entries.iter().filter_map(|entry| {
        let name = entry.name.clone();
        // One that is there on one side alone shows where it is used.
        let is_changed = |path: &str| entry.properties.iter().any(|it| it.path == path);
        let mut sides = entry.properties.iter();
        if sides.any(|it| it.path.is_empty() && (it.before.is_none() || it.after.is_none())) {
            return None;
        }
        match entry.section.as_str() {
            "Parameters" if is_changed("Default") || is_changed("Type") => {
                Some(Target::Named(name))
            }
            "ParameterValues" => Some(Target::Named(name)),
            "Mappings" => Some(Target::Mapping(name)),
            "Conditions" => Some(Target::Condition(name)),
            _ => None,
        }
    });
    // Another value may come to the same in the end.
    resources
        .chain(entries.map(|target| (target, Effect::MayReplace)))
        .collect()
}

fn users(template: &Json) -> BTreeMap<Target, Vec<User<'_>>> {
    let mut users: BTreeMap<Target, Vec<User<'_>>> = BTreeMap::new();
    for (id, body) in section_of(template, "Resources") {
        let properties = body.get("Properties").unwrap_or(&Json::Null);
        each(properties, &mut Vec::new(), &mut |target, steps| {
            users
                .entry(target)
                .or_default()
                .push(User::Resource(id, steps.to_vec()));
        });
    }
    for (name, body) in section_of(template, "Conditions") {
        each(body, &mut Vec::new(), &mut |target, _| {
            users.entry(target).or_default().push(User::Condition(name));
        });
    }
    users
}
