//! How [`super::apply`] and [`super::destroy`] tell how they come on.

use std::collections::{BTreeMap, BTreeSet};

use super::pace::Pace;
use super::root_cause::{is_cascade, is_of_stack};
use super::services::{ServiceReport, report};
use super::stacks::{Event, Stacks};
use super::state::StackState;
use crate::port::{Problem, ProviderError};

/// What is told of progress. Called once for each step, in order.
pub type Sink<'a> = &'a mut (dyn FnMut(&Progress) + Send);

/// Something that happened on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The resource's name in the template; the stack's name for the stack itself.
    pub logical_id: String,
    /// The resource's type.
    pub resource_type: String,
    /// What the provider calls it, once it does.
    pub physical_id: Option<String>,
    /// What happened.
    pub step: Step,
    /// The provider's word for it, such as `CREATE_COMPLETE`; or `EMPTIED`, `REMOVED`.
    pub status: String,
    /// Why, in the provider's words.
    pub reason: Option<String>,
    /// Time since the operation's first event, in milliseconds, by the provider's clock.
    pub elapsed_ms: u64,
    /// Time that the resource took, in milliseconds; there when it is done.
    pub took_ms: Option<u64>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Work on it began, or goes on.
    Started,
    /// It is as it shall be.
    Done,
    /// It failed, by itself.
    Failed,
    /// It was stopped because something else failed.
    Cancelled,
    /// What was done to it is being undone.
    Undoing,
}

/// How many times in a row the provider may fail to tell of events before it is believed gone.
const PATIENCE: u32 = 5;

/// Follows an operation on a stack from its beginning to its end.
pub(super) struct Follower<'a> {
    stacks: &'a dyn Stacks,
    stack: &'a str,
    stack_id: &'a str,
    seen: BTreeSet<String>,
    last: Option<String>,
    events: Vec<Event>,
    started: BTreeMap<String, u64>,
    undoing: bool,
    /// What became of the tasks of services that failed, by what the provider calls these.
    services: BTreeMap<String, ServiceReport>,
    /// How many times in a row the provider did not answer.
    failures: u32,
}

/// How an operation ended.
pub(super) struct Ending {
    pub(super) state: StackState,
    pub(super) events: Vec<Event>,
    /// What became of the tasks of services that failed, by what the provider calls these.
    pub(super) services: BTreeMap<String, ServiceReport>,
}

impl<'a> Follower<'a> {
    /// Takes note of what happened before, so as to tell only of what comes.
    pub(super) async fn before(
        stacks: &'a dyn Stacks,
        stack: &'a str,
        stack_id: &'a str,
    ) -> Result<Self, ProviderError> {
        let past = stacks.events(stack_id, None).await?;
        Ok(Self {
            stacks,
            stack,
            stack_id,
            last: past.last().map(|event| event.id.clone()),
            seen: past.into_iter().map(|event| event.id).collect(),
            events: Vec::new(),
            started: BTreeMap::new(),
            undoing: false,
            services: BTreeMap::new(),
            failures: 0,
        })
    }

    /// Tells of every event until the operation has ended.
    pub(super) async fn end(mut self, sink: Sink<'_>) -> Result<Ending, ProviderError> {
        let mut pace = Pace::new();
        loop {
            if let Some(state) = self.tell(&mut pace, &mut *sink).await? {
                return Ok(Ending {
                    state,
                    events: self.events,
                    services: self.services,
                });
            }
            pace.wait().await;
        }
    }

    /// Tells of every event until nothing is being done to the stack, whoever began it.
    pub(super) async fn rest(mut self, sink: Sink<'_>) -> Result<(), ProviderError> {
        let mut pace = Pace::new();
        loop {
            // Asked first: what happened before it came to rest is told all the same.
            let asked = self.stacks.describe(self.stack_id).await;
            let asked = self.forgive(asked)?;
            self.tell(&mut pace, &mut *sink).await?;
            match asked {
                None => {}
                Some(Some(stack)) if stack.state.is_in_progress() => {}
                Some(_) => return Ok(()),
            }
            pace.wait().await;
        }
    }

    /// Tells of the events that are new, up to the end of an operation. Returns how that ended.
    async fn tell(
        &mut self,
        pace: &mut Pace,
        sink: Sink<'_>,
    ) -> Result<Option<StackState>, ProviderError> {
        let asked = self.stacks.events(self.stack_id, self.last.as_deref());
        let news = asked.await;
        for event in self.forgive(news)?.unwrap_or_default() {
            if !self.seen.insert(event.id.clone()) {
                continue;
            }
            pace.quicken();
            self.last = Some(event.id.clone());
            let progress = self.progress(&event);
            sink(&progress);
            if progress.step == Step::Failed {
                self.look_into(&event).await;
            }
            let ended = is_of_stack(self.stack, &event) && !event.status.ends_with("_IN_PROGRESS");
            let state = StackState(event.status.clone());
            self.events.push(event);
            if ended {
                return Ok(Some(state));
            }
        }
        Ok(None)
    }

    /// Looks at once into the tasks of a service that failed: when that is undone, its cluster may be gone.
    async fn look_into(&mut self, event: &Event) {
        let Some(id) = event.physical_id.as_deref() else {
            return;
        };
        if let Some(report) = report(self.stacks, &event.resource_type, Some(id)).await {
            self.services.insert(id.to_owned(), report);
        }
    }

    /// What the provider answered; nothing when asking again may help.
    fn forgive<T>(&mut self, answer: Result<T, ProviderError>) -> Result<Option<T>, ProviderError> {
        match answer {
            Ok(answer) => {
                self.failures = 0;
                Ok(Some(answer))
            }
            Err(error) if self.failures < PATIENCE && is_passing(error.problem) => {
                self.failures += 1;
                Ok(None)
            }
            Err(error) => Err(still_under_way(error)),
        }
    }

    fn progress(&mut self, event: &Event) -> Progress {
        let began = self.events.first().map_or(event.at_ms, |first| first.at_ms);
        if is_of_stack(self.stack, event) && event.status.contains("ROLLBACK_IN_PROGRESS") {
            self.undoing = true;
        }
        let step = match event.status.rsplit('_').next() {
            Some("FAILED") if is_cascade(event) => Step::Cancelled,
            Some("FAILED") => Step::Failed,
            // A deletion is skipped of what is retained.
            Some("COMPLETE" | "SKIPPED") => Step::Done,
            _ if self.undoing => Step::Undoing,
            _ => Step::Started,
        };
        let took_ms = match step {
            Step::Started | Step::Undoing => {
                self.started
                    .entry(event.logical_id.clone())
                    .or_insert(event.at_ms);
                None
            }
            Step::Done | Step::Failed | Step::Cancelled => self
                .started
                .remove(&event.logical_id)
                .map(|started| event.at_ms.saturating_sub(started)),
        };
        Progress {
            logical_id: event.logical_id.clone(),
            resource_type: event.resource_type.clone(),
            physical_id: event.physical_id.clone(),
            step,
            status: event.status.clone(),
            reason: event.reason.clone(),
            elapsed_ms: event.at_ms.saturating_sub(began),
            took_ms,
        }
    }
}

/// Whether asking again may help.
fn is_passing(problem: Problem) -> bool {
    matches!(
        problem,
        Problem::Unreachable | Problem::Throttled | Problem::Failed
    )
}

fn still_under_way(mut error: ProviderError) -> ProviderError {
    let goes_on =
        "the operation goes on without us; run the same command again to see how it ended";
    error.hint = Some(match error.hint {
        Some(hint) => format!("{hint}; {goes_on}"),
        None => goes_on.to_owned(),
    });
    error
}
