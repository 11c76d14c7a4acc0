//! `mycli prune`

use runtime::{Ambient as _, Execution};
use serde_json::json;

use super::{Ending, Output, Wanted, moment};
use crate::context::System;
use crate::printer::{Format, Printer};
use crate::render::{command, cut, duration, ending};

/// How many executions are forgotten at once: few enough that nobody else who writes waits long.
const BATCH: usize = 200;

/// Forget executions of this machine that ended long ago, with all they wrote
///
/// What has not ended stays. An installation on AWS forgets by itself, after the `history_retention_in_days` of its settings.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PruneArgs {
    /// Those that ended before then: how long ago, such as 2160h, or a time
    #[arg(long, value_name = "TIME", value_parser = moment, default_value = "2160h")]
    older_than: u64,

    #[command(flatten)]
    wanted: Wanted,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli prune
  mycli prune --older-than 24h --output json";

/// Runs `mycli prune`.
pub(crate) async fn run(args: PruneArgs, printer: Printer) -> Ending {
    let place = args.wanted.open().await?;
    let mut ids = Vec::new();
    loop {
        let forgotten = place.site().history.forget(args.older_than, BATCH).await?;
        if printer.format == Format::Text {
            for execution in &forgotten {
                printer.result(&line(execution))?;
            }
        }
        ids.extend(forgotten.iter().map(|execution| execution.id.clone()));
        if forgotten.len() < BATCH {
            break;
        }
    }
    match printer.format {
        Format::Json => printer.data("pruned", &json!({ "executions": ids }))?,
        Format::Text => printer.note(&format!("{}: forgot {} executions", place.name, ids.len())),
    }
    Ok(0)
}

fn line(execution: &Execution) -> String {
    let ended = execution.ended_at_ms.unwrap_or_default();
    let ago = duration(System.now_ms().saturating_sub(ended));
    format!(
        "{}  {} ago  {}  {}\n",
        execution.id,
        ago,
        ending(execution),
        cut(&command(&execution.command), 48)
    )
}
