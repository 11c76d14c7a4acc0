//! Where a verb works, and what it would otherwise have to look up.

use crate::port::{Backend, History};
use crate::request::Request;

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
    /// Which queued attempts may be started by who looks on.
    pub starts: Starts<'a>,
}

/// Which queued attempts may be started by who looks on.
#[derive(Debug, Clone, Copy)]
pub enum Starts<'a> {
    /// None: who only looks starts nothing.
    Nothing,
    /// Those whose order an earlier attempt has left.
    Left,
    /// Those of what this asks for.
    Of(&'a Request),
}

impl<'a> Site<'a> {
    /// The same, for somebody who may start queued attempts.
    #[must_use]
    pub fn starting(self, starts: Starts<'a>) -> Self {
        Self { starts, ..self }
    }
}
