//! `cargo xtask bench`: what things cost, each beside a peer in the same run on the same machine.
//!
//! Every number is a median over several runs after a warm-up; peers take turns run by run, so
//! that a busy moment hits both. Prints Markdown tables.

mod validation;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::{Failure, cargo, is_installed, read, root, run, target};

/// Sizes of the synthesis benchmark: resources, stacks, and whether the small stack is used.
const SIZES: &[(u32, u32, bool)] = &[
    (10, 1, true),
    (50, 1, false),
    (500, 10, false),
    (2_000, 40, false),
    (10_000, 200, false),
];

/// How often each command is measured, the default of `--runs`.
const RUNS: u32 = 5;

/// Runs the benchmarks that `arguments` name: `synth`, `validate`, `exec`; all when none is named.
pub(crate) fn run_all(arguments: &[String]) -> Result<(), Failure> {
    let mut runs = RUNS;
    let mut wanted = Vec::new();
    for argument in arguments {
        match (argument.strip_prefix("--runs="), argument.as_str()) {
            (Some(number), _) => {
                runs = number
                    .parse()
                    .map_err(|_| format!("`{number}` is not a number of runs"))?;
            }
            (None, name @ ("synth" | "validate" | "exec")) => wanted.push(name),
            (None, other) => {
                return Err(format!(
                    "no benchmark `{other}`: there are `synth`, `validate` and `exec`"
                ));
            }
        }
    }
    println!("{}\n", machine());
    if wanted.is_empty() || wanted.contains(&"synth") {
        synthesis(runs)?;
    }
    if wanted.is_empty() || wanted.contains(&"validate") {
        validation::validation(runs)?;
    }
    if wanted.is_empty() || wanted.contains(&"exec") {
        execution(runs)?;
    }
    Ok(())
}

/// Synthesis of the same stacks by this library and by AWS CDK.
fn synthesis(runs: u32) -> Result<(), Failure> {
    run(&mut cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "synth",
        "--example",
        "bench",
    ]))?;
    let ours = target().join("release").join("examples").join("bench");
    let peer = install_peer()?;
    let app = peer.join("app.js");
    let out = target().join("bench").join("out");
    println!("| resources | synthesis by | CPU ms | wall ms | peak MiB | CPU, times ours |");
    println!("| ---: | --- | ---: | ---: | ---: | ---: |");
    for (resources, stacks, small) in SIZES {
        let subject = |name, command: &[&Path], validation: Option<&str>| {
            let mut variables = vec![
                ("STACKS", stacks.to_string()),
                ("OUT", out.display().to_string()),
            ];
            variables.extend(small.then(|| ("SMALL", "1".to_owned())));
            variables.extend(validation.map(|value| ("CDK_VALIDATION", value.to_owned())));
            let command = command
                .iter()
                .map(|word| word.display().to_string())
                .collect();
            Subject {
                name,
                command,
                variables,
            }
        };
        let node = [Path::new("node"), &app];
        let subjects = [
            subject("mycli", &[&ours], None),
            subject("CDK, validation off", &node, Some("false")),
            subject("CDK, as it comes", &node, None),
        ];
        let costs = measure(runs, &subjects)?;
        let base = costs.first().map_or(f64::NAN, |cost| cost.cpu_ms);
        for (
            Subject { name, .. },
            Cost {
                cpu_ms,
                wall_ms,
                memory_mib,
            },
        ) in subjects.iter().zip(&costs)
        {
            let times = cpu_ms / base;
            println!(
                "| {resources} | {name} | {cpu_ms:.1} | {wall_ms:.1} | {memory_mib:.0} | {times:.0} |"
            );
        }
    }
    println!();
    Ok(())
}

