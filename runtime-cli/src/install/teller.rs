//! Tells what happens to stacks, and shows what is going on where the terminal can be drawn over.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use runtime::deploy::{Progress, Step, UnderWay};

use super::progress;
use crate::attach::Spinner;
use crate::printer::{Format, Printer};
use crate::render::{duration, one_line};

/// How many resources are named in the line that is drawn over.
const NAMED: usize = 3;

/// Tells what happens to stacks.
pub(crate) struct Teller {
    printer: Printer,
    spinner: Spinner,
    going: Mutex<Going>,
}

/// What is going on.
#[derive(Debug, Default)]
struct Going {
    /// Resources that are being worked on, by stack and name, and how long they took last, in milliseconds.
    resources: BTreeMap<String, Option<u64>>,
    /// How long each stack took last, in milliseconds.
    stacks: BTreeMap<String, u64>,
}

impl Teller {
    pub(crate) fn new(printer: Printer) -> Self {
        Self {
            printer,
            spinner: Spinner::timed(printer),
            going: Mutex::default(),
        }
    }

    /// Says what just happened to the only stack, or to one of several.
    pub(crate) fn tell(&self, stack: &str, is_alone: bool, step: &Progress) {
        self.past(|| progress::tell_of(self.printer, stack, is_alone, step));
        let mut going = self.going.lock().unwrap_or_else(PoisonError::into_inner);
        going.note(stack, is_alone, step);
        if self.printer.draws() {
            self.spinner.say(&going.line());
        }
    }

    /// Says what is under way already.
    pub(crate) fn begin(&self, stack: &str, under_way: &UnderWay) {
        if self.printer.format == Format::Text {
            self.past(|| self.printer.note(&progress::beginning(stack, under_way)));
        }
    }

    /// Does something that writes to the terminal.
    pub(crate) fn past<T>(&self, print: impl FnOnce() -> T) -> T {
        self.spinner.past(print)
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.spinner.clear();
    }
}

impl Going {
    fn note(&mut self, stack: &str, is_alone: bool, step: &Progress) {
        if let Some(expected) = step.expected_ms.filter(|_| is_of_stack(step)) {
            self.stacks.insert(stack.to_owned(), expected);
        }
        let mut path = step.within.clone();
        path.push(step.logical_id.clone());
        if !is_alone {
            path.insert(0, stack.to_owned());
        }
        let name = path.join("/");
        match step.step {
            // The stack itself is always at work.
            _ if is_of_stack(step) => {}
            Step::Started | Step::Undoing => {
                self.resources.insert(name, step.expected_ms);
            }
            Step::Done | Step::Failed | Step::Cancelled => drop(self.resources.remove(&name)),
        }
    }

    fn line(&self) -> String {
        let mut line = String::new();
        if let Some(longest) = self.stacks.values().max() {
            line = format!("of about {} · ", duration(*longest));
        }
        let _ = write!(line, "{} in progress", self.resources.len());
        let named = self.resources.iter().take(NAMED);
        let named: Vec<String> = named
            .map(|(name, expected)| match expected {
                Some(expected) => format!("{} (took {})", one_line(name), duration(*expected)),
                None => one_line(name),
            })
            .collect();
        if !named.is_empty() {
            let _ = write!(line, ": {}", named.join(", "));
        }
        if self.resources.len() > NAMED {
            line.push_str(", …");
        }
        line
    }
}

/// Whether a step is of the stack itself, which may be called otherwise in its app.
fn is_of_stack(step: &Progress) -> bool {
    let id = step.physical_id.as_deref().unwrap_or_default();
    step.resource_type == "AWS::CloudFormation::Stack"
        && step.within.is_empty()
        && id.split('/').nth(1) == Some(&step.logical_id)
}

#[cfg(test)]
mod tests {
    use super::super::progress::tests::step;
    use super::*;

    #[test]
    fn the_line_that_is_drawn_over_says_what_is_in_progress_and_how_long_it_took_last() {
        let mut going = Going::default();
        for step in [
            Progress {
                expected_ms: Some(200_000),
                resource_type: "AWS::CloudFormation::Stack".to_owned(),
                physical_id: Some("arn:aws:cloudformation:r:1:stack/web/uuid".to_owned()),
                ..step("web", Step::Started)
            },
            Progress {
                expected_ms: Some(42_000),
                ..step("Table", Step::Started)
            },
            step("Queue", Step::Started),
            Progress {
                within: vec!["News".to_owned()],
                ..step("Topic", Step::Started)
            },
            step("Queue", Step::Done),
        ] {
            going.note("Web", true, &step);
        }
        let expected = "of about 3m20s · 2 in progress: News/Topic, Table (took 42s)";
        assert_eq!(going.line(), expected);
    }
}
