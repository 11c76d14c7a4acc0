//! What it costs to read a cloud assembly: the same one by this program and by AWS CDK's.

use std::path::Path;
use std::process::Command;

use super::measure::{Subject, medians};
use crate::process::{Failure, cargo, run, target};
use crate::testbed::Cdk;

/// Resources and stacks of the assembly.
const RESOURCES: u32 = 10_000;
const STACKS: u32 = 200;

/// Listing the stacks, and comparing each with the one before.
pub(super) fn run_all(runs: u32) -> Result<(), Failure> {
    let build = ["build", "--release", "--locked", "--package"];
    run(cargo(&build).args(["synth", "--example", "bench"]))?;
    let ours = super::mycli()?;
    let release = target().join("release");
    let assembly = target().join("bench").join("assembly");
    run(Command::new(release.join("examples").join("bench"))
        .env("OUT", &assembly)
        .env("STACKS", STACKS.to_string()))?;
    let subject = |name, command: &[&str], words: &[&str]| {
        let text = |word: &&str| (*word).to_owned();
        let place = assembly.display().to_string();
        let words = command.iter().chain(words).map(text);
        Subject {
            name,
            command: words.chain([place]).collect(),
            variables: vec![
                ("CDK_DISABLE_CLI_TELEMETRY", "true".to_owned()),
                ("NODE_NO_WARNINGS", "1".to_owned()),
            ],
        }
    };
    let word = |path: &Path| path.display().to_string();
    let cdk = word(&Cdk::ready()?.modules().join(".bin").join("cdk"));
    let old = word(&assembly);
    let subjects = [
        subject("`mycli ls`", &[&ours], &["ls", "--assembly"]),
        subject("`cdk ls`", &[&cdk], &["ls", "--no-notices", "--app"]),
        subject(
            "`mycli diff` with the same assembly",
            &[&ours],
            &["diff", "--quiet", "--template", &old, "--assembly"],
        ),
    ];
    println!("| {RESOURCES} resources in {STACKS} stacks | CPU ms | wall ms | peak MiB |");
    println!("| --- | ---: | ---: | ---: |");
    for (subject, cost) in subjects.iter().zip(medians(runs, &subjects)?) {
        println!(
            "| {} | {:.1} | {:.1} | {:.0} |",
            subject.name, cost.cpu_ms, cost.wall_ms, cost.memory_mib
        );
    }
    println!();
    Ok(())
}
