//! One table of what people expect of a run, held against every place that runs commands: a process, a container, and a task
//! on ECS.

use std::process::Child;

use serde_json::Value;

use crate::corpus::CASES;
use crate::installation::{init, machine as installed, take_agent_image};
use crate::machine::{Machine, Run, emulator, engine};

/// A run, and what is expected of it.
struct Expectation {
    name: &'static str,
    flags: &'static [&'static str],
    /// What `/bin/sh -c` is given, as an exact argument vector.
    script: &'static str,
    /// What is done once the command has printed `ready`.
    meanwhile: Meanwhile,
    stdout: &'static [u8],
    code: i32,
    state: &'static str,
    /// What the row says is the cause; for what never started, its code.
    cause: &'static str,
    /// What standard error has to hold.
    says: &'static [&'static str],
    attempts: usize,
}

/// What is done to a run.
enum Meanwhile {
    Nothing,
    /// `mycli cancel`, with these flags.
    Cancel(&'static [&'static str]),
    /// Ctrl-C in the terminal of `mycli exec`.
    Interrupt,
}

/// A run that ends by itself.
const PLAIN: Expectation = Expectation {
    name: "",
    flags: &[],
    script: "",
    meanwhile: Meanwhile::Nothing,
    stdout: b"",
    code: 0,
    state: "succeeded",
    cause: "exited",
    says: &[],
    attempts: 1,
};

const TABLE: &[Expectation] = &[
    Expectation {
        name: "both streams, each on its own, and the exit code",
        script: "echo out; echo err >&2; exit 7",
        stdout: b"out\n",
        code: 7,
        state: "failed",
        says: &["err\n"],
        ..PLAIN
    },
    Expectation {
        name: "every exit code is the command's own",
        script: "exit 255",
        code: 255,
        state: "failed",
        ..PLAIN
    },
    Expectation {
        name: "a command that is killed says by what",
        script: "kill -KILL $$",
        code: 137,
        state: "failed",
        cause: "signaled",
        ..PLAIN
    },
    Expectation {
        name: "bytes that are no text, and no end of line",
        script: r"printf '\000\001\377\r\nx'",
        stdout: b"\x00\x01\xff\r\nx",
        ..PLAIN
    },
    Expectation {
        name: "the command knows its execution, and nothing else of ours",
        script: "env | grep -c '^MYCLI_'; test ${#MYCLI_EXECUTION} = 8",
        stdout: b"1\n",
        ..PLAIN
    },
    Expectation {
        name: "a command that is not there never started",
        script: "exec /nowhere/at/all",
        code: 127,
        state: "failed",
        ..PLAIN
    },
    Expectation {
        name: "a command that runs too long is asked, and may clean up",
        flags: &["--timeout", "1"],
        script: "trap 'echo cleaned; exit 0' INT; while :; do sleep 0.1; done",
        stdout: b"cleaned\n",
        code: 124,
        state: "timed_out",
        cause: "timed_out",
        says: &["timed out after 1s: sending SIGINT"],
        ..PLAIN
    },
    Expectation {
        name: "one that does not listen is asked in other words",
        flags: &["--timeout", "1", "--grace", "1"],
        script: "trap '' INT; trap 'echo heard; exit 0' TERM; while :; do sleep 0.1; done",
        stdout: b"heard\n",
        code: 124,
        state: "timed_out",
        cause: "timed_out",
        says: &["still running 1s after SIGINT: sending SIGTERM"],
        ..PLAIN
    },
    Expectation {
        name: "cancel lets the command clean up",
        script: "trap 'echo cleaned; exit 3' INT; echo ready; while :; do sleep 0.1; done",
        meanwhile: Meanwhile::Cancel(&[]),
        stdout: b"ready\ncleaned\n",
        code: 130,
        state: "cancelled",
        cause: "cancelled",
        ..PLAIN
    },
    Expectation {
        name: "cancel --force ends what does not listen",
        script: "trap '' INT TERM; echo ready; while :; do sleep 0.1; done",
        meanwhile: Meanwhile::Cancel(&["--force"]),
        stdout: b"ready\n",
        code: 130,
        state: "cancelled",
        cause: "cancelled",
        ..PLAIN
    },
    Expectation {
        name: "Ctrl-C is a cancel",
        script: "trap 'exit 0' INT; echo ready; while :; do sleep 0.1; done",
        meanwhile: Meanwhile::Interrupt,
        stdout: b"ready\n",
        code: 130,
        state: "cancelled",
        cause: "cancelled",
        says: &["asking the command to stop"],
        ..PLAIN
    },
    Expectation {
        name: "an exit code that was named is tried again",
        flags: &["--retry-on-exit", "75"],
        script: "echo $MYCLI_EXECUTION | cut -c 9-; case $MYCLI_EXECUTION in *.2) ;; *) exit 75;; esac",
        stdout: b"\n.2\n",
        says: &["attempt 1 of 3 failed: exit 75"],
        attempts: 2,
        ..PLAIN
    },
    Expectation {
        name: "no other one is",
        flags: &["--retry-on-exit", "75"],
        script: "exit 1",
        code: 1,
        state: "failed",
        ..PLAIN
    },
    Expectation {
        name: "who is left behind ends with the command",
        script: "(trap '' HUP INT TERM; echo child; exec sleep 1000) & until test -e gone; do touch gone; done; sleep 0.2; exit 4",
        stdout: b"child\n",
        code: 4,
        state: "failed",
        ..PLAIN
    },
];

