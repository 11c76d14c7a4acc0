//! Putting the generated files in place, or comparing them with what is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::emit::Files;
use super::features;
use super::model::Counts;
use crate::process::{self, Failure};

fn crate_directory() -> PathBuf {
    process::root().join("synth/cfn")
}

/// Formats the files at the root of the crate as `cargo fmt` does. Those below are laid out as they are written.
pub(super) fn format(files: Files) -> Result<Files, Failure> {
    let directory = process::target().join("cfn/generated");
    if directory.exists() {
        std::fs::remove_dir_all(&directory).map_err(|error| named(&directory, &error))?;
    }
    let is_root = |path: &Path| path.components().count() == 1;
    for (path, text) in files.iter().filter(|(path, _)| is_root(path)) {
        write(&directory.join(path), text)?;
    }
    let mut rustfmt = Command::new("rustfmt");
    rustfmt
        .args(["--edition", "2024", "--config-path"])
        .arg(process::root().join("rustfmt.toml"));
    // From the crate root it finds the others, and skips the services.
    process::run(rustfmt.arg(directory.join("lib.rs")))?;
    let formatted = files.into_iter().map(|(path, text)| {
        if !is_root(&path) {
            return Ok((path, text));
        }
        let text = super::read(&directory.join(&path))?;
        Ok((path, String::from_utf8_lossy(&text).into_owned()))
    });
    formatted.collect()
}

/// Counts what was written, while every item still begins on a line of its own.
pub(super) fn counts(files: &Files) -> Counts {
    let mut counts = Counts::default();
    let of_resources = files
        .iter()
        .filter(|(path, _)| path.components().count() == 2 && !path.ends_with("mod.rs"));
    let mut before = "";
    for line in of_resources
        .flat_map(|(_, text)| text.lines())
        .map(str::trim_start)
    {
        // Markers have no variants, and only enums of known values derive anything.
        let is_enum = line.starts_with("pub enum ") && !line.ends_with("{}");
        let is_listed = before.starts_with("#[derive(");
        counts.enums += usize::from(is_enum && is_listed);
        counts.unions += usize::from(is_enum && !is_listed);
        before = line;
        counts.types += usize::from(line.starts_with("const TYPE: &'static str"));
        counts.structures += usize::from(line.starts_with("pub struct ") && line.ends_with('{'));
        counts.properties +=
            usize::from(line.starts_with("to.optional(") || line.starts_with("to.required("));
        counts.attributes += usize::from(
            ["self.0.attribute(", "self.0.list("]
                .iter()
                .any(|call| line.contains(call)),
        );
        let is_field =
            line.starts_with("pub ") && !line.starts_with("pub fn ") && line.contains("Property<");
        counts.references +=
            usize::from(is_field && (line.contains("Id<") || line.contains("OneOf<")));
    }
    counts
}

/// Fails when `found` is not what the model holds.
pub(super) fn agree(source: &str, found: Counts, model: Counts) -> Result<(), Failure> {
    if found == model {
        return Ok(());
    }
    Err(format!("{source}: {found}\nthe model: {model}"))
}

/// Writes the files, removes those that are generated no longer, and sets the features.
pub(super) fn replace(files: &Files, features: &[String]) -> Result<(), Failure> {
    let source = crate_directory().join("src");
    for stale in present(&source)?
        .iter()
        .filter(|path| !files.contains_key(*path))
    {
        let path = source.join(stale);
        std::fs::remove_file(&path).map_err(|error| named(&path, &error))?;
    }
    for (path, text) in files {
        write(&source.join(path), text)?;
    }
    for (path, text) in features::manifests(features)? {
        write(&path, &text)?;
    }
    Ok(())
}

/// Fails and names every file that is not as it would be generated.
pub(super) fn compare(files: &Files, features: &[String]) -> Result<(), Failure> {
    let source = crate_directory().join("src");
    let mut different: BTreeSet<PathBuf> = present(&source)?;
    different.retain(|path| !files.contains_key(path));
    for (path, text) in files {
        if std::fs::read(source.join(path)).ok().as_deref() != Some(text.as_bytes()) {
            different.insert(path.clone());
        }
    }
    for (path, text) in features::manifests(features)? {
        if super::read(&path)? != text.into_bytes() {
            different.insert(path);
        }
    }
    if different.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = different
        .iter()
        .map(|path| format!("  {}", path.display()))
        .collect();
    let names = names.join("\n");
    Err(format!(
        "synth/cfn/src is not as generated; run `cargo xtask cfn`\n{names}"
    ))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| named(parent, &error))?;
    }
    std::fs::write(path, text).map_err(|error| named(path, &error))
}

/// Every file below `directory`, by its path below it.
fn present(directory: &Path) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut found = BTreeSet::new();
    let mut open = vec![directory.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).map_err(|error| named(&at, &error))? {
            let path = entry.map_err(|error| named(&at, &error))?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(path) = path.strip_prefix(directory) {
                found.insert(path.to_owned());
            }
        }
    }
    Ok(found)
}

fn named(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display())
}
