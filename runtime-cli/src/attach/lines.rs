//! Which lines of what a command wrote are shown, and how.

use std::collections::VecDeque;

use regex_lite::Regex;
use runtime::wire::{Body, Frame};

use super::Streams;
use crate::render::view::time;

/// How long a line may be, in bytes, before it is shown in pieces: nobody may fill the memory with one.
const LONGEST: usize = 1024 * 1024;

/// Which lines are shown. Times are in milliseconds since the Unix epoch, by the agent's clock, of a line's first byte.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    pub(crate) streams: Streams,
    pub(crate) since_ms: Option<u64>,
    pub(crate) until_ms: Option<u64>,
    pub(crate) grep: Option<Regex>,
    /// The last ones only, of what is there at first.
    pub(crate) tail: Option<usize>,
    pub(crate) timestamps: bool,
    pub(crate) strip_ansi: bool,
}

impl Selection {
    /// Whether everything is shown, byte by byte.
    pub(crate) fn is_everything(&self) -> bool {
        self.since_ms.is_none()
            && self.until_ms.is_none()
            && self.grep.is_none()
            && self.tail.is_none()
            && !self.timestamps
            && !self.strip_ansi
    }
}

/// Makes lines of frames: each frame that comes out is one line of one stream.
#[derive(Debug)]
pub(crate) struct Lines {
    selection: Selection,
    /// How many of the lines that are selected are left out at first.
    skip: usize,
    stdout: Partial,
    stderr: Partial,
}

/// The beginning of a line whose end is still to come.
#[derive(Debug, Default)]
struct Partial {
    bytes: Vec<u8>,
    seq: u64,
    at_ms: u64,
}

impl Lines {
    pub(crate) fn new(selection: Selection, skip: usize) -> Self {
        Self {
            selection,
            skip,
            stdout: Partial::default(),
            stderr: Partial::default(),
        }
    }

    /// The lines that end in `frame`; anything else as it is. What the command wrote last is given out before its end.
    pub(crate) fn feed(&mut self, frame: &Frame) -> VecDeque<Frame> {
        let mut shown = VecDeque::new();
        match &frame.body {
            Body::Stdout(bytes) => {
                for partial in self.stdout.feed(bytes, frame) {
                    shown.extend(self.line(partial, Streams::Stdout));
                }
            }
            Body::Stderr(bytes) => {
                for partial in self.stderr.feed(bytes, frame) {
                    shown.extend(self.line(partial, Streams::Stderr));
                }
            }
            Body::Ended(_) => {
                shown = self.rest();
                shown.push_back(frame.clone());
            }
            Body::Note(_) | Body::Phase(_) => shown.push_back(frame.clone()),
        }
        shown
    }

    /// What was begun and not ended.
    pub(crate) fn rest(&mut self) -> VecDeque<Frame> {
        let (stdout, stderr) = (
            std::mem::take(&mut self.stdout),
            std::mem::take(&mut self.stderr),
        );
        let stdout = self.line(stdout, Streams::Stdout);
        let stderr = self.line(stderr, Streams::Stderr);
        stdout.into_iter().chain(stderr).collect()
    }

    fn line(&mut self, partial: Partial, stream: Streams) -> Option<Frame> {
        let Partial { bytes, seq, at_ms } = partial;
        let Selection {
            streams,
            since_ms,
            until_ms,
            grep,
            ..
        } = &self.selection;
        let is_selected = !bytes.is_empty()
            && (*streams == Streams::All || *streams == stream)
            && since_ms.is_none_or(|since| at_ms >= since)
            && until_ms.is_none_or(|until| at_ms < until)
            && grep.as_ref().is_none_or(|grep| {
                let text = String::from_utf8_lossy(&bytes);
                grep.is_match(text.trim_end_matches(['\r', '\n']))
            });
        if !is_selected {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        let mut line = Vec::with_capacity(bytes.len());
        if self.selection.timestamps {
            line.extend_from_slice(time(at_ms).as_bytes());
            line.push(b' ');
        }
        if self.selection.strip_ansi {
            for part in anstream::adapter::strip_bytes(&bytes) {
                line.extend_from_slice(part);
            }
        } else {
            line.extend_from_slice(&bytes);
        }
        let body = if stream == Streams::Stderr {
            Body::Stderr(line)
        } else {
            Body::Stdout(line)
        };
        Some(Frame { seq, at_ms, body })
    }
}

impl Partial {
    /// The lines that are whole with these `bytes` of `frame`.
    fn feed(&mut self, bytes: &[u8], frame: &Frame) -> Vec<Self> {
        let mut whole = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.bytes.is_empty() {
                self.at_ms = frame.at_ms;
            }
            self.seq = frame.seq;
            self.bytes.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.bytes.len() >= LONGEST {
                whole.push(std::mem::take(self));
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
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
    fn a_line_without_an_end_is_shown_in_pieces() {
        let long = "x".repeat(LONGEST + 5);
        let frames = [out(1, 0, &long), out(2, 0, "y\n")];
        let mut lines = Lines::new(Selection::default(), 0);
        assert_eq!(lines.feed(&frames[0]).len(), 1);
        assert_eq!(lines.feed(&frames[1]).len(), 1);
    }
}