/// What `mycli` adds to a command, and how long it takes to say anything at all.
fn execution(runs: u32) -> Result<(), Failure> {
    run(&mut cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "mycli",
    ]))?;
    let mycli = target().join("release").join("mycli").display().to_string();
    let home = crate::testbed::Scratch::new("bench")?;
    let variables = vec![
        (
            "MYCLI_DATA_DIR",
            home.path.join("data").display().to_string(),
        ),
        (
            "MYCLI_CONFIG",
            home.path.join("config.yaml").display().to_string(),
        ),
    ];
    let subject = |name, words: &[&str]| Subject {
        name,
        command: words.iter().map(|word| (*word).to_owned()).collect(),
        variables: variables.clone(),
    };
    let exec = [
        &mycli,
        "exec",
        "--quiet",
        "--skip-git",
        "--",
        "sh",
        "-c",
        "true",
    ];
    let subjects = [
        subject("`sh -c true`", &["sh", "-c", "true"]),
        subject("`mycli exec -- sh -c true` on `local`", &exec),
        subject("`mycli --version`", &[&mycli, "--version"]),
        subject("`mycli --help`", &[&mycli, "--help"]),
        subject(
            "`mycli init --synth-only`",
            &[&mycli, "init", "--synth-only"],
        ),
    ];
    println!("| command | wall ms | CPU ms | peak MiB |");
    println!("| --- | ---: | ---: | ---: |");
    for (
        Subject { name, .. },
        Cost {
            wall_ms,
            cpu_ms,
            memory_mib,
        },
    ) in subjects.iter().zip(measure(runs * 4, &subjects)?)
    {
        println!("| {name} | {wall_ms:.1} | {cpu_ms:.1} | {memory_mib:.0} |");
    }
    println!();
    Ok(())
}

/// A command that is measured against others.
struct Subject {
    name: &'static str,
    command: Vec<String>,
    variables: Vec<(&'static str, String)>,
}

/// What one command costs.
#[derive(Default)]
struct Cost {
    wall_ms: f64,
    cpu_ms: f64,
    memory_mib: f64,
}

/// Medians of each subject over `runs` rounds. The first round warms up and is not counted.
fn measure(runs: u32, subjects: &[Subject]) -> Result<Vec<Cost>, Failure> {
    let mut rounds: Vec<Vec<Cost>> = subjects.iter().map(|_| Vec::new()).collect();
    for round in 0..=runs {
        for (subject, costs) in subjects.iter().zip(&mut rounds) {
            let cost = measure_once(subject)?;
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    let median = |costs: &[Cost], of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Ok(rounds
        .iter()
        .map(|costs| Cost {
            wall_ms: median(costs, |cost| cost.wall_ms),
            cpu_ms: median(costs, |cost| cost.cpu_ms),
            memory_mib: median(costs, |cost| cost.memory_mib),
        })
        .collect())
}

fn measure_once(subject: &Subject) -> Result<Cost, Failure> {
    let script = root()
        .join("xtask")
        .join("src")
        .join("bench")
        .join("measure.py");
    let mut program = Command::new("python3");
    program.arg(script).args(&subject.command);
    program.envs(subject.variables.iter().map(|(name, value)| (name, value)));
    let answer = read(&mut program)?;
    let answer: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
    let number = |name: &str| {
        answer
            .get(name)
            .and_then(Value::as_f64)
            .ok_or_else(|| format!("no {name} was measured"))
    };
    Ok(Cost {
        wall_ms: number("wall_ms")?,
        cpu_ms: number("cpu_ms")?,
        memory_mib: number("memory_mib")?,
    })
}

/// A directory with the peer's program and the packages it needs.
fn install_peer() -> Result<PathBuf, Failure> {
    if !is_installed("npm") {
        return Err("npm is not installed; the peer of the benchmark comes from it".to_owned());
    }
    let directory = target().join("bench").join("peer");
    let source = root().join("xtask").join("src").join("bench").join("peer");
    let copy = |error: std::io::Error| format!("could not lay out the peer: {error}");
    std::fs::create_dir_all(&directory).map_err(copy)?;
    for file in ["app.js", "package.json"] {
        std::fs::copy(source.join(file), directory.join(file)).map_err(copy)?;
    }
    let quiet = ["install", "--silent", "--no-audit", "--no-fund"];
    run(Command::new("npm").args(quiet).current_dir(&directory))?;
    Ok(directory)
}

/// One line on what the numbers were measured on.
fn machine() -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        });
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string(Path::new("/proc/loadavg")).unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("?");
    format!("{model}, {cores} cores, load {load} at the start")
}
