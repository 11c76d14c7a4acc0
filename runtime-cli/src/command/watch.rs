//! `mycli watch`

use runtime::deploy::{self, settle};
use serde_json::json;

use super::deployed::Deployed;
use super::{Ending, Output};
use crate::attach::Signals;
use crate::install::{Teller, left, unless_left};
use crate::printer::{Format, Printer};

/// Watch what is being done to a stack to its end, whoever began it
///
/// Prints what happens from now on, a line for each step. The exit code is 0 when it ended well, 4 when it did not. Ctrl-C
/// ends the watching, never what is watched.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    deployed: Deployed,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli watch web
  mycli watch web && echo deployed";

/// Runs `mycli watch`.
pub(crate) async fn run(args: WatchArgs, printer: Printer) -> Ending {
    let (cloud, stack) = args.deployed.find().await?;
    let mut signals = Signals::listen_to_leave()?;
    let teller = Teller::new(printer);
    let mut begins = |under_way: &_| teller.begin(&stack.name, under_way);
    let mut sink = |step: &_| teller.tell(&stack.name, true, step);
    let watching = settle(&cloud, &stack.id, &mut begins, &mut sink);
    let watched = unless_left(&mut signals, watching).await.map_err(|code| {
        let what = format!("CloudFormation goes on with the stack `{}`", stack.name);
        left(code, what, None)
    })??;
    drop(teller);
    if !watched {
        printer.note(&format!(
            "nothing is being done to the stack {}",
            stack.name
        ));
    }
    let report = deploy::diagnose(&cloud, &stack.id).await?;
    let report = report.ok_or_else(|| args.deployed.missing())?;
    let state = &report.stack.state;
    if printer.format == Format::Json {
        let outcome = json!({ "stack": report.stack.name, "state": state.0, "outputs": report.stack.outputs });
        printer.data("watch", &outcome)?;
    } else {
        printer.result(&format!("{} is in {state}\n", report.stack.name))?;
    }
    if state.is_success() {
        return Ok(0);
    }
    for cause in &report.causes {
        printer.error(&cause.resource.to_string());
    }
    if state.0 != "REVIEW_IN_PROGRESS" {
        let name = &report.stack.name;
        printer.note(&format!("`mycli diagnose {name}` says what to do about it"));
    }
    Ok(runtime::Blame::Cloud.exit_code())
}
