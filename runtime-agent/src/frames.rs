//! Cuts a stream into frames: whole lines at once, the beginning of a line after a moment, and
//! never within a character unless the stream itself pauses there.

use std::time::{Duration, Instant};

use runtime_wire::frame::MAX_OUTPUT;

/// How long the beginning of a line waits for its rest where there are two streams: the longer, the
/// less their order means.
const PIPE: Duration = Duration::from_millis(20);

/// How long the beginning of a line waits for its rest on a terminal, so that a bar of progress is
/// no storm of frames.
const TERMINAL: Duration = Duration::from_millis(200);

/// The longest character, in bytes.
const CHARACTER: usize = 4;

/// A stream on its way into frames.
pub(crate) struct Frames {
    wait: Duration,
    /// What was not given out yet: never a whole line.
    partial: Vec<u8>,
    /// Since when.
    since: Option<Instant>,
}

impl Frames {
    /// Frames of a pipe, or of a terminal.
    pub(crate) fn new(is_terminal: bool) -> Self {
        Self {
            wait: if is_terminal { TERMINAL } else { PIPE },
            partial: Vec::new(),
            since: None,
        }
    }

    /// When what is held should be given out.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.since.map(|since| since + self.wait)
    }

    /// Takes `bytes`, and says what is ready.
    pub(crate) fn feed(&mut self, bytes: &[u8], say: &mut dyn FnMut(Vec<u8>)) {
        // What is held has no end of a line in it.
        let end = bytes.iter().rposition(|byte| *byte == b'\n');
        let mut ready = end.map_or(0, |last| self.partial.len() + last + 1);
        self.partial.extend_from_slice(bytes);
        while self.partial.len() > MAX_OUTPUT || ready > 0 {
            let most = if ready > 0 {
                ready.min(MAX_OUTPUT)
            } else {
                MAX_OUTPUT
            };
            let length = whole(self.partial.get(..most).unwrap_or_default());
            ready = ready.saturating_sub(length);
            say(self.partial.drain(..length).collect());
            self.since = None;
        }
        if self.partial.is_empty() {
            self.since = None;
        } else {
            self.since.get_or_insert_with(Instant::now);
        }
    }

    /// Says what is held for too long. Half a character waits once more.
    pub(crate) fn flush_due(&mut self, now: Instant, say: &mut dyn FnMut(Vec<u8>)) {
        if self.due().is_some_and(|due| now >= due) {
            let length = match whole(&self.partial) {
                0 => self.partial.len(),
                length => length,
            };
            say(self.partial.drain(..length).collect());
            self.since = (!self.partial.is_empty()).then_some(now);
        }
    }

    /// Says all that is held.
    pub(crate) fn flush(&mut self, say: &mut dyn FnMut(Vec<u8>)) {
        if !self.partial.is_empty() {
            say(std::mem::take(&mut self.partial));
        }
        self.since = None;
    }
}

/// How much of `bytes` there is without the beginning of a character at its end.
pub(crate) fn whole(bytes: &[u8]) -> usize {
    let last = bytes.iter().rev().take(CHARACTER - 1);
    for (behind, byte) in last.enumerate() {
        let length = match byte {
            0x80..=0xBF => continue,
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        if length > behind + 1 && bytes.len() > behind + 1 {
            return bytes.len() - behind - 1;
        }
        break;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(frames: &mut Frames, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut said = Vec::new();
        frames.feed(bytes, &mut |frame| said.push(frame));
        said
    }

    #[test]
    fn lines_go_at_once_and_the_beginning_of_one_when_it_is_due() {
        let mut frames = Frames::new(true);
        assert_eq!(fed(&mut frames, b"a\nb\nc"), [b"a\nb\n".to_vec()]);
        let due = frames.due().unwrap();
        let mut said = Vec::new();
        frames.flush_due(frames.since.unwrap(), &mut |it| said.push(it));
        assert!(said.is_empty());
        frames.flush_due(due, &mut |it| said.push(it));
        assert_eq!(said, [b"c".to_vec()]);
        assert_eq!(frames.due(), None);
    }

    #[test]
    fn a_character_is_not_cut_unless_the_stream_pauses_within() {
        let mut frames = Frames::new(false);
        assert!(fed(&mut frames, b"x\xE2\x82").is_empty());
        let mut said = Vec::new();
        let due = frames.due().unwrap();
        frames.flush_due(due, &mut |it| said.push(it));
        assert_eq!(said, [b"x".to_vec()]);
        frames.flush_due(frames.due().unwrap(), &mut |it| said.push(it));
        assert_eq!(said, [b"x".to_vec(), b"\xE2\x82".to_vec()]);
        // A long line: the euro sign stands across the border.
        let long = ["x".repeat(MAX_OUTPUT - 1), "€".repeat(2)].concat();
        let first = fed(&mut frames, long.as_bytes());
        assert_eq!(first, [vec![b'x'; MAX_OUTPUT - 1]]);
    }

    #[test]
    fn what_is_no_text_goes_as_it_is() {
        for bytes in [
            b"\xFF\xFE".as_slice(),
            b"\x80\x80\x80\x80",
            b"\xC3\xA9",
            b"a",
        ] {
            assert_eq!(whole(bytes), bytes.len(), "{bytes:?}");
        }
        assert_eq!(whole(b"a\xF0\x9F\x98"), 1);
        assert_eq!(whole(b"\xF0\x9F\x98"), 3);
    }
}
