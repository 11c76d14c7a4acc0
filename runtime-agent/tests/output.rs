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

#[test]
fn a_million_lines_and_one_long_line_take_little_memory() {
    let left = run(&script(
        "seq 1000000; head -c 10000000 /dev/zero | tr '\\0' x; echo; grep VmHWM /proc/$PPID/status >&2",
    ));
    assert_eq!(left.stdout().len(), 6_888_896 + 10_000_001);
    let words = String::from_utf8(left.stderr()).unwrap();
    let kib: u64 = words.split_whitespace().nth(1).unwrap().parse().unwrap();
    // The parent of the command is its agent. Half of this is the program itself, unoptimized.
    assert!(kib < 30 * 1024, "{words}");
}

#[test]
fn writes_of_one_byte_are_no_frames_of_one_byte() {
    let left = run(&script(
        "dd if=/dev/zero bs=1 count=100000 2>/dev/null | tr '\\0' '\\n' | dd bs=1 2>/dev/null",
    ));
    assert_eq!(left.stdout(), vec![b'\n'; 100_000]);
    assert!(left.frames.len() < 20_000, "{}", left.frames.len());
}

#[test]
fn a_character_stays_in_one_frame() {
    let place = Place::with(&script(
        "printf 'a\\342'; sleep 0.005; printf '\\202\\254b'; until [ -e ../go ]; do sleep 0.01; done",
    ));
    let mut agent = place.start();
    place.until(|frames| stdout(frames) == "a€b".as_bytes());
    fs::write(place.path("go"), "").unwrap();
    assert!(agent.wait().unwrap().success());
    for frame in place.frames() {
        if let Body::Stdout(bytes) = frame.body {
            assert!(String::from_utf8(bytes).is_ok());
        }
    }
}
