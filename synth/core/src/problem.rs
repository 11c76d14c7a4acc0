//! What is wrong with a stack, told all at once.

use std::fmt;

/// One thing that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable and never reused, such as `ec2.subnet-too-small`.
    pub code: &'static str,
    /// What is wrong: lower case, no period.
    pub message: String,
    /// The value that was given, as it was given. Empty when there is none to show.
    pub value: String,
    /// What would be accepted. Empty when the fix says it.
    pub allowed: String,
    /// The change to make.
    pub fix: String,
}

/// A [`Problem`] and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The stack's name and the construct path below it, such as `Platform/Vpc/PublicSubnet1`.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

impl fmt::Display for Placed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem {
            code,
            message,
            value,
            allowed,
            fix,
        } = &self.problem;
        write!(formatter, "{}: {message}", self.path)?;
        for (name, text) in [("value", value), ("allowed", allowed), ("fix", fix)] {
            if !text.is_empty() {
                write!(formatter, "\n  {name}: {text}")?;
            }
        }
        write!(formatter, "\n  code: {code}")
    }
}

/// Everything that is wrong, in the order in which it was found. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Placed>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, placed) in self.0.iter().enumerate() {
            if position > 0 {
                formatter.write_str("\n")?;
            }
            placed.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
