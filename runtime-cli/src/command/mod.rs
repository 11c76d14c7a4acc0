//! The commands, a file each, and what they share.

pub(crate) mod apply;
pub(crate) mod attach;
pub(crate) mod cancel;
pub(crate) mod completion;
pub(crate) mod config;
pub(crate) mod context;
mod deployed;
pub(crate) mod destroy;
pub(crate) mod diagnose;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod drift;
mod edit;
pub(crate) mod events;
pub(crate) mod exec;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod ls;
pub(crate) mod outputs;
pub(crate) mod plan;
pub(crate) mod prune;
pub(crate) mod reconcile;
pub(crate) mod replay;
pub(crate) mod rollback;
mod shared;
pub(crate) mod status;
pub(crate) mod synth;
pub(crate) mod validate;
pub(crate) mod wait;
pub(crate) mod watch;

pub(crate) use shared::{Named, Output, Wanted, moment, print_execution};

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::failure::{Failure, OwnError};
use crate::printer::Printer;

/// What a command ends the program with.
pub(crate) type Ending = Result<u8, Failure>;

/// Carries out what was typed, and says why it could not.
pub(crate) fn run(cli: Cli) -> ExitCode {
    let printer = printer(&cli.command);
    let ending = match cli.command {
        Command::Completion(args) => completion::run(&args, printer),
        Command::Config(args) => config::run(&args, printer),
        Command::Exec(args) => block_on(exec::run(args, printer)),
        Command::List(args) => block_on(list::run(args, printer)),
        Command::Status(args) => block_on(status::run(args, printer)),
        Command::Logs(args) => block_on(logs::run(args, printer)),
        Command::Cancel(args) => block_on(cancel::run(args, printer)),
        Command::Wait(args) => block_on(wait::run(args, printer)),
        Command::Attach(args) => block_on(attach::run(args, printer)),
        Command::Reconcile(args) => block_on(reconcile::run(args, printer)),
        Command::Replay(args) => block_on(replay::run(args, printer)),
        Command::Prune(args) => block_on(prune::run(args, printer)),
        Command::Init(args) => init::run(args, printer),
        Command::Destroy(args) => block_on(destroy::run(args, printer)),
        Command::Doctor(args) => block_on(doctor::run(args, printer)),
        Command::Diff(args) => block_on(diff::run(args, printer)),
        Command::Context(args) => context::run(args, printer),
        Command::Validate(args) => block_on(validate::run(args, printer)),
        Command::Plan(args) => block_on(plan::run(args, printer)),
        Command::Apply(args) => block_on(apply::run(args, printer)),
        Command::Watch(args) => block_on(watch::run(args, printer)),
        Command::Import(args) => block_on(import::run(args, printer)),
        Command::Rollback(args) => block_on(rollback::run(args, printer)),
        Command::Drift(args) => block_on(drift::run(args, printer)),
        Command::Outputs(args) => block_on(outputs::run(args, printer)),
        Command::Events(args) => block_on(events::run(args, printer)),
        Command::Diagnose(args) => block_on(diagnose::run(args, printer)),
        Command::Ls(args) => block_on(ls::run(args, printer)),
        Command::Synth(args) => block_on(synth::run(args, printer)),
    };
    ExitCode::from(ending.unwrap_or_else(|failure| {
        printer.failure(&failure);
        failure.exit_code()
    }))
}

/// How the command speaks.
fn printer(command: &Command) -> Printer {
    match command {
        Command::Exec(args) => args.output.printer(),
        Command::List(args) => args.output.printer(),
        Command::Status(args) => args.output.printer(),
        Command::Logs(args) => args.output.printer(),
        Command::Cancel(args) => args.output.printer(),
        Command::Wait(args) => args.output.printer(),
        Command::Attach(args) => args.output.printer(),
        Command::Reconcile(args) => args.output.printer(),
        Command::Replay(args) => args.output.printer(),
        Command::Prune(args) => args.output.printer(),
        Command::Diff(args) => args.output.printer(),
        Command::Context(args) => args.output.printer(),
        Command::Config(args) => args.output.printer(),
        Command::Init(args) => args.output.printer(),
        Command::Destroy(args) => args.output.printer(),
        Command::Doctor(args) => args.printer(),
        Command::Validate(args) => args.printer(),
        Command::Plan(args) => args.output.printer(),
        Command::Apply(args) => args.output.printer(),
        Command::Watch(args) => args.output.printer(),
        Command::Import(args) => args.output.printer(),
        Command::Rollback(args) => args.output.printer(),
        Command::Drift(args) => args.output.printer(),
        Command::Outputs(args) => args.output.printer(),
        Command::Events(args) => args.output.printer(),
        Command::Diagnose(args) => args.output.printer(),
        Command::Ls(args) => args.output.printer(),
        Command::Synth(args) => args.output().printer(),
        Command::Completion(_) => Output::default().printer(),
    }
}

/// Starts the asynchronous runtime, which `--help` and the like do without, and runs `command` on it.
pub(crate) fn block_on(command: impl Future<Output = Ending>) -> Ending {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(OwnError::doing("start the threads of the program"))?;
    let ending = runtime.block_on(command);
    // A thread that is stuck writing to a pipe nobody reads must not keep the program alive.
    runtime.shutdown_background();
    ending
}
