//! Output: every byte, in order, at once.

use std::fs;
use std::os::unix::fs::symlink;

use runtime_wire::{Body, Cause, Order, Outcome, Revision, Source};

use crate::place::{Place, argv, run, script, stdout};

#[test]
fn binary_output_is_exact() {
    let place = Place::with(&argv(&["cat", "../bytes"]));
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(300_000).collect();
    fs::write(place.path("bytes"), &bytes).unwrap();
    assert!(place.run().stdout() == bytes);
}

#[test]
fn a_line_of_10_mb_is_complete() {
    let left = run(&script("head -c 10000000 /dev/zero | tr '\\0' x; echo"));
    let bytes = left.stdout();
    assert_eq!(bytes.len(), 10_000_001);
    assert!(bytes.iter().rev().skip(1).all(|byte| *byte == b'x'));
}

#[test]
fn a_million_lines_are_complete_and_in_order() {
    let left = run(&argv(&["seq", "1000000"]));
    let text = left.text();
    assert!(
        text.lines()
            .map(|line| line.parse::<u32>().unwrap())
            .eq(1..=1_000_000)
    );
}

#[test]
fn a_last_line_without_an_end_is_not_lost() {
    let left = run(&script("printf 'a\\nb'; printf 'c' >&2"));
    assert_eq!(
        (left.stdout(), left.stderr()),
        (b"a\nb".to_vec(), b"c".to_vec())
    );
}

#[test]
fn output_can_be_read_while_the_command_goes_on() {
    let place = Place::with(&script(
        "echo first; until [ -e ../go ]; do sleep 0.01; done; echo second",
    ));
    let mut agent = place.start();
    place.until(|frames| stdout(frames) == b"first\n");
    fs::write(place.path("go"), "").unwrap();
    assert!(agent.wait().unwrap().success());
    assert_eq!(stdout(&place.frames()), b"first\nsecond\n");
}

#[test]
fn a_process_left_behind_does_not_hold_the_execution_open() {
    let left = run(&script("sleep 100 & echo started; exit 3"));
    assert_eq!(
        (left.text().as_str(), left.exit_code),
        ("started\n", Some(3))
    );
    assert_eq!(
        left.notes(),
        ["the command ended and left processes behind: sending them SIGKILL"]
    );
    // In a session of its own it is out of reach, and still not waited for.
    let left = run(&script("setsid sleep 3 & echo started"));
    assert_eq!(left.text(), "started\n");
}

#[test]
fn output_of_processes_left_behind_is_read_while_it_comes() {
    let left = run(&script("(sleep 0.2; echo late) & echo early"));
    assert_eq!(left.text(), "early\nlate\n");
    assert!(left.notes().is_empty(), "{left:?}");
}

/// Runs `order` where its journal finds the disk full. Returns how that is recorded.
fn run_on_a_full_disk(order: &Order) -> Outcome {
    let place = Place::with(order);
    symlink("/dev/full", place.path("journal")).unwrap();
    assert_eq!(place.agent().status().unwrap().code(), Some(125));
    let milestones = place.milestones();
    match &milestones.last().unwrap().body {
        Body::Ended(outcome) => outcome.clone(),
        _ => panic!("it did not end: {milestones:?}"),
    }
}

#[test]
fn a_full_disk_ends_the_command_and_is_told() {
    let mut order = script("trap '' TERM; while :; do echo x; sleep 0.01; done");
    order.grace_ms = 100;
    let outcome = run_on_a_full_disk(&order);
    let Cause::Unrecorded {
        code,
        message,
        hint,
        command_exit_code,
    } = &outcome.cause
    else {
        panic!("{outcome:?}");
    };
    assert_eq!((code.as_str(), *command_exit_code), ("storage.full", None));
    let words = "No space left on device (os error 28)";
    assert!(message.ends_with(words), "{message}");
    let next = "free some space, and see what the command did before you run it again";
    assert_eq!(hint.as_deref(), Some(next));
}

#[test]
fn a_command_that_was_not_started_is_not_said_to_have_run() {
    let mut order = script("true");
    order.source = Some(Source {
        repository: "/nowhere".to_owned(),
        revision: Revision::Default,
    });
    let outcome = run_on_a_full_disk(&order);
    assert!(
        matches!(&outcome.cause, Cause::NotStarted { code, .. } if code == "storage.full"),
        "{outcome:?}"
    );
}
