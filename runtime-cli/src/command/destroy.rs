//! `mycli destroy`

use super::{Ending, Output};
use crate::install;
use crate::printer::Printer;

/// Remove an installation and everything in it
///
/// Shows what is lost and asks for the name of the installation. Nothing is left behind, except the data with
/// --keep-data. When it ends half way, or is left with Ctrl-C, the same command takes it up again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DestroyArgs {
    /// Name of the installation
    ///
    /// Default: that of the chosen context.
    #[arg(long, required_if_eq("yes", "true"))]
    pub(crate) name: Option<String>,

    /// Region it is in
    ///
    /// Default: that of its context, else what the AWS command line would take.
    #[arg(long)]
    pub(crate) region: Option<String>,

    /// Profile of the AWS configuration to reach it with
    #[arg(long)]
    pub(crate) profile: Option<String>,

    /// Keep the table and the bucket, with history and output
    #[arg(long)]
    pub(crate) keep_data: bool,

    /// Do not ask; needs --name
    #[arg(short, long)]
    pub(crate) yes: bool,

    /// Show what would be lost, and remove nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli destroy
  mycli destroy --name team --dry-run
  mycli destroy --name team --keep-data
  mycli destroy --name ci-4711 --region eu-central-1 --yes";

/// Runs `mycli destroy`.
pub(crate) async fn run(args: DestroyArgs, printer: Printer) -> Ending {
    Box::pin(install::destroy(args, printer)).await
}
