//! The row that history keeps of an execution.

use std::collections::BTreeMap;

use runtime_wire::{Command, Outcome, Source};
use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, AttemptId};
use crate::request::Request;
use crate::retry::Retry;
use crate::size::Size;

/// Short name of an execution: eight characters of [`ExecutionId::ALPHABET`], drawn at random.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExecutionId(String);

impl ExecutionId {
    /// Letters and digits that are not mistaken for one another when read aloud or typed.
    pub const ALPHABET: &str = "0123456789abcdefghjkmnpqrstvwxyz";

    /// Length of an id. 32^8 ids: a collision is refused by the store and drawn again.
    pub const LENGTH: usize = 8;

    /// The id that `random` spells, five bits a character.
    pub fn from_random(random: u64) -> Self {
        let alphabet = Self::ALPHABET.as_bytes();
        let letter = |place: usize| {
            let index = usize::try_from(random >> (5 * place) & 31).unwrap_or_default();
            char::from(alphabet.get(index).copied().unwrap_or(b'0'))
        };
        Self((0..Self::LENGTH).map(letter).collect())
    }

    /// Takes `text` for an id, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == Self::LENGTH && text.chars().all(|it| Self::ALPHABET.contains(it));
        fits.then(|| Self(text.to_owned()))
    }

    /// Takes `text` for an id, or for the beginning of one, if it can be.
    pub fn parse_prefix(text: &str) -> Option<String> {
        let text = text.to_ascii_lowercase();
        let fits = !text.is_empty()
            && text.len() <= Self::LENGTH
            && text.chars().all(|letter| Self::ALPHABET.contains(letter));
        fits.then_some(text)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// One run of a command, as history keeps it. Holds no value of any environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// Its name.
    pub id: ExecutionId,
    /// Where it stands.
    pub state: State,
    /// What was asked to run.
    pub command: Command,
    /// Image it runs in; on `local`, a plain process when absent.
    pub image: Option<String>,
    /// What the agent fetches first.
    pub source: Option<Source>,
    /// Full id of the commit that the agent checked out.
    pub commit: Option<String>,
    /// Names of the variables that were set for the command.
    pub env_names: Vec<String>,
    /// How long it may run, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// When it was recorded, in milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// When the command started.
    pub started_at_ms: Option<u64>,
    /// When it ended.
    pub ended_at_ms: Option<u64>,
    /// How it ended; there exactly when [`State::is_final`].
    pub outcome: Option<Outcome>,
    /// What the backend calls it: a process id, a container id, a task ARN.
    pub handle: Option<String>,
    /// When somebody asked for its end.
    pub cancel_requested_at_ms: Option<u64>,
    /// Who asked for it, as the backend knows them.
    pub requested_by: Option<String>,
    /// Version of the program that recorded it.
    pub recorded_by: String,
    /// How often the row was changed: what a change is compared with.
    #[serde(default)]
    pub revision: u64,
    /// Number of the attempt that all of the above is about, from 1 on.
    #[serde(default = "first")]
    pub attempt: u32,
    /// The attempts before it, in order. Within the row, so that the end of one and the beginning of the next are one change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Attempt>,
    /// When this attempt was recorded; that of the row when absent.
    #[serde(default)]
    pub attempt_at_ms: Option<u64>,
    /// Before when a queued attempt is not started.
    #[serde(default)]
    pub not_before_ms: Option<u64>,
    /// What is tried again.
    #[serde(default)]
    pub retry: Retry,
    /// When somebody asked for its end at once, without any grace.
    #[serde(default)]
    pub kill_requested_at_ms: Option<u64>,
    /// How long the command has between SIGINT and SIGTERM, in milliseconds.
    #[serde(default)]
    pub grace_ms: u64,
    /// What the caller calls it, for finding it again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Names of the variables whose values are masked in all output, besides those whose names say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mask: Vec<String>,
    /// How much output is kept, in bytes; all of it when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_limit: Option<u64>,
    /// How large a place it runs in, where that is known.
    #[serde(default)]
    pub size: Size,
    /// What it runs on.
    #[serde(default)]
    pub capacity: Capacity,
    /// Architecture of the place it runs in, where one was asked for: `x86_64` or `arm64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// Role that the command has, where one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Digest of the image that the attempt runs in, `sha256:…`; after `local:`, the id that only its engine knows it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<String>,
}

/// What an execution runs on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// What AWS does not take back.
    #[default]
    OnDemand,
    /// The first attempt on Spot, which AWS may take back; later ones on demand.
    SpotFirst,
    /// Spot, every attempt.
    SpotOnly,
}

