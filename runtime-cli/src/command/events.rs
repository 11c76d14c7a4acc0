//! `mycli events`

use runtime::deploy::{self, Event, Scope};
use serde_json::json;

use super::deployed::Deployed;
use super::{Ending, Output};
use crate::printer::{Format, Printer};
use crate::render::one_line;
use crate::render::table::Table;
use crate::render::view::time;

/// Show what happened to a stack and its resources in the last operation on it, the oldest first
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EventsArgs {
    #[command(flatten)]
    deployed: Deployed,

    /// Show earlier operations too, as far back as CloudFormation remembers
    #[arg(long)]
    all: bool,

    /// Show only what failed by itself, not what failed because something else did
    #[arg(long)]
    failed: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli events web
  mycli events web --failed --all
  mycli events arn:aws:cloudformation:…:stack/web/…    a deleted stack
  mycli events web --output json";

/// Runs `mycli events`.
pub(crate) async fn run(args: EventsArgs, printer: Printer) -> Ending {
    let (cloud, stack) = args.deployed.find().await?;
    let scope = if args.all {
        Scope::All
    } else {
        Scope::LastOperation
    };
    let mut events = deploy::events(&cloud, &stack, scope).await?;
    if args.failed {
        events.retain(|event| deploy::is_cause(&stack, event));
    }
    if printer.format == Format::Json {
        let events: Vec<_> = events.iter().map(view).collect();
        printer.data("events", &json!({ "stack": stack.name, "events": events }))?;
    } else if events.is_empty() {
        printer.note(&format!(
            "nothing of the kind happened to `{}`",
            one_line(&stack.name)
        ));
    } else {
        printer.result(&text(&events))?;
    }
    Ok(0)
}

fn text(events: &[Event]) -> String {
    let mut table = Table::new(&["TIME", "STATUS", "TYPE", "RESOURCE", "REASON"]);
    for event in events {
        table.row(vec![
            time(event.at_ms),
            one_line(&event.status),
            one_line(&event.resource_type),
            one_line(&event.logical_id),
            one_line(event.reason.as_deref().unwrap_or_default()),
        ]);
    }
    table.to_string()
}

fn view(event: &Event) -> serde_json::Value {
    json!({
        "id": event.id,
        "time": time(event.at_ms),
        "status": event.status,
        "type": event.resource_type,
        "logical_id": event.logical_id,
        "physical_id": event.physical_id,
        "reason": event.reason,
    })
}
