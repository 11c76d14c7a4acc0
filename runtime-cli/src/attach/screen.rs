//! What is shown of an execution: its output kept apart, and where it stands.

use std::io::{ErrorKind, IsTerminal, Write};
use std::ops::ControlFlow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runtime::follow::{Event, Position};
use runtime::wire::{Body, Frame, Phase};
use runtime::{Execution, State};
use serde_json::{Value, json};

use super::{Bookmark, Lines, Spinner};
use crate::printer::{Format, Printer};
use crate::render::view::{ExecutionView, time};
use crate::render::{duration, one_line, queued};

/// Which of a command's output is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Streams {
    /// Both, each on its own stream, and the agent's notes
    #[default]
    All,
    /// What it wrote to its standard output
    Stdout,
    /// What it wrote to its standard error, on the standard output
    Stderr,
}

/// Where an execution is shown.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what was wanted, and what has happened so far"
)]
pub(crate) struct Screen {
    printer: Printer,
    spinner: Spinner,
    context: String,
    streams: Streams,
    /// Whether to go on when nobody reads the standard output any more.
    goes_on: bool,
    closed: bool,
    /// Why output was lost that somebody wanted.
    unwritten: Option<std::io::Error>,
    shown: Option<(State, Option<String>)>,
    ends_in_line: bool,
    /// There where not every byte is shown as it is.
    lines: Option<Lines>,
    /// There where it is kept up to where it was shown.
    bookmark: Option<Bookmark>,
    /// Whether the command's bytes are shown and nothing else.
    raw: bool,
}

impl Screen {
    /// A screen for an execution of `context`. `goes_on` when its end is wanted, whether or not
    /// anybody reads its output.
    pub(crate) fn new(printer: Printer, context: &str, streams: Streams, goes_on: bool) -> Self {
        Self {
            spinner: Spinner::new(printer),
            printer,
            context: context.to_owned(),
            streams,
            goes_on,
            closed: false,
            unwritten: None,
            shown: None,
            ends_in_line: true,
            lines: None,
            bookmark: None,
            raw: false,
        }
    }

    /// The same screen, of which it is kept how far it has come.
    pub(crate) fn with_bookmark(mut self, bookmark: Bookmark) -> Self {
        self.bookmark = Some(bookmark);
        self
    }

    /// The same screen, for some of the lines only.
    pub(crate) fn with_lines(mut self, lines: Lines) -> Self {
        self.lines = Some(lines);
        self
    }

    /// The same screen, for the command's bytes alone.
    pub(crate) fn raw(mut self) -> Self {
        self.raw = true;
        self
    }

    /// Shows what was begun and not ended: no more is to come.
    pub(crate) fn finish(&mut self) {
        if let Some(bookmark) = &mut self.bookmark {
            bookmark.remove();
        }
        let rest = self.lines.as_mut().map(Lines::rest).unwrap_or_default();
        for frame in rest {
            if self.show_frame(&frame).is_break() {
                return;
            }
        }
    }

    /// The line that is drawn over.
    pub(crate) fn spinner(&self) -> Spinner {
        self.spinner.clone()
    }

    /// Shows one thing.
    pub(crate) fn show(&mut self, event: Event<'_>) -> ControlFlow<()> {
        match (event, self.printer.format) {
            (Event::Changed { execution, detail }, Format::Text) => {
                self.standing(execution, detail);
                ControlFlow::Continue(())
            }
            (Event::Changed { execution, detail }, Format::Json) => {
                let view = ExecutionView::new(execution, &self.context, detail, now_ms());
                let code = if execution.state.is_final() {
                    "execution.ended"
                } else {
                    "execution.changed"
                };
                self.written(self.printer.line(code, &view))
            }
            (Event::Unanswered(error), _) => {
                self.spinner.warn(&format!(
                    "the context `{}` does not answer, and is asked again; the execution goes on: {}",
                    self.context,
                    one_line(&error.to_string())
                ));
                ControlFlow::Continue(())
            }
            (Event::Frame { attempt, frame }, _) => {
                let shown = self.feed(frame);
                if let Some(bookmark) = self.bookmark.as_mut().filter(|_| shown.is_continue()) {
                    bookmark.put(Position {
                        attempt,
                        seq: frame.seq,
                    });
                }
                shown
            }
        }
    }

    fn feed(&mut self, frame: &Frame) -> ControlFlow<()> {
        let Some(lines) = &mut self.lines else {
            return self.show_frame(frame);
        };
        lines
            .feed(frame)
            .iter()
            .try_for_each(|frame| self.show_frame(frame))
    }

    fn show_frame(&mut self, frame: &Frame) -> ControlFlow<()> {
        match self.printer.format {
            Format::Text => self.frame(frame),
            Format::Json => match event(frame, self.streams) {
                Some((code, data)) => self.written(self.printer.line(code, &data)),
                None => ControlFlow::Continue(()),
            },
        }
    }

