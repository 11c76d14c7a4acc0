//! From the two sources to the model, type by type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::counts::Says;
use super::database::Database;
use super::draft::Draft;
use super::fixups::{self, Fixup};
use super::model::{Counts, Model};
use super::rules::{RULES, Rule};
use super::{merge, relations, service_of};
use crate::process::Failure;

/// A model, and how it came to be what it is.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) model: Model,
    /// How many properties each rule settled, by its name.
    pub(super) settled: BTreeMap<&'static str, usize>,
    /// What nothing settles, and what settles nothing.
    pub(super) problems: Vec<String>,
    /// What the database does not have of types that it has.
    pub(super) adopted: Counts,
    /// What the database has and the other source or a fixup takes away.
    pub(super) dropped: Counts,
}

/// Merges both sources for the types named.
pub(super) fn build(
    database: &Database,
    names: &BTreeSet<&str>,
    fixups: &[Fixup],
    schema: impl Fn(&str) -> Result<Option<Value>, Failure>,
) -> Result<Built, Failure> {
    let mut built = Built::default();
    built.model.kinds = relations::all(database);
    let mut places = fixups::places(fixups);
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
        built.problems.extend(draft.disagreements());
        built.compare(database, &draft);
        let resource = merge::resource(database, &built.model.kinds, &draft);
        let service = built.model.services.entry(service_of(&row.name));
        let service = service.or_default();
        service.resources.insert(row.name.clone(), resource);
    }
    let stale = places.iter().map(fixups::Place::stale);
    built.problems.extend(stale);
    Ok(built)
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

    /// Counts where a draft lists values or takes an identifier and the database does not, and the other way round.
    fn compare(&mut self, database: &Database, draft: &Draft) {
        for structure in &draft.structures {
            let part = structure.id.as_ref();
            let row = part.and_then(|id| database.definitions.get(id));
            let known = row.map_or(&draft.resource.properties, |row| &row.properties);
            for (name, property) in &structure.properties {
                let own = part.is_none().then_some(name.as_str());
                let before = known
                    .get(name)
                    .filter(|_| row.is_some() || part.is_none())
                    .map_or(Says::Nothing, |known| {
                        database.says(&draft.resource, own, known)
                    });
                let now = property.says(database, &draft.resource, own);
                if before != now {
                    self.adopted.count(now);
                    self.dropped.count(before);
                }
            }
        }
    }

    /// The rules that settled nothing.
    pub(super) fn stale_rules(&self) -> Vec<String> {
        let settled = |rule: &Rule| self.settled.get(rule.name).copied().unwrap_or_default();
        let stale = RULES.iter().filter(|rule| settled(rule) == 0);
        let stale = stale.map(|Rule { name, reason, .. }| {
            format!("rule `{name}` ({reason}) settles nothing any more; remove it")
        });
        stale.collect()
    }
}
