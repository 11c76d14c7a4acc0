//! What differs between two values, place by place.

use std::collections::{BTreeMap, BTreeSet};

use synth_core::Json;

use crate::canonical::is_intrinsic;
use crate::schema::{Schema, Spot};
use crate::{Effect, PropertyChange};

/// What names an item of a list, the best first.
const NATURAL_KEYS: [&str; 14] = [
    "Key",
    "Name",
    "Id",
    "Sid",
    "PolicyName",
    "AttributeName",
    "IndexName",
    "ParameterKey",
    "DeviceName",
    "ContainerPath",
    "RuleName",
    "ContainerPort",
    "CidrIp",
    "Priority",
];

/// Lists of a statement in a policy, and of its principals.
const SETS_OF_POLICIES: [&str; 7] = [
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "AWS",
    "Service",
    "Federated",
];

/// Collects what differs below one place.
pub(crate) struct Differ {
    /// Of the resource whose properties are compared.
    pub(crate) schema: Option<Schema>,
    /// What differs so far.
    pub(crate) found: Vec<PropertyChange>,
}

/// A place: as it is shown, and as names and `*` below the properties of a resource.
#[derive(Clone, Default)]
pub(crate) struct At {
    pub(crate) shown: String,
    pub(crate) steps: Vec<String>,
}

impl At {
    fn name(&self, name: &str) -> Self {
        let mut below = self.clone();
        if !below.shown.is_empty() {
            below.shown.push('.');
        }
        below.shown.push_str(name);
        below.steps.push(name.to_owned());
        below
    }

    /// Whether it is a list in a policy, where the order does not count: no schema says so.
    fn is_set_of_policy(&self) -> bool {
        let is_policy = |step: &String| step.ends_with("PolicyDocument");
        let last = self.steps.last().map(String::as_str);
        last.is_some_and(|last| SETS_OF_POLICIES.contains(&last))
            && self.steps.iter().any(is_policy)
    }

    fn item(&self, label: &str) -> Self {
        let mut below = self.clone();
        below.shown.extend(["[", label, "]"]);
        below.steps.push("*".to_owned());
        below
    }
}

impl Differ {
    /// Compares two values in their canonical forms.
    pub(crate) fn compare(
        &mut self,
        at: &At,
        spot: &Spot,
        before: Option<&Json>,
        after: Option<&Json>,
    ) {
        if before == after {
            return;
        }
        match (before, after) {
            (Some(one @ Json::Object(before)), Some(other @ Json::Object(after)))
                if !is_intrinsic(one) && !is_intrinsic(other) =>
            {
                let names = before.iter().chain(after).map(|(name, _)| name.as_ref());
                for name in names.collect::<BTreeSet<&str>>() {
                    let below = spot.property(name);
                    self.compare(&at.name(name), &below, one.get(name), other.get(name));
                }
            }
            (Some(Json::Array(one)), Some(Json::Array(other)))
                if spot.is_set()
                    || at.is_set_of_policy()
                    || one.iter().chain(other).all(is_plain_object) =>
            {
                self.lists(at, spot, one, other);
            }
            (before, after) => self.put(at, before, after),
        }
    }

    fn put(&mut self, at: &At, before: Option<&Json>, after: Option<&Json>) {
        let effect = self.effect(&at.steps, before, after);
        self.found.push(PropertyChange {
            path: at.shown.clone(),
            before: before.cloned(),
            after: after.cloned(),
            effect,
        });
    }

    /// What the schema says of a change of the place that `steps` lead to.
    fn effect(&self, steps: &[String], before: Option<&Json>, after: Option<&Json>) -> Effect {
        let Some(schema) = self.schema else {
            return Effect::Unknown;
        };
        schema.effect(steps, |rest| {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            below(before, rest, &mut one);
            below(after, rest, &mut other);
            one != other
        })
    }

    /// Items are told apart by what they are and by what names them, not by where they stand.
    fn lists(&mut self, at: &At, spot: &Spot, before: &[Json], after: &[Json]) {
        let mut known: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, item) in before.iter().enumerate().rev() {
            known.entry(item.to_compact()).or_default().push(position);
        }
        let mut added = Vec::new();
        for (position, item) in after.iter().enumerate() {
            let same = known.get_mut(&item.to_compact()).and_then(Vec::pop);
            if same.is_none() {
                added.push((position, item));
            }
        }
        let mut removed: Vec<usize> = known.into_values().flatten().collect();
        removed.sort_unstable();
        let mut removed: Vec<(usize, &Json)> = removed
            .into_iter()
            .filter_map(|position| Some((position, before.get(position)?)))
            .collect();
        if added.is_empty() && removed.is_empty() {
            // Only the order differs, and nothing says that it does not count.
            let whole = |items: &[Json]| Json::Array(items.to_vec());
            return self.put(at, Some(&whole(before)), Some(&whole(after)));
        }
        let natural = natural_key(before, after);
        let single = removed.len() == 1 && added.len() == 1 && natural.is_none();
        let item_spot = spot.item();
        for (position, item) in added {
            let name = natural.and_then(|key| item.get(key)).map(label);
            let pair = match &name {
                Some(name) => removed.iter().position(|(_, one)| {
                    natural.and_then(|key| one.get(key)).map(label).as_ref() == Some(name)
                }),
                None => single.then_some(0),
            };
            let one = pair.map(|pair| removed.remove(pair).1);
            let below = at.item(&name.unwrap_or_else(|| position.to_string()));
            self.compare(&below, &item_spot, one, Some(item));
        }
        for (position, item) in removed {
            let name = natural.and_then(|key| item.get(key)).map(label);
            let below = at.item(&name.unwrap_or_else(|| position.to_string()));
            self.compare(&below, &item_spot, Some(item), None);
        }
    }
}

fn is_plain_object(value: &Json) -> bool {
    value.entries().is_some() && !is_intrinsic(value)
}

fn label(value: &Json) -> String {
    value
        .as_text()
        .map_or_else(|| value.to_compact(), str::to_owned)
}

/// The first name under which every item has something, each something else.
fn natural_key(before: &[Json], after: &[Json]) -> Option<&'static str> {
    let tells_apart = |items: &[Json], key: &str| {
        let values: BTreeSet<String> = items
            .iter()
            .filter_map(|it| it.get(key))
            .map(label)
            .collect();
        values.len() == items.len()
    };
    let mut keys = NATURAL_KEYS.into_iter();
    keys.find(|key| tells_apart(before, key) && tells_apart(after, key))
}

/// What stands where names and `*` lead to.
fn below<'a>(value: Option<&'a Json>, path: &[&str], found: &mut Vec<&'a Json>) {
    match (value, path) {
        // What a function gives is not known: it counts as a whole.
        (Some(value), path) if path.is_empty() || is_intrinsic(value) => found.push(value),
        (Some(Json::Array(items)), ["*", rest @ ..]) => {
            for item in items {
                below(Some(item), rest, found);
            }
        }
        (Some(value @ Json::Object(_)), [name, rest @ ..]) => {
            below(value.get(name), rest, found);
        }
        _ => {}
    }
}