impl Capacity {
    /// Whether the attempt of that number runs on Spot.
    pub fn is_spot(self, attempt: u32) -> bool {
        match self {
            Self::OnDemand => false,
            Self::SpotFirst => attempt <= 1,
            Self::SpotOnly => true,
        }
    }
}

fn first() -> u32 {
    1
}

impl Execution {
    /// An execution of `request` that is recorded under `id` now, and about to be started.
    pub fn new(id: ExecutionId, request: &Request, now_ms: u64) -> Self {
        Self {
            id,
            state: State::Submitted,
            command: request.command.clone(),
            image: request.image.clone(),
            source: request.source.clone(),
            commit: None,
            env_names: request.env.keys().cloned().collect(),
            timeout_ms: request.timeout_ms,
            created_at_ms: now_ms,
            started_at_ms: None,
            ended_at_ms: None,
            outcome: None,
            handle: None,
            cancel_requested_at_ms: None,
            requested_by: request.requested_by.clone(),
            recorded_by: request.recorded_by.clone(),
            revision: 0,
            attempt: 1,
            earlier: Vec::new(),
            attempt_at_ms: None,
            not_before_ms: None,
            retry: request.retry.clone(),
            kill_requested_at_ms: None,
            grace_ms: request.grace_ms,
            labels: request.labels.clone(),
            mask: request.mask.clone(),
            output_limit: request.output_limit,
            size: request.size,
            capacity: request.capacity,
            arch: request.arch.clone(),
            role: request.role.clone(),
            image_digest: None,
        }
    }

    /// What its agent and its backend call the attempt it is at.
    pub fn attempt_id(&self) -> AttemptId {
        AttemptId::new(self.id.clone(), self.attempt)
    }

    /// Every attempt so far, the one it is at last.
    pub fn attempt_ids(&self) -> impl Iterator<Item = AttemptId> + use<'_> {
        (1..=self.attempt).map(|number| AttemptId::new(self.id.clone(), number))
    }

    /// Every attempt so far as a row of its own, the one it is at last.
    pub fn attempts(&self) -> Vec<Attempt> {
        let mut attempts = self.earlier.clone();
        attempts.push(Attempt::of(self));
        attempts
    }
}

/// Where an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Recorded; waits for its turn, such as an attempt after one that failed.
    Queued,
    /// Recorded and handed over; the backend may not know of it yet.
    Submitted,
    /// The backend took it and is making a place for it.
    Provisioning,
    /// The backend is getting the image.
    Pulling,
    /// The agent runs and fetches the source.
    Preparing,
    /// The command runs.
    Running,
    /// The command was asked to stop.
    Stopping,
    /// The command has ended; what it wrote is still being kept.
    Draining,
    /// The command exited with 0.
    Succeeded,
    /// The command exited with something else, or was killed.
    Failed,
    /// Somebody asked for the end.
    Cancelled,
    /// The command ran out of time.
    TimedOut,
    /// The agent was gone before it could say how the command ended.
    Lost,
    /// The command never started.
    CouldNotStart,
}

impl State {
    /// Every state, in the order in which an execution passes them.
    pub const ALL: [Self; 14] = [
        Self::Queued,
        Self::Submitted,
        Self::Provisioning,
        Self::Pulling,
        Self::Preparing,
        Self::Running,
        Self::Stopping,
        Self::Draining,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::TimedOut,
        Self::Lost,
        Self::CouldNotStart,
    ];

    /// Whether nothing comes after it.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Queued
            | Self::Submitted
            | Self::Provisioning
            | Self::Pulling
            | Self::Preparing
            | Self::Running
            | Self::Stopping
            | Self::Draining => false,
            Self::Succeeded
            | Self::Failed
            | Self::Cancelled
            | Self::TimedOut
            | Self::Lost
            | Self::CouldNotStart => true,
        }
    }

    /// Every state that something comes after.
    pub fn open() -> Vec<Self> {
        let open = Self::ALL.into_iter().filter(|state| !state.is_final());
        open.collect()
    }

    /// The word for it, as it is stored, printed and filtered by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Submitted => "submitted",
            Self::Provisioning => "provisioning",
            Self::Pulling => "pulling",
            Self::Preparing => "preparing",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Draining => "draining",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
            Self::Lost => "lost",
            Self::CouldNotStart => "could_not_start",
        }
    }

    /// The state that [`State::name`] gives `name` for.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
