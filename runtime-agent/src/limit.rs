//! The limit of an execution's output: its beginning is said at once, its end when it is over, and
//! what lies between is left out. The command notices nothing of it.

use std::sync::{Arc, Mutex, PoisonError};

use runtime_wire::Body;

use crate::frames::whole;
use crate::journal::{Journal, now_ms};
use crate::spool::Spool;

/// One of the command's streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    /// A frame's body for `bytes` of it.
    pub(crate) fn body(self, bytes: Vec<u8>) -> Body {
        match self {
            Self::Stdout => Body::Stdout(bytes),
            Self::Stderr => Body::Stderr(bytes),
        }
    }
}

/// What stands between the streams and the journal.
pub(crate) struct Limit {
    journal: Arc<Journal>,
    state: Mutex<State>,
}

enum State {
    /// So many bytes may still be said; any number when absent.
    Head(Option<usize>),
    /// What comes now waits for the end.
    Tail(Spool),
}

impl Limit {
    /// The limit that `journal` was given.
    pub(crate) fn new(journal: Arc<Journal>) -> Self {
        let half = journal.output_limit().map(half);
        Self {
            journal,
            state: Mutex::new(State::Head(half)),
        }
    }

    /// Says `bytes` now, or keeps them for the end.
    pub(crate) fn say(&self, stream: Stream, mut bytes: Vec<u8>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Head(None) => self.journal.say(stream.body(bytes)),
            State::Head(Some(rest)) if *rest >= bytes.len() => {
                *rest -= bytes.len();
                self.journal.say(stream.body(bytes));
            }
            State::Head(Some(rest)) => {
                let head = bytes.get(..*rest).unwrap_or_default();
                // Rather a line less than a part of one.
                let lines = head.iter().rposition(|byte| *byte == b'\n');
                let cut = lines.map_or_else(|| whole(head), |last| last + 1);
                let tail = bytes.split_off(cut);
                if !bytes.is_empty() {
                    self.journal.say(stream.body(bytes));
                }
                let limit = self.journal.output_limit().unwrap_or_default();
                let half = half(limit);
                self.journal.say(Body::Note(format!(
                    "the output reached {}, half of its limit: of what follows, the last {} at \
                     most are kept, and shown when the command has ended (--output-limit)",
                    size(half as u64),
                    size(half as u64),
                )));
                let mut spool = Spool::new(self.journal.spool_places(), half);
                spool.push(stream, now_ms(), &tail);
                *state = State::Tail(spool);
            }
            State::Tail(spool) => spool.push(stream, now_ms(), &bytes),
        }
    }

    /// Says what was kept for the end.
    pub(crate) fn finish(self) {
        let state = self.state.into_inner();
        let State::Tail(spool) = state.unwrap_or_else(PoisonError::into_inner) else {
            return;
        };
        let mut tail = spool.into_tail();
        if tail.left_out > 0 {
            self.journal.say(Body::Note(format!(
                "{} bytes of output are left out here ({}), over the limit of {} (--output-limit)",
                tail.left_out,
                size(tail.left_out),
                size(self.journal.output_limit().unwrap_or_default()),
            )));
        }
        while let Some((stream, at_ms, bytes)) = tail.next() {
            self.journal.say_at(stream.body(bytes), at_ms);
        }
        if let Some(lost) = tail.lost() {
            self.journal.say(Body::Note(lost));
        }
    }
}

fn half(limit: u64) -> usize {
    usize::try_from(limit / 2).unwrap_or(usize::MAX)
}

/// `209715200` as `200 MiB`.
fn size(bytes: u64) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    for (unit, one) in units {
        if bytes >= one {
            let tenths = bytes * 10 / one;
            return if tenths.is_multiple_of(10) {
                format!("{} {unit}", tenths / 10)
            } else {
                format!("{}.{} {unit}", tenths / 10, tenths % 10)
            };
        }
    }
    format!("{bytes} bytes")
}
