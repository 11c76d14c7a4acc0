//! What a place that runs commands must be able to do.
//!
//! A context (`local`, or an installation on AWS) is a [`History`] and a [`Backend`] of one kind.

use std::time::Duration;

use async_trait::async_trait;
use runtime_wire::{Frame, Order, Outcome};

use crate::attempt::AttemptId;
use crate::diagnosis::{Blame, Diagnosis};
use crate::execution::{Execution, ExecutionId, State};
use crate::size::Size;
use crate::tag::Tag;

/// Where executions and what they said are kept.
#[async_trait]
pub trait History: Send + Sync {
    /// Keeps a new execution. Refuses an id that is taken with [`Problem::Conflict`].
    async fn record(&self, execution: &Execution) -> Result<(), ProviderError>;

    /// The execution of that id, if there is one.
    async fn read(&self, id: &ExecutionId) -> Result<Option<Execution>, ProviderError>;

    /// Puts `execution` in the place of the row that has the revision before its own, and says whether it was.
    ///
    /// When the row has another revision by now nothing changes: read again and decide anew.
    async fn replace(&self, execution: &Execution) -> Result<bool, ProviderError>;

    /// Ids that begin with `prefix`, at most `limit`.
    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<ExecutionId>, ProviderError>;

    /// Executions, youngest first, from `page` on.
    async fn list(&self, page: &Page) -> Result<Listing, ProviderError>;

    /// Frames of an attempt with a seq above `after`, in order, without a gap.
    ///
    /// Returns what is there now; empty when there is nothing yet.
    async fn frames(&self, attempt: &AttemptId, after: u64) -> Result<Vec<Frame>, ProviderError>;

    /// The agent's milestones: its frames that are a phase or the end, and no others.
    ///
    /// Kept beside the journal, so that where an execution stands is known without reading its
    /// output. When the end is among them, all frames before it can be read.
    async fn milestones(&self, attempt: &AttemptId) -> Result<Vec<Frame>, ProviderError>;

    /// Forgets executions that ended before `before_ms`, at most `limit` of them, with all they have said. Returns them.
    ///
    /// For a store that does not do so by itself.
    async fn forget(&self, before_ms: u64, limit: usize) -> Result<Vec<Execution>, ProviderError>;

    /// How often it is worth asking for more. Default: [`Pace::CLOUD`].
    fn pace(&self) -> Pace {
        Pace::CLOUD
    }
}

/// How often to ask for what may be new: at `shortest` after something was, then ever more seldom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Time to the next question after one that brought something.
    pub shortest: Duration,
    /// The most time between two questions.
    pub longest: Duration,
    /// How long an agent may say nothing before the backend is asked whether it still lives.
    pub silence: Duration,
}

impl Pace {
    /// For a store that bills and limits every question.
    pub const CLOUD: Self = Self {
        shortest: Duration::from_millis(300),
        longest: Duration::from_secs(2),
        silence: Duration::from_secs(5),
    };
}

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// How many at most.
    pub limit: usize,
    /// Only executions in one of these states; all when empty.
    pub states: Vec<State>,
    /// Only executions that are kept under each of these words.
    pub tags: Vec<Tag>,
    /// Only executions that were recorded then or later, in milliseconds since the Unix epoch.
    pub since_ms: Option<u64>,
    /// Only executions that were recorded before then.
    pub until_ms: Option<u64>,
    /// [`Listing::next`] of the page before; the first page when absent.
    pub token: Option<String>,
}

/// A page of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Executions, youngest first.
    pub executions: Vec<Execution>,
    /// Where the next page begins, if there is one. A store that would have to read too much for a full page returns a
    /// shorter one, or an empty one, with this.
    pub next: Option<String>,
}

/// Where commands run.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Hands `order` over and starts an agent for it. Returns what the backend calls it.
    ///
    /// `execution` has been recorded. Starting the same attempt twice starts one agent.
    async fn start(&self, execution: &Execution, order: &Order) -> Result<String, ProviderError>;

    /// As [`Backend::start`], and tells `progress` in a few words what it is doing meanwhile.
    ///
    /// For a place where a start takes long, such as one that pulls the image first.
    async fn start_reporting(
        &self,
        execution: &Execution,
        order: &Order,
        progress: &Progress<'_>,
    ) -> Result<String, ProviderError> {
        progress(Step::Provisioning("starting"));
        self.start(execution, order).await
    }

    /// How large a place an execution gets that wishes for `wish`.
    ///
    /// Default: what is wished for, and nothing else is known.
    async fn size(&self, wish: Size) -> Result<Size, ProviderError> {
        Ok(wish)
    }

    /// The order of an attempt that no agent has taken, for another attempt; nothing when there is none.
    async fn order_left(&self, attempt: &AttemptId) -> Result<Option<Order>, ProviderError>;

    /// What is to be seen of an execution from outside, whatever its row says.
    async fn observe(&self, execution: &Execution) -> Result<Observed, ProviderError>;

    /// Asks the agent to end the command; or, where there is no agent yet, the backend to give up.
    ///
    /// Returns when the wish is recorded, not when it is fulfilled. Asking twice is harmless.
    async fn ask_to_stop(&self, execution: &Execution) -> Result<(), ProviderError>;

    /// Ends the agent and the command at once, from outside. What has ended already is no error.
    async fn kill(&self, execution: &Execution) -> Result<(), ProviderError>;

    /// The same for what runs for no execution that history knows.
    async fn kill_stray(&self, holding: &Holding) -> Result<(), ProviderError>;

    /// Frees whatever the backend still holds for any attempt at an execution that has ended.
    async fn clean_up(&self, execution: &Execution) -> Result<(), ProviderError>;

    /// Everything that runs here for this context, whether or not history knows of it.
    async fn running(&self) -> Result<Vec<Holding>, ProviderError>;
}

