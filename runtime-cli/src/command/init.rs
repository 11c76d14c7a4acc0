//! `mycli init`

use std::path::PathBuf;

use super::{Ending, Output, block_on};
use crate::install;
use crate::platform::{Platform, SettingsArgs, SynthFormat};
use crate::printer::Printer;

/// Make an installation in your AWS account, or bring it up to date
///
/// Shows what would change, asks, and deploys one CloudFormation stack. Run again, it changes what is different
/// and nothing else; where a deployment is under way already, it watches that to its end first. Ctrl-C ends the
/// watching, never the deployment; before that has begun, it leaves everything as it was.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that is typed by itself"
)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,

    /// Profile of the AWS configuration to deploy with
    #[arg(long)]
    pub(crate) profile: Option<String>,

    /// Print the template and deploy nothing; needs no credentials and no network
    #[arg(long)]
    pub(crate) synth_only: bool,

    /// What the template is printed as
    #[arg(long, default_value = "json", requires = "synth_only")]
    pub(crate) format: SynthFormat,

    /// Write the assembly to this directory instead of printing the template
    #[arg(
        long,
        value_name = "DIR",
        requires = "synth_only",
        conflicts_with = "format"
    )]
    pub(crate) assembly: Option<PathBuf>,

    /// Print the IAM policy that lets somebody deploy and remove this installation, and nothing else; deploy nothing. It needs
    /// no credentials and no network
    #[arg(long, conflicts_with_all = ["synth_only", "dry_run", "yes"])]
    print_policy: bool,

    /// Show what would change, and change nothing
    #[arg(long, conflicts_with = "synth_only")]
    pub(crate) dry_run: bool,

    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli init --synth-only --format yaml
  mycli init --region eu-central-1 --dry-run
  mycli init --name team --settings platform.yaml --yes
  mycli init --name team --region eu-central-1 --print-policy > deployer.json

`mycli config schema installation` prints the JSON Schema of the settings.";

/// Runs `mycli init`.
pub(crate) fn run(args: InitArgs, printer: Printer) -> Ending {
    let settings = args.settings.read()?;
    let platform = Platform::synthesize(&settings)?;
    for one in platform.warnings() {
        printer.warn(&format!("{}: {}", one.path, one.problem.message));
    }
    if args.print_policy {
        printer.result(&ended_by_newline(platform.deployer_policy(&settings)))?;
        return Ok(0);
    }
    match &args.assembly {
        Some(directory) => {
            for path in platform.write(directory)? {
                printer.result(&format!("{}\n", path.display()))?;
            }
            Ok(0)
        }
        None if args.synth_only => {
            printer.result(&ended_by_newline(platform.template(args.format)))?;
            Ok(0)
        }
        None => block_on(install::init(args, settings, platform, printer)),
    }
}

/// `text` as a text file ends.
fn ended_by_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
