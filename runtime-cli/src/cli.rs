//! What can be typed.

use clap::{Parser, Subcommand};

use crate::command::{
    apply, attach, cancel, completion, config, context, destroy, diagnose, diff, doctor, drift,
    events, exec, import, init, list, logs, ls, outputs, plan, prune, reconcile, replay, rollback,
    status, synth, validate, wait, watch,
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
    Attach(attach::AttachArgs),
    Wait(wait::WaitArgs),
    Replay(replay::ReplayArgs),
    Reconcile(reconcile::ReconcileArgs),
    Prune(prune::PruneArgs),
    Init(init::InitArgs),
    Destroy(destroy::DestroyArgs),
    Doctor(doctor::DoctorArgs),
    Context(context::ContextArgs),
    Config(config::ConfigArgs),
    Ls(ls::LsArgs),
    Synth(synth::SynthArgs),
    Diff(diff::DiffArgs),
    Validate(validate::ValidateArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Watch(watch::WatchArgs),
    Rollback(rollback::RollbackArgs),
    Import(import::ImportArgs),
    Drift(drift::DriftArgs),
    Outputs(outputs::OutputsArgs),
    Events(events::EventsArgs),
    Diagnose(diagnose::DiagnoseArgs),
    Completion(completion::CompletionArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// The long help of `command` and of everything below it.
    fn help(command: &mut clap::Command, path: &str, text: &mut String) {
        let path = format!("{path}{}", command.get_name());
        let long = command
            .clone()
            .bin_name(&path)
            .term_width(100)
            .render_long_help();
        text.extend(["===== ", &path, " --help =====\n", &long.to_string(), "\n"]);
        let subcommands = command.get_subcommands_mut();
        for subcommand in subcommands.filter(|it| it.get_name() != "help") {
            help(subcommand, &format!("{path} "), text);
        }
    }

    #[test]
    fn the_help_of_every_command_is_the_one_that_was_reviewed() {
        let mut text = String::new();
        let mut root = Cli::command();
        root.build();
        help(&mut root, "", &mut text);
        let lines = text.lines().map(|line| format!("{}\n", line.trim_end()));
        let text: String = lines.collect();
        snapshots::assert_file("cli/help.txt", &text);
    }

    #[test]
    fn the_tree_of_commands_is_sound() {
        Cli::command().debug_assert();
    }
}
