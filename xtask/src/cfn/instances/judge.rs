//! What cfn-lint and our validator say of each instance, and whether our types keep it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use synth_validate::{Options, Severity};

use super::super::read;
use super::Written;
use crate::process::{Failure, cargo, target};
use crate::testbed::Venv;

/// Disagreements that are known, a line each: who refuses which instance, ` # `, and why that is so.
const KNOWN: &str = include_str!("disagreements.txt");

/// What is not compared: advice, rules about the template as a whole or several resources, rules in Python about the
/// content of documents and the like, and whether a type is being taken away.
const NOT_OF_SCHEMAS: &[&str] = &[
    "W", "I", "E0", "E1001", "E1010", "E2", "E3001", "E3004", "E3005", "E3019", "E3022", "E3027",
    "E3051", "E3057", "E3060", "E3063", "E35", "E3601", "E3673", "E3710", "E4", "E6", "E7", "E8",
];

/// Makes the instances and compares what both say of each.
pub(crate) fn check() -> Result<(), Failure> {
    let directory = target().join("cfn").join("instances");
    let _ = std::fs::remove_dir_all(&directory);
    let Written { paths, without } = super::write(&directory)?;
    let mut found = compare(&paths)?;
    found.extend(rewritten(&paths)?);
    found.extend(
        without
            .iter()
            .map(|name| format!("no instance of {name} # none was found")),
    );
    let known: BTreeSet<&str> = KNOWN
        .lines()
        .filter_map(|line| Some(line.split_once(" # ")?.0))
        .collect();
    let new = found.iter().filter(|line| {
        !known.contains(
            line.split_once(" # ")
                .map_or(line.as_str(), |(name, _)| name),
        )
    });
    let new: Vec<_> = new.cloned().collect();
    let names: BTreeSet<&str> = found
        .iter()
        .filter_map(|line| Some(line.split_once(" # ")?.0))
        .collect();
    let stale: Vec<_> = known.difference(&names).copied().collect();
    println!(
        "{} instances are judged otherwise by cfn-lint or changed by our types, as is known",
        found.len() - new.len()
    );
    if new.is_empty() && stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the validator, cfn-lint and our types disagree; mend one, or say why in disagreements.txt\n{}\nno longer so, remove:\n{}",
        new.join("\n"),
        stale.join("\n")
    ))
}

/// One line for each instance that our types do not write as they read it.
fn rewritten(paths: &[PathBuf]) -> Result<BTreeSet<String>, Failure> {
    let package = ["run", "--quiet", "--locked", "--package", "synth-cfn"];
    let example = ["--all-features", "--example", "rewrite", "--"];
    let mut command = cargo(&package);
    // Half of the time of this build would go into lines that nobody steps through.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    let good = paths.iter().filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.contains("broken")
    });
    command.args(example).args(good).stdin(Stdio::null());
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("could not run the example `rewrite`: {error}"))?;
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(format!(
            "the example `rewrite` ended with {}",
            output.status
        ));
    }
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let differences = lines.lines().filter_map(|line| line.splitn(3, ": ").nth(2));
    Ok(differences
        .map(|difference| match difference.split_once(": ") {
            Some((name, what)) => format!("our type changes {name} # {what}"),
            None => difference.to_owned(),
        })
        .collect())
}

/// One line for each instance that only one of the two refuses.
fn compare(paths: &[PathBuf]) -> Result<BTreeSet<String>, Failure> {
    let theirs = cfn_lint(paths)?;
    let mut found = BTreeSet::new();
    for path in paths {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        let group = path.file_name().unwrap_or_default().to_string_lossy();
        let (is_broken, is_listed) = (group.contains("broken"), !group.starts_with("unlisted"));
        let template =
            synth_core::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut ours: BTreeMap<String, String> = BTreeMap::new();
        for one in synth_validate::validate(&template, &Options::default()) {
            if one.severity == Severity::Error && one.problem.code.starts_with("property.") {
                let text = format!("{} {}", one.property_path, one.problem.code);
                ours.entry(one.logical_id).or_insert(text);
            }
        }
        let template: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let resources = template.get("Resources").and_then(Value::as_object);
        for (id, resource) in resources.into_iter().flatten() {
            let name = resource
                .pointer("/Metadata/instance")
                .and_then(Value::as_str)
                .unwrap_or(id);
            let key = (path.clone(), id.clone());
            match (ours.get(id), theirs.get(&key), is_broken) {
                (Some(_), Some(_), true) | (None, None, false) => {}
                // cfn-lint does not know the type.
                (Some(_), _, true) | (None, _, false) if !is_listed => {}
                (Some(why), None, _) => {
                    found.insert(format!("ours alone refuses {name} # {why}"));
                }
                (None, Some(why), _) => {
                    found.insert(format!("cfn-lint alone refuses {name} # {why}"));
                }
                (None, None, true) => {
                    found.insert(format!("nobody refuses {name} # no such rule"));
                }
                (Some(why), Some(_), false) => {
                    found.insert(format!("both refuse {name} # {why}"));
                }
            }
        }
    }
    Ok(found)
}

/// The first error of cfn-lint about each resource, by template and name.
fn cfn_lint(paths: &[PathBuf]) -> Result<BTreeMap<(PathBuf, String), String>, Failure> {
    let venv = Venv::ready()?;
    let program = venv.program("cfn-lint");
    // Two processes, which take turns with the templates.
    let listed = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with("unlisted")
    };
    let half = |first: usize| paths.iter().filter(listed).skip(first).step_by(2);
    let start = |first: usize| {
        let mut command = Command::new(&program);
        command
            .args(["--format", "json", "--ignore-checks"])
            .args(NOT_OF_SCHEMAS);
        command.arg("--").args(half(first)).stdin(Stdio::null());
        let started = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        started.map_err(|error| format!("could not start cfn-lint: {error}"))
    };
    let (one, other) = (start(0)?, start(1)?);
    let other = std::thread::spawn(move || other.wait_with_output());
    let one = one.wait_with_output();
    let other = other
        .join()
        .map_err(|_| "cfn-lint could not be waited for")?;
    let mut found = BTreeMap::new();
    for output in [one, other] {
        let output =
            output.map_err(|error| format!("could not read what cfn-lint says: {error}"))?;
        let answer: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
            let told = String::from_utf8_lossy(&output.stderr);
            format!("cfn-lint did not answer: {error}: {told}")
        })?;
        for one in answer.as_array().into_iter().flatten() {
            let text = |pointer: &str| {
                one.pointer(pointer)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            let path = one.pointer("/Location/Path").and_then(Value::as_array);
            let names = path.into_iter().flatten().map(|step| match step {
                Value::String(name) => name.clone(),
                other => other.to_string(),
            });
            let names: Vec<String> = names.collect();
            let [_, id, rest @ ..] = names.as_slice() else {
                continue;
            };
            let key = (Path::new(text("/Filename")).to_owned(), id.clone());
            let why = format!(
                "{} {}: {}",
                rest.join("/"),
                text("/Rule/Id"),
                text("/Message")
            );
            let short: String = why.chars().take(200).collect();
            found.entry(key).or_insert(short.replace('\n', " "));
        }
    }
    Ok(found)
}
