//! Numbers what is said during an execution and sees it into the store, in order.
//!
//! Whoever has something to say waits only when more than the store's capacity is under way: so a
//! command is slowed down rather than its output dropped or memory filled.

mod state;

use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use runtime_wire::{Body, Cause, Outcome, Phase};

use crate::diagnostics;
use crate::mask::{self, Masks};
use crate::store::{Batch, Pace, Store, StoreError};
use crate::supervise::Event;
use state::State;

/// How long to wait before a store that could not be reached is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// The frames of one execution.
pub(crate) struct Journal {
    shared: Arc<Shared>,
    writer: Mutex<Option<JoinHandle<()>>>,
    rules: OnceLock<Rules>,
}

/// What an order asks of all output.
pub(crate) struct Rules {
    /// What is masked in it.
    pub masks: mask::Shared,
    /// How much of it is kept, in bytes; all of it when absent.
    pub limit: Option<u64>,
    /// Where files may be made for what is kept for later, the best place first.
    pub spool_places: Vec<PathBuf>,
}

struct Shared {
    state: Mutex<State>,
    /// Rings when `state` changes.
    changed: Condvar,
    pace: Pace,
}

impl Journal {
    /// Opens the journal of an execution that begins. `events` learns when the store fails.
    pub(crate) fn open(store: Arc<dyn Store>, events: Sender<Event>) -> Self {
        let shared = Arc::new(Shared {
            pace: store.pace(),
            changed: Condvar::new(),
            state: Mutex::new(State::new()),
        });
        let writer = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || write(store.as_ref(), &shared, &events)
        });
        Self {
            shared,
            writer: Mutex::new(Some(writer)),
            rules: OnceLock::new(),
        }
    }

    /// Follows `rules` from now on. The first ones count.
    pub(crate) fn obey(&self, rules: Rules) {
        diagnostics::mask(Arc::clone(&rules.masks));
        let _ = self.rules.set(rules);
    }

    /// What is masked in all output.
    pub(crate) fn masks(&self) -> mask::Shared {
        let rules = self.rules.get();
        rules.map_or_else(
            || Arc::new(Masks::new(&[])),
            |rules| Arc::clone(&rules.masks),
        )
    }

    /// How much output is kept, in bytes; all of it when absent.
    pub(crate) fn output_limit(&self) -> Option<u64> {
        self.rules.get().and_then(|rules| rules.limit)
    }

    /// Where files may be made for what is kept for later.
    pub(crate) fn spool_places(&self) -> Vec<PathBuf> {
        let rules = self.rules.get();
        rules.map_or_else(Vec::new, |rules| rules.spool_places.clone())
    }

    /// Says something. Waits while too much is under way; after the end nothing is said any more.
    ///
    /// Output must be masked already; words of ours are masked here.
    pub(crate) fn say(&self, body: Body) {
        self.say_at(body, now_ms());
    }

    /// Says what was to be said at `at_ms`.
    pub(crate) fn say_at(&self, body: Body, at_ms: u64) {
        let body = self.masked(body);
        let mut state = self.shared.lock();
        state.ran |= matches!(body, Body::Phase(Phase::Running));
        while state.bytes >= self.shared.pace.capacity && state.goes_on() {
            state = self.shared.wait(state);
        }
        if state.goes_on() {
            state.push(body, at_ms);
            self.shared.changed.notify_all();
        }
    }

    /// Whether more is under way than travels at once.
    pub(crate) fn is_behind(&self) -> bool {
        self.shared.lock().bytes > self.shared.pace.batch
    }

    fn masked(&self, body: Body) -> Body {
        let Some(rules) = self.rules.get() else {
            return body;
        };
        match body {
            Body::Note(text) => Body::Note(rules.masks.text(&text)),
            Body::Phase(Phase::Fetching { repository }) => Body::Phase(Phase::Fetching {
                repository: rules.masks.text(&repository),
            }),
            // The words of an end are masked before it is recorded.
            Body::Stdout(_) | Body::Stderr(_) | Body::Phase(_) | Body::Ended(_) => body,
        }
    }

    /// Says how the execution ended, and returns when all of it is kept.
    ///
    /// Returns the outcome as it was recorded: when the store failed, that is how it ended.
    pub(crate) fn close(&self, mut outcome: Outcome) -> Outcome {
        if let Some(rules) = self.rules.get() {
            mask_words(&mut outcome, &rules.masks);
        }
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

fn mask_words(outcome: &mut Outcome, masks: &Masks) {
    match &mut outcome.cause {
        Cause::NotStarted { message, hint, .. }
        | Cause::Unrecorded { message, hint, .. }
        | Cause::Lost { message, hint, .. } => {
            *message = masks.text(message);
            *hint = hint.as_deref().map(|hint| masks.text(hint));
        }
        Cause::Exited
        | Cause::Signaled { .. }
        | Cause::TimedOut { .. }
        | Cause::Cancelled
        | Cause::OutOfMemory
        | Cause::Interrupted { .. } => {}
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
