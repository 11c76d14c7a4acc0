//! `mycli rollback`

use runtime::deploy::{Rollback, roll_back, rollback_of};
use serde_json::json;

use super::deployed::Deployed;
use super::{Ending, Output};
use crate::attach::Signals;
use crate::install::{Teller, ask, left, unchanged, unless_left};
use crate::printer::{Format, Printer};

/// Bring a stack back to where it was before an operation that is under way or that failed
///
/// An update under way is cancelled. What was kept of an operation that failed is undone. Where undoing has failed, it goes
/// on; what cannot be undone is left as it is with --skip.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RollbackArgs {
    #[command(flatten)]
    deployed: Deployed,

    /// Leave this resource as it is, by its logical id, where undoing an update has failed; may be given more than once
    #[arg(long, value_name = "LOGICAL-ID")]
    skip: Vec<String>,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli rollback web
  mycli rollback web --skip Table --skip Queue
  mycli rollback web --yes";

/// Runs `mycli rollback`.
pub(crate) async fn run(args: RollbackArgs, printer: Printer) -> Ending {
    if !args.yes {
        ask::somebody(
            printer,
            "confirm with --yes, or look first with `mycli diagnose`",
        )?;
    }
    let (cloud, stack) = args.deployed.find().await?;
    let rollback = rollback_of(&cloud, &stack, args.skip).await?;
    let what = match &rollback {
        Rollback::Cancel => "The update under way is cancelled".to_owned(),
        Rollback::Undo => "What the failed operation did is undone".to_owned(),
        Rollback::Continue { skip } if skip.is_empty() => "Undoing goes on".to_owned(),
        Rollback::Continue { skip } => format!("Undoing goes on, without {}", skip.join(", ")),
        Rollback::Watch => "It is being undone already".to_owned(),
    };
    let mut signals = Signals::listen_to_leave()?;
    if !args.yes && rollback != Rollback::Watch {
        let question = format!("{what}, in the stack `{}`. Go on? [y/N]", stack.name);
        let asked = unless_left(&mut signals, ask::confirm(question, ask::yes)).await;
        asked.map_err(unchanged)??;
    } else {
        printer.note(&what);
    }
    let teller = Teller::new(printer);
    let mut sink = |step: &_| teller.tell(&stack.name, true, step);
    let undoing = roll_back(&cloud, &stack, &rollback, &mut sink);
    let state = unless_left(&mut signals, undoing).await.map_err(|code| {
        let what = format!("CloudFormation goes on with the stack `{}`", stack.name);
        let hint = format!("`mycli watch {}` shows how it ends", stack.name);
        left(code, what, Some(hint))
    })??;
    drop(teller);
    if printer.format == Format::Json {
        printer.data(
            "rollback",
            &json!({ "stack": stack.name, "state": state.0 }),
        )?;
    } else {
        printer.result(&format!("{} is in {state}\n", stack.name))?;
    }
    Ok(0)
}
