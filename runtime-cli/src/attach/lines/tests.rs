use super::*;

fn out(seq: u64, at_ms: u64, text: &str) -> Frame {
    let body = Body::Stdout(text.as_bytes().to_vec());
    Frame { seq, at_ms, body }
}

fn shown(selection: Selection, skip: usize, frames: &[Frame]) -> String {
    let mut lines = Lines::new(selection, skip);
    let mut all: Vec<Frame> = frames.iter().flat_map(|frame| lines.feed(frame)).collect();
    all.extend(lines.rest());
    let text = all.into_iter().map(|frame| match frame.body {
        Body::Stdout(bytes) | Body::Stderr(bytes) => String::from_utf8(bytes).unwrap(),
        Body::Note(_) | Body::Phase(_) | Body::Ended(_) => String::new(),
    });
    text.collect()
}

#[test]
fn lines_are_chosen_by_their_first_byte_their_text_and_from_their_end() {
    let frames = [
        out(1, 1_000, "one\ntw"),
        out(2, 2_000, "o\nth\u{1b}[31mree\u{1b}[0m\n"),
        out(3, 3_000, "four"),
    ];
    let none = Selection::default;
    let grep = |text: &str| Some(Regex::new(text).unwrap());
    for (selection, skip, expected) in [
        (none(), 0, "one\ntwo\nth\u{1b}[31mree\u{1b}[0m\nfour"),
        (none(), 2, "th\u{1b}[31mree\u{1b}[0m\nfour"),
        (
            Selection {
                strip_ansi: true,
                since_ms: Some(2_000),
                ..none()
            },
            0,
            "three\nfour",
        ),
        (
            Selection {
                until_ms: Some(2_000),
                ..none()
            },
            0,
            "one\ntwo\n",
        ),
        (
            Selection {
                grep: grep("^(one|four)$"),
                ..none()
            },
            0,
            "one\nfour",
        ),
        (
            Selection {
                timestamps: true,
                grep: grep("w"),
                ..none()
            },
            0,
            "1970-01-01T00:00:01Z two\n",
        ),
    ] {
        let what = format!("{selection:?}");
        assert_eq!(shown(selection, skip, &frames), expected, "{what}");
    }
}

#[test]
fn of_a_line_that_was_written_over_the_last_state_counts() {
    for (line, expected) in [
        ("10%\r50%\r100%\n", "100%\n"),
        ("10%\r100%\r\n", "100%\r\n"),
        ("plain\r\n", "plain\r\n"),
        ("plain\n", "plain\n"),
        ("\r\n", "\r\n"),
    ] {
        let selection = Selection {
            last_state: true,
            ..Selection::default()
        };
        assert_eq!(
            shown(selection, 0, &[out(1, 0, line)]),
            expected,
            "{line:?}"
        );
    }
    let mut binary = b"\x00\r\xff\n".to_vec();
    drop_what_was_written_over(&mut binary);
    assert_eq!(binary, b"\x00\r\xff\n");
}

#[test]
fn lines_are_chosen_by_how_grave_they_are() {
    let selection = Selection {
        level: Some(Level::Warning),
        ..Selection::default()
    };
    let text = "fine\nERROR: a\n  at b\nfine\nwarn: c\n";
    assert_eq!(
        shown(selection, 0, &[out(1, 0, text)]),
        "ERROR: a\n  at b\nwarn: c\n"
    );
}

#[test]
fn a_line_without_an_end_is_shown_in_pieces() {
    let long = "x".repeat(LONGEST + 5);
    let frames = [out(1, 0, &long), out(2, 0, "y\n")];
    let mut lines = Lines::new(Selection::default(), 0);
    assert_eq!(lines.feed(&frames[0]).len(), 1);
    assert_eq!(lines.feed(&frames[1]).len(), 1);
}
