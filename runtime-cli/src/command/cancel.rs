//! `mycli cancel`

use super::{Ending, Named, Output, print_execution};
use crate::printer::Printer;
use crate::render::ending;

/// Ask the command of an execution to stop
///
/// It gets SIGTERM, and SIGKILL if it goes on for more than ten seconds. An execution that has ended stays as it
/// is.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    named: Named,

    /// Wait until it has ended
    #[arg(long)]
    wait: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli cancel @last
  mycli cancel 7k --wait";

/// Runs `mycli cancel`.
pub(crate) async fn run(args: CancelArgs, printer: Printer) -> Ending {
    let (place, execution) = args.named.find().await?;
    let mut execution = runtime::cancel::cancel(place.site(), &execution.id).await?;
    if args.wait && !execution.state.is_final() {
        execution = runtime::wait::wait(place.site(), &execution.id).await?;
    }
    let now = if execution.state.is_final() {
        ending(&execution)
    } else {
        format!("asked to stop; {}", place.again("wait", &execution.id))
    };
    printer.note(&format!("{}: {now}", execution.id));
    print_execution(printer, &place, &execution)?;
    Ok(0)
}
