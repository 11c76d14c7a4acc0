//! `mycli config`

use schemars::schema_for;

use super::{Ending, Output};
use crate::config::{Project, User};
use crate::printer::Printer;
use crate::request::{self, RequestArgs};
use crate::surroundings::Surroundings;

/// Show settings and where they come from
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,

    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, clap::Subcommand)]
enum ConfigCommand {
    /// Show what `mycli exec` would use here, and where each part comes from
    Explain(Box<RequestArgs>),
    /// Print the JSON Schema of a file
    Schema {
        /// The file
        #[arg(value_name = "FILE", default_value = "project")]
        file: File,
    },
}

/// A file that a person writes.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum File {
    /// `.mycli.yaml`
    Project,
    /// The user's own `config.yaml`
    User,
    /// The file of `mycli init --settings`
    Installation,
}

/// Runs `mycli config`.
pub(crate) fn run(args: &ConfigArgs, printer: Printer) -> Ending {
    match &args.command {
        ConfigCommand::Explain(flags) => {
            let around = Surroundings::read()?;
            let resolved = request::resolve(flags, &around, &crate::git::detect)?;
            printer.remarks(&resolved.remarks);
            request::plan::print(printer, None, &resolved)?;
        }
        ConfigCommand::Schema { file } => {
            let schema = match file {
                File::Project => schema_for!(Project),
                File::User => schema_for!(User),
                File::Installation => crate::platform::schema(),
            };
            printer.result(&format!("{:#}\n", schema.to_value()))?;
        }
    }
    Ok(0)
}
