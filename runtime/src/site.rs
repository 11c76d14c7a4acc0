//! Where a verb works, and what it would otherwise have to look up.

use crate::port::{Backend, History};

/// The time and the chance that a verb uses, so that it does the same thing for the same input.
pub trait Ambient: Send + Sync {
    /// The time, in milliseconds since the Unix epoch.
    fn now_ms(&self) -> u64;

    /// 64 bits that nobody can guess.
    fn random(&self) -> u64;
}

/// A context, as the verbs see it.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// Where executions are kept.
    pub history: &'a dyn History,
    /// Where they run.
    pub backend: &'a dyn Backend,
    /// Time and chance.
    pub ambient: &'a dyn Ambient,
}
