//! The limit of output: its beginning and its end are kept, and what is between is counted.

use runtime_wire::{Body, Outcome};

use crate::place::{Left, run, script};

fn limited(limit: u64, text: &str) -> Left {
    let mut order = script(text);
    order.output_limit = Some(limit);
    run(&order)
}

#[test]
fn the_first_and_the_last_half_are_kept_and_the_rest_is_counted() {
    let left = limited(20_000, "seq 200000; exit 3");
    assert_eq!(left.outcome(), &Outcome::exited(3));
    let text = left.text();
    assert!(text.starts_with("1\n2\n3\n"));
    assert!(text.ends_with("199999\n200000\n"));
    let notes = left.notes();
    let [reached, omitted] = notes.as_slice() else {
        panic!("{notes:?}");
    };
    assert_eq!(
        *reached,
        "the output reached 9.7 KiB, half of its limit: of what follows, the last 9.7 KiB at most \
         are kept, and shown when the command has ended (--output-limit)"
    );
    let all: usize = (1..=200_000).map(|n: u32| n.to_string().len() + 1).sum();
    let missing = all - text.len();
    assert!(
        text.len() <= 20_000 && text.len() > 19_900,
        "{}",
        text.len()
    );
    assert!(
        omitted.starts_with(&format!("{missing} bytes of output are left out here (")),
        "{omitted}: {missing}"
    );
    // The note stands where the bytes are missing.
    let place = left.frames.iter().position(
        |frame| matches!(&frame.body, Body::Note(text) if text.contains("left out here")),
    );
    let before = left.frames[..place.unwrap()]
        .iter()
        .map(|frame| match &frame.body {
            Body::Stdout(bytes) => bytes.len(),
            _ => 0,
        });
    assert!(before.sum::<usize>() <= 10_000);
}

#[test]
fn within_the_limit_nothing_is_left_out_and_0_is_none() {
    for (limit, notes) in [(20_000, 1), (0, 0), (200_000, 0)] {
        let left = limited(limit, "seq 3000");
        let lines: Vec<String> = (1..=3000).map(|n| n.to_string()).collect();
        let expected = lines.join("\n") + "\n";
        assert_eq!(left.text(), expected);
        assert_eq!(left.notes().len(), notes, "{limit}");
    }
}

#[test]
fn an_endless_writer_is_neither_stopped_nor_kept_waiting() {
    let mut order = script("yes");
    order.output_limit = Some(10_000);
    order.timeout_ms = Some(300);
    order.grace_ms = 1_000;
    let left = run(&order);
    assert_eq!(left.outcome(), &Outcome::timed_out(300));
    assert!(left.stdout().len() <= 10_000);
}
