//! What the agent is told: an [`Order`], written once, read once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of [`Order`] that this crate writes. An agent refuses any other.
pub const VERSION: u32 = 1;

/// How long a command may go on after SIGINT, in milliseconds, where nobody said: what ECS gives a container at most
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>, `stopTimeout`).
pub const DEFAULT_GRACE_MS: u64 = 120_000;

/// How long a command may go on after SIGTERM, in milliseconds, before it gets SIGKILL.
pub const TERM_MS: u64 = 10_000;

/// Everything an agent needs to know to carry out one execution.
///
/// It may hold the values of environment variables, so it is never logged and never kept: the
/// agent deletes it as soon as it was read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// [`VERSION`] of the program that wrote it.
    pub version: u32,
    /// The attempt: the id of the execution, and from the second attempt on `.2`, `.3`, …
    pub execution: String,
    /// What to start.
    pub command: Command,
    /// Variables set for the command, over those of the container.
    pub env: BTreeMap<String, String>,
    /// What to fetch before the start; nothing is fetched when absent.
    pub source: Option<Source>,
    /// How long the execution may take, in milliseconds, with the fetching of the source; without
    /// a limit when absent.
    pub timeout_ms: Option<u64>,
    /// How long the command has between SIGINT and SIGTERM, in milliseconds.
    pub grace_ms: u64,
    /// How long it has between SIGTERM and SIGKILL, in milliseconds.
    #[serde(default = "term_ms")]
    pub term_ms: u64,
    /// Values that the agent masks in everything that leaves it, in all their common forms. Those
    /// of less than 4 bytes are not masked.
    #[serde(default)]
    pub masked: Vec<String>,
    /// How much output is kept, in bytes, both streams together: the first half of it, and the
    /// last half. All of it when absent or 0.
    #[serde(default)]
    pub output_limit: Option<u64>,
    /// The terminal that the command's output goes to; two pipes when absent.
    #[serde(default)]
    pub terminal: Option<Terminal>,
    /// Digest of the image that the agent is started in, where whoever starts it knows that.
    #[serde(default)]
    pub image: Option<String>,
    /// What the source is fetched with, where it needs that.
    #[serde(default)]
    pub git_token: Option<GitToken>,
}

/// A token for the repositories of one server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitToken {
    /// Scheme, host and port that it may be sent to, such as `https://github.com`, and nowhere else.
    pub origin: String,
    /// The user name that is sent with it.
    pub user: String,
    /// The token itself.
    pub token: String,
}

impl std::fmt::Debug for GitToken {
    /// Shows where it belongs, not what it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitToken")
            .field("origin", &self.origin)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A terminal for a command: its window and its kind. There is nobody at its keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    /// Height of the window, in lines.
    pub rows: u16,
    /// Width of the window, in columns.
    pub columns: u16,
    /// The value of `TERM`, such as `xterm-256color`.
    pub kind: String,
}

fn term_ms() -> u64 {
    TERM_MS
}

/// What to start: an exact argument vector, or a script for `/bin/sh -c`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Started as it is, without a shell. Never empty.
    Argv(Vec<String>),
    /// Handed to `/bin/sh -c` as one argument.
    Script(String),
}

/// A repository and what of it to check out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// URL of the repository, as `git clone` takes it. Should hold no credentials; the agent uses
    /// those it holds and shows them nowhere.
    pub repository: String,
    /// What to check out.
    pub revision: Revision,
}

/// What of a repository to check out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revision {
    /// What the remote's HEAD names.
    Default,
    /// A branch, a tag, or a commit: the agent finds out which.
    Named(String),
    /// The head of the pull request, or merge request, of that number.
    PullRequest(u64),
    /// An exact commit, as 40 hex digits, and the branch it was seen on.
    Commit {
        /// The commit's full id.
        id: String,
        /// A branch that contains it, for servers that do not serve a bare commit.
        branch: Option<String>,
    },
}

impl Order {
    /// An order to start `command` for `attempt`, and nothing else.
    pub fn new(attempt: impl Into<String>, command: Command) -> Self {
        Self {
            version: VERSION,
            execution: attempt.into(),
            command,
            env: BTreeMap::new(),
            source: None,
            timeout_ms: None,
            grace_ms: DEFAULT_GRACE_MS,
            term_ms: TERM_MS,
            masked: Vec::new(),
            output_limit: None,
            terminal: None,
            image: None,
            git_token: None,
        }
    }
}

impl std::fmt::Debug for Order {
    /// Shows the names of the variables, not their values.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Order")
            .field("execution", &self.execution)
            .field("command", &self.command)
            .field("env", &self.env.keys().collect::<Vec<_>>())
            .field("source", &self.source)
            .field("timeout_ms", &self.timeout_ms)
            .finish_non_exhaustive()
    }
}
