//! How an execution ended.

use serde::{Deserialize, Serialize};

/// The end of an execution, as the agent (or, when the agent died, the reconciler) records it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Exit code that `mycli exec` ends with.
    pub exit_code: u8,
    /// Why it ended.
    pub cause: Cause,
}

/// Why an execution ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Cause {
    /// The command ended by itself; the exit code is its own.
    Exited,
    /// The command was killed by a signal nobody here sent. Exit code 128 + signal.
    Signaled {
        /// Number of the signal.
        signal: i32,
    },
    /// The command ran longer than its timeout. Exit code 124.
    TimedOut {
        /// The timeout, in milliseconds.
        after_ms: u64,
    },
    /// Somebody asked for the end. Exit code 130.
    Cancelled,
    /// The kernel killed the command, or what it had started, for want of memory. Exit code 137.
    OutOfMemory,
    /// The agent was told to stop by a signal, and nobody had asked for it with `mycli`: Spot capacity that was taken
    /// back, a host that is retired, `docker stop`. Exit code 128 + signal.
    Interrupted {
        /// Number of the signal.
        signal: i32,
    },
    /// The command never started. Exit code 125, 126 (not executable) or 127 (not found).
    NotStarted {
        /// Stable code, such as `source.revision-missing` or `image.not-found`.
        code: String,
        /// What happened, with the words of whoever refused.
        message: String,
        /// What to do next, where something can be done.
        hint: Option<String>,
    },
    /// The command ran, and not all that it printed could be kept. It was ended, unless it had ended
    /// by itself. Exit code 125.
    Unrecorded {
        /// Stable code, such as `storage.full`.
        code: String,
        /// What happened, with the words of whoever refused.
        message: String,
        /// What to do next.
        hint: Option<String>,
        /// The command's own exit code, when it had ended by itself.
        command_exit_code: Option<u8>,
    },
    /// The agent was gone before it could say how the command ended. Exit code 125.
    Lost {
        /// Stable code, such as `memory.exhausted`.
        #[serde(default = "lost_code")]
        code: String,
        /// What was found instead of the agent.
        message: String,
        /// What to do next, where something can be done.
        #[serde(default)]
        hint: Option<String>,
    },
}

/// Code of an end of which nothing is known but that it is one.
const LOST: &str = "execution.lost";

fn lost_code() -> String {
    LOST.to_owned()
}

impl Outcome {
    /// Exit code of a command that ran out of time, as coreutils' `timeout` has it.
    pub const TIMED_OUT: u8 = 124;
    /// Exit code of a command that could not be run, as `docker run` has it.
    pub const NOT_STARTED: u8 = 125;
    /// Exit code of a command that was found and could not be executed.
    pub const NOT_EXECUTABLE: u8 = 126;
    /// Exit code of a command that was not found.
    pub const NOT_FOUND: u8 = 127;
    /// Exit code of a command that somebody cancelled.
    pub const CANCELLED: u8 = 130;

    /// The command ended by itself.
    pub fn exited(exit_code: u8) -> Self {
        Self {
            exit_code,
            cause: Cause::Exited,
        }
    }

    /// The command was killed by `signal`.
    pub fn signaled(signal: i32) -> Self {
        let exit_code =
            u8::try_from(signal).map_or(u8::MAX, |number| 128_u8.saturating_add(number));
        Self {
            exit_code,
            cause: Cause::Signaled { signal },
        }
    }

    /// The command ran longer than `after_ms`.
    pub fn timed_out(after_ms: u64) -> Self {
        Self {
            exit_code: Self::TIMED_OUT,
            cause: Cause::TimedOut { after_ms },
        }
    }

    /// Somebody asked for the end.
    pub fn cancelled() -> Self {
        Self {
            exit_code: Self::CANCELLED,
            cause: Cause::Cancelled,
        }
    }

    /// The command never started.
    pub fn not_started(code: &str, message: impl Into<String>, hint: Option<&str>) -> Self {
        Self {
            exit_code: match code {
                "command.not-executable" => Self::NOT_EXECUTABLE,
                "command.not-found" => Self::NOT_FOUND,
                _ => Self::NOT_STARTED,
            },
            cause: Cause::NotStarted {
                code: code.to_owned(),
                message: message.into(),
                hint: hint.map(str::to_owned),
            },
        }
    }

    /// The command ran, and not all that it printed could be kept. `of` is how it ended itself.
    pub fn unrecorded(code: &str, message: impl Into<String>, hint: &str, of: &Self) -> Self {
        Self {
            exit_code: Self::NOT_STARTED,
            cause: Cause::Unrecorded {
                code: code.to_owned(),
                message: message.into(),
                hint: Some(hint.to_owned()),
                command_exit_code: (of.cause == Cause::Exited).then_some(of.exit_code),
            },
        }
    }

    /// The kernel killed the command for want of memory.
    pub fn out_of_memory() -> Self {
        const KILL: i32 = 9;
        Self {
            cause: Cause::OutOfMemory,
            ..Self::signaled(KILL)
        }
    }

    /// The agent was told to stop by `signal`, and nobody had asked for it with `mycli`.
    pub fn interrupted(signal: i32) -> Self {
        Self {
            cause: Cause::Interrupted { signal },
            ..Self::signaled(signal)
        }
    }

    /// The agent was gone before it could say how the command ended.
    pub fn lost(message: impl Into<String>) -> Self {
        Self::lost_to(LOST, message, None)
    }

    /// The same, where it is known what became of the agent.
    pub fn lost_to(code: &str, message: impl Into<String>, hint: Option<&str>) -> Self {
        Self {
            exit_code: Self::NOT_STARTED,
            cause: Cause::Lost {
                code: code.to_owned(),
                message: message.into(),
                hint: hint.map(str::to_owned),
            },
        }
    }

    /// Stable code of why the command did not end by itself, where there is one.
    pub fn code(&self) -> Option<&str> {
        match &self.cause {
            Cause::NotStarted { code, .. }
            | Cause::Unrecorded { code, .. }
            | Cause::Lost { code, .. } => Some(code),
            Cause::Interrupted { .. } => Some("execution.interrupted"),
            Cause::OutOfMemory => Some("memory.exhausted"),
            Cause::Exited | Cause::Signaled { .. } | Cause::TimedOut { .. } | Cause::Cancelled => {
                None
            }
        }
    }
}