/// Something that runs for an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The attempt that it says it is for.
    pub attempt: AttemptId,
    /// What the backend calls it.
    pub handle: String,
}

/// Who hears what a backend is doing.
pub type Progress<'a> = dyn Fn(Step<'_>) + Send + Sync + 'a;

/// What a backend is doing while it starts something, in a few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// It makes a place.
    Provisioning(&'a str),
    /// It gets the image.
    Pulling(&'a str),
}

impl<'a> Step<'a> {
    /// The words.
    pub fn words(self) -> &'a str {
        match self {
            Self::Provisioning(words) | Self::Pulling(words) => words,
        }
    }

    /// The state that stands for it.
    pub fn state(self) -> State {
        match self {
            Self::Provisioning(_) => State::Provisioning,
            Self::Pulling(_) => State::Pulling,
        }
    }
}

/// What is to be seen of an execution from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// There is nothing of that name: it was never started, or is long gone.
    Absent,
    /// A place is being made for it.
    Provisioning {
        /// What the provider says it is doing, such as `PENDING`.
        detail: String,
    },
    /// Its image is being pulled.
    Pulling {
        /// What the provider says it is doing.
        detail: String,
    },
    /// Its agent is alive.
    Alive,
    /// It is over, and the provider says why. The agent's own word, if it left one, goes first.
    Gone {
        /// What to record if the agent left no word.
        outcome: Outcome,
    },
}

/// Why a provider (a cloud, a database, a container engine, a file system) did not do as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {message}")]
pub struct ProviderError {
    /// What kind of refusal it was.
    pub problem: Problem,
    /// What was asked, such as `ecs:RunTask` or `open the history`, with the name of the thing.
    pub operation: String,
    /// The provider's own words, unedited.
    pub message: String,
    /// What to do next, where something can be done.
    pub hint: Option<String>,
    /// Stable code of this very refusal, such as `image.not-found`; that of `problem` when absent.
    pub code: Option<&'static str>,
}

/// What kind of refusal a provider gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// There is no such thing.
    NotFound,
    /// There is one already, or it is in a state that does not allow this.
    Conflict,
    /// The provider does not accept the request itself.
    Invalid,
    /// There are no credentials.
    NoCredentials,
    /// The credentials are too old.
    ExpiredCredentials,
    /// The credentials do not allow this.
    Denied,
    /// The provider did not answer.
    Unreachable,
    /// The provider asked to slow down, and went on asking after retries.
    Throttled,
    /// There is no room: a full disk, a quota, no capacity.
    NoRoom,
    /// The provider failed.
    Failed,
    /// What is stored cannot be read.
    Damaged,
}

impl ProviderError {
    /// An error without a hint.
    pub fn new(
        problem: Problem,
        operation: impl Into<String>,
        message: impl std::fmt::Display,
    ) -> Self {
        Self {
            problem,
            operation: operation.into(),
            message: message.to_string(),
            hint: None,
            code: None,
        }
    }

    /// The same error under a code of its own.
    #[must_use]
    pub fn with_code(self, code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// The same error with a next step.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

impl Diagnosis for ProviderError {
    fn code(&self) -> &str {
        if let Some(code) = self.code {
            return code;
        }
        match self.problem {
            Problem::NotFound => "provider.not-found",
            Problem::Conflict => "provider.conflict",
            Problem::Invalid => "provider.invalid",
            Problem::NoCredentials => "provider.no-credentials",
            Problem::ExpiredCredentials => "provider.expired-credentials",
            Problem::Denied => "provider.denied",
            Problem::Unreachable => "provider.unreachable",
            Problem::Throttled => "provider.throttled",
            Problem::NoRoom => "provider.no-room",
            Problem::Failed => "provider.failed",
            Problem::Damaged => "provider.damaged",
        }
    }

    fn blame(&self) -> Blame {
        match self.problem {
            Problem::NoCredentials | Problem::ExpiredCredentials | Problem::Denied => Blame::Access,
            Problem::NotFound
            | Problem::Conflict
            | Problem::Invalid
            | Problem::Unreachable
            | Problem::Throttled
            | Problem::NoRoom
            | Problem::Failed
            | Problem::Damaged => Blame::Cloud,
        }
    }

    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}
