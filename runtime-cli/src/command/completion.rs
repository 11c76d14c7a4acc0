//! `mycli completion`

use clap::CommandFactory;

use super::Ending;
use crate::cli::Cli;
use crate::printer::Printer;

/// Print a script that completes mycli's commands and flags in a shell
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompletionArgs {
    /// The shell
    shell: clap_complete::Shell,
}

const EXAMPLES: &str = "\
Examples:
  mycli completion bash > ~/.local/share/bash-completion/completions/mycli
  mycli completion zsh > ~/.zfunc/_mycli
  mycli completion fish > ~/.config/fish/completions/mycli.fish";

/// Runs `mycli completion`.
pub(crate) fn run(args: &CompletionArgs, printer: Printer) -> Ending {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "mycli", &mut script);
    printer.result(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
