//! Hands over what an execution says, as it says it.

use std::ops::ControlFlow;
use std::time::Duration;

use runtime_wire::{Body, Frame};

use crate::attempt::AttemptId;
use crate::execution::{Execution, ExecutionId, State};
use crate::port::{Problem, ProviderError};
use crate::reconcile::{Standing, standing};
use crate::row;
use crate::site::{Site, Starts};
use crate::start::resume;
use crate::transition;

/// The longest time between two questions to a store that does not answer.
const OUTAGE: Duration = Duration::from_secs(10);

/// A place in what an execution says: behind the frame `seq` of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Number of the attempt, from 1 on.
    pub attempt: u32,
    /// Seq of its last frame that was seen; 0 for none.
    pub seq: u64,
}

impl Position {
    /// Before everything.
    pub const START: Self = Self { attempt: 1, seq: 0 };
}

/// One thing to show.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// The agent said something. Frames come in order, each once.
    Frame {
        /// The attempt it is of.
        attempt: u32,
        /// What was said.
        frame: &'a Frame,
    },
    /// The row, or what the backend is doing, is not what it was. Always the first event.
    Changed {
        /// The row as it is now.
        execution: &'a Execution,
        /// What the provider says it is doing, such as `PENDING`, while a place is being made.
        detail: Option<&'a str>,
    },
    /// The context does not answer. It is asked again; the execution goes on.
    Unanswered(&'a ProviderError),
}

/// Who is shown an execution. [`ControlFlow::Break`] ends the showing, not the execution.
pub type Sink<'a> = dyn FnMut(Event<'_>) -> ControlFlow<()> + Send + 'a;

/// Hands every frame behind `from` to `sink`, until the end of the execution was handed over.
///
/// Returns the row as it ended; or, when the sink broke off, as it is known. The future may be dropped at any point:
/// following again behind the last frame seen loses nothing and repeats nothing. A context that does not answer is asked again
/// for ever: a network that is gone ends nothing.
pub async fn follow(
    site: Site<'_>,
    id: &ExecutionId,
    from: Position,
    sink: &mut Sink<'_>,
) -> Result<Execution, ProviderError> {
    let row = row::read(site, id).await?;
    let now = standing(site, row).await?;
    let mut follower = Follower {
        site,
        at: from,
        now,
    };
    match follower.run(sink).await {
        Ok(()) | Err(Stop::Broken) => Ok(follower.now.execution),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Why a follower stopped before the end.
enum Stop {
    Broken,
    Failed(ProviderError),
}

impl From<ProviderError> for Stop {
    fn from(error: ProviderError) -> Self {
        Self::Failed(error)
    }
}

struct Follower<'a> {
    site: Site<'a>,
    at: Position,
    now: Standing,
}

impl Follower<'_> {
    /// Follows to the end, through outages.
    async fn run(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        self.tell(sink)?;
        let mut wait = self.site.history.pace().longest;
        loop {
            let before = self.at;
            match self.until_outage(sink).await {
                Err(Stop::Failed(error)) if is_outage(&error) => {
                    if before != self.at {
                        wait = self.site.history.pace().longest;
                    }
                    show(sink, Event::Unanswered(&error))?;
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(OUTAGE);
                }
                other => return other,
            }
        }
    }

    async fn until_outage(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let pace = self.site.history.pace();
        let mut interval = pace.shortest;
        let mut silent = Duration::ZERO;
        loop {
            // What is over before the journal was read has all its frames in the journal.
            let over =
                self.now.execution.state.is_final() || self.now.execution.attempt > self.at.attempt;
            let frames = self.read(sink).await?;
            if frames == Read::End || (over && frames == Read::Nothing) {
                if self.now.execution.attempt > self.at.attempt {
                    let attempt = self.at.attempt + 1;
                    self.at = Position { attempt, seq: 0 };
                    self.tell(sink)?;
                    continue;
                }
                return Ok(());
            }
            if over {
                continue;
            }
            if frames == Read::Some {
                interval = pace.shortest;
                silent = Duration::ZERO;
            } else if silent >= pace.silence || self.now.execution.state == State::Queued {
                silent = Duration::ZERO;
                self.look(sink).await?;
                if self.now.execution.state != State::Queued {
                    continue;
                }
            }
            tokio::time::sleep(interval).await;
            silent += interval;
            interval = (interval * 2).min(pace.longest);
        }
    }

    /// Hands over the frames that are there, and takes what they say into the row.
    async fn read(&mut self, sink: &mut Sink<'_>) -> Result<Read, Stop> {
        let attempt = AttemptId::new(self.now.execution.id.clone(), self.at.attempt);
        let frames = self.site.history.frames(&attempt, self.at.seq).await?;
        let mut told = false;
        for frame in &frames {
            let event = Event::Frame {
                attempt: attempt.number(),
                frame,
            };
            show(sink, event)?;
            self.at.seq = frame.seq;
            if transition::apply(&mut self.now.execution, attempt.number(), frame) {
                told = true;
                self.now.detail = None;
                if !matches!(frame.body, Body::Ended(_)) {
                    self.tell(sink)?;
                }
            }
        }
        if told {
            let fold = |row: &mut Execution| transition::apply_all(row, attempt.number(), &frames);
            // What was said is shown whether or not it could be written down: the next reader of
            // the row takes it from the agent's own record.
            if let Ok(row) = row::update(self.site, attempt.execution(), fold).await {
                self.now.execution = row;
            }
        }
        let ended = frames
            .iter()
            .any(|frame| matches!(frame.body, Body::Ended(_)));
        if ended && told {
            self.tell(sink)?;
        }
        Ok(match frames.last() {
            _ if ended => Read::End,
            Some(_) => Read::Some,
            None => Read::Nothing,
        })
    }

    /// Asks the backend what became of an agent that says nothing, and starts an attempt whose turn has come.
    async fn look(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let row = row::read(self.site, &self.now.execution.id).await?;
        let mut now = standing(self.site, row).await?;
        now.execution = turn(self.site, now.execution).await?;
        let news = now.execution.state != self.now.execution.state
            || now.execution.attempt != self.now.execution.attempt
            || now.detail != self.now.detail;
        self.now = now;
        if news { self.tell(sink) } else { Ok(()) }
    }

    fn tell(&self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let event = Event::Changed {
            execution: &self.now.execution,
            detail: self.now.detail.as_deref(),
        };
        show(sink, event)
    }
}

/// Starts the attempt that `execution` waits for, if its turn has come and this one may.
pub(crate) async fn turn(site: Site<'_>, execution: Execution) -> Result<Execution, ProviderError> {
    match site.starts {
        Starts::Nothing => Ok(execution),
        Starts::Left => resume(site, execution, None, &|_| {}).await,
        Starts::Of(request) => resume(site, execution, Some(request), &|_| {}).await,
    }
}

fn show(sink: &mut Sink<'_>, event: Event<'_>) -> Result<(), Stop> {
    match sink(event) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Stop::Broken),
    }
}

/// Whether the same question may be answered another time.
pub(crate) fn is_outage(error: &ProviderError) -> bool {
    matches!(error.problem, Problem::Unreachable | Problem::Throttled)
}

/// What a look into the journal brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Nothing,
    Some,
    End,
}
