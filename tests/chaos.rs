//! Whatever is killed, whenever: afterwards every execution has a true end, every line that somebody was shown is in the journal
//! once, and nothing runs on.
//!
//! How many runs there are, and the seed that the moments come from, are printed; `MYCLI_CHAOS_RUNS` asks for more of them, and
//! `MYCLI_CHAOS_SEED` for the same ones again.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::machine::{Machine, engine, numbers};

/// How many lines a command prints, a hundred at a time.
const LINES: u32 = 2_000;

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// Nothing does.
    None,
    /// The CLI is killed.
    KillCli,
    /// The CLI is suspended for a while.
    SuspendCli,
    /// The agent is killed.
    KillAgent,
    /// The agent is suspended for a while.
    SuspendAgent,
    /// The container is killed by its engine; of a process, the command is.
    KillContainer,
    /// Somebody cancels.
    Cancel,
    /// Somebody cancels without any grace.
    Force,
    /// The CLI hears Ctrl-C twice.
    Interrupt,
    /// The connection of the CLI is lost.
    HangUp,
}

const FAULTS: [Fault; 10] = [
    Fault::None,
    Fault::KillCli,
    Fault::SuspendCli,
    Fault::KillAgent,
    Fault::SuspendAgent,
    Fault::KillContainer,
    Fault::Cancel,
    Fault::Force,
    Fault::Interrupt,
    Fault::HangUp,
];

#[test]
fn processes_survive_whatever_is_killed() {
    let machine = Machine::new();
    rage(&machine, None, "process", runs(40));
}

#[test]
fn containers_survive_whatever_is_killed() {
    let Some(host) = engine("containers_survive_whatever_is_killed") else {
        return;
    };
    let machine = Machine::new().with("DOCKER_HOST", host.clone());
    rage(&machine, Some(&host), "container", runs(20));
}

fn runs(default: u32) -> u32 {
    let asked = std::env::var("MYCLI_CHAOS_RUNS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Numbers that nobody can guess and everybody can have again: splitmix64.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        let given = std::env::var("MYCLI_CHAOS_SEED").ok();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = u64::try_from(now.unwrap().as_nanos() & u128::from(u64::MAX)).unwrap();
        Self(given.and_then(|text| text.parse().ok()).unwrap_or(now))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn rage(machine: &Machine, engine: Option<&str>, name: &str, runs: u32) {
    let mut dice = Dice::new();
    let seed = dice.0;
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for number in 0..runs {
        let faults = FAULTS.len() as u64;
        let fault = FAULTS[usize::try_from(dice.below(faults)).unwrap()];
        let at = Duration::from_millis(dice.below(400));
        let state = one(machine, engine, fault, at);
        *counts.entry(format!("{fault:?} → {state}")).or_default() += 1;
        assert_eq!(
            survivors(machine),
            [0; 0],
            "run {number} of seed {seed}: {fault:?} at {at:?}"
        );
    }
    #[expect(
        clippy::print_stderr,
        reason = "how much was tried is part of the result"
    )]
    {
        eprintln!("chaos: {runs} runs in a {name}, seed {seed}: {counts:?}");
    }
}

/// One run with one fault at that time, and the state that it ended in.
fn one(machine: &Machine, engine: Option<&str>, fault: Fault, at: Duration) -> String {
    let script = format!(
        "n=0; while test $n -lt {LINES}; do seq $((n + 1)) $((n + 100)); n=$((n + 100)); sleep 0.02; done"
    );
    let image = ["--image", "mycli-test/busybox:1"];
    let place: &[&str] = if engine.is_some() { &image } else { &[] };
    let flags = [&["exec", "-q"], place].concat();
    let before = youngest(machine);
    let mut cli = machine.start(&[&flags[..], &["--", "sh", "-c", &script]].concat());
    // The moment is what is drawn: nothing is waited for.
    std::thread::sleep(at);
    let id = youngest(machine).filter(|id| Some(id) != before.as_ref());
    let pid = Pid::from_child(&cli);
    let mut killed_by_us = false;
    match fault {
        Fault::None => {}
        Fault::KillCli => {
            cli.kill().unwrap();
            killed_by_us = true;
        }
        Fault::HangUp => drop(kill_process(pid, Signal::HUP)),
        Fault::Interrupt => {
            let _ = kill_process(pid, Signal::INT);
            let _ = kill_process(pid, Signal::INT);
        }
        Fault::SuspendCli => {
            let _ = kill_process(pid, Signal::STOP);
            std::thread::sleep(Duration::from_millis(300));
            let _ = kill_process(pid, Signal::CONT);
        }
        Fault::KillAgent
        | Fault::SuspendAgent
        | Fault::KillContainer
        | Fault::Cancel
        | Fault::Force => {
            if let Some(id) = &id {
                strike(machine, engine, fault, id);
            }
        }
    }
    let run: crate::machine::Run = cli.wait_with_output().unwrap().into();
    // Whoever was killed before anything was recorded has left nothing.
    let Some(id) = youngest(machine).filter(|id| Some(id) != before.as_ref()) else {
        assert!(fault != Fault::None, "nothing was recorded: {run:?}");
        return "nothing".to_owned();
    };
    if machine.status(&id)["state"] == "submitted" {
        // Its start is over with whoever was starting it; history gives it a minute, and a person need not wait.
        machine.run(&["cancel", &id]);
    }
    machine.run(&["wait", &id]);
    machine.run(&["reconcile"]).exits(0);
    check(machine, &id, &run, killed_by_us)
}

