//! The few things the agent says that are not frames: `agent.log`, or the container's own log.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::sync::OnceLock;

use crate::mask::Shared;

/// What is masked in what is said here.
static MASKS: OnceLock<Shared> = OnceLock::new();

/// Masks all that is said from now on. The first masks count.
pub(crate) fn mask(masks: Shared) {
    let _ = MASKS.set(masks);
}

/// Writes a line to standard error. A closed standard error is nobody's problem.
pub(crate) fn say(line: &str) {
    let masked = MASKS.get().map(|masks| masks.text(line));
    let line = masked.as_deref().unwrap_or(line);
    let _ = writeln!(std::io::stderr(), "mycli-agent: {line}");
}

/// Writes an error and what caused it to standard error.
pub(crate) fn report(error: &dyn Error) {
    say(&chain(error));
}

/// An error and what caused it, on one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

/// Writes a line to standard output, for a person who asked.
pub(crate) fn answer(line: &str) -> ExitCode {
    match writeln!(std::io::stdout(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
