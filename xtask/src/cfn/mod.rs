//! `cargo xtask cfn`: the resource types of `synth-cfn`, from the data that two registry packages ship.
//!
//! Reading order: [`config`] says what, [`fetch`] brings it, [`database`] and [`schemas`] read the two sources, [`adopt`]
//! takes from the second what only it has. [`build`] goes from there to the [`model`]: [`draft`] lays both side by side,
//! [`disagreements`] compares them, [`fixups`] and [`rules`] settle what they say wrongly or differently, [`merge`] names
//! and types it. [`emit`] writes the model as Rust, [`output`] puts it in place or compares.

mod adopt;
mod build;
mod config;
mod database;
mod disagreements;
mod draft;
mod emit;
mod features;
mod fetch;
mod fixups;
mod limits;
mod markdown;
mod merge;
mod model;
mod names;
mod output;
mod recursion;
mod relations;
mod rules;
mod schemas;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::process::{self, Failure};
use build::Built;
use config::{Config, LeftOut};
use database::Database;
use fetch::Fetched;
use fixups::Fixup;
use model::Counts;
use rules::RULES;
use schemas::Schemas;

/// Runs `cargo xtask cfn [--check]`.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => generate(),
        [only] if only == "--check" => check(),
        _ => Err("usage: cargo xtask cfn [--check]".to_owned()),
    }
}

/// Writes the crate.
fn generate() -> Result<(), Failure> {
    let produced = produce()?;
    output::replace(&produced.files, &produced.features)?;
    println!("{}", produced.report);
    println!("synth-cfn: {}", produced.counts);
    Ok(())
}

/// Fails when generating would change anything.
pub(crate) fn check() -> Result<(), Failure> {
    let produced = produce()?;
    output::compare(&produced.files, &produced.features)?;
    println!("synth-cfn is as generated: {}", produced.counts);
    Ok(())
}

/// The files as they should be, formatted, and what is in them.
struct Produced {
    files: emit::Files,
    features: Vec<String>,
    counts: Counts,
    /// What was decided on the way, a line each.
    report: String,
}

fn produce() -> Result<Produced, Failure> {
    let root = process::root();
    let config = Config::open(&root.join("synth/cfn.toml"))?;
    let fixups = fixups::open(&root.join("synth/cfn-fixups.toml"))?;
    let fetched = fetch::fetch(&config.sources)?;
    let (mut built, in_database, mut report) = read_sources(&config, &fixups, &fetched)?;
    built.model.rare = config.rare.into_iter().collect();
    for rule in RULES {
        let settled = built.settled.get(rule.name).copied().unwrap_or_default();
        report += &format!("rule `{}`: {settled} properties\n", rule.name);
    }
    report += &format!("fixups: {}", fixups.len());
    let features = features::of(&built.model)?;
    let counts = built.model.counts();
    output::agree("the sources", in_database, counts)?;
    let files = emit::crate_files(&built.model, &config.sources);
    output::agree("the files", output::counts(&files), counts)?;
    Ok(Produced {
        files: output::format(files)?,
        features,
        counts,
        report,
    })
}

/// Reads both sources and merges them; also what they hold by their own count, and what is left out or adopted.
fn read_sources(
    config: &Config,
    fixups: &[Fixup],
    fetched: &Fetched,
) -> Result<(Built, Counts, String), Failure> {
    let mut database = Database::open(&fetched.database)?;
    let schemas = Schemas::open(&fetched.schemas)?;
    let known: Vec<String> = database.resources.keys().cloned().collect();
    let names = known.iter().map(String::as_str).chain(schemas.names());
    let names = config.select(names)?;
    let mut report = String::new();
    for LeftOut { name, reason } in &config.left_out {
        report += &format!("left out: {name} ({reason})\n");
    }
    for name in &names {
        if let (None, Some(schema)) = (database.resources.get(*name), schemas.get(name)?) {
            database.adopt(name, &schema);
            report += &format!("only in cfn-lint: {name}\n");
        }
    }
    let built = build::build(&database, &names, fixups, |name| schemas.get(name))?;
    built.no_rule_is_stale()?;
    let counts = database.counts(&names) + built.adopted;
    Ok((built, counts, report))
}

/// The module of a namespace: `AWS::EC2` is `ec2`.
fn service_module(namespace: &str) -> String {
    namespace
        .rsplit("::")
        .next()
        .unwrap_or(namespace)
        .to_ascii_lowercase()
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