/// Does to the run `id` what `fault` says.
fn strike(machine: &Machine, engine: Option<&str>, fault: Fault, id: &str) {
    match fault {
        Fault::Cancel => drop(machine.run(&["cancel", id])),
        Fault::Force => drop(machine.run(&["cancel", id, "--force"])),
        Fault::KillContainer if let Some(host) = engine => {
            let kill = ["kill", &format!("mycli-{id}")];
            let killed = Command::new("docker")
                .args(kill)
                .env("DOCKER_HOST", host)
                .output();
            drop(killed.unwrap());
        }
        Fault::KillContainer => signal_all(&with_cookie(id), Signal::KILL, false),
        Fault::KillAgent => signal_all(&with_cookie(id), Signal::KILL, true),
        Fault::SuspendAgent => {
            let agents = with_cookie(id);
            signal_all(&agents, Signal::STOP, true);
            std::thread::sleep(Duration::from_millis(300));
            signal_all(&agents, Signal::CONT, true);
        }
        Fault::None | Fault::KillCli | Fault::SuspendCli | Fault::Interrupt | Fault::HangUp => {}
    }
}

/// What has to be true of a run in the end.
fn check(machine: &Machine, id: &str, run: &crate::machine::Run, killed: bool) -> String {
    let status = machine.status(id);
    let state = status["state"].as_str().unwrap().to_owned();
    let finals = [
        "succeeded",
        "failed",
        "cancelled",
        "timed_out",
        "lost",
        "could_not_start",
    ];
    assert!(finals.contains(&state.as_str()), "not an end: {status}");
    let logs = machine.run(&["logs", "-q", id]);
    let all = numbers(LINES).into_bytes();
    assert!(all.starts_with(&logs.stdout), "{id}: {:?}", logs.text());
    assert!(
        logs.stdout.starts_with(&run.stdout),
        "{id}: what was shown is not in the journal: {} and {} bytes",
        run.stdout.len(),
        logs.stdout.len()
    );
    check_order(machine, id);
    match state.as_str() {
        "succeeded" => assert!(
            logs.stdout == all,
            "{id} succeeded, and its output is not whole"
        ),
        "failed" => assert!(status["exit_code"].as_u64() > Some(0), "{status}"),
        "cancelled" => assert_eq!(status["exit_code"], 130, "{status}"),
        _ => assert_eq!(status["exit_code"], 125, "{status}"),
    }
    if !killed && run.code == Some(0) {
        assert_eq!(state, "succeeded", "mycli said so: {status}");
    }
    state
}

/// Fails if a frame of output is there twice, or not in its place.
fn check_order(machine: &Machine, id: &str) {
    let events = machine.run(&["logs", id, "-o", "json"]);
    let lines = events.stdout.split(|byte| *byte == b'\n');
    let seqs: Vec<u64> = lines
        .filter_map(|line| {
            let event: Value = serde_json::from_slice(line).ok()?;
            event["data"]["seq"].as_u64()
        })
        .collect();
    assert!(seqs.is_sorted_by(|one, next| one < next), "{id}: {seqs:?}");
}

fn youngest(machine: &Machine) -> Option<String> {
    let listed = machine.run(&["list", "--limit", "1", "-o", "json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).ok()?;
    let id = &listed["data"]["executions"][0]["id"];
    id.as_str().map(str::to_owned)
}

/// Processes that say they are of that execution.
fn with_cookie(id: &str) -> Vec<i32> {
    let mark = format!("MYCLI_EXECUTION={id}");
    all_processes()
        .filter(|pid| {
            let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment
                .split(|byte| *byte == 0)
                .any(|variable| variable == mark.as_bytes())
        })
        .collect()
}

/// Processes of executions of this machine that should be gone.
fn survivors(machine: &Machine) -> Vec<i32> {
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    loop {
        let left: Vec<i32> = std::fs::read_dir(machine.data().join("executions"))
            .unwrap()
            .flatten()
            .flat_map(|entry| with_cookie(&entry.file_name().to_string_lossy()))
            .collect();
        if left.is_empty() || std::time::Instant::now() > deadline {
            return left;
        }
    }
}

fn all_processes() -> impl Iterator<Item = i32> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Sends a signal to those of the processes that are agents, or to those that are not.
fn signal_all(processes: &[i32], signal: Signal, agents: bool) {
    for pid in processes {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let is_agent = String::from_utf8_lossy(&line).contains("--directory");
        if is_agent == agents {
            let _ = kill_process(Pid::from_raw(*pid).unwrap(), signal);
        }
    }
}
