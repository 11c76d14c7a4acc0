//! How a command fails: one type for every error, rendered in one place.

use runtime::{Blame, Diagnosis};

use crate::render::lines;

/// An error on its way to the person, and the exit code it ends the program with.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Box<dyn Diagnosis + Send + Sync>,
    exit_code: Option<u8>,
    hint: Option<String>,
}

impl<E: Diagnosis + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: Box::new(error),
            exit_code: None,
            hint: None,
        }
    }
}

impl Failure {
    /// The same failure with an exit code of its own, whoever is to blame.
    pub(crate) fn exiting_with(self, exit_code: u8) -> Self {
        Self {
            exit_code: Some(exit_code),
            ..self
        }
    }

    /// The same failure with a hint that knows more than the error does.
    pub(crate) fn hinting(self, hint: String) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }

    /// What the program ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
            .unwrap_or_else(|| self.error.blame().exit_code())
    }

    /// The error, its causes, its hint and its code, a line each.
    pub(crate) fn text(&self, styled: bool) -> String {
        let (red, plain) = if styled {
            (RED.render().to_string(), RED.render_reset().to_string())
        } else {
            (String::new(), String::new())
        };
        let mut text = format!("{red}error:{plain} {}\n", indented(&self.error.to_string()));
        for cause in self.causes() {
            text.push_str(&line("cause", &cause));
        }
        if let Some(hint) = self.hint() {
            text.push_str(&line("hint", &hint));
        }
        text + &line("code", self.error.code())
    }

    /// What [`Failure::text`] says, for programs: the value of `data`.
    pub(crate) fn data(&self) -> serde_json::Value {
        serde_json::json!({
            "message": self.error.to_string(),
            "causes": self.causes(),
            "hint": self.hint(),
            "blame": match self.error.blame() {
                Blame::Caller => "caller",
                Blame::Access => "access",
                Blame::Cloud => "cloud",
                Blame::Program => "program",
            },
            "error": self.error.code(),
            "exit_code": self.exit_code(),
        })
    }

    fn hint(&self) -> Option<String> {
        self.hint.clone().or_else(|| self.error.hint())
    }

    fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self.error.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes
    }
}

const RED: anstyle::Style = anstyle::AnsiColor::Red.on_default().bold();

/// A line below the first, such as `  hint: …`.
fn line(name: &str, text: &str) -> String {
    format!("  {name}: {}\n", indented(text))
}

/// Further lines of a text under its first one. Errors quote what files say, and that is not to move the cursor.
fn indented(text: &str) -> String {
    lines(text.trim_end()).replace('\n', "\n    ")
}

/// Something this program does itself that did not work: its own files and its own output.
#[derive(Debug, thiserror::Error)]
#[error("could not {operation}")]
pub(crate) struct OwnError {
    /// What was tried, such as ``write `config.yaml` ``.
    pub(crate) operation: String,
    /// The system's word for why not.
    pub(crate) source: std::io::Error,
}

impl OwnError {
    /// For `map_err`.
    pub(crate) fn doing(operation: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let operation = operation.into();
        move |source| Self { operation, source }
    }
}

impl Diagnosis for OwnError {
    fn code(&self) -> &'static str {
        "program.files"
    }

    fn blame(&self) -> Blame {
        Blame::Cloud
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_its_cause_its_hint_and_its_code() {
        let refused = runtime::ProviderError::new(
            runtime::port::Problem::NoRoom,
            "write `history.sqlite3`",
            "database or disk is full\nat page 7",
        )
        .with_hint("free some space");
        insta::assert_snapshot!(Failure::from(refused).text(false), @"
        error: write `history.sqlite3`: database or disk is full
            at page 7
          hint: free some space
          code: provider.no-room
        ");
        let source = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let failure = Failure::from(OwnError::doing("write `config.yaml`")(source));
        insta::assert_snapshot!(failure.text(false), @"
        error: could not write `config.yaml`
          cause: permission denied
          code: program.files
        ");
    }

    #[test]
    fn what_an_error_quotes_does_not_reach_the_terminal() {
        let failure = Failure::from(OwnError::doing("read `\u{1b}[2J\u{9b}1m\u{202e}`")(
            std::io::Error::other("\u{1b}]0;title\u{7}\r\nline"),
        ));
        insta::assert_snapshot!(failure.text(false), @r"
        error: could not read `\u{1b}[2J\u{9b}1m\u{202e}`
          cause: \u{1b}]0;title\u{7}
            line
          code: program.files
        ");
    }

    #[test]
    fn blame_alone_picks_the_exit_code_unless_the_command_has_its_own() {
        let failure = || {
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            Failure::from(OwnError::doing("try")(source))
        };
        assert_eq!(failure().exit_code(), 4);
        assert_eq!(failure().exiting_with(125).exit_code(), 125);
    }
}
