//! `mycli reconcile`

use runtime::port::Holding;
use runtime::site::Starts;
use runtime::sweep::{Found, sweep};
use runtime::{Diagnosis as _, Execution};
use serde_json::{Value, json};

use super::{Ending, Output, Wanted};
use crate::printer::{Format, Printer};
use crate::render::{ending, one_line};

/// Find the truth of every execution that was left behind
///
/// Looks at all executions that have not ended by their rows: of agents, containers and tasks that are gone it is recorded how
/// they ended, what outlived its deadline is ended, and an attempt whose turn has come is started. What runs for an execution that
/// has ended is ended too. `list` and `status` do the same for what they show.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReconcileArgs {
    /// End also what runs for an execution that this history does not know
    #[arg(long)]
    unknown: bool,

    #[command(flatten)]
    wanted: Wanted,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli reconcile
  mycli reconcile --context prod --output json";

/// Exit code when something could not be looked at or ended.
const INCOMPLETE: u8 = 4;

/// Runs `mycli reconcile`.
pub(crate) async fn run(args: ReconcileArgs, printer: Printer) -> Ending {
    let place = args.wanted.open().await?;
    let site = place.site().starting(Starts::Left);
    let (mut lines, mut events, mut failed) = (Vec::new(), Vec::new(), false);
    let mut hear = |found: Found<'_>| {
        lines.push(line(found));
        events.push(data(found));
        failed |= matches!(
            found,
            Found::Unseen { .. } | Found::Stray { ended: Err(_), .. }
        );
    };
    let swept = sweep(site, args.unknown, &mut hear).await?;
    let data = json!({
        "open": swept.open,
        "changed": swept.changed,
        "unseen": swept.unseen,
        "stray": swept.stray,
        "found": events,
    });
    match printer.format {
        Format::Json => printer.data("reconciled", &data)?,
        Format::Text => {
            for line in lines {
                printer.result(&format!("{line}\n"))?;
            }
            printer.note(&format!(
                "{}: {} had not ended, {} of them stood otherwise than history said; {} ran for none",
                place.name, swept.open, swept.changed, swept.stray
            ));
        }
    }
    Ok(if failed { INCOMPLETE } else { 0 })
}

fn line(found: Found<'_>) -> String {
    match found {
        Found::Changed { before, after } => {
            format!("{}: was {}, is {}", after.id, before.state, now(after))
        }
        Found::Unseen { execution, error } => {
            let error = one_line(&error.to_string());
            format!(
                "{}: {}, and cannot be looked at: {error}",
                execution.id, execution.state
            )
        }
        Found::Stray {
            holding,
            execution,
            ended,
        } => {
            let Holding { attempt, handle } = holding;
            let of = match execution {
                Some(row) => format!("its execution is {}", now(row)),
                None => "no execution of this history".to_owned(),
            };
            let done = match ended {
                Ok(true) => "it was ended".to_owned(),
                Ok(false) => "it was left alone: --unknown ends it".to_owned(),
                Err(error) => format!("it could not be ended: {}", one_line(&error.to_string())),
            };
            format!("{attempt}: {} runs, {of}; {done}", one_line(handle))
        }
    }
}

/// Where an execution stands, in a line.
fn now(execution: &Execution) -> String {
    if execution.state.is_final() {
        ending(execution)
    } else {
        execution.state.to_string()
    }
}

fn data(found: Found<'_>) -> Value {
    match found {
        Found::Changed { before, after } => json!({
            "kind": "changed",
            "id": after.id,
            "from": before.state,
            "to": after.state,
            "attempt": after.attempt,
        }),
        Found::Unseen { execution, error } => json!({
            "kind": "unseen",
            "id": execution.id,
            "state": execution.state,
            "code": error.code(),
            "message": error.to_string(),
        }),
        Found::Stray {
            holding,
            execution,
            ended,
        } => json!({
            "kind": "stray",
            "attempt": holding.attempt.as_str(),
            "handle": holding.handle,
            "known": execution.is_some(),
            "ended": ended.as_ref().copied().unwrap_or_default(),
            "error": ended.err().map(ToString::to_string),
        }),
    }
}
