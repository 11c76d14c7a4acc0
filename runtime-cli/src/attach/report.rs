//! Says how an execution ended.

use runtime::wire::{Cause, Outcome};
use runtime::{Blame, Diagnosis, Execution};

use crate::context::Place;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::render::ending;

/// Says how `execution` ended, and returns the exit code that stands for it.
pub(crate) fn report(printer: Printer, place: &Place, execution: &Execution) -> u8 {
    let exit_code = execution
        .outcome
        .as_ref()
        .map_or(0, |outcome| outcome.exit_code);
    if let Some(not_run) = execution.outcome.as_ref().and_then(NotRun::of) {
        printer.failure(&Failure::from(not_run).exiting_with(exit_code));
    }
    let again = place.again("logs", &execution.id);
    printer.note(&format!(
        "{}: {} · {again}",
        execution.id,
        ending(execution)
    ));
    exit_code
}

/// A command that never ran, or whose end nobody saw.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct NotRun {
    code: String,
    message: String,
    hint: Option<String>,
}

impl NotRun {
    fn of(outcome: &Outcome) -> Option<Self> {
        match &outcome.cause {
            Cause::NotStarted {
                code,
                message,
                hint,
            } => Some(Self {
                code: code.clone(),
                message: message.clone(),
                hint: hint.clone(),
            }),
            Cause::Lost { message } => Some(Self {
                code: "execution.lost".to_owned(),
                message: message.clone(),
                hint: None,
            }),
            Cause::Exited | Cause::Signaled { .. } | Cause::TimedOut { .. } | Cause::Cancelled => {
                None
            }
        }
    }
}

impl Diagnosis for NotRun {
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
