//! `mycli cancel`

use runtime::Ambient as _;

use super::{Ending, Named, Output, print_execution};
use crate::context::System;
use crate::printer::Printer;
use crate::render::{duration, ending};

/// Ask the command of an execution to stop
///
/// It gets SIGINT; SIGTERM if it goes on for longer than its grace (`exec --grace`, two minutes unless said otherwise); and
/// SIGKILL ten seconds after that. What waits for its turn or was not started yet ends at once; an execution that has ended
/// stays as it is, and asking twice changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    named: Named,

    /// Wait until it has ended
    #[arg(long)]
    wait: bool,

    /// End it at once, from outside: no grace, and whatever its agent does
    ///
    /// What the command wrote last may be lost.
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli cancel @last
  mycli cancel 7k --wait
  mycli cancel 7k --force";

/// Runs `mycli cancel`.
pub(crate) async fn run(args: CancelArgs, printer: Printer) -> Ending {
    let (place, execution) = args.named.find().await?;
    let asked_before = execution.cancel_requested_at_ms;
    let mut execution = if args.force {
        runtime::cancel::kill(place.site(), &execution.id).await?
    } else {
        runtime::cancel::cancel(place.site(), &execution.id).await?
    };
    if args.wait && !execution.state.is_final() {
        execution = runtime::wait::wait(place.site(), &execution.id).await?;
    }
    let now = if execution.state.is_final() {
        ending(&execution)
    } else {
        let asked = match asked_before {
            Some(at_ms) => {
                let ago = duration(System.now_ms().saturating_sub(at_ms));
                let force = place.again("cancel --force", &execution.id);
                format!("was asked to stop {ago} ago; {force} ends it at once")
            }
            None => "asked to stop".to_owned(),
        };
        format!("{asked}; {}", place.again("wait", &execution.id))
    };
    printer.note(&format!("{}: {now}", execution.id));
    print_execution(printer, &place, &execution)?;
    Ok(0)
}
