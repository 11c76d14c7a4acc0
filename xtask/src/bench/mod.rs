//! `cargo xtask bench`: what things cost, each beside a peer in the same run on the same machine.
//!
//! Numbers are medians over several runs after a warm-up; peers take turns run by run, so that a busy moment hits
//! both. Prints Markdown tables.

mod assembly;
mod compile;
mod deploy;
mod edit;
mod execution;
mod history;
mod measure;
mod synthesis;
mod validation;

use std::path::Path;

use crate::process::{Failure, cargo, run, target};

/// How often each command is measured, the default of `--runs`.
const RUNS: u32 = 5;

/// Measures something so many times, and prints a table.
type Benchmark = fn(u32) -> Result<(), Failure>;

/// The benchmarks by name.
const BENCHMARKS: [(&str, Benchmark); 8] = [
    ("synth", synthesis::run_all),
    ("validate", validation::run_all),
    ("exec", execution::run_all),
    ("history", history::run_all),
    ("compile", compile::run_all),
    ("edit", edit::run_all),
    ("assembly", assembly::run_all),
    ("deploy", deploy::run_all),
];

/// Runs the benchmarks that `arguments` name, or all of them.
pub(crate) fn run_all(arguments: &[String]) -> Result<(), Failure> {
    let mut runs = RUNS;
    let mut wanted = Vec::new();
    for argument in arguments {
        if let Some(number) = argument.strip_prefix("--runs=") {
            runs = number
                .parse()
                .map_err(|_| format!("`{number}` is not a number of runs"))?;
            continue;
        }
        let known = BENCHMARKS.iter().find(|(name, _)| name == argument);
        wanted.push(known.ok_or_else(|| {
            let names = BENCHMARKS.map(|(name, _)| format!("`{name}`")).join(", ");
            format!("no benchmark `{argument}`: there are {names}")
        })?);
    }
    if wanted.is_empty() {
        wanted.extend(&BENCHMARKS);
    }
    println!("{}\n", machine());
    wanted
        .into_iter()
        .try_for_each(|(_, benchmark)| benchmark(runs))
}

/// The program that is measured: a release build, made first; or the one that `MYCLI_BENCH_BINARY` names, for trying things out.
fn mycli() -> Result<String, Failure> {
    if let Ok(path) = std::env::var("MYCLI_BENCH_BINARY") {
        println!("with {path}\n");
        return Ok(path);
    }
    let build = ["build", "--release", "--locked", "--package", "mycli"];
    run(&mut cargo(&build))?;
    Ok(target().join("release").join("mycli").display().to_string())
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
