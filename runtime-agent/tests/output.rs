//! Output: every byte, in order, at once.

use std::fs;
use std::os::unix::fs::symlink;

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

#[test]
fn a_full_disk_ends_the_command_and_is_told() {
    let place = Place::with(&script(
        "trap '' TERM; while :; do echo x; sleep 0.01; done",
    ));
    let mut order = script("while :; do echo x; sleep 0.01; done");
    order.grace_ms = 100;
    fs::write(
        place.path("order.json"),
        serde_json::to_vec(&order).unwrap(),
    )
    .unwrap();
    symlink("/dev/full", place.path("journal")).unwrap();
    let status = place.agent().status().unwrap();
    assert_eq!(status.code(), Some(125));
    let milestones = place.milestones();
    assert_eq!(milestones.len(), 1, "{milestones:?}");
    let told = format!("{milestones:?}");
    assert!(told.contains("storage.full"), "{told}");
    assert!(
        told.contains("No space left on device (os error 28)"),
        "{told}"
    );
}
