//! `mycli`: arguments → one runtime call → text.
//!
//! Reading order: [`cli`] is what can be typed, [`command`] a file for each command. [`request`] finds
//! out what a run is asked for, [`context`] where it goes, [`attach`] shows it. Everything that is
//! printed goes through [`printer`], every error through [`failure`].

mod agent;
mod app;
mod attach;
mod cli;
mod command;
mod config;
mod context;
mod deployment;
mod difference;
mod doctor;
mod environment;
mod failure;
mod git;
mod install;
mod platform;
mod printer;
mod render;
mod repository;
mod request;
mod start;
mod surroundings;
mod validation;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(report_bug));
    let cli = cli::Cli::parse();
    command::run(cli)
}

/// Ends the program with the one line that a bug is worth, whatever thread it is found in.
fn report_bug(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let text = panic.payload_as_str().unwrap_or("no message");
    #[expect(clippy::print_stderr, reason = "there is no printer left to trust")]
    {
        eprintln!(
            "error: mycli has a bug, please report it: {} ({}, version {})",
            text.lines().next().unwrap_or_default(),
            place.unwrap_or_default(),
            env!("CARGO_PKG_VERSION"),
        );
    }
    #[expect(clippy::exit, reason = "a bug ends the program, in other threads too")]
    std::process::exit(runtime::Blame::Program.exit_code().into());
}
