//! `mycli plan`

use std::path::PathBuf;

use synth_diff::Gate;

use super::diff::FailOn;
use super::{Ending, Output};
use crate::app;
use crate::attach::Signals;
use crate::deployment::{
    DeployArgs, Environments, draw, give_up, outline, outline_data, prepare, write,
};
use crate::printer::{Format, Printer};

/// Show what deploying the stacks of an app would change, as CloudFormation has it
///
/// For each stack that differs from what is deployed a change set is made, and what it and the templates show is printed.
/// A stack that takes values of another one that changes is planned when that is deployed. Files, container images and
/// templates over 51,200 bytes are published first: to where the app says, or where that does not exist, to a bucket and a
/// repository of the account, which are made.
/// With --out the change sets stay, and `mycli apply FILE` executes exactly these; without, nothing is left behind.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PlanArgs {
    /// Stacks of the app, as names or globs, and what they depend on. Default: all
    #[arg(value_name = "STACK")]
    stacks: Vec<String>,

    /// Keep the plan in this file, to be applied later; only its owner can read it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// End with exit code 1 when there is such a change
    #[arg(long, value_name = "WHAT", default_value = "never")]
    fail_on: FailOn,

    #[command(flatten)]
    deploy: DeployArgs,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli plan
  mycli plan 'Prod/*' --fail-on destructive
  mycli plan --app 'cargo run -q' --out prod.plan && mycli apply prod.plan
  mycli plan --assembly cdk.out Web --exclusively -o json";

/// Runs `mycli plan`.
pub(crate) async fn run(args: PlanArgs, printer: Printer) -> Ending {
    let assembly = app::assembly(&args.deploy.app, printer).await?;
    let mut environments = Environments::new(args.deploy.app.clone(), printer);
    let prepared = prepare(&assembly, &args.stacks, &args.deploy, &mut environments).await?;
    let mut signals = Signals::listen_to_leave()?;
    let outlines = outline(prepared, environments, &mut signals, printer).await?;
    let gate = Gate::from(args.fail_on);
    let compared = outlines.iter().flat_map(|it| &it.compared);
    let is_hit = compared.into_iter().any(|one| one.changes.hits(gate));
    let shown = match printer.format {
        Format::Json => printer.data("plan", &outline_data(&outlines)?),
        Format::Text => printer.styled(&draw(&outlines, printer.quiet)),
    };
    let kept = match (&args.out, &shown) {
        (Some(path), Ok(())) => {
            let mut environments = Environments::new(args.deploy.app.clone(), printer);
            let kept = write(path, &outlines, &mut environments).await;
            if kept.is_ok() {
                let path = path.display();
                printer.note(&format!(
                    "the plan is in {path}; apply it: mycli apply {path}"
                ));
            }
            kept.map(|()| true)
        }
        _ => Ok(false),
    };
    if !matches!(kept, Ok(true)) {
        give_up(outlines).await?;
    }
    shown?;
    kept?;
    Ok(u8::from(is_hit))
}
