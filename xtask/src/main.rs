//! The chores of this repository. They need nothing but cargo to start.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore is a program of its own, and talks to the terminal"
)]

mod bench;
mod boundaries;
mod cfn;
mod lint;
mod process;
mod test;
mod testbed;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask CHORE

  test [ARGUMENT...]   lints, then the tests of every crate and the journeys against real parts;
                       with arguments only the tests, and they go to `cargo test`
  lint                 format, clippy, documentation, boundaries, dependencies, templates
  snapshots            write the expected documents in snapshots/ anew
  cfn [--check | --update]
                       generate the resource types, check that they are as generated, or do it anew from the
                       newest release of both sources and say what that changes
  cfn --instances [DIRECTORY]
                       write instances of every type there, or ask cfn-lint about them
  bench [synth|validate|exec|compile|edit|assembly|deploy] [--runs=N]
                       what things cost, beside a peer in the same run";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (chore, rest) = arguments
        .split_first()
        .map_or(("", &[][..]), |(chore, rest)| (chore, rest));
    let result = match chore {
        "test" if rest.is_empty() => lint::run_all().and_then(|()| test::run_all(rest)),
        "test" => test::run_all(rest),
        "lint" => lint::run_all(),
        "snapshots" => test::update_snapshots(),
        "cfn" => cfn::run(rest),
        "bench" => bench::run_all(rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
