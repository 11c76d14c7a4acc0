//! One try at an execution. What its agent writes and its backend starts is named after it.

use runtime_wire::Outcome;
use serde::{Deserialize, Serialize};

use crate::execution::{Execution, ExecutionId};

/// Name of an attempt: `0a1b2c3d` for the first one, `0a1b2c3d.2` for the second.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId {
    execution: ExecutionId,
    number: u32,
    name: String,
}

impl AttemptId {
    /// The attempt `number`, from 1 on, at `execution`.
    pub fn new(execution: ExecutionId, number: u32) -> Self {
        let name = if number <= 1 {
            execution.to_string()
        } else {
            format!("{execution}.{number}")
        };
        Self {
            execution,
            number,
            name,
        }
    }

    /// The attempt that is called `name`, if any could be.
    pub fn parse(name: &str) -> Option<Self> {
        let (id, number) = match name.split_once('.') {
            Some((id, number)) => (id, number.parse().ok().filter(|number| *number > 1)?),
            None => (name, 1),
        };
        Some(Self::new(ExecutionId::parse(id)?, number))
    }

    /// The execution it is at.
    pub fn execution(&self) -> &ExecutionId {
        &self.execution
    }

    /// Its number, from 1 on.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

impl std::fmt::Display for AttemptId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.name)
    }
}

/// One try at an execution, as history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1 on.
    pub number: u32,
    /// When it was recorded, in milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// When the command started.
    pub started_at_ms: Option<u64>,
    /// When it ended.
    pub ended_at_ms: Option<u64>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What the backend calls it.
    pub handle: Option<String>,
}

impl Attempt {
    /// The attempt that `execution` is at.
    pub fn of(execution: &Execution) -> Self {
        Self {
            number: execution.attempt,
            created_at_ms: execution.attempt_at_ms.unwrap_or(execution.created_at_ms),
            started_at_ms: execution.started_at_ms,
            ended_at_ms: execution.ended_at_ms,
            outcome: execution.outcome.clone(),
            handle: execution.handle.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_attempt_says_which_one_it_is() {
        let id = ExecutionId::parse("0a1b2c3d").unwrap();
        for (number, name) in [(1, "0a1b2c3d"), (2, "0a1b2c3d.2"), (11, "0a1b2c3d.11")] {
            let attempt = AttemptId::new(id.clone(), number);
            assert_eq!(attempt.as_str(), name);
            assert_eq!(AttemptId::parse(name), Some(attempt));
        }
        for other in [
            "",
            "0a1b2c3",
            "0a1b2c3d.1",
            "0a1b2c3d.x",
            "0a1b2c3d.",
            "../b2c3d",
        ] {
            assert_eq!(AttemptId::parse(other), None, "{other}");
        }
    }
}
