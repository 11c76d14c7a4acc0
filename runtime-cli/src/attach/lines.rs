//! Which lines of what a command wrote are shown, and how.

use std::collections::VecDeque;

use regex_lite::Regex;
use runtime::wire::{Body, Frame};

use super::level::Levels;
use super::{Level, Streams};
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
    /// Only what is at least that grave.
    pub(crate) level: Option<Level>,
    /// Of a line that was written over, only what was last to be seen.
    pub(crate) last_state: bool,
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
            && self.level.is_none()
            && !self.last_state
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
    stdout_levels: Levels,
    stderr_levels: Levels,
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
            stdout_levels: Levels::default(),
            stderr_levels: Levels::default(),
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
        let Partial {
            mut bytes,
            seq,
            at_ms,
        } = partial;
        if bytes.is_empty() {
            return None;
        }
        if self.selection.last_state {
            drop_what_was_written_over(&mut bytes);
        }
        let level = self.selection.level.map(|_| match stream {
            Streams::Stderr => self.stderr_levels.next(&bytes),
            Streams::All | Streams::Stdout => self.stdout_levels.next(&bytes),
        });
        let Selection {
            streams,
            since_ms,
            until_ms,
            grep,
            ..
        } = &self.selection;
        let is_selected = level >= self.selection.level
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

/// Leaves of a line what a terminal shows of it when all of it was written: what follows the last
/// carriage return. What is no text is left as it is.
fn drop_what_was_written_over(line: &mut Vec<u8>) {
    let end = line.trim_ascii_end().len();
    let last = line.get(..end).and_then(|text| {
        let last = text.iter().rposition(|byte| *byte == b'\r');
        last.filter(|_| std::str::from_utf8(text).is_ok())
    });
    if let Some(last) = last {
        line.drain(..=last);
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
mod tests;
