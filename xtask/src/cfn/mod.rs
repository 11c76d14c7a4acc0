//! `cargo xtask cfn`: the resource types of `synth-cfn`, from the data that two registry packages ship.
//!
//! Reading order: [`config`] says what, [`fetch`] brings it, [`database`] and [`schemas`] read the two sources,
//! [`draft`] lays them side by side, [`fixups`] settles what they say wrongly or differently, [`merge`] makes the
//! [`model`] of it, [`emit`] writes the model as Rust, [`output`] puts it in place or compares. [`constraints`] makes the
//! table of `synth-validate` from the same two sources, for every type there is.

mod config;
mod constraints;
mod database;
mod draft;
mod emit;
mod fetch;
mod fixups;
pub(crate) mod instances;
mod limits;
mod markdown;
mod merge;
mod model;
mod names;
mod output;
mod recursion;
mod relations;
mod schemas;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::process::{self, Failure};
use config::Config;
use database::Database;
use draft::Draft;
use fixups::{FIXUPS, Fixup};
use model::{Counts, Model};
use schemas::Schemas;
use serde_json::Value;

/// Runs `cargo xtask cfn [--check | --instances [DIRECTORY]]`.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => generate(),
        [only] if only == "--check" => check(),
        [option, directory] if option == "--instances" => {
            instances::write(Path::new(directory)).map(drop)
        }
        [only] if only == "--instances" => instances::check(),
        _ => Err("usage: cargo xtask cfn [--check | --instances [DIRECTORY]]".to_owned()),
    }
}

/// Writes the crate.
fn generate() -> Result<(), Failure> {
    let (files, counts, services) = produce()?;
    output::replace(&files, &services)?;
    println!("synth-cfn: {counts}");
    table()?.write()
}

/// Fails when generating would change anything.
pub(crate) fn check() -> Result<(), Failure> {
    let (files, counts, services) = produce()?;
    output::compare(&files, &services)?;
    println!("synth-cfn is as generated: {counts}");
    table()?.compare()
}

/// The table of `synth-validate`.
fn table() -> Result<constraints::Produced, Failure> {
    let config = Config::open(&process::root().join("synth/cfn.toml"))?;
    let fetched = fetch::fetch(&config.sources)?;
    let database = Database::open(&fetched.database)?;
    constraints::produce(&config.sources, &database, &fetched.schemas)
}

type Produced = (emit::Files, Counts, Vec<String>);

/// The files as they should be, formatted, what is in them, and the services that need a feature.
fn produce() -> Result<Produced, Failure> {
    let config = Config::open(&process::root().join("synth/cfn.toml"))?;
    let fetched = fetch::fetch(&config.sources)?;
    let database = Database::open(&fetched.database)?;
    let schemas = Schemas::open(&fetched.schemas)?;
    let names = config.select(&database)?;
    let model = build(&database, &names, FIXUPS, |name| schemas.get(name))?;
    let counts = model.counts();
    output::agree("the database", database.counts(&names), counts)?;
    let files = emit::crate_files(&model, &config.sources);
    output::agree("the files", output::counts(&files), counts)?;
    let files = output::format(files)?;
    Ok((files, counts, model.services.keys().cloned().collect()))
}

/// Merges both sources for the types named; every disagreement that no fixup settles is in the error.
fn build(
    database: &Database,
    names: &[&str],
    fixups: &[Fixup],
    schema: impl Fn(&str) -> Result<Option<Value>, Failure>,
) -> Result<Model, Failure> {
    let mut model = Model {
        kinds: relations::all(database),
        ..Model::default()
    };
    let mut problems = Vec::new();
    for row in names
        .iter()
        .filter_map(|name| database.resources.get(*name))
    {
        let mut draft = Draft::read(database, row, schema(&row.name)?.as_ref());
        for stale in fixups::apply(fixups, &mut draft) {
            let Fixup { name, reason, .. } = stale;
            problems.push(format!(
                "fixup `{name}` ({reason}) changes nothing any more; remove it"
            ));
        }
        problems.extend(draft.disagreements());
        let resource = merge::resource(database, &model.kinds, &draft);
        let (namespace, _) = row.name.rsplit_once("::").unwrap_or_default();
        let service = model.services.entry(service_module(namespace)).or_default();
        service.resources.insert(row.name.clone(), resource);
    }
    if problems.is_empty() {
        Ok(model)
    } else {
        Err(problems.join("\n"))
    }
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
