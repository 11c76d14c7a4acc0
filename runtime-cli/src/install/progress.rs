//! A line for each step of a stack.

use runtime::deploy::{Progress, Step};

use crate::printer::{Format, Printer};
use crate::render::{duration, one_line};

/// Says what just happened.
pub(crate) fn say(printer: Printer, progress: &Progress) {
    printer.note(&line(progress));
}

/// Says what just happened, to programs too.
pub(crate) fn tell(printer: Printer, progress: &Progress) {
    match printer.format {
        // Nobody reads any more: what is watched goes on all the same.
        Format::Json => drop(printer.line("progress", &data(progress))),
        Format::Text => say(printer, progress),
    }
}

/// Says what just happened to one of several stacks, or of one.
pub(crate) fn tell_of(printer: Printer, stack: &str, is_alone: bool, progress: &Progress) {
    match printer.format {
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
    let reason = progress
        .reason
        .as_deref()
        .filter(|_| progress.step != Step::Done);
    let reason = reason.map(|reason| format!(": {}", one_line(reason)));
    format!(
        "{:>6} {symbol} {} ({}) {}{}{}",
        duration(progress.elapsed_ms),
        progress.logical_id,
        progress.resource_type,
        progress.status,
        took.unwrap_or_default(),
        reason.unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_one_line_with_its_time_and_its_reason() {
        let progress = Progress {
            logical_id: "Table".to_owned(),
            resource_type: "AWS::DynamoDB::Table".to_owned(),
            physical_id: None,
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
