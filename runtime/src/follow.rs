//! Hands over what an execution says, as it says it.

use std::ops::ControlFlow;
use std::time::Duration;

use runtime_wire::{Body, Frame};

use crate::execution::{Execution, ExecutionId};
use crate::port::ProviderError;
use crate::reconcile::{Standing, standing};
use crate::row;
use crate::site::Site;
use crate::transition;

/// One thing to show.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// The agent said something. Frames come in order, each once.
    Frame(&'a Frame),
    /// The row, or what the backend is doing, is not what it was. Always the first event.
    Changed {
        /// The row as it is now.
        execution: &'a Execution,
        /// What the provider says it is doing, such as `PENDING`, while a place is being made.
        detail: Option<&'a str>,
    },
}

/// Who is shown an execution. [`ControlFlow::Break`] ends the showing, not the execution.
pub type Sink<'a> = dyn FnMut(Event<'_>) -> ControlFlow<()> + Send + 'a;

/// Hands every frame after `after` to `sink`, until the end of the execution was handed over.
///
/// `after` is the seq of the last frame that the sink has, 0 for none. Returns the row as it ended;
/// or, when the sink broke off, as it is known. The future may be dropped at any point: following
/// again after the last frame seen loses nothing and repeats nothing.
pub async fn follow(
    site: Site<'_>,
    id: &ExecutionId,
    after: u64,
    sink: &mut Sink<'_>,
) -> Result<Execution, ProviderError> {
    let row = row::read(site, id).await?;
    let now = standing(site, row).await?;
    let mut follower = Follower { site, after, now };
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
    after: u64,
    now: Standing,
}

impl Follower<'_> {
    async fn run(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        self.tell(sink)?;
        let pace = self.site.history.pace();
        let mut interval = pace.shortest;
        let mut silent = Duration::ZERO;
        loop {
            // What is final before the journal was read has all its frames in the journal.
            let over = self.now.execution.state.is_final();
            let frames = self.read(sink).await?;
            if frames == Read::End || (over && frames == Read::Nothing) {
                return Ok(());
            }
            if over {
                continue;
            }
            if frames == Read::Some {
                interval = pace.shortest;
                silent = Duration::ZERO;
            } else if silent >= pace.silence {
                silent = Duration::ZERO;
                self.look(sink).await?;
                continue;
            }
            tokio::time::sleep(interval).await;
            silent += interval;
            interval = (interval * 2).min(pace.longest);
        }
    }

    /// Hands over the frames that are there, and takes what they say into the row.
    async fn read(&mut self, sink: &mut Sink<'_>) -> Result<Read, Stop> {
        let id = self.now.execution.id.clone();
        let frames = self.site.history.frames(&id, self.after).await?;
        let mut told = false;
        for frame in &frames {
            if sink(Event::Frame(frame)).is_break() {
                return Err(Stop::Broken);
            }
            self.after = frame.seq;
            if transition::apply(&mut self.now.execution, frame) {
                told = true;
                self.now.detail = None;
                if !matches!(frame.body, Body::Ended(_)) {
                    self.tell(sink)?;
                }
            }
        }
        if told {
            let fold = |row: &mut Execution| transition::apply_all(row, &frames);
            // What was said is shown whether or not it could be written down: the next reader of
            // the row takes it from the agent's own record.
            if let Ok(row) = row::update(self.site, &id, fold).await {
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

    /// Asks the backend what became of an agent that says nothing.
    async fn look(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let now = standing(self.site, self.now.execution.clone()).await?;
        let news = now.execution.state != self.now.execution.state || now.detail != self.now.detail;
        self.now = now;
        if news { self.tell(sink) } else { Ok(()) }
    }

    fn tell(&self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let event = Event::Changed {
            execution: &self.now.execution,
            detail: self.now.detail.as_deref(),
        };
        match sink(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Broken),
        }
    }
}

/// What a look into the journal brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Nothing,
    Some,
    End,
}
