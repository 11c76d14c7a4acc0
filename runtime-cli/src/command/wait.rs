//! `mycli wait`

use runtime::site::Starts;

use super::{Ending, Named, Output, print_execution};
use crate::attach::report;
use crate::printer::Printer;

/// Wait for an execution to end, and end with its exit code
///
/// Exit codes are those of `mycli exec`. Ctrl-C ends the waiting, never the execution.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    named: Named,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  id=$(mycli exec -d ./build.sh) && mycli wait \"$id\"";

/// Exit code of every failure that is not the command's own, as in `mycli exec`.
const NOT_RUN: u8 = 125;

/// Runs `mycli wait`.
pub(crate) async fn run(args: WaitArgs, printer: Printer) -> Ending {
    let waited = async {
        let (place, execution) = args.named.find().await?;
        let execution =
            runtime::wait::wait(place.site().starting(Starts::Left), &execution.id).await?;
        print_execution(printer, &place, &execution)?;
        Ok(report(printer, &place, &execution))
    };
    waited
        .await
        .map_err(|failure: crate::failure::Failure| failure.exiting_with(NOT_RUN))
}
