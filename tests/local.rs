//! The journey on `local`, as plain processes: run, read back, list, wait, cancel.

use std::process::Child;

use crate::machine::{Machine, Run};

#[test]
fn with_nothing_configured_a_command_runs_on_local_and_says_so() {
    let run = Machine::new()
        .run(&["exec", "--", "echo", "hello"])
        .exits(0)
        .says(&["local"]);
    assert_eq!(run.stdout, b"hello\n");
}

#[test]
fn what_ran_can_be_listed_shown_and_read_again() {
    let machine = Machine::new();
    machine
        .run(&[
            "exec",
            "-q",
            "--",
            "sh",
            "-c",
            "echo out; echo err >&2; exit 4",
        ])
        .exits(4);
    let list = machine.json(&["list", "-o", "json"]);
    let rows = list["data"]["executions"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{list}");
    assert_eq!(rows[0]["state"], "failed");
    assert_eq!(rows[0]["exit_code"], 4);
    let id = rows[0]["id"].as_str().unwrap();
    assert_eq!(machine.status(id)["id"], id);
    for name in [id, &id[..3], "@last"] {
        let logs = machine.run(&["logs", name]).exits(0);
        assert_eq!(logs.stdout, b"out\n");
        assert!(logs.stderr.contains("err\n"), "{logs:?}");
    }
    machine.run(&["wait", id]).exits(4);
}

#[test]
fn lines_are_chosen_from_what_was_written() {
    let machine = Machine::new();
    let script = "seq 100; echo broken >&2; printf '\\033[31mred\\033[0m'";
    machine
        .run(&["exec", "-q", "--", "sh", "-c", script])
        .exits(0);
    let logs = |flags: &[&str]| machine.run(&[&["logs", "@last"], flags].concat()).exits(0);
    let tail = logs(&["--tail", "2", "--source", "stdout", "--strip-ansi"]);
    assert_eq!(tail.stdout, b"100\nred");
    assert_eq!(
        logs(&["-f", "-n", "2", "--grep", "^9.$"]).stdout,
        b"98\n99\n"
    );
    assert_eq!(logs(&["--since", "0s"]).stdout, b"");
    assert_eq!(logs(&["--until", "1h"]).stdout, b"");
    let both = logs(&["--grep", "broken|^7$", "-o", "json"]).text();
    assert_eq!(
        both.lines()
            .filter(|line| line.contains("execution.output"))
            .count(),
        2,
        "{both}"
    );
    let timed = logs(&["--grep", "^42$", "--timestamps"]).text();
    let (time, line) = timed.split_once(' ').unwrap();
    assert!(time.ends_with('Z') && line == "42", "{timed}");
    machine
        .run(&["logs", "@last", "--since", "soon"])
        .exits(2)
        .says(&["10m"]);
    machine
        .run(&["logs", "@last", "--grep", "("])
        .exits(2)
        .says(&["--grep"]);
}

#[test]
fn detached_runs_print_their_id_and_nothing_else() {
    let machine = Machine::new();
    let run = machine
        .run(&["exec", "-d", "--", "sh", "-c", "echo late; exit 7"])
        .exits(0);
    let id = run.text();
    assert_eq!(id.len(), 8, "{run:?}");
    machine.run(&["wait", &id]).exits(7);
    assert_eq!(machine.run(&["logs", "-f", &id]).stdout, b"late\n");
}

#[test]
fn cancel_asks_the_command_to_stop_and_it_may_clean_up() {
    let machine = Machine::new();
    let script = "trap 'echo cleaned; exit 3' INT; echo ready; while :; do sleep 0.1; done";
    let id = machine
        .run(&["exec", "-d", "--", "sh", "-c", script])
        .exits(0)
        .text();
    machine.until(&id, |status| status["state"] == "running");
    machine.run(&["cancel", &id]).exits(0);
    machine.run(&["wait", &id]).exits(130);
    assert_eq!(machine.status(&id)["state"], "cancelled");
    assert_eq!(machine.run(&["logs", &id]).stdout, b"ready\ncleaned\n");
    machine.run(&["cancel", &id]).exits(0);
}

#[test]
fn a_command_that_runs_too_long_is_ended_with_124_even_if_it_refuses() {
    let machine = Machine::new();
    let script = "trap '' INT; echo ready; while :; do sleep 0.1; done";
    let flags = ["exec", "--timeout", "1", "--grace", "1"];
    let run = machine.run(&[&flags[..], &["--", "sh", "-c", script]].concat());
    let run = run
        .exits(124)
        .says(&["timed out after 1s", "still running 1s after SIGINT"]);
    assert_eq!(run.stdout, b"ready\n");
    assert_eq!(machine.status("@last")["state"], "timed_out");
}

#[test]
fn interrupted_once_it_cancels_and_interrupted_twice_it_lets_go() {
    let machine = Machine::new();
    let obedient = "trap 'exit 0' INT; echo ready; while :; do sleep 0.1; done";
    let child = machine.start(&["exec", "--", "sh", "-c", obedient]);
    running(&machine);
    interrupt(&child);
    finish(child).exits(130);
    assert_eq!(machine.status("@last")["state"], "cancelled");

    let stubborn = "trap '' INT TERM; echo ready; while :; do sleep 0.1; done";
    let child = machine.start(&["exec", "--", "sh", "-c", stubborn]);
    running(&machine);
    interrupt(&child);
    machine.until("@last", |status| status["state"] == "stopping");
    interrupt(&child);
    finish(child)
        .exits(130)
        .says(&["mycli attach", "cancel --force"]);
    machine
        .run(&["cancel", "@last"])
        .exits(0)
        .says(&["was asked to stop"]);
    machine.run(&["cancel", "@last", "--force"]).exits(0);
    machine.run(&["wait", "@last"]).exits(130);
    assert_eq!(machine.status("@last")["state"], "cancelled");
}

#[test]
fn the_project_file_is_found_from_below_and_flags_go_before_it() {
    let machine = Machine::new();
    let below = machine.work().join("a").join("b");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::write(
        machine.work().join(".mycli.yaml"),
        "env:\n  A: file\n  B: file\n",
    )
    .unwrap();
    let script = ["exec", "-q", "-e", "B=flag", "--", "sh", "-c", "echo $A $B"];
    let run: Run = machine
        .command(&script)
        .current_dir(below)
        .output()
        .unwrap()
        .into();
    assert_eq!(run.exits(0).stdout, b"file flag\n");
}

#[test]
fn a_mistake_in_the_project_file_is_named_with_its_place() {
    let machine = Machine::new();
    std::fs::write(
        machine.work().join(".mycli.yaml"),
        "image: x\nbrnach: main\n",
    )
    .unwrap();
    let run = machine.run(&["exec", "--", "true"]).exits(125);
    run.says(&[".mycli.yaml", "2", "brnach", "branch"]);
}

#[test]
fn commands_inherit_only_what_they_are_given() {
    let machine = Machine::new().with("AWS_SECRET_ACCESS_KEY", "leak");
    let run = machine.run(&["exec", "-q", "--", "env"]).exits(0);
    assert!(!run.text().contains("leak"), "{run:?}");
    let given = ["exec", "-q", "-e", "AWS_SECRET_ACCESS_KEY", "--", "env"];
    assert!(machine.run(&given).exits(0).text().contains("leak"));
}

/// Waits until the youngest execution's command runs.
fn running(machine: &Machine) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let run = machine.run(&["logs", "@last"]);
        let status = machine.run(&["status", "@last", "-o", "json"]);
        if run.stdout == b"ready\n" && status.text().contains("\"running\"") {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{run:?}");
    }
}

fn interrupt(child: &Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
}

fn finish(child: Child) -> Run {
    child.wait_with_output().unwrap().into()
}
