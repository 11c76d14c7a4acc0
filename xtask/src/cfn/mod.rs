//! `cargo xtask cfn`: the resource types of `synth-cfn`, from the data that two registry packages ship.
//!
//! Reading order: [`config`] says what, [`mod@fetch`] brings it, [`database`] and [`schemas`] read the two sources, [`adopt`]
//! takes from the second what only it has. [`build`] goes from there to the [`model`]: [`draft`] lays both side by side,
//! [`disagreements`] compares them, [`fixups`] and [`rules`] settle what they say wrongly or differently, [`merge`] names
//! and types it. [`merged`] does that with everything, [`clashes`] looks at the names, [`emit`] writes the model as Rust,
//! [`output`] puts it in place or compares. [`update`] says with [`changes`] what a newer release brings.
//! [`constraints`] makes the table of `synth-validate` from the same two sources, [`mod@taggable`] the list of types that take tags.

mod adopt;
mod build;
mod changes;
mod clashes;
mod config;
mod constraints;
mod counts;
mod database;
mod disagreements;
mod draft;
mod emit;
mod features;
mod fetch;
mod fixups;
pub(crate) mod instances;
mod limits;
mod markdown;
mod merge;
mod merged;
mod model;
mod names;
mod output;
mod recursion;
mod relations;
mod rules;
mod schemas;
mod taggable;
#[cfg(test)]
mod tests;
mod update;

use std::path::Path;

use crate::process::Failure;
use config::Config;
use database::Database;
use fetch::fetch;
use merged::Merged;

/// Runs `cargo xtask cfn [--check | --update | --instances [DIRECTORY]]`.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => generate(),
        [only] if only == "--check" => check(),
        [only] if only == "--update" => {
            update::update()?;
            generate()
        }
        [option, directory] if option == "--instances" => {
            instances::write(Path::new(directory)).map(drop)
        }
        [only] if only == "--instances" => instances::check(),
        _ => {
            Err("usage: cargo xtask cfn [--check | --update | --instances [DIRECTORY]]".to_owned())
        }
    }
}

/// Writes the crate.
fn generate() -> Result<(), Failure> {
    let (files, merged) = produce()?;
    output::replace(&files, &features::of(&merged.built.model)?)?;
    println!("{}", merged.report.join("\n"));
    println!("synth-cfn: {}", merged.built.model.counts());
    table(taggable::write)?.write()
}

/// Fails when generating would change anything.
pub(crate) fn check() -> Result<(), Failure> {
    let (files, merged) = produce()?;
    output::compare(&files, &features::of(&merged.built.model)?)?;
    println!("synth-cfn is as generated: {}", merged.built.model.counts());
    table(taggable::compare)?.compare()
}

/// The table of `synth-validate`; the database is shown to `tags`.
fn table(
    tags: impl FnOnce(&Database) -> Result<(), Failure>,
) -> Result<constraints::Produced, Failure> {
    let config = Config::open(&Config::path())?;
    let fetched = fetch(&config.sources)?;
    let database = Database::open(&fetched.database)?;
    tags(&database)?;
    constraints::produce(&config.sources, &database, &fetched.schemas)
}

/// The files as they should be, formatted, and what they were made from.
fn produce() -> Result<(emit::Files, Merged), Failure> {
    let config = Config::open(&Config::path())?;
    let mut merged = Merged::read(&config.left_out, &fixups::open()?, &fetch(&config.sources)?)?;
    if !merged.built.problems.is_empty() {
        return Err(merged.built.problems.join("\n"));
    }
    merged.built.model.rare = config.rare.into_iter().collect();
    clashes::check(&merged.built.model)?;
    let counts = merged.built.model.counts();
    output::agree("the sources", merged.in_sources, counts)?;
    let files = emit::crate_files(&merged.built.model, &config.sources);
    output::agree("the files", output::counts(&files), counts)?;
    Ok((output::format(files)?, merged))
}

/// The module of the service that a type is of: `AWS::EC2::VPC` is in `ec2`.
fn service_of(resource: &str) -> String {
    let (namespace, _) = resource.rsplit_once("::").unwrap_or((resource, ""));
    let service = namespace.rsplit("::").next().unwrap_or(namespace);
    service.to_ascii_lowercase()
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
