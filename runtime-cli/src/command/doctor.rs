//! `mycli doctor`

use super::{Ending, Output, Wanted};
use crate::doctor::examine;
use crate::printer::{Format, Printer};

/// Look for what keeps commands from running, and say what to do about it
///
/// Looks at this machine (settings, history, container engine, git) and, where there is one, at the installation that
/// commands run in (credentials, clock, stack, agent, network, rights, quota). Changes nothing. The exit code is 1 when
/// something is wrong; what is only to be looked at leaves it 0.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    wanted: Wanted,

    /// Have CloudFormation compare the stack with its template now, which takes a minute or so
    #[arg(long)]
    drift: bool,

    /// The same as --output json
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli doctor
  mycli doctor --context team --drift
  mycli doctor --json";

impl DoctorArgs {
    /// How the command speaks.
    pub(crate) fn printer(&self) -> Printer {
        let printer = self.output.printer();
        if self.json {
            Printer {
                format: Format::Json,
                ..printer
            }
        } else {
            printer
        }
    }
}

/// Runs `mycli doctor`.
pub(crate) async fn run(args: DoctorArgs, printer: Printer) -> Ending {
    let examination = Box::pin(examine(args.wanted.context.as_deref(), args.drift)).await;
    match printer.format {
        Format::Json => printer.data("doctor", &examination.data())?,
        Format::Text => printer.styled(&examination.text(printer.quiet))?,
    }
    Ok(u8::from(examination.is_wrong()))
}
