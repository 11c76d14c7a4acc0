//! Questions. There is a flag for each answer, so that a script is never asked.

use std::io::{BufRead, IsTerminal, Write};

use runtime::{Blame, Diagnosis};

use crate::failure::{Failure, OwnError};
use crate::printer::{Format, Printer};

/// Nobody is there to answer.
#[derive(Debug, thiserror::Error)]
#[error("this has to be confirmed, and there is nobody to ask")]
pub(crate) struct NobodyToAsk {
    hint: &'static str,
}

impl Diagnosis for NobodyToAsk {
    fn code(&self) -> &'static str {
        "confirmation.needed"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some(self.hint.to_owned())
    }
}

/// The person was asked and said no.
#[derive(Debug, thiserror::Error)]
#[error("not confirmed: nothing was changed")]
pub(crate) struct Declined;

impl Diagnosis for Declined {
    fn code(&self) -> &'static str {
        "confirmation.declined"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }
}

/// Exit code of a command that was told no.
const NO: u8 = 1;

/// Whether there is somebody to ask; `hint` is what to do when there is not. Programs are never asked.
pub(crate) fn somebody(printer: Printer, hint: &'static str) -> Result<(), NobodyToAsk> {
    if printer.format == Format::Text && std::io::stdin().is_terminal() {
        Ok(())
    } else {
        nobody(hint)
    }
}

/// That there is nobody to ask, as far as anyone knows.
pub(crate) fn nobody(hint: &'static str) -> Result<(), NobodyToAsk> {
    Err(NobodyToAsk { hint })
}

/// Asks `question` on the terminal, and fails unless `agrees` says so of the answer.
pub(crate) async fn confirm(
    question: String,
    agrees: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let answer = line(question).await?;
    if agrees(&answer) {
        Ok(())
    } else {
        Err(Failure::from(Declined).exiting_with(NO))
    }
}

/// What is answered to `question` on the terminal, without blanks around it.
///
/// On a thread of its own: somebody who does not answer may still leave.
pub(crate) async fn line(question: String) -> Result<String, Failure> {
    let asked = move || {
        let mut stderr = std::io::stderr().lock();
        write!(stderr, "{question} ")?;
        stderr.flush()?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        Ok(answer)
    };
    let answer = tokio::task::spawn_blocking(asked).await;
    let answer = answer.unwrap_or_else(|gone| Err(std::io::Error::other(gone)));
    let answer: String = answer.map_err(OwnError::doing("ask on the terminal"))?;
    Ok(answer.trim().to_owned())
}

/// Whether an answer to a question is a yes.
pub(crate) fn yes(answer: &str) -> bool {
    matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes")
}
