//! Everything the program prints goes through here: results to standard output, talk to standard
//! error.

use std::io::{IsTerminal, Write};

use serde::Serialize;
use serde_json::json;

use crate::failure::{Failure, OwnError};
use crate::render::lines;
use crate::request::Remark;

/// Version of the JSON that `--output json` prints. Fields may be added within a version.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// What results look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON object a line, `{"schema_version", "code", "data"}`; `ndjson` is the same
    #[value(alias = "ndjson")]
    Json,
}

/// Where the program says what it has to say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    /// What results look like.
    pub(crate) format: Format,
    /// Whether only results, warnings and errors are wanted.
    pub(crate) quiet: bool,
}

impl Printer {
    /// Prints a result, as it is.
    #[expect(clippy::unused_self, reason = "whoever prints has a printer")]
    pub(crate) fn result(self, text: &str) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        let written = stdout.write_all(text.as_bytes());
        closed_is_fine(written.and_then(|()| stdout.flush()))
    }

    /// Prints a result with colors, which go where nobody would see them as such.
    #[expect(clippy::unused_self, reason = "whoever prints has a printer")]
    pub(crate) fn styled(self, text: &str) -> Result<(), Failure> {
        let mut stdout = anstream::stdout().lock();
        let written = stdout.write_all(text.as_bytes());
        closed_is_fine(written.and_then(|()| stdout.flush()))
    }

    /// Prints a line for programs, and says what became of it.
    #[expect(clippy::unused_self, reason = "whoever prints has a printer")]
    pub(crate) fn line(self, code: &str, data: &impl Serialize) -> std::io::Result<()> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(envelope(code, data).as_bytes())?;
        stdout.flush()
    }

    /// Prints a result for programs, on one line.
    pub(crate) fn data(self, code: &str, data: &impl Serialize) -> Result<(), Failure> {
        closed_is_fine(self.line(code, data))
    }

    /// Says something that may be of interest, unless it is to be quiet.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            self.say("note", anstyle::Style::new().dimmed(), text);
        }
    }

    /// Says something that may be wrong.
    pub(crate) fn warn(self, text: &str) {
        let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
        match self.format {
            Format::Text => to_stderr(&format!("{yellow}warning:{yellow:#} {}\n", lines(text))),
            Format::Json => self.say("warning", yellow, text),
        }
    }

    /// Says something that is wrong with what the command was about.
    pub(crate) fn error(self, text: &str) {
        let red = anstyle::AnsiColor::Red.on_default().bold();
        match self.format {
            Format::Text => to_stderr(&format!("{red}error:{red:#} {}\n", lines(text))),
            Format::Json => self.say("error", red, text),
        }
    }

    /// Says what is to be known of a request.
    pub(crate) fn remarks(self, remarks: &[Remark]) {
        for remark in remarks {
            match remark {
                Remark::Note(text) => self.note(text),
                Remark::Warning(text) => self.warn(text),
            }
        }
    }

    /// Says why the command failed.
    pub(crate) fn failure(self, failure: &Failure) {
        match self.format {
            Format::Text => to_stderr(&failure.text(true)),
            Format::Json => to_stderr(&envelope("error", &failure.data())),
        }
    }

    /// Whether lines on standard error may be drawn over.
    pub(crate) fn draws(self) -> bool {
        let dumb = |name: &str, word: &str| std::env::var_os(name).is_some_and(|it| it == word);
        !self.quiet
            && self.format == Format::Text
            && std::io::stderr().is_terminal()
            && !dumb("TERM", "dumb")
            && std::env::var_os("CI").is_none()
    }

    fn say(self, code: &str, style: anstyle::Style, text: &str) {
        match self.format {
            Format::Text => to_stderr(&format!("{style}{}{style:#}\n", lines(text))),
            Format::Json => to_stderr(&envelope(code, &json!({ "message": text }))),
        }
    }
}

/// A line of JSON as programs get it.
pub(crate) fn envelope(code: &str, data: &impl Serialize) -> String {
    let line = json!({ "schema_version": SCHEMA_VERSION, "code": code, "data": data });
    format!("{line}\n")
}

/// Styled text for people. Nobody can be told that standard error is gone, so that is ignored.
fn to_stderr(text: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

/// A reader that has seen enough, such as `head`, is no error.
fn closed_is_fine(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|source| {
            OwnError {
                operation: "write to the standard output".to_owned(),
                source,
            }
            .into()
        }),
    }
}
