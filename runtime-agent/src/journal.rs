//! Numbers what is said during an execution and sees it into the store, in order.
//!
//! Whoever has something to say waits only when more than the store's capacity is under way: so a
//! command is slowed down rather than its output dropped or memory filled.

use std::collections::VecDeque;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use runtime_wire::{Body, Frame, Outcome, Phase, frame};

use crate::diagnostics;
use crate::store::{Batch, Pace, Store, StoreError};
use crate::supervise::Event;

/// How long to wait before a store that could not be reached is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// The frames of one execution.
pub(crate) struct Journal {
    shared: Arc<Shared>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    state: Mutex<State>,
    /// Rings when `state` changes.
    changed: Condvar,
    pace: Pace,
}

struct State {
    waiting: VecDeque<Encoded>,
    /// Bytes in `waiting`.
    bytes: usize,
    /// When the first of `waiting` arrived.
    since: Option<Instant>,
    /// Whether a milestone is in `waiting`.
    urgent: bool,
    /// Seq of the frame that is said next.
    next: u64,
    /// Whether the command was started.
    ran: bool,
    /// How the execution ended, whatever became of its frames.
    ended: Option<Outcome>,
    /// When [`Journal::close`] was called.
    closed: Option<Instant>,
    /// The store will not keep any more.
    failure: Option<StoreError>,
}

struct Encoded {
    seq: u64,
    bytes: Vec<u8>,
    milestone: bool,
}

impl Journal {
    /// Opens the journal of an execution that begins. `events` learns when the store fails.
    pub(crate) fn open(store: Arc<dyn Store>, events: Sender<Event>) -> Self {
        let shared = Arc::new(Shared {
            pace: store.pace(),
            changed: Condvar::new(),
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                bytes: 0,
                since: None,
                urgent: false,
                next: 1,
                ran: false,
                ended: None,
                closed: None,
                failure: None,
            }),
        });
        let writer = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || write(store.as_ref(), &shared, &events)
        });
        Self {
            shared,
            writer: Mutex::new(Some(writer)),
        }
    }

    /// Says something. Waits while too much is under way; after the end nothing is said any more.
    pub(crate) fn say(&self, body: Body) {
        let mut state = self.shared.lock();
        state.ran |= matches!(body, Body::Phase(Phase::Running));
        while state.bytes >= self.shared.pace.capacity && state.goes_on() {
            state = self.shared.wait(state);
        }
        if state.goes_on() {
            state.push(body);
            self.shared.changed.notify_all();
        }
    }

    /// Whether more is under way than travels at once.
    pub(crate) fn is_behind(&self) -> bool {
        self.shared.lock().bytes > self.shared.pace.batch
    }

    /// Says how the execution ended, and returns when all of it is kept.
    ///
    /// Returns the outcome as it was recorded: when the store failed, that is how it ended.
    pub(crate) fn close(&self, outcome: Outcome) -> Outcome {
        let mut state = self.shared.lock();
        state.ended = Some(outcome);
        state.push_end();
        state.closed = Some(Instant::now());
        self.shared.changed.notify_all();
        drop(state);
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            let _ = writer.join();
        }
        self.shared.lock().recorded()
    }
}

impl State {
    /// Whether there is still somebody to listen.
    fn goes_on(&self) -> bool {
        self.closed.is_none() && self.failure.is_none()
    }

    fn push(&mut self, body: Body) {
        let milestone = matches!(body, Body::Phase(_) | Body::Ended(_));
        let frame = Frame {
            seq: self.next,
            at_ms: now_ms(),
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
            bytes,
            milestone,
        });
    }

    /// How the execution ended, as it is recorded: a store that failed is part of it.
    fn recorded(&self) -> Outcome {
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

    fn push_end(&mut self) {
        self.push(Body::Ended(self.recorded()));
    }

    /// Takes what may travel together.
    fn take(&mut self, most: usize) -> Batch {
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
    fn fail(&mut self, failure: StoreError, kept: u64) {
        self.waiting.clear();
        self.bytes = 0;
        self.next = kept + 1;
        self.failure = Some(failure);
        if self.ended.is_some() {
            self.push_end();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for frames that should travel now; nothing when all have and no more will come.
    fn next_batch(&self) -> Option<Batch> {
        let mut state = self.lock();
        loop {
            let rest = match state.since {
                None if state.closed.is_some() => return None,
                None => None,
                Some(since) => Some(self.pace.gather.saturating_sub(since.elapsed())),
            };
            let full = state.bytes >= self.pace.batch || state.urgent || state.closed.is_some();
            state = match rest {
                None => self.wait(state),
                Some(rest) if full || rest.is_zero() => {
                    let batch = state.take(self.pace.batch);
                    self.changed.notify_all();
                    return Some(batch);
                }
                Some(rest) => {
                    let waited = self.changed.wait_timeout(state, rest);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Whether a store that cannot be reached is worth another try.
    fn is_patient(&self) -> bool {
        let closed = self.lock().closed;
        closed.is_none_or(|closed| closed.elapsed() < self.pace.patience)
    }
}

/// Carries frames to the store until the end was said, or the store has failed for good.
fn write(store: &dyn Store, shared: &Shared, events: &Sender<Event>) {
    let mut milestones = Vec::new();
    let mut kept = 0;
    while let Some(batch) = shared.next_batch() {
        let new = milestones.len();
        milestones.extend_from_slice(&batch.milestones);
        let mut result = until_reached(shared, || store.append(&batch));
        if result.is_ok() {
            kept = batch.last;
            if !batch.milestones.is_empty() {
                result = until_reached(shared, || store.keep_milestones(&milestones, new));
            }
        }
        if let Err(failure) = result {
            diagnostics::report(&failure);
            let mut state = shared.lock();
            if state.failure.is_some() {
                // The end does not fit the journal. Beside it there may be room.
                let _ = store.keep_milestones(&milestones, new);
                return;
            }
            milestones.truncate(new);
            state.fail(failure, kept);
            shared.changed.notify_all();
            drop(state);
            // Nobody listens any more when the command is over.
            let _ = events.send(Event::StoreFailed);
        }
    }
}

/// Tries until the store was reached. Nothing is lost meanwhile: frames wait, then the command does.
fn until_reached(
    shared: &Shared,
    mut attempt: impl FnMut() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    loop {
        match attempt() {
            Err(error) if error.is_transient() && shared.is_patient() => {
                diagnostics::say(&format!("{}; trying again", diagnostics::chain(&error)));
                std::thread::sleep(RETRY);
            }
            result => return result,
        }
    }
}

/// The time by this machine's clock, in milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
