//! What is tried again, and when: by the cause of the end, never by the count alone.
//!
//! What never ran may be tried again without harm; what ran is tried again only when the caller said so, because nobody but the
//! caller knows whether it may run twice.

use std::fmt;
use std::str::FromStr;

use runtime_wire::{Cause, Outcome};
use serde::{Deserialize, Serialize};

use crate::execution::Execution;

/// The most attempts that may be asked for.
pub const MAX_ATTEMPTS: u32 = 10;

/// How long after its time a queued attempt may still be started, in milliseconds. What is found later is over: whoever asked
/// for it does not expect it any more.
pub const FRESH_MS: u64 = 10 * 60 * 1000;

/// What of an execution is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// How many attempts at most, 1 to [`MAX_ATTEMPTS`]. Default: 3.
    pub attempts: u32,
    /// Exit codes of the command after which it is run again. Default: none.
    #[serde(default, skip_serializing_if = "ExitCodes::is_empty")]
    pub on_exit: ExitCodes,
    /// Whether it is run again when the place it ran in was taken away, as Spot capacity is. Default: no.
    #[serde(default)]
    pub interrupted: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            on_exit: ExitCodes::default(),
            interrupted: false,
        }
    }
}

/// A set of exit codes, such as `75,100-103`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExitCodes(Vec<(u8, u8)>);

impl ExitCodes {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `code` is one of them.
    pub fn holds(&self, code: u8) -> bool {
        self.0
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&code))
    }
}

impl FromStr for ExitCodes {
    type Err = String;

    /// Reads codes from 1 to 255 and ranges of them, with commas between them.
    fn from_str(text: &str) -> Result<Self, String> {
        let refused = |part: &str| {
            format!(
                "`{part}` is not an exit code to try again: write codes from 1 to 255, such as 75 or 75,100-103"
            )
        };
        let part = |part: &str| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let code = |text: &str| text.trim().parse().ok().filter(|code: &u8| *code > 0);
            let range = code(from).zip(code(to)).filter(|(from, to)| from <= to);
            range.ok_or_else(|| refused(part))
        };
        text.split(',')
            .map(part)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for ExitCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (from, to)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            if from == to {
                write!(f, "{comma}{from}")?;
            } else {
                write!(f, "{comma}{from}-{to}")?;
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for ExitCodes {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ExitCodes> for String {
    fn from(codes: ExitCodes) -> Self {
        codes.to_string()
    }
}

/// What to do about a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The same would happen again.
    Never,
    /// It never ran, and may go better after a pause, in milliseconds.
    After(u64),
    /// It ran, and where it ran was taken away: tried again where the caller allows it.
    IfAllowed(u64),
}

/// Causes that may go better another time, by their code. Every other one would not.
///
/// The pauses are what the causes need: a network interface is made anew at once, capacity comes back in minutes.
const VERDICTS: [(&str, Verdict); 16] = [
    ("capacity.unavailable", Verdict::After(15_000)),
    ("network.failed", Verdict::After(5_000)),
    ("storage.not-provisioned", Verdict::After(5_000)),
    ("image.unreachable", Verdict::After(5_000)),
    ("image.rate-limited", Verdict::After(60_000)),
    ("secret.unreachable", Verdict::After(5_000)),
    ("logs.unreachable", Verdict::After(5_000)),
    ("source.unreachable", Verdict::After(5_000)),
    ("host.failed", Verdict::After(5_000)),
    ("role.service-linked", Verdict::After(10_000)),
    ("quota.provisioning", Verdict::After(30_000)),
    ("task.failed-to-start", Verdict::After(5_000)),
    ("provider.throttled", Verdict::After(5_000)),
    ("spot.interrupted", Verdict::IfAllowed(5_000)),
    ("host.retired", Verdict::IfAllowed(5_000)),
    ("execution.interrupted", Verdict::IfAllowed(5_000)),
];

/// What to do about the cause that has `code`.
pub fn verdict(code: &str) -> Verdict {
    VERDICTS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(Verdict::Never, |(_, verdict)| *verdict)
}

/// How long to wait before the attempt after one that ended with `outcome`, in milliseconds; nothing when there is none.
pub fn pause_ms(execution: &Execution, outcome: &Outcome) -> Option<u64> {
    let retry = &execution.retry;
    let asked_to_end =
        execution.cancel_requested_at_ms.is_some() || execution.kill_requested_at_ms.is_some();
    if asked_to_end || execution.attempt >= retry.attempts.min(MAX_ATTEMPTS) {
        return None;
    }
    let verdict = match &outcome.cause {
        Cause::Exited if retry.on_exit.holds(outcome.exit_code) => Verdict::After(5_000),
        Cause::NotStarted { code, .. } | Cause::Lost { code, .. } => verdict(code),
        Cause::Interrupted { .. } => verdict("execution.interrupted"),
        Cause::Exited
        | Cause::Signaled { .. }
        | Cause::TimedOut { .. }
        | Cause::Cancelled
        | Cause::OutOfMemory
        | Cause::Unrecorded { .. } => Verdict::Never,
    };
    let ran = !matches!(outcome.cause, Cause::NotStarted { .. } | Cause::Exited);
    let base = match verdict {
        // What ran is only tried again where that was allowed, whatever the cause.
        Verdict::After(base) if !ran || retry.interrupted => base,
        Verdict::IfAllowed(base) if retry.interrupted => base,
        Verdict::Never | Verdict::After(_) | Verdict::IfAllowed(_) => return None,
    };
    Some(spread(base, execution))
}

/// `base` doubled with each attempt, and half more or less of it, so that many who failed together do not come back together.
fn spread(base: u64, execution: &Execution) -> u64 {
    let doubled = base.saturating_mul(1 << (execution.attempt.saturating_sub(1)).min(8));
    // By the id, which is drawn at random, so that everybody who looks at the row comes to the same time.
    let seed = execution.id.as_str().bytes();
    let seed = seed.fold(u64::from(execution.attempt), |seed, byte| {
        seed.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    doubled / 2 + doubled.saturating_mul(seed % 1001) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_read_and_written_as_people_write_them() {
        let codes: ExitCodes = "75,100-103".parse().unwrap();
        assert_eq!(codes.to_string(), "75,100-103");
        let held: Vec<u8> = (0..=255).filter(|code| codes.holds(*code)).collect();
        assert_eq!(held, [75, 100, 101, 102, 103]);
        for wrong in ["", "0", "256", "3-1", "a", "1,,2", "-1"] {
            assert!(wrong.parse::<ExitCodes>().is_err(), "{wrong}");
        }
    }
}
