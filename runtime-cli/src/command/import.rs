//! `mycli import`

use std::path::PathBuf;

use super::{Ending, Output};
use crate::app::AppArgs;
use crate::deployment::{self, Import, parameter};
use crate::printer::Printer;

/// Take resources that exist already into a stack of the app
///
/// These are the resources of the stack that are not deployed with it. Which ones exist for them says the mapping file, else
/// the template where it names them, else whoever is asked on the terminal. Nothing about them is changed. One of which the
/// template does not say what becomes of it when it leaves the stack is retained then. A stack that does not exist is made of
/// them. Where the app differs from what is deployed in more than new resources it is refused, for an import only adds.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ImportArgs {
    /// Stack of the app, as a name or a glob. Default: the only one
    #[arg(value_name = "STACK")]
    stack: Option<String>,

    /// File that says which resources exist: {"Letters": {"BucketName": "letters-2024"}}
    #[arg(long, value_name = "FILE")]
    resource_mapping: Option<PathBuf>,

    /// Write that file, empty where something is not known, and import nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "yes"])]
    record_resource_mapping: Option<PathBuf>,

    /// Value of a parameter that the stack does not have yet; may be given more than once
    #[arg(long, value_name = "[STACK:]NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(Option<String>, String, String)>,

    /// Leave what else differs for the next `mycli apply`
    #[arg(long)]
    force: bool,

    /// Show what would be imported, and import nothing
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    app: AppArgs,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli import Mail
  mycli import Mail --record-resource-mapping mail.json
  mycli import Mail --resource-mapping mail.json --dry-run
  mycli import --app 'cargo run -q' Mail --resource-mapping mail.json --yes";

/// Runs `mycli import`.
pub(crate) async fn run(args: ImportArgs, printer: Printer) -> Ending {
    let wanted = Import {
        stack: args.stack,
        app: args.app,
        parameters: args.parameters,
        mapping: args.resource_mapping,
        record: args.record_resource_mapping,
        force: args.force,
        dry_run: args.dry_run,
        yes: args.yes,
    };
    Box::pin(deployment::import(wanted, printer)).await
}
