//! `mycli apply`

use std::path::{Path, PathBuf};

use synth_diff::Gate;

use super::{Ending, Output};
use crate::app;
use crate::attach::Signals;
use crate::deployment::{
    self, DeployArgs, Environments, Outline, carry_out, draw, give_up, outline, prepare,
};
use crate::failure::Failure;
use crate::install::{ask, unchanged, unless_left};
use crate::printer::{Format, Printer};

/// Deploy the stacks of an app, or what a plan in a file says
///
/// Shows what would change, asks, and deploys the stacks, each after those it depends on and several at once; those that are
/// as they should be are left alone. Where one fails, those that need it are not begun, and all others go on. Ctrl-C ends
/// the watching and begins no further stack; a second one right after it cancels the updates that are under way.
///
/// A plan in a file is applied without a question, and refused where anything has changed since: a stack, its template, or
/// who deploys.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ApplyArgs {
    /// A file from `mycli plan --out`; or stacks of the app, as names or globs, and what they depend on. Default: all stacks
    #[arg(value_name = "FILE|STACK")]
    what: Vec<String>,

    /// Which changes are asked about
    #[arg(long, value_name = "WHAT", default_value = "any-change")]
    require_approval: Approval,

    /// Do not ask; the same as --require-approval never
    #[arg(short, long)]
    yes: bool,

    /// Write the outputs of every stack to this file, as JSON
    #[arg(short = 'O', long, value_name = "FILE")]
    outputs_file: Option<PathBuf>,

    /// How many stacks are deployed at once
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..))]
    concurrency: u8,

    #[command(flatten)]
    deploy: DeployArgs,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli apply
  mycli apply prod.plan
  mycli apply 'Prod/*' --require-approval broadening
  mycli apply --app 'cargo run -q' --yes --outputs-file outputs.json
  mycli apply Web --parameters Size=2 --tags team=web";

/// Which changes are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Approval {
    /// None
    Never,
    /// All
    AnyChange,
    /// A statement or a rule of a security group that allows more
    Broadening,
    /// A resource that is removed, replaced or moved, or may be, and is not retained
    Destructive,
}

impl From<Approval> for Gate {
    fn from(approval: Approval) -> Self {
        match approval {
            Approval::Never => Self::Never,
            Approval::AnyChange => Self::AnyChange,
            Approval::Broadening => Self::Broadening,
            Approval::Destructive => Self::Destructive,
        }
    }
}

const NOBODY: &str =
    "confirm with --yes, ask for less with --require-approval, or look first with `mycli plan`";

/// Runs `mycli apply`.
pub(crate) async fn run(args: ApplyArgs, printer: Printer) -> Ending {
    let at_once = args.concurrency.into();
    let outputs_file = args.outputs_file.as_deref();
    if let [file] = args.what.as_slice()
        && Path::new(file).is_file()
    {
        let mut environments = Environments::new(args.deploy.app.clone(), printer);
        let jobs = deployment::read(Path::new(file), &mut environments).await?;
        let mut signals = Signals::listen_to_leave()?;
        return carry_out(jobs, at_once, outputs_file, &mut signals, printer).await;
    }
    let assembly = app::assembly(&args.deploy.app, printer).await?;
    let mut environments = Environments::new(args.deploy.app.clone(), printer);
    let prepared = prepare(&assembly, &args.what, &args.deploy, &mut environments).await?;
    let mut signals = Signals::listen_to_leave()?;
    let outlines = outline(prepared, environments, &mut signals, printer).await?;
    if printer.format == Format::Text {
        printer.styled(&draw(&outlines, printer.quiet))?;
    }
    match approved(&args, &outlines, &mut signals, printer).await {
        Ok(()) => {
            let jobs = outlines.into_iter().map(Into::into).collect();
            carry_out(jobs, at_once, outputs_file, &mut signals, printer).await
        }
        Err(failure) => {
            give_up(outlines).await?;
            Err(failure)
        }
    }
}

/// Asks, where there is something to ask about.
async fn approved(
    args: &ApplyArgs,
    outlines: &[Outline],
    signals: &mut Signals,
    printer: Printer,
) -> Result<(), Failure> {
    let gate = if args.yes {
        Gate::Never
    } else {
        Gate::from(args.require_approval)
    };
    let is_hit = outlines.iter().filter(|it| it.changes()).any(|outline| {
        let mut compared = outline.compared.iter();
        // What no template shows is a change all the same.
        gate == Gate::AnyChange || compared.any(|one| one.changes.hits(gate))
    });
    if !is_hit {
        return Ok(());
    }
    ask::somebody(printer, NOBODY)?;
    let asking = ask::confirm("Deploy this? [y/N]".to_owned(), ask::yes);
    unless_left(signals, asking).await.map_err(unchanged)?
}
