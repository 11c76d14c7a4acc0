//! `mycli synth`

use synth::{Level, StackArtifact};

use super::{Ending, Output};
use crate::app::{self, AppArgs, unreadable};
use crate::failure::Failure;
use crate::printer::{Format, Printer};
use crate::render::one_line;

/// Synthesize an app, and print the template of one stack
///
/// The app writes templates of all its stacks to --output-dir. Errors and warnings that it gave to its constructs are
/// printed; with an error the exit code is 1.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SynthArgs {
    /// The stack to print: its name, or a pattern such as `Prod/*`; default: the only one there is
    #[arg(value_name = "STACKS")]
    stacks: Vec<String>,

    /// Fail on warnings as well
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    app: AppArgs,

    /// Synthesize and print errors and warnings, but no template
    #[arg(short, long)]
    quiet: bool,

    /// What the template looks like: text is YAML
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true
    )]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  mycli synth --app 'cargo run -q'
  mycli synth Prod/Api --output json
  mycli synth --assembly cdk.out --quiet --strict";

impl SynthArgs {
    /// How the command speaks.
    pub(crate) fn output(&self) -> Output {
        Output {
            quiet: self.quiet,
            output: self.output,
        }
    }
}

/// Runs `mycli synth`.
pub(crate) async fn run(args: SynthArgs, printer: Printer) -> Ending {
    let assembly = app::assembly(&args.app, printer).await?;
    let stacks = app::select(&assembly, &args.stacks, false)?;
    let mut worst = Level::Info;
    for stack in &stacks {
        worst = worst.min(tell(stack, printer)?);
    }
    match stacks.as_slice() {
        _ if args.quiet => {}
        [] => printer.note("the assembly has no stacks"),
        [stack] => {
            let template = stack.template().map_err(unreadable)?;
            printer.result(&match printer.format {
                Format::Text => template.to_yaml(),
                Format::Json => template.to_pretty(1) + "\n",
            })?;
        }
        several => {
            let names = several.iter().map(|it| one_line(&it.display_name));
            let names: Vec<String> = names.collect();
            let place = assembly.directory.display();
            printer.note(&format!(
                "synthesized to {place}; name a stack to see its template:"
            ));
            match printer.format {
                Format::Text => printer.result(&(names.join("\n") + "\n"))?,
                Format::Json => {
                    printer.data("stacks", &serde_json::json!({ "stacks": names }))?;
                }
            }
        }
    }
    let fails = worst == Level::Error || (args.strict && worst == Level::Warning);
    Ok(u8::from(fails))
}

/// Says what the app has to say about a stack. Returns the worst of it.
fn tell(stack: &StackArtifact, printer: Printer) -> Result<Level, Failure> {
    let mut worst = Level::Info;
    for message in stack.messages().map_err(unreadable)? {
        let text = format!(
            "{}: {}",
            one_line(message.path.trim_start_matches('/')),
            message.text
        );
        match message.level {
            Level::Error => printer.error(&text),
            Level::Warning => printer.warn(&text),
            Level::Info => printer.note(&text),
        }
        worst = worst.min(message.level);
    }
    Ok(worst)
}
