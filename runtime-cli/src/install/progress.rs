//! A line for each step of a stack.

use runtime::deploy::{Progress, Step, UnderWay};

use crate::printer::{Format, Printer};
use crate::render::view::time;
use crate::render::{duration, one_line};

/// What takes less than this is not worth foretelling, in milliseconds.
const SHORT: u64 = 5000;

/// Says what just happened.
pub(crate) fn say(printer: Printer, progress: &Progress) {
    printer.note(&line(progress));
}

/// What is under way already when the watching begins.
pub(super) fn beginning(stack: &str, under_way: &UnderWay) -> String {
    let took = under_way.expected_ms;
    let took = took.map(|ms| format!(" (took {} last time)", duration(ms)));
    let with = under_way.begun_with.as_deref();
    let with = with.map(|with| format!(", begun with {}", one_line(with)));
    let working: Vec<String> = under_way
        .in_progress
        .iter()
        .map(|id| one_line(id))
        .collect();
    let working = if working.is_empty() {
        String::new()
    } else {
        format!("; in progress: {}", working.join(", "))
    };
    format!(
        "{stack}: {} since {}{}{}{working}",
        under_way.status,
        time(under_way.since_ms),
        took.unwrap_or_default(),
        with.unwrap_or_default(),
    )
}

/// Says what just happened to one of several stacks, or of one.
pub(crate) fn tell_of(printer: Printer, stack: &str, is_alone: bool, progress: &Progress) {
    match printer.format {
        // Nobody reads any more: what is watched goes on all the same.
        Format::Json => {
            let mut line = data(progress);
            if let Some(line) = line.as_object_mut() {
                line.insert("stack".to_owned(), stack.into());
            }
            drop(printer.line("progress", &line));
        }
        Format::Text if is_alone => say(printer, progress),
        Format::Text => printer.note(&format!("{stack}: {}", line(progress))),
    }
}

/// What just happened, for programs. Field names are a promise.
fn data(progress: &Progress) -> serde_json::Value {
    serde_json::json!({
        "logical_id": progress.logical_id,
        "type": progress.resource_type,
        "physical_id": progress.physical_id,
        "status": progress.status,
        "reason": progress.reason,
        "elapsed_ms": progress.elapsed_ms,
        "took_ms": progress.took_ms,
        "expected_ms": progress.expected_ms,
        "within": progress.within,
    })
}

fn line(progress: &Progress) -> String {
    let symbol = match progress.step {
        Step::Started => "…",
        Step::Done => "✓",
        Step::Failed => "✗",
        Step::Cancelled => "-",
        Step::Undoing => "↩",
    };
    let took = progress.took_ms.map(|ms| format!(" in {}", duration(ms)));
    let expected = progress.expected_ms.filter(|ms| *ms >= SHORT);
    let expected = expected.map(|ms| format!(" (took {} last time)", duration(ms)));
    let reason = progress
        .reason
        .as_deref()
        .filter(|_| progress.step != Step::Done);
    let reason = reason.map(|reason| format!(": {}", one_line(reason)));
    format!(
        "{:>6} {symbol} {}{} ({}) {}{}{}{}",
        duration(progress.elapsed_ms),
        "  ".repeat(progress.within.len()),
        progress.logical_id,
        progress.resource_type,
        progress.status,
        took.unwrap_or_default(),
        expected.unwrap_or_default(),
        reason.unwrap_or_default(),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A step of a resource in the stack itself.
    pub(in super::super) fn step(logical_id: &str, step: Step) -> Progress {
        Progress {
            logical_id: logical_id.to_owned(),
            resource_type: "AWS::X::Y".to_owned(),
            physical_id: None,
            within: Vec::new(),
            step,
            status: "UPDATE_IN_PROGRESS".to_owned(),
            reason: None,
            elapsed_ms: 1000,
            took_ms: None,
            expected_ms: None,
        }
    }

    #[test]
    fn what_is_nested_is_indented_and_what_took_long_says_so() {
        let expected_ms = Some(200_000);
        let lines = [
            line(&Progress {
                expected_ms,
                ..step("web", Step::Started)
            }),
            line(&step("News", Step::Started)),
            line(&Progress {
                within: vec!["News".to_owned()],
                ..step("Topic", Step::Started)
            }),
            line(&Progress {
                expected_ms: Some(900),
                ..step("Queue", Step::Started)
            }),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        1s … web (AWS::X::Y) UPDATE_IN_PROGRESS (took 3m20s last time)
        1s … News (AWS::X::Y) UPDATE_IN_PROGRESS
        1s …   Topic (AWS::X::Y) UPDATE_IN_PROGRESS
        1s … Queue (AWS::X::Y) UPDATE_IN_PROGRESS
        ");
    }

    #[test]
    fn what_is_under_way_already_is_told_when_the_watching_begins() {
        let under_way = UnderWay {
            status: "UPDATE_IN_PROGRESS".to_owned(),
            since_ms: 1_795_477_018_000,
            expected_ms: Some(200_000),
            in_progress: vec!["Table".to_owned(), "Queue".to_owned()],
            begun_with: Some("`mycli` (change set mycli-1)".to_owned()),
        };
        insta::assert_snapshot!(beginning("web", &under_way), @"web: UPDATE_IN_PROGRESS since 2026-11-23T23:36:58Z (took 3m20s last time), begun with `mycli` (change set mycli-1); in progress: Table, Queue");
    }

    #[test]
    fn a_step_is_one_line_with_its_time_and_its_reason() {
        let progress = Progress {
            logical_id: "Table".to_owned(),
            resource_type: "AWS::DynamoDB::Table".to_owned(),
            physical_id: None,
            within: Vec::new(),
            expected_ms: None,
            step: Step::Done,
            status: "CREATE_COMPLETE".to_owned(),
            reason: None,
            elapsed_ms: 12_300,
            took_ms: Some(11_000),
        };
        let expected = "   12s ✓ Table (AWS::DynamoDB::Table) CREATE_COMPLETE in 11s";
        assert_eq!(line(&progress), expected);
        let failed = Progress {
            step: Step::Failed,
            status: "CREATE_FAILED".to_owned(),
            reason: Some("Limit exceeded\n(10 tables)".to_owned()),
            took_ms: None,
            ..progress
        };
        let expected =
            r"   12s ✗ Table (AWS::DynamoDB::Table) CREATE_FAILED: Limit exceeded\n(10 tables)";
        assert_eq!(line(&failed), expected);
    }
}
