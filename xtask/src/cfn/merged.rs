//! Both sources, read and merged.

use std::collections::BTreeSet;

use super::build::{self, Built};
use super::config::LeftOut;
use super::database::Database;
use super::fetch::Fetched;
use super::fixups::Fixup;
use super::model::Counts;
use super::rules::RULES;
use super::schemas::Schemas;
use crate::process::Failure;

/// Everything that both sources have.
pub(super) struct Merged {
    pub(super) built: Built,
    /// What the sources hold by their own count.
    pub(super) in_sources: Counts,
    /// What was decided on the way.
    pub(super) report: Vec<String>,
}

impl Merged {
    /// Reads both sources and merges them. What is left to decide is among the problems of `built`.
    pub(super) fn read(
        left_out: &[LeftOut],
        fixups: &[Fixup],
        fetched: &Fetched,
    ) -> Result<Self, Failure> {
        let mut database = Database::open(&fetched.database)?;
        let schemas = Schemas::open(&fetched.schemas)?;
        let known: Vec<String> = database.resources.keys().cloned().collect();
        let names = known.iter().map(String::as_str).chain(schemas.names());
        let mut names: BTreeSet<&str> = names.collect();
        let (mut report, mut stale) = (Vec::new(), Vec::new());
        for left in left_out {
            if !names.remove(left.name.as_str()) {
                stale.push(left.stale());
            }
            report.push(format!("left out: {} ({})", left.name, left.reason));
        }
        for name in &names {
            if let (None, Some(schema)) = (database.resources.get(*name), schemas.get(name)?) {
                database.adopt(name, &schema);
                report.push(format!("only in cfn-lint: {name}"));
            }
        }
        let mut built = build::build(&database, &names, fixups, |name| schemas.get(name))?;
        built.problems.extend(built.stale_rules());
        built.problems.extend(stale);
        for rule in RULES {
            let settled = built.settled.get(rule.name).copied().unwrap_or_default();
            report.push(format!("rule `{}`: {settled} properties", rule.name));
        }
        report.push(format!("fixups: {}", fixups.len()));
        let in_database = database.counts(&names);
        report.push(format!("in the database: {in_database}"));
        report.push(format!("only in cfn-lint or by fixups: {}", built.adopted));
        report.push(format!("not taken from the database: {}", built.dropped));
        Ok(Self {
            in_sources: in_database + built.adopted - built.dropped,
            built,
            report,
        })
    }
}
