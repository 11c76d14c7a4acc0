//! What can be typed.

use clap::{Parser, Subcommand};

use crate::command::{
    cancel, completion, config, context, destroy, exec, init, list, logs, status, wait,
};

/// Run commands in your own cloud account, or on this machine
///
/// `mycli exec -- COMMAND` starts a fresh container (on `local`, a plain process), fetches the commit that is
/// checked out here, streams the output and ends with the command's exit code.
#[derive(Debug, Parser)]
#[command(name = "mycli", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  mycli exec -- terraform plan      run a command on the default context
  mycli init                        make an installation in your AWS account
  mycli logs @last                  what the youngest execution wrote
  mycli list --state running        what is going on";

/// Every command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Exec(exec::ExecArgs),
    List(list::ListArgs),
    Status(status::StatusArgs),
    Logs(logs::LogsArgs),
    Cancel(cancel::CancelArgs),
    Wait(wait::WaitArgs),
    Init(init::InitArgs),
    Destroy(destroy::DestroyArgs),
    Context(context::ContextArgs),
    Config(config::ConfigArgs),
    Completion(completion::CompletionArgs),
}
