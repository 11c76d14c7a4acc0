//! Ctrl-C while a stack is planned, deployed or removed.

use runtime::{Blame, Diagnosis};

use crate::attach::Signals;
use crate::failure::Failure;

/// The person left.
#[derive(Debug, thiserror::Error)]
#[error("interrupted: {what}")]
struct Interrupted {
    what: String,
    hint: Option<String>,
}

impl Diagnosis for Interrupted {
    fn code(&self) -> &'static str {
        "interrupted"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

/// That the person left with `exit_code`, what became of the work, and what to do next.
pub(crate) fn left(exit_code: u8, what: impl Into<String>, hint: Option<String>) -> Failure {
    let what = what.into();
    Failure::from(Interrupted { what, hint }).exiting_with(exit_code)
}

/// That the person left before anything was changed.
pub(crate) fn unchanged(exit_code: u8) -> Failure {
    left(exit_code, "nothing was changed", None)
}

/// Does `work` until it is done or the person leaves: then the exit code to leave with.
pub(crate) async fn unless_left<T>(
    signals: &mut Signals,
    work: impl Future<Output = T>,
) -> Result<T, u8> {
    tokio::select! {
        done = work => Ok(done),
        reaction = signals.next() => Err(reaction.exit_code()),
    }
}
