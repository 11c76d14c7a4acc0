//! `mycli destroy`

use super::{Ending, Output};
use crate::app::{AppArgs, SourceArgs};
use crate::deployment::{self, Wanted};
use crate::install::{self, ask};
use crate::printer::Printer;

/// Remove stacks, or an installation and everything in it
///
/// Without a stack and without an app it is the installation: shows what is lost and asks for its name; nothing is left
/// behind, except the data with --keep-data.
///
/// Stacks are shown with what is lost in them, and destroyed each after those that depend on it; one whose values others
/// import is refused. What a template retains goes on existing. When it ends half way, or is left with Ctrl-C, the same
/// command takes it up again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that is typed by itself"
)]
pub(crate) struct DestroyArgs {
    /// Stacks by their names in CloudFormation; with --app or --assembly, stacks of the app, as names or globs
    #[arg(value_name = "STACK")]
    stacks: Vec<String>,

    #[command(flatten)]
    source: SourceArgs,

    /// Keep this resource, by its logical id or its type; may be given more than once
    #[arg(long, value_name = "LOGICAL-ID|TYPE", conflicts_with_all = ["name", "keep_data"])]
    retain: Vec<String>,

    /// Empty buckets and repositories first, which are not deleted otherwise
    #[arg(long, conflicts_with_all = ["name", "keep_data"])]
    empty: bool,

    /// Name of the installation
    ///
    /// Default: that of the chosen context.
    #[arg(long, conflicts_with = "stacks")]
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

    /// Do not ask; needs a stack, an app or --name
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
  mycli destroy --name ci-4711 --region eu-central-1 --yes
  mycli destroy web --retain Table             a stack by its name
  mycli destroy --assembly cdk.out 'Prod/*' --dry-run";

const UNNAMED: &str = "name the installation with --name, or the stacks";

/// Runs `mycli destroy`.
pub(crate) async fn run(args: DestroyArgs, printer: Printer) -> Ending {
    let of_app = args.source.app.is_some() || args.source.assembly.is_some();
    if args.stacks.is_empty() && !of_app {
        if args.yes && args.name.is_none() {
            ask::nobody(UNNAMED)?;
        }
        return Box::pin(install::destroy(args, printer)).await;
    }
    let wanted = Wanted {
        stacks: args.stacks,
        of_app,
        app: AppArgs {
            source: args.source,
            region: args.region,
            profile: args.profile,
        },
        retain: args.retain,
        empty: args.empty,
        yes: args.yes,
        dry_run: args.dry_run,
    };
    Box::pin(deployment::destroy(wanted, printer)).await
}
