//! One value beside what is looked for.

use synth_core::{Json, Text, parse};

use super::matching::{Kind, Match};
use super::mismatch::Difference;

/// What comparing came to.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) differences: Vec<Difference>,
    /// How many values differ: one for each that is missing.
    pub(super) distance: usize,
    pub(super) captures: Vec<(Text, Json)>,
}

/// Compares `found` with `wanted`.
pub(super) fn compare(wanted: &Match, found: &Json) -> Outcome {
    let mut walk = Walk::default();
    walk.value(wanted, Some(found));
    walk.outcome
}

#[derive(Default)]
struct Walk {
    path: Vec<String>,
    outcome: Outcome,
}

impl Walk {
    fn value(&mut self, wanted: &Match, found: Option<&Json>) {
        let fits = match (&wanted.0, found) {
            (Kind::Capture(name, inner), found) => {
                self.outcome
                    .captures
                    .extend(found.map(|value| (name.clone(), value.clone())));
                return self.value(inner, found);
            }
            (Kind::Object(entries), Some(Json::Object(_))) => {
                for (name, wanted) in entries {
                    let value = found.and_then(|found| found.get(name));
                    self.step(name.to_string(), wanted, value);
                }
                return;
            }
            (Kind::Items(wanted), Some(Json::Array(items))) => return self.items(wanted, items),
            (Kind::SomeOf(wanted), Some(Json::Array(items))) => {
                return self.some_of(wanted, items);
            }
            (Kind::Serialized(inner), Some(Json::Text(text))) => {
                if let Ok(value) = parse(text) {
                    return self.value(inner, Some(&value));
                }
                false
            }
            (Kind::Absent, found) => found.is_none(),
            (Kind::Not(inner), found) => {
                let mut other = Self::default();
                other.value(inner, found);
                !other.outcome.differences.is_empty()
            }
            (Kind::Any, found) => found.is_some(),
            (Kind::Exactly(wanted), Some(found)) => same(wanted, found),
            (Kind::Regex(_, regex), Some(Json::Text(text))) => {
                regex.as_ref().is_ok_and(|regex| regex.is_match(text))
            }
            (Kind::That(_, test), Some(found)) => test(found),
            _ => false,
        };
        if !fits {
            self.differ(wanted, found);
        }
    }

    fn differ(&mut self, wanted: &Match, found: Option<&Json>) {
        self.outcome.distance += wanted.leaves().max(1);
        self.outcome.differences.push(Difference {
            path: self.path.clone(),
            wanted: wanted.to_string(),
            found: found.cloned(),
        });
    }

    fn step(&mut self, step: String, wanted: &Match, found: Option<&Json>) {
        self.path.push(step);
        self.value(wanted, found);
        self.path.pop();
    }

    fn items(&mut self, wanted: &[Match], items: &[Json]) {
        for (position, wanted) in wanted.iter().enumerate() {
            self.step(position.to_string(), wanted, items.get(position));
        }
        for (position, item) in items.iter().enumerate().skip(wanted.len()) {
            self.step(position.to_string(), &Match::absent(), Some(item));
        }
    }

    /// Takes for each that is wanted the first that fits after the one before; where none does, the nearest is told.
    fn some_of(&mut self, wanted: &[Match], items: &[Json]) {
        let mut rest = items.iter().enumerate();
        for wanted in wanted {
            let before = rest.clone();
            let outcome = rest.find_map(|(position, item)| {
                let outcome = self.apart(position, wanted, item);
                outcome.differences.is_empty().then_some(outcome)
            });
            let outcome = outcome.or_else(|| {
                rest = before.clone();
                let all = before.map(|(position, item)| self.apart(position, wanted, item));
                all.min_by_key(|outcome| outcome.distance)
            });
            match outcome {
                Some(outcome) => self.take(outcome),
                None => self.step(items.len().to_string(), wanted, None),
            }
        }
    }

    fn apart(&self, position: usize, wanted: &Match, item: &Json) -> Outcome {
        let mut walk = Self {
            path: self.path.clone(),
            outcome: Outcome::default(),
        };
        walk.step(position.to_string(), wanted, Some(item));
        walk.outcome
    }

    fn take(&mut self, outcome: Outcome) {
        self.outcome.differences.extend(outcome.differences);
        self.outcome.distance += outcome.distance;
        self.outcome.captures.extend(outcome.captures);
    }
}

/// Objects are the same whatever the order of their names.
fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Object(names), Json::Object(others)) => {
            names.len() == others.len()
                && names
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| same(value, other)))
        }
        (Json::Array(items), Json::Array(others)) => {
            items.len() == others.len()
                && items
                    .iter()
                    .zip(others)
                    .all(|(one, other)| same(one, other))
        }
        _ => one == other,
    }
}
