//! Exit codes are the contract: the command's own comes back, whatever it is.

use crate::machine::{Machine, engine};

/// Signals whose default action is to kill, and that a shell can send to itself.
const DEADLY: [i32; 20] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 31,
];

#[test]
fn all_256_codes_come_back_from_a_process() {
    come_back(&[], 0..=255, |code| format!("exit {code}"));
}

#[test]
fn all_256_codes_come_back_from_a_container() {
    if let Some(host) = engine("all_256_codes_come_back_from_a_container") {
        come_back(&container(&host), 0..=255, |code| format!("exit {code}"));
    }
}

#[test]
fn death_by_each_signal_comes_back_from_a_process() {
    signals_come_back(&[]);
}

#[test]
fn death_by_each_signal_comes_back_from_a_container() {
    if let Some(host) = engine("death_by_each_signal_comes_back_from_a_container") {
        signals_come_back(&container(&host));
    }
}

#[test]
fn a_command_that_is_not_there_is_127_and_one_that_cannot_be_executed_is_126() {
    let machine = Machine::new();
    let missing = machine.run(&["exec", "--", "no-such-command"]).exits(127);
    assert!(missing.stderr.contains("no-such-command"), "{missing:?}");
    let file = machine.work().join("file");
    std::fs::write(&file, "not a program").unwrap();
    let file = file.display().to_string();
    machine
        .run(&["exec", "--", &file])
        .exits(126)
        .says(&[&file]);
}

/// Flags and the engine's address for a run in a container.
fn container(host: &str) -> Vec<String> {
    vec![
        "--image".to_owned(),
        "mycli-test/busybox:1".to_owned(),
        host.to_owned(),
    ]
}

fn signals_come_back(flags: &[String]) {
    let machine = machine_for(flags);
    for signal in DEADLY {
        // A shell may ignore a signal that it sends to itself; what it becomes does not.
        let script = format!("(while kill -{signal} $$; do :; done) 2>/dev/null & exec sleep 60");
        let run = machine.run(&arguments(flags, &script));
        assert_eq!(run.code, Some(128 + signal), "signal {signal}: {run:?}");
    }
}

/// Runs a script for each code, several at a time, and compares what comes back.
fn come_back(
    flags: &[String],
    codes: std::ops::RangeInclusive<i32>,
    script: impl Fn(i32) -> String + Sync,
) {
    let machine = machine_for(flags);
    let next = std::sync::Mutex::new(codes);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(code) = next.lock().unwrap().next() else {
                        return;
                    };
                    let run = machine.run(&arguments(flags, &script(code)));
                    assert_eq!(run.code, Some(code), "{run:?}");
                }
            });
        }
    });
}

fn machine_for(flags: &[String]) -> Machine {
    match flags.last() {
        Some(host) => Machine::new().with("DOCKER_HOST", host),
        None => Machine::new(),
    }
}

fn arguments(flags: &[String], script: &str) -> Vec<String> {
    let flags = flags.iter().take(2).map(String::as_str);
    let words = ["exec", "--quiet"]
        .into_iter()
        .chain(flags)
        .chain(["--", "sh", "-c", script]);
    words.map(str::to_owned).collect()
}
