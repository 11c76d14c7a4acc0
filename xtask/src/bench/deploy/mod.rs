//! What it costs to deploy stacks and to find out that there is nothing to deploy: this program and AWS CDK's, against one
//! emulator in one run.

mod counter;
mod stacks;

use std::path::Path;

use super::measure::{Cost, Subject, once};
use crate::process::{Failure, target};
use crate::testbed::{Cdk, Emulator, Kind, Scratch, Venv};
use counter::{Calls, Counter};
use stacks::{RESOURCES, STACKS};

/// What is done, in this order: each finds what the one before has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Create,
    Nothing,
    Diff,
    Update,
}

const JOBS: [(Job, &str); 4] = [
    (Job::Create, "deploy new stacks"),
    (Job::Nothing, "deploy, nothing differs"),
    (Job::Diff, "diff, one property of each stack differs"),
    (Job::Update, "deploy that"),
];

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Mycli,
    Cdk,
    /// With the flags that make it as fast as it can be, and leave out the change sets.
    FastCdk,
}

const PROGRAMS: [Program; 3] = [Program::Mycli, Program::Cdk, Program::FastCdk];

/// What doing it once cost.
struct Measured {
    job: Job,
    program: Program,
    name: &'static str,
    cost: Cost,
    calls: Calls,
}

/// Measures each job in turn by all programs, in a fresh emulator each round. The first round warms up and is not counted.
pub(super) fn run_all(runs: u32) -> Result<(), Failure> {
    let mycli = super::mycli()?;
    let cdk = Cdk::ready()?.modules().join(".bin").join("cdk");
    let programs = Commands {
        mycli,
        cdk: cdk.display().to_string(),
    };
    let venv = Venv::ready()?;
    let mut all = Vec::new();
    for round in 0..=runs {
        let measured = self::round(&programs, &venv, round)?;
        if round > 0 {
            all.extend(measured);
        }
    }
    println!(
        "| {STACKS} stacks of {RESOURCES} resources | by | wall ms | CPU ms | API calls | wall, times ours | calls, times ours |"
    );
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
    let mut asked = Vec::new();
    for (job, what) in JOBS {
        let mut ours = None;
        for program in PROGRAMS {
            let of_it = all
                .iter()
                .filter(|one| one.job == job && one.program == program);
            let of_it: Vec<&Measured> = of_it.collect();
            let costs: Vec<Cost> = of_it.iter().map(|one| one.cost).collect();
            let cost = Cost::median(&costs);
            let Some(calls) = median(&of_it) else {
                continue;
            };
            let (name, count) = of_it.first().map_or(("", 0), |one| (one.name, sum(calls)));
            let (our_wall, our_count) = *ours.get_or_insert((cost.wall_ms, count));
            #[expect(clippy::cast_precision_loss, reason = "some hundreds of calls")]
            let more_calls = count as f64 / our_count as f64;
            println!(
                "| {what} | `{name}` | {:.0} | {:.0} | {count} | {:.1} | {more_calls:.1} |",
                cost.wall_ms,
                cost.cpu_ms,
                cost.wall_ms / our_wall,
            );
            let calls = calls.iter().map(|(name, count)| format!("{count} {name}"));
            let calls: Vec<String> = calls.collect();
            asked.push(format!("{what}, `{name}`: {}", calls.join(", ")));
        }
    }
    println!("\n{}\n", asked.join("\n"));
    Ok(())
}

fn sum(calls: &Calls) -> usize {
    calls.values().sum()
}

/// The calls of the time that had the median number of them.
fn median<'a>(measured: &[&'a Measured]) -> Option<&'a Calls> {
    let mut calls: Vec<&Calls> = measured.iter().map(|one| &one.calls).collect();
    calls.sort_by_key(|calls| sum(calls));
    calls.get(calls.len() / 2).copied()
}

