//! What a journal holds until it is kept.

use std::collections::VecDeque;
use std::time::Instant;

use runtime_wire::{Body, Frame, Outcome, frame};

use super::now_ms;
use crate::diagnostics;
use crate::limit::Stream;
use crate::store::{Batch, StoreError};

/// How far apart in time two pieces of output may be that share a frame, and so a time.
const MOMENT_MS: u64 = 20;

/// What is said and not kept yet, and how it all ended.
pub(super) struct State {
    pub(super) waiting: VecDeque<Encoded>,
    /// Bytes in `waiting`.
    pub(super) bytes: usize,
    /// When the first of `waiting` arrived.
    pub(super) since: Option<Instant>,
    /// Whether a milestone is in `waiting`.
    pub(super) urgent: bool,
    /// Seq of the frame that is said next.
    pub(super) next: u64,
    /// Whether the command was started.
    pub(super) ran: bool,
    /// How the execution ended, whatever became of its frames.
    pub(super) ended: Option<Outcome>,
    /// When [`super::Journal::close`] was called.
    pub(super) closed: Option<Instant>,
    /// The store will not keep any more.
    pub(super) failure: Option<StoreError>,
}

/// A frame on its way.
pub(super) struct Encoded {
    seq: u64,
    at_ms: u64,
    /// Which stream it is output of, if it is.
    stream: Option<Stream>,
    bytes: Vec<u8>,
    milestone: bool,
}

impl State {
    /// An execution that begins.
    pub(super) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            bytes: 0,
            since: None,
            urgent: false,
            next: 1,
            ran: false,
            ended: None,
            closed: None,
            failure: None,
        }
    }

    /// Whether there is still somebody to listen.
    pub(super) fn goes_on(&self) -> bool {
        self.closed.is_none() && self.failure.is_none()
    }

    pub(super) fn push(&mut self, body: Body, at_ms: u64) {
        if self.push_on(&body, at_ms) {
            return;
        }
        let milestone = matches!(body, Body::Phase(_) | Body::Ended(_));
        let frame = Frame {
            seq: self.next,
            at_ms,
            body,
        };
        let mut bytes = Vec::new();
        frame::encode(&frame, &mut bytes);
        self.next += 1;
        self.bytes += bytes.len();
        self.urgent |= milestone;
        self.since.get_or_insert_with(Instant::now);
        self.waiting.push_back(Encoded {
            seq: frame.seq,
            at_ms,
            stream: stream(&frame.body),
            bytes,
            milestone,
        });
    }

    /// Puts output into the last frame, if that is of the same stream and moment and still here: many
    /// small writes are no storm of frames.
    fn push_on(&mut self, body: &Body, at_ms: u64) -> bool {
        let (Body::Stdout(more) | Body::Stderr(more)) = body else {
            return false;
        };
        let Some(last) = self.waiting.back_mut() else {
            return false;
        };
        let same = last.stream == stream(body) && at_ms.abs_diff(last.at_ms) < MOMENT_MS;
        if !same || !frame::extend(&mut last.bytes, more) {
            return false;
        }
        self.bytes += more.len();
        true
    }

    /// How the execution ended, as it is recorded: a store that failed is part of it.
    pub(super) fn recorded(&self) -> Outcome {
        let ended = self.ended.clone();
        let ended = ended.unwrap_or_else(|| Outcome::lost("it was not said how it ended"));
        match &self.failure {
            None => ended,
            Some(failure) => {
                let (code, message) = (failure.code(), diagnostics::chain(failure));
                if self.ran {
                    Outcome::unrecorded(code, message, &failure.hint_after_start(), &ended)
                } else {
                    Outcome::not_started(code, message, failure.hint())
                }
            }
        }
    }

    pub(super) fn push_end(&mut self) {
        self.push(Body::Ended(self.recorded()), now_ms());
    }

    /// Takes what may travel together.
    pub(super) fn take(&mut self, most: usize) -> Batch {
        let mut batch = Batch::default();
        while let Some(encoded) = self.waiting.pop_front() {
            if !batch.frames.is_empty() && batch.frames.len() + encoded.bytes.len() > most {
                self.waiting.push_front(encoded);
                break;
            }
            if batch.frames.is_empty() {
                batch.first = encoded.seq;
            }
            batch.last = encoded.seq;
            batch.frames.extend_from_slice(&encoded.bytes);
            if encoded.milestone {
                batch.milestones.extend_from_slice(&encoded.bytes);
            }
            self.bytes -= encoded.bytes.len();
        }
        if self.waiting.is_empty() {
            self.since = None;
            self.urgent = false;
        }
        batch
    }

    /// Forgets what cannot be kept, so that the end follows on what was.
    pub(super) fn fail(&mut self, failure: StoreError, kept: u64) {
        self.waiting.clear();
        self.bytes = 0;
        self.next = kept + 1;
        self.failure = Some(failure);
        if self.ended.is_some() {
            self.push_end();
        }
    }
}

/// Which stream `body` is output of.
fn stream(body: &Body) -> Option<Stream> {
    match body {
        Body::Stdout(_) => Some(Stream::Stdout),
        Body::Stderr(_) => Some(Stream::Stderr),
        Body::Note(_) | Body::Phase(_) | Body::Ended(_) => None,
    }
}
