//! Why there is no assembly, or not the stack that was meant.

use runtime::{Blame, Diagnosis};
use runtime_local::AppError;

use crate::failure::Failure;

/// How many of the stacks there are is told.
const CANDIDATES: usize = 10;

/// Nobody said where the stacks come from.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no app: neither --app nor --assembly is given, and there is no cdk.json with `app` and no cdk.out here"
)]
pub(super) struct NoApp;

impl Diagnosis for NoApp {
    fn code(&self) -> &'static str {
        "app.none"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some("try --app 'cargo run -q', or --assembly cdk.out".to_owned())
    }
}

/// A file of the project is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` cannot be read")]
pub(super) struct WrongFile {
    name: &'static str,
    source: serde_json::Error,
}

impl WrongFile {
    /// For `map_err`.
    pub(super) fn named(name: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self { name, source }
    }
}

impl Diagnosis for WrongFile {
    fn code(&self) -> &'static str {
        "app.wrong-file"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }
}

/// The assembly cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct Unreadable(pub(super) synth::AssemblyError);

impl Diagnosis for Unreadable {
    fn code(&self) -> &'static str {
        self.0.code
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some(self.0.fix.clone())
    }
}

/// No stack is called so.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct NotMatched(pub(super) synth::SelectError);

impl Diagnosis for NotMatched {
    fn code(&self) -> &'static str {
        "app.no-such-stack"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        let candidates = &self.0.candidates;
        let told: Vec<&str> = candidates
            .iter()
            .map(String::as_str)
            .take(CANDIDATES)
            .collect();
        let more = match candidates.len().saturating_sub(CANDIDATES) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        (!told.is_empty()).then(|| format!("there are: {}{more}", told.join(", ")))
    }
}

/// The app did not write an assembly.
#[derive(Debug, thiserror::Error)]
#[error("the app `{command}` {what}")]
pub(super) struct AppFailed {
    command: String,
    what: String,
    stopped: bool,
    source: Option<std::io::Error>,
}

impl AppFailed {
    pub(super) fn new(command: &str, error: AppError) -> Self {
        let (what, source) = match error {
            AppError::NotStarted(error) => ("could not be started".to_owned(), Some(error)),
            AppError::Failed(code) => (format!("ended with exit code {code}"), None),
            AppError::Killed(signal) => (format!("was killed by signal {signal}"), None),
            AppError::Stopped => ("was stopped".to_owned(), None),
        };
        Self {
            command: command.to_owned(),
            stopped: what == "was stopped",
            what,
            source,
        }
    }

    /// The failure to end with: that of `left` where the person stopped the app.
    pub(super) fn failure(self, left: u8) -> Failure {
        if self.stopped {
            Failure::from(self).exiting_with(left)
        } else {
            self.into()
        }
    }
}

impl Diagnosis for AppFailed {
    fn code(&self) -> &'static str {
        if self.stopped {
            "interrupted"
        } else {
            "app.failed"
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        (!self.stopped).then(|| {
            "what it printed is above; run the command by itself, or name another with --app"
                .to_owned()
        })
    }
}
