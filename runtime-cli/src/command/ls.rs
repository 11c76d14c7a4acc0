//! `mycli ls`

use serde_json::{Value, json};
use synth::{CloudAssembly, StackArtifact};

use super::{Ending, Output};
use crate::app::{self, AppArgs};
use crate::printer::{Format, Printer};
use crate::render::one_line;
use crate::render::table::Table;

/// List the stacks of an app, every one after those it depends on
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LsArgs {
    /// Only these: names, or patterns such as `Prod/*` and `**`
    #[arg(value_name = "STACKS")]
    stacks: Vec<String>,

    /// Show where each stack goes
    #[arg(short, long)]
    long: bool,

    /// Show what each stack depends on
    #[arg(long)]
    dependencies: bool,

    #[command(flatten)]
    app: AppArgs,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli ls --app 'cargo run -q'
  mycli ls --assembly cdk.out --long 'Prod/*'
  mycli ls --dependencies --output json";

/// Runs `mycli ls`.
pub(crate) async fn run(args: LsArgs, printer: Printer) -> Ending {
    let assembly = app::assembly(&args.app, printer).await?;
    let stacks = app::select(&assembly, &args.stacks, false)?;
    if printer.format == Format::Json {
        let stacks: Vec<Value> = stacks.iter().map(|it| view(&assembly, it)).collect();
        printer.data("stacks", &json!({ "stacks": stacks }))?;
    } else {
        printer.result(&text(&args, &assembly, &stacks))?;
    }
    Ok(0)
}

/// The name, and that of `CloudFormation` where it is another one, as CDK shows it.
fn title(stack: &StackArtifact) -> String {
    let name = one_line(&stack.display_name);
    if stack.stack_name == stack.display_name {
        name
    } else {
        format!("{name} ({})", one_line(&stack.stack_name))
    }
}

fn text(args: &LsArgs, assembly: &CloudAssembly, stacks: &[&StackArtifact]) -> String {
    let mut header = vec!["STACK"];
    header.extend(
        args.long
            .then_some(["ACCOUNT", "REGION"])
            .into_iter()
            .flatten(),
    );
    header.extend(args.dependencies.then_some("DEPENDS ON"));
    let plain = header.len() == 1;
    let mut table = Table::new(if plain { &[] } else { &header });
    for stack in stacks {
        let mut row = vec![title(stack)];
        if args.long {
            let known = |text: &Option<_>| text.as_deref().map_or("-".to_owned(), one_line);
            row.push(known(&stack.environment.account));
            row.push(known(&stack.environment.region));
        }
        if args.dependencies {
            let names = assembly.dependencies(stack);
            let names: Vec<String> = names.map(|it| one_line(&it.display_name)).collect();
            row.push(if names.is_empty() {
                "-".to_owned()
            } else {
                names.join(", ")
            });
        }
        table.row(row);
    }
    table.to_string()
}

fn view(assembly: &CloudAssembly, stack: &StackArtifact) -> Value {
    let depends_on = assembly.dependencies(stack);
    let depends_on: Vec<&str> = depends_on.map(|it| it.display_name.as_str()).collect();
    json!({
        "id": stack.id,
        "name": stack.display_name,
        "stack_name": stack.stack_name,
        "account": stack.environment.account,
        "region": stack.environment.region,
        "depends_on": depends_on,
        "template": stack.template_file.to_string_lossy(),
        "tags": stack.tags,
        "termination_protection": stack.termination_protection,
    })
}
