//! The agent: PID 1 of every execution, on every backend.
//!
//! Reading order: [`execution`] is the path from the order to the end; [`journal`] numbers what is
//! said on the way, and a [`store`] keeps it; [`command`] starts the command and [`supervise`]
//! brings it to its end; [`output`] reads what it writes, [`mask`]s it and keeps it within its
//! [`limit`]; [`source`] fetches the repository. The agent decides nothing that a
//! reader of its frames could decide.

mod arguments;
mod command;
mod diagnostics;
mod directory;
mod execution;
mod frames;
mod http_client;
mod install;
mod installation;
mod journal;
mod limit;
mod lookup;
mod mask;
mod memory;
mod output;
mod reap;
mod source;
mod spool;
mod start;
mod stop;
mod store;
mod supervise;

use std::process::ExitCode;

use arguments::Verb;
use runtime_wire::Outcome;

fn main() -> ExitCode {
    let verb = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(verb) => verb,
        Err(error) => return refuse(&error),
    };
    match verb {
        Verb::Run(place) => match execution::run(place) {
            Ok(exit_code) => ExitCode::from(exit_code),
            Err(error) => refuse(&error),
        },
        Verb::Start { path, arguments } => ExitCode::from(start::become_command(&path, &arguments)),
        Verb::Install { directory } => match install::install(&directory) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&error),
        },
        Verb::Version => diagnostics::answer(&format!("mycli-agent {}", env!("CARGO_PKG_VERSION"))),
    }
}

/// Says why nothing was done.
fn refuse(error: &dyn std::error::Error) -> ExitCode {
    diagnostics::report(error);
    ExitCode::from(Outcome::NOT_STARTED)
}