/// All jobs by all programs. They take turns in who is first.
fn round(programs: &Commands, venv: &Venv, round: u32) -> Result<Vec<Measured>, Failure> {
    let scratch = Scratch::new("bench-deploy")?;
    let emulator = Emulator::start(venv, None, &scratch.path, Kind::Lenient)?;
    let counter = Counter::before(&emulator.endpoint)?;
    let variables = |address: &str| {
        let home = scratch.path.display().to_string();
        let mut variables = vec![
            ("AWS_ENDPOINT_URL", address.to_owned()),
            ("HOME", home),
            ("CDK_DISABLE_CLI_TELEMETRY", "true".to_owned()),
            ("NODE_NO_WARNINGS", "1".to_owned()),
        ];
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            variables.push((name, "test".to_owned()));
        }
        variables.push(("AWS_REGION", "us-east-1".to_owned()));
        variables.push(("AWS_EC2_METADATA_DISABLED", "true".to_owned()));
        variables
    };
    let directory = target().join("bench").join("deploy");
    // The emulator reads its own code when it is first asked: nobody's time.
    let (warming, _) = assemblies(&directory, "warming")?;
    let (_, command) = programs.command(Program::Mycli, Job::Create, &warming);
    once(&Subject {
        name: "",
        command,
        variables: variables(&emulator.endpoint),
    })?;
    let mut written = Vec::new();
    for program in PROGRAMS {
        let prefix = format!("{program:?}").to_lowercase();
        written.push((program, assemblies(&directory, &prefix)?));
    }
    let first = usize::try_from(round).unwrap_or_default() % written.len();
    written.rotate_left(first);
    let mut measured = Vec::new();
    for (job, _) in JOBS {
        for (program, (before, after)) in &written {
            let assembly = match job {
                Job::Create | Job::Nothing => before,
                Job::Diff | Job::Update => after,
            };
            let (name, command) = programs.command(*program, job, assembly);
            counter.take();
            let cost = once(&Subject {
                name,
                command,
                variables: variables(&counter.address),
            })?;
            measured.push(Measured {
                job,
                program: *program,
                name,
                cost,
                calls: counter.take(),
            });
        }
    }
    Ok(measured)
}

/// The assembly that is deployed first, and the one with changes.
fn assemblies(directory: &Path, prefix: &str) -> Result<(String, String), Failure> {
    let write = |value: &str| {
        let place = directory.join(format!("{prefix}-{value}"));
        stacks::write(&place, prefix, value).map(|()| place.display().to_string())
    };
    Ok((write("one")?, write("two")?))
}

/// Where the programs are.
struct Commands {
    mycli: String,
    cdk: String,
}

impl Commands {
    /// How a program does a job, and what that is called in the table.
    fn command(&self, program: Program, job: Job, assembly: &str) -> (&'static str, Vec<String>) {
        let deploys = job != Job::Diff;
        let (name, words) = match (program, deploys) {
            (Program::Mycli, true) => ("mycli apply", "apply --yes --assembly"),
            (Program::Mycli, false) => ("mycli diff", "diff --assembly"),
            (Program::Cdk, true) => ("cdk deploy --concurrency 10", CDK_DEPLOY),
            (Program::Cdk, false) => ("cdk diff", CDK_DIFF),
            (Program::FastCdk, true) => (
                "cdk deploy --concurrency 10 --method direct",
                FAST_CDK_DEPLOY,
            ),
            (Program::FastCdk, false) => ("cdk diff --method template", FAST_CDK_DIFF),
        };
        let command = match program {
            Program::Mycli => &self.mycli,
            Program::Cdk | Program::FastCdk => &self.cdk,
        };
        let words = std::iter::once(command.as_str()).chain(words.split(' '));
        let words = words.chain([assembly]).map(str::to_owned);
        (name, words.collect())
    }
}

const CDK_DEPLOY: &str =
    "deploy --all --concurrency 10 --require-approval never --progress events --no-notices --app";
const FAST_CDK_DEPLOY: &str = "deploy --all --concurrency 10 --require-approval never --progress events --method direct --no-notices --app";
const CDK_DIFF: &str = "diff --no-notices --app";
const FAST_CDK_DIFF: &str = "diff --method template --no-notices --app";
