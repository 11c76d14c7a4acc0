//! Says how an execution ended.

use runtime::wire::Outcome;
use runtime::{Blame, Diagnosis, Execution};

use crate::context::Place;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::render::{cause, ending, hint};

/// Says how `execution` ended, and returns the exit code that stands for it.
pub(crate) fn report(printer: Printer, place: &Place, execution: &Execution) -> u8 {
    let exit_code = execution
        .outcome
        .as_ref()
        .map_or(0, |outcome| outcome.exit_code);
    if let Some(trouble) = execution.outcome.as_ref().and_then(Trouble::of) {
        printer.failure(&Failure::from(trouble).exiting_with(exit_code));
    }
    let again = place.again("logs", &execution.id);
    printer.note(&format!(
        "{}: {} · {again}",
        execution.id,
        ending(execution)
    ));
    exit_code
}

/// A command that never ran, whose end nobody saw, or whose output is not all there.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Trouble {
    code: String,
    message: String,
    hint: Option<String>,
}

impl Trouble {
    fn of(outcome: &Outcome) -> Option<Self> {
        let code = outcome.code()?;
        Some(Self {
            code: code.to_owned(),
            message: cause(outcome).unwrap_or_default(),
            hint: hint(outcome),
        })
    }
}

impl Diagnosis for Trouble {
    fn code(&self) -> &str {
        &self.code
    }

    fn blame(&self) -> Blame {
        Blame::Cloud
    }

    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}
