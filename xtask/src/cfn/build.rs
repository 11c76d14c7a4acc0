//! From the two sources to the model, type by type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::database::Database;
use super::draft::Draft;
use super::fixups::{self, Fixup};
use super::model::{Counts, Model};
use super::rules::{RULES, Rule};
use super::{merge, relations, service_module};
use crate::process::Failure;

/// A model, and how it came to be what it is.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) model: Model,
    /// How many properties each rule settled, by its name.
    pub(super) settled: BTreeMap<&'static str, usize>,
    /// What the database does not have of types that it has.
    pub(super) adopted: Counts,
}

/// Merges both sources for the types named; every disagreement that nothing settles is in the error.
pub(super) fn build(
    database: &Database,
    names: &BTreeSet<&str>,
    fixups: &[Fixup],
    schema: impl Fn(&str) -> Result<Option<Value>, Failure>,
) -> Result<Built, Failure> {
    let mut built = Built::default();
    built.model.kinds = relations::all(database);
    let mut places = fixups::places(fixups);
    let mut problems = Vec::new();
    let rows = names
        .iter()
        .filter_map(|name| database.resources.get(*name));
    for row in rows {
        let schema = schema(&row.name)?;
        let mut draft = Draft::read(database, row, schema.as_ref());
        places.retain(|place| place.resource() != row.name || !place.apply(&mut draft));
        if let Some(schema) = &schema {
            built.settle(&mut draft, schema);
        }
        problems.extend(draft.disagreements());
        let resource = merge::resource(database, &built.model.kinds, &draft);
        let (namespace, _) = row.name.rsplit_once("::").unwrap_or_default();
        let service = built.model.services.entry(service_module(namespace));
        let service = service.or_default();
        service.resources.insert(row.name.clone(), resource);
    }
    problems.extend(places.iter().map(fixups::Place::stale));
    if problems.is_empty() {
        Ok(built)
    } else {
        Err(problems.join("\n"))
    }
}

impl Built {
    fn settle(&mut self, draft: &mut Draft, schema: &Value) {
        let size = |draft: &Draft| {
            let properties = draft.structures.iter();
            let properties = properties.map(|structure| structure.properties.len());
            (draft.structures.len(), properties.sum::<usize>())
        };
        let (structures, properties) = size(draft);
        for rule in RULES {
            *self.settled.entry(rule.name).or_default() += (rule.settle)(draft, schema);
        }
        let after = size(draft);
        self.adopted.structures += after.0 - structures;
        self.adopted.properties += after.1 - properties;
    }

    /// Fails when a rule settled nothing.
    pub(super) fn no_rule_is_stale(&self) -> Result<(), Failure> {
        for Rule { name, reason, .. } in RULES {
            if self.settled.get(name).is_none_or(|settled| *settled == 0) {
                return Err(format!(
                    "rule `{name}` ({reason}) settles nothing any more; remove it"
                ));
            }
        }
        Ok(())
    }
}
