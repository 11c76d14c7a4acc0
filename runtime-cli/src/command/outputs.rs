//! `mycli outputs`

use runtime::{Blame, Diagnosis};

use super::deployed::Deployed;
use super::{Ending, Output};
use crate::printer::{Format, Printer};
use crate::render::one_line;
use crate::render::table::Table;

/// Show what a deployed stack tells those who use it
///
/// With a NAME, the value of that output alone, for scripts.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OutputsArgs {
    #[command(flatten)]
    deployed: Deployed,

    /// One output
    #[arg(value_name = "NAME")]
    name: Option<String>,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli outputs web
  mycli outputs web Url
  mycli outputs web --region eu-central-1 --output json";

/// Runs `mycli outputs`.
pub(crate) async fn run(args: OutputsArgs, printer: Printer) -> Ending {
    let (_, stack) = args.deployed.find().await?;
    if let Some(name) = &args.name {
        let value = stack.outputs.get(name).ok_or_else(|| NoOutput {
            stack: stack.name.clone(),
            name: name.clone(),
            names: stack.outputs.keys().cloned().collect(),
        })?;
        match printer.format {
            Format::Json => printer.data("output", &serde_json::json!({ name: value }))?,
            Format::Text => printer.result(&format!("{value}\n"))?,
        }
    } else if printer.format == Format::Json {
        let data = serde_json::json!({ "stack": stack.name, "outputs": stack.outputs });
        printer.data("outputs", &data)?;
    } else if stack.outputs.is_empty() {
        printer.note(&format!("`{}` has no outputs", one_line(&stack.name)));
    } else {
        let mut table = Table::new(&["OUTPUT", "VALUE"]);
        for (name, value) in &stack.outputs {
            table.row(vec![one_line(name), one_line(value)]);
        }
        printer.result(&table.to_string())?;
    }
    Ok(0)
}

/// The stack has no such output.
#[derive(Debug, thiserror::Error)]
#[error("the stack `{stack}` has no output `{name}`")]
struct NoOutput {
    stack: String,
    name: String,
    names: Vec<String>,
}

impl Diagnosis for NoOutput {
    fn code(&self) -> &'static str {
        "stack.no-such-output"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some(match self.names.as_slice() {
            [] => "it has none at all".to_owned(),
            names => format!("it has {}", names.join(", ")),
        })
    }
}
