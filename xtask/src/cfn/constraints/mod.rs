//! `synth/validate/data`: what both sources say of every property, as one compressed table.
//!
//! Reading order: [`providers`] and [`rules`] read cfn-lint, [`shape`] adds what only the database knows, [`patterns`]
//! and [`lower`] make nodes of a schema, [`making`] goes through all types, [`counts`] compares the table with the sources, [`report`] says what is in
//! the table and what is left out of it.

mod counts;
mod keywords;
mod lower;
mod making;
mod patterns;
mod providers;
mod report;
mod rules;
mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use synth_validate::table::Table;

use super::config::Sources;
use super::database::Database;
use crate::process::{self, Failure};
use counts::Counts;
use making::Making;
use providers::Providers;

/// What a type is called that is none: a schema for what stands where a module is used.
const NO_TYPES: &[&str] = &["Module"];

/// The files of `synth/validate/data`, and a summary for the terminal.
pub(super) struct Produced {
    files: Vec<(&'static str, Vec<u8>)>,
    summary: String,
}

/// Makes the table and compares it with its sources; `data` is `cfnlint/data/schemas`.
pub(super) fn produce(
    sources: &Sources,
    database: &Database,
    data: &Path,
) -> Result<Produced, Failure> {
    let package = data.parent().and_then(Path::parent).unwrap_or(data);
    let providers = Providers::open(data)?;
    let extensions = rules::read_all(package)?;
    let mut making = Making::new(&providers);
    let names: BTreeSet<&str> = providers
        .types
        .keys()
        .chain(database.resources.keys())
        .map(String::as_str)
        .filter(|name| !NO_TYPES.contains(name))
        .collect();
    let tagged = making.add_types(database, &names)?;
    making.add_rules(&rules::tagging(package, tagged)?)?;
    for extension in &extensions.used {
        making.add_rules(extension)?;
    }
    let (index, blocks, facts) = making.finish();
    let bytes = synth_validate::table::to_bytes(&index, &blocks, deflate);
    let held = read_back(bytes.clone())?;
    counts::agree(&facts.sources, &held, &facts.fewer)
        .map_err(|different| format!("the table is not what the sources say\n{different}"))?;
    let report = report::Report {
        sources,
        providers: &providers,
        extensions: &extensions,
        facts: &facts,
        held: &held,
        blocks: &blocks,
    };
    let raw: usize = blocks.iter().map(|block| block.to_bytes().len()).sum();
    let summary = format!(
        "{} types in {} services, {} rules; {raw} bytes, {} compressed\n{}",
        index.types.len(),
        blocks.len(),
        facts.rules,
        bytes.len(),
        report.counts(),
    );
    let files = vec![
        ("schemas.bin", bytes),
        ("actions.bin", deflate(actions(package)?.as_bytes())),
        ("NOTICE", report.notice().into_bytes()),
        ("contents.txt", report.contents().into_bytes()),
    ];
    Ok(Produced { files, summary })
}

/// A line for each service: the prefix of its actions, and their names.
fn actions(package: &Path) -> Result<String, Failure> {
    let path = package
        .join("data")
        .join("AdditionalSpecs")
        .join("Policies.json");
    let services: BTreeMap<String, Value> = serde_json::from_slice(&super::read(&path)?)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let mut text = String::new();
    for (service, known) in services {
        let names = known.get("Actions").and_then(Value::as_object);
        let names: BTreeSet<&String> = names.into_iter().flat_map(|names| names.keys()).collect();
        text.push_str(&service);
        for name in names {
            text.push(' ');
            text.push_str(name);
        }
        text.push('\n');
    }
    if text.is_empty() {
        return Err(format!(
            "{} names no actions: cfn-lint moved them",
            path.display()
        ));
    }
    Ok(text)
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing to memory does not fail; what is lost would be missed when the table is read back.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Counts what is in a table that is read as the validator reads it.
fn read_back(bytes: Vec<u8>) -> Result<Counts, Failure> {
    let table = Table::new(bytes.leak()).ok_or("the table cannot be read back")?;
    let mut held = Counts::new();
    for listed in &table.index().types {
        let (block, schema) = table
            .schema(&listed.name)
            .ok_or_else(|| format!("{} cannot be read back", listed.name))?;
        counts::of_node(block, schema.root, &mut held);
        let definitions = schema.definitions.iter().map(|(_, node)| *node);
        let rules = schema.rules.iter().map(|rule| rule.node);
        for node in definitions.chain(rules) {
            counts::of_node(block, node, &mut held);
        }
    }
    Ok(held)
}

impl Produced {
    /// Writes the files, and says what is in them.
    pub(super) fn write(&self) -> Result<(), Failure> {
        for (name, bytes) in &self.files {
            let path = directory().join(name);
            std::fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        println!("synth-validate: {}", self.summary);
        Ok(())
    }

    /// Fails when a file is not as it would be written.
    pub(super) fn compare(&self) -> Result<(), Failure> {
        for (name, bytes) in &self.files {
            if std::fs::read(directory().join(name)).ok().as_ref() != Some(bytes) {
                return Err(format!(
                    "synth/validate/data/{name} is not as generated; run `cargo xtask cfn`"
                ));
            }
        }
        println!("synth-validate is as generated: {}", self.summary);
        Ok(())
    }
}

fn directory() -> PathBuf {
    process::root().join("synth/validate/data")
}
