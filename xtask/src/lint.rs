//! What can be said about the repository without running it.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, cargo, is_installed, root, run, target};
use crate::testbed::Venv;
use crate::{boundaries, cfn};

/// The version of cargo-deny that is installed where there is none.
const CARGO_DENY: &str = "0.20.2";

/// One check: its name, and what does it.
type Check = (&'static str, fn() -> Result<(), Failure>);

const CHECKS: &[Check] = &[
    ("format", || run(&mut cargo(&["fmt", "--all", "--check"]))),
    ("clippy", || {
        let targets = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--quiet",
        ];
        run(cargo(&targets).args(["--", "--deny", "warnings"]))
    }),
    ("documentation", || {
        let mut command = cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
        // With examples the features are those that clippy has checked the dependencies with.
        command.args(["--lib", "--bins", "--examples"]);
        run(command.env("RUSTDOCFLAGS", "--deny warnings"))
    }),
    ("boundaries", boundaries::check),
    ("dependencies", dependencies),
    ("generated types", cfn::check),
    ("templates", templates),
];

/// Runs every check, also after one has failed, and names those that failed.
pub(crate) fn run_all() -> Result<(), Failure> {
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        eprintln!("xtask: checking {name}");
        if let Err(reason) = check() {
            eprintln!("xtask: {name}: {reason}");
            failed.push(*name);
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("checks failed: {}", failed.join(", ")))
    }
}

/// Bans, licences and sources of all dependencies.
fn dependencies() -> Result<(), Failure> {
    let tools = target().join("tools");
    let mut program = tools.join("bin").join("cargo-deny");
    if is_installed("cargo-deny") {
        program = PathBuf::from("cargo-deny");
    } else if !program.is_file() {
        eprintln!("xtask: installing cargo-deny {CARGO_DENY}");
        // It runs for a second; optimizing it would take minutes.
        let install = [
            "install",
            "--debug",
            "--quiet",
            "--locked",
            "cargo-deny",
            "--version",
            CARGO_DENY,
        ];
        run(cargo(&install).arg("--root").arg(&tools))?;
    }
    let check = [
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ];
    run(Command::new(program).args(check).current_dir(root()))
}

/// cfn-lint on every template among the snapshots: not an error, not even a warning.
fn templates() -> Result<(), Failure> {
    let venv = Venv::ready()?;
    let directory = root().join("snapshots").join("templates");
    let mut templates: Vec<PathBuf> = std::fs::read_dir(&directory)
        .map_err(|error| format!("could not read {}: {error}", directory.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    templates.sort();
    if templates.is_empty() {
        return Err(format!("no template in {}", directory.display()));
    }
    templates.extend(of_the_example()?);
    run(Command::new(venv.program("cfn-lint"))
        // The zones that the example names are named on purpose, as those that an app has looked up are.
        .args(["--ignore-checks", "W3010", "--"])
        .args(templates))
}

/// Templates that constructs of every kind made: those of the example that is timed beside AWS CDK.
fn of_the_example() -> Result<Vec<PathBuf>, Failure> {
    let build = ["build", "--locked", "--quiet", "--workspace"];
    run(cargo(&build).args(["--example", "bench"]))?;
    let example = target().join("debug").join("examples").join("bench");
    let mut templates = Vec::new();
    for (name, size) in [("small", Some("1")), ("platform", None)] {
        let directory = target().join("lint").join(name);
        let mut command = Command::new(&example);
        command.env("OUT", &directory).env("STACKS", "1");
        run(command.envs(size.map(|size| ("SMALL", size))))?;
        templates.push(directory.join("Bench000.template.json"));
    }
    Ok(templates)
}