#[test]
fn a_process_does_what_is_expected() {
    let machine = Machine::new();
    hold(&machine, &[]);
}

#[test]
fn a_container_does_what_is_expected() {
    let Some(host) = engine("a_container_does_what_is_expected") else {
        return;
    };
    let machine = Machine::new().with("DOCKER_HOST", host);
    hold(&machine, &["--image", "mycli-test/busybox:1"]);
}

#[test]
fn a_task_on_ecs_does_what_is_expected() {
    let Some(endpoint) = emulator("a_task_on_ecs_does_what_is_expected") else {
        return;
    };
    let name = "expectations";
    let machine = installed(&endpoint, name);
    init(&machine, &["--yes"]).exits(0);
    take_agent_image(&endpoint, name);
    hold(&machine, &[]);
    for case in CASES {
        let run = machine.run(&[&["exec", "--"], case.argv].concat());
        assert_eq!(run.code, Some(case.code), "{:?}: {run:?}", case.argv);
        assert_eq!(run.stdout, case.stdout, "{:?}: {run:?}", case.argv);
    }
    let destroy = ["destroy", "--name", name, "--yes", "--region", "us-east-1"];
    machine.run(&destroy).exits(0);
}

/// Holds the whole table against the default context of `machine`, with `place` as flags.
fn hold(machine: &Machine, place: &[&str]) {
    for expected in TABLE {
        let flags = [&["exec"], place, expected.flags].concat();
        let command = [&flags[..], &["--", "sh", "-c", expected.script]].concat();
        let run = match expected.meanwhile {
            Meanwhile::Nothing => machine.run(&command),
            Meanwhile::Cancel(flags) => {
                let child = machine.start(&command);
                ready(machine);
                let cancel = [&["cancel", "@last"], flags].concat();
                machine.run(&cancel).exits(0);
                // Twice is as good as once.
                machine.run(&cancel).exits(0);
                finish(child)
            }
            Meanwhile::Interrupt => {
                let child = machine.start(&command);
                ready(machine);
                let pid = rustix::process::Pid::from_child(&child);
                rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
                finish(child)
            }
        };
        check(expected, &run, &machine.status("@last"));
        let logs = machine.run(&["logs", "-q", "@last"]);
        assert_eq!(logs.stdout, run.stdout, "{}", expected.name);
    }
}

fn check(expected: &Expectation, run: &Run, status: &Value) {
    let name = expected.name;
    assert_eq!(run.code, Some(expected.code), "{name}: {run:?}");
    assert_eq!(run.stdout, expected.stdout, "{name}: {run:?}");
    for part in expected.says {
        assert!(run.stderr.contains(part), "{name}: no `{part}` in {run:?}");
    }
    assert_eq!(status["state"], expected.state, "{name}: {status}");
    assert_eq!(status["exit_code"], expected.code, "{name}: {status}");
    assert_eq!(status["cause"]["kind"], expected.cause, "{name}: {status}");
    let attempts = status["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), expected.attempts, "{name}: {status}");
}

/// Waits until the youngest execution runs and has printed `ready`.
fn ready(machine: &Machine) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    loop {
        let logs = machine.run(&["logs", "-q", "@last"]);
        let status = machine.run(&["status", "@last", "-o", "json"]);
        if logs.stdout == b"ready\n" && status.text().contains("\"running\"") {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{logs:?} {status:?}");
    }
}

fn finish(child: Child) -> Run {
    child.wait_with_output().unwrap().into()
}
