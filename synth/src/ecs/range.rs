//! Numbers with limits.

use std::fmt;

/// A whole number from `LEAST` to `MOST`.
///
/// ```
/// use synth::ecs::{GraceSeconds, InRange};
/// let grace: GraceSeconds = InRange::of::<90>();
/// ```
///
/// ```compile_fail
/// let too_long: synth::ecs::GraceSeconds = synth::ecs::InRange::of::<300>();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InRange<const LEAST: u16, const MOST: u16>(u16);

/// Seconds that Fargate waits for a container to stop or for its dependencies: 2–120.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>
pub type GraceSeconds = InRange<2, 120>;

/// GiB of disk for a task: 21–200. A task without has 20.
///
/// ```compile_fail
/// let too_little: synth::ecs::DiskGib = synth::ecs::InRange::of::<5>();
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html>
pub type DiskGib = InRange<21, 200>;

/// A number that is not in its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange {
    /// The number.
    pub value: u16,
    /// The lowest that is allowed.
    pub least: u16,
    /// The highest that is allowed.
    pub most: u16,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} is not from {} to {}",
            self.value, self.least, self.most
        )
    }
}

impl std::error::Error for OutOfRange {}

impl<const LEAST: u16, const MOST: u16> InRange<LEAST, MOST> {
    /// A number that is known while the program compiles: one out of range does not compile.
    pub const fn of<const VALUE: u16>() -> Self {
        const {
            assert!(
                LEAST <= VALUE && VALUE <= MOST,
                "the number is out of its range"
            );
        };
        Self(VALUE)
    }

    /// A number that is known only while the program runs.
    pub const fn new(value: u16) -> Result<Self, OutOfRange> {
        if LEAST <= value && value <= MOST {
            Ok(Self(value))
        } else {
            Err(OutOfRange {
                value,
                least: LEAST,
                most: MOST,
            })
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_in_range() {
        assert_eq!(GraceSeconds::new(2).map(InRange::get), Ok(2));
        assert_eq!(GraceSeconds::new(120), Ok(InRange::of::<120>()));
        insta::assert_snapshot!(GraceSeconds::new(121).unwrap_err(), @"121 is not from 2 to 120");
        insta::assert_snapshot!(DiskGib::new(20).unwrap_err(), @"20 is not from 21 to 200");
    }
}
