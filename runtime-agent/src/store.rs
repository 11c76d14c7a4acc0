//! Where an order comes from and frames go: the one thing that differs between backends.

use std::io;
use std::time::Duration;

use runtime_wire::Order;

/// A place that holds one execution.
pub(crate) trait Store: Send + Sync {
    /// Reads the order and removes it: it may hold what nobody else should read.
    fn take_order(&self) -> Result<Order, StoreError>;

    /// Keeps frames behind those that are there. Keeps all of them or none.
    fn append(&self, batch: &Batch) -> Result<(), StoreError>;

    /// Keeps milestones: `all` that there are by now, encoded, of which those from `new` on are new.
    fn keep_milestones(&self, all: &[u8], new: usize) -> Result<(), StoreError>;

    /// Shows that the agent is alive, and says whether somebody asked it to stop.
    fn stop_wanted(&self) -> Result<bool, StoreError>;

    /// Puts all that was kept where it stays longer. Called once, after the end was kept.
    fn archive(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Digest of the image that the agent runs in, where the system around it knows that.
    fn image(&self) -> Option<String> {
        None
    }

    /// How this store wants to be used.
    fn pace(&self) -> Pace;
}

/// Frames on their way to a store.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Seq of the first frame.
    pub first: u64,
    /// Seq of the last frame.
    pub last: u64,
    /// The frames, encoded.
    pub frames: Vec<u8>,
    /// Those of them that are milestones, encoded.
    pub milestones: Vec<u8>,
}

/// How a store wants to be used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// How long a frame may wait for others to travel with.
    pub gather: Duration,
    /// How many bytes of frames travel together at most.
    pub batch: usize,
    /// How many bytes of frames may wait before the command has to.
    pub capacity: usize,
    /// How often [`Store::stop_wanted`] is asked.
    pub look: Duration,
    /// How long there is until the system ends the agent, once it has asked it to stop; as long as it takes when absent.
    pub stop_within: Option<Duration>,
    /// How long a store that cannot be reached is tried again after the command has ended.
    pub patience: Duration,
}

/// Why a store did not do as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// Another agent carries out this execution.
    #[error("another agent carries out the execution in `{place}`")]
    Taken {
        /// The place.
        place: String,
    },
    /// There is no order.
    #[error("there is no order at `{place}`")]
    NoOrder {
        /// Where it should have been.
        place: String,
    },
    /// The order is not one that this agent understands.
    #[error("the order cannot be read: {message}")]
    BadOrder {
        /// What is wrong with it.
        message: String,
    },
    /// The environment does not say what the agent has to know.
    #[error("the environment has no {name}")]
    Environment {
        /// Name of the variable.
        name: &'static str,
    },
    /// There is something else where a new thing should go.
    #[error("cannot {doing}: it is there already")]
    Conflict {
        /// What was tried.
        doing: String,
    },
    /// A service did not answer, or not now.
    #[error("cannot {doing}: {message}")]
    Unreachable {
        /// What was tried.
        doing: String,
        /// The service's own words.
        message: String,
    },
    /// A service refused for good.
    #[error("cannot {doing}: {message}")]
    Refused {
        /// What was tried.
        doing: String,
        /// The service's own words.
        message: String,
    },
    /// There is no room left.
    #[error("cannot {doing}")]
    Full {
        /// What was tried.
        doing: String,
        /// The system's own words.
        source: io::Error,
    },
    /// The system refused.
    #[error("cannot {doing}")]
    System {
        /// What was tried.
        doing: String,
        /// The system's own words.
        source: io::Error,
    },
}

impl StoreError {
    /// What happened when `doing` was tried, from the system's error.
    pub(crate) fn system(doing: impl Into<String>, source: io::Error) -> Self {
        let doing = doing.into();
        let full = [
            io::ErrorKind::StorageFull,
            io::ErrorKind::QuotaExceeded,
            io::ErrorKind::FileTooLarge,
        ];
        if full.contains(&source.kind()) {
            Self::Full { doing, source }
        } else {
            Self::System { doing, source }
        }
    }

    /// Stable code of what happened.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "agent.duplicate",
            Self::NoOrder { .. } => "order.missing",
            Self::BadOrder { .. } => "order.invalid",
            Self::Full { .. } => "storage.full",
            Self::Environment { .. } => "agent.environment",
            Self::Unreachable { .. } => "storage.unreachable",
            Self::System { .. } | Self::Conflict { .. } | Self::Refused { .. } => "storage.failed",
        }
    }

    /// What to do next, where something can be done.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Full { .. } => Some("free some space"),
            Self::BadOrder { .. } => Some("use a mycli and an agent of the same version"),
            Self::Refused { .. } => Some("bring the installation up to date with `mycli init`"),
            Self::Taken { .. }
            | Self::NoOrder { .. }
            | Self::System { .. }
            | Self::Environment { .. }
            | Self::Conflict { .. }
            | Self::Unreachable { .. } => None,
        }
    }

    /// What to do next, once the command has run.
    pub(crate) fn hint_after_start(&self) -> String {
        let look = "see what the command did before you run it again";
        match self.hint() {
            Some(hint) => format!("{hint}, and {look}"),
            None => look.to_owned(),
        }
    }

    /// Whether the same may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

/// Reads an order as it is stored.
pub(crate) fn parse_order(bytes: &[u8]) -> Result<Order, StoreError> {
    let bad = |message: String| StoreError::BadOrder { message };
    // serde_json's errors quote no values of ours: only a kind, a line and a column.
    let order: Order = serde_json::from_slice(bytes).map_err(|error| {
        bad(format!(
            "{:?} at column {}",
            error.classify(),
            error.column()
        ))
    })?;
    if order.version == runtime_wire::order::VERSION {
        Ok(order)
    } else {
        Err(bad(format!(
            "it is of version {}, this agent understands version {}",
            order.version,
            runtime_wire::order::VERSION
        )))
    }
}
