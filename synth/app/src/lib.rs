//! The `main` of a program that describes stacks, to be run by the `cdk` CLI or alone.
//!
//! [`synth_core`] knows no environment; this crate does. The CLI says by variables what was looked up and where to
//! write, [`run`] hands the one to a function that describes the stacks, and writes the files.
//!
//! ```no_run
//! use std::process::ExitCode;
//! use synth_core::{App, AppProps, StackProps};
//!
//! fn main() -> ExitCode {
//!     synth_app::run(|given| {
//!         let mut app = App::new(AppProps { context: given.context, ..AppProps::default() });
//!         let stack = app.stack("Mail", StackProps::default());
//!         app.add(stack);
//!         app
//!     })
//! }
//! ```
//!
//! In `cdk.json`: `{"app": "cargo run --quiet"}`.
//!
//! Every template is checked against AWS's schemas, and for what is open, broad, unencrypted or in the clear, before it is
//! written. Without the default feature `validate` it is not, and what checks is not compiled.

mod given;

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use synth_core::App;

pub use given::{Given, Unreadable};

/// Where the files go when nobody says.
const DIRECTORY: &str = "cdk.out";

/// Describes the stacks, synthesizes them and writes the assembly into `CDK_OUTDIR`, or else `cdk.out`.
///
/// What is wrong goes to standard error, all of it, and the exit code is 1; nothing is written then. Only while the CLI
/// has still to look something up, the assembly asks for that instead: what is wrong may come of the value standing for it.
pub fn run(describe: impl FnOnce(Given) -> App) -> ExitCode {
    match written(describe) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to hear that standard error is closed.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn written(describe: impl FnOnce(Given) -> App) -> Result<(), Box<dyn Error>> {
    let given = Given::from_variables(variable)?;
    let told = variable("CDK_OUTDIR");
    let app = describe(given);
    // By hand there is nobody who would look it up.
    let question = told.as_ref().and_then(|_| app.question());
    #[cfg(feature = "validate")]
    let written = synth::validation::synthesize(app);
    #[cfg(not(feature = "validate"))]
    let written = app.synthesize();
    let assembly = match (written, question) {
        (Ok(assembly), _) | (Err(_), Some(assembly)) => assembly,
        (Err(problems), None) => return Err(problems.into()),
    };
    let directory = PathBuf::from(told.unwrap_or_else(|| DIRECTORY.to_owned()));
    assembly.write_to(&directory).map_err(|error| {
        format!(
            "cannot write the assembly to {}: {error}",
            directory.display()
        )
    })?;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program has an environment; the library has none"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
