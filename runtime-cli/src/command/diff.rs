//! `mycli diff`

use std::path::PathBuf;

use synth_diff::{Gate, Tally, draw};

use super::{Ending, Output};
use crate::app::AppArgs;
use crate::difference::{self, Compared, Wanted};
use crate::printer::{Format, Printer};

/// Show what deploying would change: two templates, or the stacks of an app and what is deployed
///
/// Says of every resource whether it is added, changed in place, replaced, moved to another id or removed, and why;
/// what becomes of what it holds; and who and what gets more access. Of two FILEs the first is the old one. Without
/// files, the stacks of the app are compared with those that are deployed under their names, in --region where it is
/// given, else in their own; a stack that is not deployed is new. The exit code is 1 when --fail-on is hit.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiffArgs {
    /// Two templates, JSON or YAML; one with --stack; or stacks of the app, as names or globs. Default: all stacks
    #[arg(value_name = "FILE|STACK")]
    what: Vec<String>,

    /// Compare with this template, or with the stacks of the assembly in this directory, instead of what is deployed
    #[arg(long, value_name = "FILE|DIR", conflicts_with = "stack")]
    template: Option<PathBuf>,

    /// Compare one FILE with the deployed stack of this name
    #[arg(long, value_name = "NAME")]
    stack: Option<String>,

    /// End with exit code 1 when there is such a change
    #[arg(long, value_name = "WHAT", default_value = "never")]
    fail_on: FailOn,

    /// Compare what AWS CDK writes for itself too: its metadata and the bootstrap version
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    app: AppArgs,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli diff old.yaml new.yaml
  mycli diff --stack web template.yaml --fail-on destructive
  mycli diff --app 'cargo run -q'             every stack of the app and what is deployed
  mycli diff 'Prod/*' --fail-on broadening
  mycli diff --template old.json Prod/Web -o json
  mycli diff --template main/cdk.out          what a branch changes, without AWS";

/// What ends the command with 1.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum FailOn {
    /// Nothing
    Never,
    /// Anything that differs
    AnyChange,
    /// A statement or a rule of a security group that allows more
    Broadening,
    /// A resource that is removed, replaced or moved, or may be, and is not retained
    Destructive,
}

impl From<FailOn> for Gate {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Never => Self::Never,
            FailOn::AnyChange => Self::AnyChange,
            FailOn::Broadening => Self::Broadening,
            FailOn::Destructive => Self::Destructive,
        }
    }
}

/// Runs `mycli diff`.
pub(crate) async fn run(args: DiffArgs, printer: Printer) -> Ending {
    let gate = Gate::from(args.fail_on);
    let wanted = Wanted {
        what: args.what,
        app: args.app,
        template: args.template,
        stack: args.stack,
        show_toolkit: args.strict,
    };
    let compared = difference::compare(wanted, printer).await?;
    let is_hit = compared.iter().any(|one| one.changes.hits(gate));
    match printer.format {
        Format::Json => printer.data("diff", &difference::data(&compared, is_hit)?)?,
        Format::Text => printer.styled(&text(&compared, printer.quiet))?,
    }
    if is_hit && printer.format == Format::Text {
        printer.warn("--fail-on is hit");
    }
    Ok(u8::from(is_hit))
}

/// Each stack, and a line for all of them; only those that differ when it is to be quiet.
fn text(compared: &[Compared], quiet: bool) -> String {
    let shown = compared
        .iter()
        .filter(|one| !quiet || !one.changes.is_empty());
    let mut text: String = shown
        .map(|one| draw::stack(&one.name, &one.changes))
        .collect();
    if !quiet && compared.len() > 1 {
        let tallies = compared.iter().map(|one| one.changes.tally());
        let differ = compared
            .iter()
            .filter(|one| !one.changes.is_empty())
            .count();
        let sum = tallies.fold(Tally::default(), |sum, one| sum + one);
        let stacks = compared.len();
        text.extend([
            "\n",
            &format!("{differ} of {stacks} stacks differ: {sum}"),
            "\n",
        ]);
    }
    text
}
