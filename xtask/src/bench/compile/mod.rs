//! What compiling costs: the generated types, and an application beside the peers that model CloudFormation in Rust.

use std::path::{Path, PathBuf};

use super::measure::{Cost, Subject, once};
use crate::process::{Failure, root, run, target};

/// What most stacks use.
const SEVEN: &str = "dynamodb,ec2,ecs,iam,lambda,logs,s3";

/// Measures the generated types, then the applications.
pub(super) fn run_all(runs: u32) -> Result<(), Failure> {
    types(runs)?;
    applications(runs)
}

/// The crate of the generated types alone: what it depends on is compiled before.
fn types(runs: u32) -> Result<(), Failure> {
    println!("| synth-cfn, with | command | CPU s | wall s | peak MiB |");
    println!("| --- | --- | ---: | ---: | ---: |");
    let directory = target().join("bench").join("compile").join("types");
    let directory = directory.display().to_string();
    let every = services()?;
    let sets = [
        ("seven services", vec!["--features", SEVEN]),
        ("every service", vec!["--features", every.as_str()]),
    ];
    let commands = [vec!["check"], vec!["build"], vec!["build", "--release"]];
    for (name, features) in &sets {
        for command in &commands {
            let mut words = command.clone();
            words.extend(["--quiet", "--locked", "--package", "synth-cfn"]);
            words.extend(["--target-dir", &directory]);
            words.extend(features);
            let subject = cargo(&words, root(), false);
            once(&subject)?;
            let forget = ["clean", "--quiet", "--package", "synth-cfn", "--target-dir"];
            let forget = forget.into_iter().chain([directory.as_str()]);
            let forget: Vec<_> = forget.chain(["--profile", profile(command)]).collect();
            let costs = (0..runs).map(|_| {
                run(&mut crate::process::cargo(&forget))?;
                once(&subject)
            });
            let Cost {
                cpu_ms,
                wall_ms,
                memory_mib,
            } = Cost::median(&costs.collect::<Result<Vec<_>, _>>()?);
            let (cpu, wall) = (cpu_ms / 1e3, wall_ms / 1e3);
            let command = command.join(" ");
            println!("| {name} | `cargo {command}` | {cpu:.1} | {wall:.1} | {memory_mib:.0} |");
        }
    }
    println!();
    Ok(())
}

/// The features of every service. `read` and `debug` are none, and are off unless somebody asks.
fn services() -> Result<String, Failure> {
    let path = root().join("synth").join("cfn").join("Cargo.toml");
    let place = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| place(&error))?;
    let manifest: toml::Table = toml::from_str(&text).map_err(|error| place(&error))?;
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let names = features.into_iter().flat_map(toml::Table::keys);
    let services = names.filter(|name| !matches!(name.as_str(), "read" | "debug"));
    Ok(services.cloned().collect::<Vec<_>>().join(","))
}

fn profile(command: &[&str]) -> &'static str {
    if command.contains(&"--release") {
        "release"
    } else {
        "dev"
    }
}

/// The same two resources with each library: built from nothing, and again after one line was changed.
fn applications(runs: u32) -> Result<(), Failure> {
    println!(
        "| application with | clean build, CPU s | wall s | after an edit, CPU s | wall s | target, MB |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    let path = root().join("synth").display().to_string();
    let peers = [
        (
            "synth",
            include_str!("synth.rs"),
            format!("synth = {{ path = {path:?}, features = [\"sqs\"] }}"),
        ),
        (
            "stratosphere",
            include_str!("stratosphere.rs"),
            "stratosphere = { version = \"=0.1.0\", features = [\"aws_dynamodb\", \"aws_sqs\"] }"
                .to_owned(),
        ),
        (
            "rusty-cdk",
            include_str!("rusty-cdk.rs"),
            "rusty-cdk = \"=0.9.0\"\nrusty-cdk-macros = \"=0.9.0\"".to_owned(),
        ),
    ];
    for (name, program, dependencies) in &peers {
        let directory = lay_out(name, program, dependencies)?;
        let built = directory.join("target");
        let into = built.display().to_string();
        let subject = cargo(
            &["build", "--quiet", "--target-dir", &into],
            &directory,
            true,
        );
        // Downloads are no part of the measurement.
        run(crate::process::cargo(&["fetch", "--quiet"]).current_dir(&directory))?;
        let clean = once(&subject)?;
        let edits = (0..runs).map(|number| {
            let edited = format!("{program}\n// Edit {number}.\n");
            write(&directory.join("src").join("main.rs"), &edited)?;
            once(&subject)
        });
        let edit = Cost::median(&edits.collect::<Result<Vec<_>, _>>()?);
        let size = size_of(&built).map_err(|error| error.to_string())?;
        println!(
            "| {name} | {:.1} | {:.1} | {:.2} | {:.2} | {} |",
            clean.cpu_ms / 1e3,
            clean.wall_ms / 1e3,
            edit.cpu_ms / 1e3,
            edit.wall_ms / 1e3,
            size / 1_000_000
        );
    }
    println!();
    Ok(())
}

/// An application in a directory of its own, with nothing built.
fn lay_out(name: &str, program: &str, dependencies: &str) -> Result<PathBuf, Failure> {
    let directory = target().join("bench").join("compile").join(name);
    let built = directory.join("target");
    if built.exists() {
        std::fs::remove_dir_all(&built).map_err(|error| format!("{}: {error}", built.display()))?;
    }
    let source = directory.join("src");
    std::fs::create_dir_all(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let manifest = format!(
        "[package]\nname = \"application\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\n{dependencies}\n\n[workspace]\n"
    );
    write(&directory.join("Cargo.toml"), &manifest)?;
    write(&source.join("main.rs"), program)?;
    Ok(directory)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Cargo in `directory`; `incremental` as for somebody who edits, or off as for a dependency.
fn cargo(words: &[&str], directory: &Path, incremental: bool) -> Subject {
    let directory = directory.display().to_string();
    let cargo = ["env", "--chdir", &directory, "cargo"];
    let words = cargo.iter().chain(words).map(|word| (*word).to_owned());
    Subject {
        name: "cargo",
        command: words.collect(),
        variables: vec![("CARGO_INCREMENTAL", u8::from(incremental).to_string())],
    }
}

/// Bytes of all files in a directory and below it.
fn size_of(directory: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let data = entry.metadata()?;
        bytes += if data.is_dir() {
            size_of(&entry.path())?
        } else {
            data.len()
        };
    }
    Ok(bytes)
}
