//! A line on the terminal that is drawn over, for as long as there is nothing else to see.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::Printer;

/// A line that is drawn over, where the terminal can; everything is printed past it.
#[derive(Debug, Clone)]
pub(crate) struct Spinner {
    bar: ProgressBar,
    printer: Printer,
}

impl Spinner {
    /// A spinner that is not seen before [`Spinner::say`].
    pub(crate) fn new(printer: Printer) -> Self {
        let bar = if printer.draws() {
            let style = ProgressStyle::with_template("{spinner} {wide_msg}");
            ProgressBar::new_spinner().with_style(style.unwrap_or(ProgressStyle::default_spinner()))
        } else {
            ProgressBar::hidden()
        };
        Self { bar, printer }
    }

    /// A spinner that shows how long it is there, too.
    pub(crate) fn timed(printer: Printer) -> Self {
        let spinner = Self::new(printer);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
            spinner.bar.set_style(style);
        }
        spinner
    }

    /// Shows `text` in the place of what was shown before; without a terminal, as a line.
    pub(crate) fn say(&self, text: &str) {
        if self.bar.is_hidden() {
            self.printer.note(text);
        } else {
            self.bar.set_message(text.to_owned());
            self.bar.enable_steady_tick(Duration::from_millis(100));
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
    }

    /// Prints a line past it.
    pub(crate) fn note(&self, text: &str) {
        self.past(|| self.printer.note(text));
    }

    /// Prints a warning past it.
    pub(crate) fn warn(&self, text: &str) {
        self.past(|| self.printer.warn(text));
    }

    /// Does something that writes to the terminal.
    pub(crate) fn past<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}