    /// Says where the execution stands, if that is news.
    fn standing(&mut self, execution: &Execution, detail: Option<&str>) {
        let news = Some((execution.state, detail.map(str::to_owned)));
        if self.shown == news || self.streams != Streams::All || self.raw {
            return;
        }
        self.shown = news;
        if execution.state.is_final() {
            self.spinner.clear();
            if !self.ends_in_line && std::io::stderr().is_terminal() {
                let _ = std::io::stderr().write_all(b"\n");
            }
            return;
        }
        if execution.state == State::Queued && execution.attempt > 1 {
            self.spinner.clear();
            self.spinner.note(&queued(execution, now_ms()));
            return;
        }
        let detail = detail.map(|detail| format!(", {}", one_line(detail)));
        let text = format!(
            "{}: {}{} ({})",
            execution.id,
            execution.state,
            detail.unwrap_or_default(),
            duration(now_ms().saturating_sub(execution.created_at_ms)),
        );
        if execution.state < State::Running {
            self.spinner.say(&text);
        } else {
            self.spinner.clear();
            self.spinner.note(&text);
        }
    }

    fn frame(&mut self, frame: &Frame) -> ControlFlow<()> {
        match (&frame.body, self.streams) {
            (Body::Stdout(bytes), Streams::All | Streams::Stdout)
            | (Body::Stderr(bytes), Streams::Stderr) => {
                self.ends_in_line = bytes.ends_with(b"\n");
                let mut stdout = std::io::stdout().lock();
                let written = self.spinner.past(|| {
                    stdout.write_all(bytes)?;
                    stdout.flush()
                });
                drop(stdout);
                self.written(written)
            }
            (Body::Stderr(bytes), Streams::All) => {
                self.ends_in_line = bytes.ends_with(b"\n");
                // Nobody can be told that the standard error is gone.
                let _ = self.spinner.past(|| std::io::stderr().write_all(bytes));
                ControlFlow::Continue(())
            }
            (Body::Note(_) | Body::Phase(_), _) if self.raw => ControlFlow::Continue(()),
            (Body::Note(text), Streams::All) => {
                self.spinner.note(&format!("mycli: {}", one_line(text)));
                ControlFlow::Continue(())
            }
            (Body::Phase(Phase::Fetching { repository }), Streams::All) => {
                self.spinner
                    .say(&format!("fetching {}", one_line(repository)));
                ControlFlow::Continue(())
            }
            (Body::Phase(Phase::Fetched { commit }), Streams::All) => {
                self.spinner.note(&format!("fetched commit {commit}"));
                ControlFlow::Continue(())
            }
            (_, _) => ControlFlow::Continue(()),
        }
    }

    /// What follows from an attempt to write to the standard output.
    fn written(&mut self, written: std::io::Result<()>) -> ControlFlow<()> {
        let Err(error) = written else {
            return ControlFlow::Continue(());
        };
        let broken = error.kind() == ErrorKind::BrokenPipe;
        if !self.closed {
            self.closed = true;
            if broken && self.goes_on {
                self.spinner
                    .note("nobody reads the output any more; waiting for the end");
            } else if !broken {
                self.unwritten = Some(error);
            }
        }
        if self.goes_on {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    /// Why output was lost that somebody wanted: not because a reader has seen enough.
    pub(crate) fn unwritten(self) -> Option<std::io::Error> {
        self.unwritten
    }
}

/// A frame for programs, if it is of these streams: its code and its data. Ends and phases are told by the row.
pub(crate) fn event(frame: &Frame, streams: Streams) -> Option<(&'static str, Value)> {
    let output = |stream: &str, bytes: &[u8]| {
        let (encoding, text) = match std::str::from_utf8(bytes) {
            Ok(text) => ("text", text.to_owned()),
            Err(_) => ("base64", STANDARD.encode(bytes)),
        };
        let at = time(frame.at_ms);
        let data = json!({ "seq": frame.seq, "at": at, "stream": stream, encoding: text });
        Some(("execution.output", data))
    };
    match &frame.body {
        Body::Stdout(bytes) if streams != Streams::Stderr => output("stdout", bytes),
        Body::Stderr(bytes) if streams != Streams::Stdout => output("stderr", bytes),
        Body::Note(text) if streams == Streams::All => Some((
            "execution.note",
            json!({ "seq": frame.seq, "at": time(frame.at_ms), "message": text }),
        )),
        Body::Stdout(_) | Body::Stderr(_) | Body::Note(_) | Body::Phase(_) | Body::Ended(_) => None,
    }
}

fn now_ms() -> u64 {
    runtime::site::Ambient::now_ms(&crate::context::System)
}
