//! `cargo xtask test`: everything that has to hold before a change lands.

use crate::cfn;
use crate::process::{Failure, cargo, read, root, run, target};
use crate::testbed::Testbed;

/// Runs the tests of every crate and the journeys against real parts.
pub(crate) fn run_all(filter: &[String]) -> Result<(), Failure> {
    if filter.is_empty() {
        cfn::instances::check()?;
    }
    let agent = build_agent()?;
    // Everything at once, with the features that the tests have: alone, `mycli` would be built with others.
    let everything = ["build", "--workspace", "--all-targets", "--locked"];
    run(cargo(&everything).env("MYCLI_AGENT", &agent))?;
    let testbed = Testbed::start()?;
    let mut command = cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
    command.args(filter).env("MYCLI_AGENT", &agent);
    command.env("MYCLI_TEST_BINARY", target().join("debug").join("mycli"));
    for (name, value) in testbed.variables() {
        command.env(name, value);
    }
    run(&mut command)
}

/// Writes the documents in `snapshots/` as the tests find them.
pub(crate) fn update_snapshots() -> Result<(), Failure> {
    let mut command = cargo(&[
        "test",
        "--workspace",
        "--exclude",
        "acceptance",
        "--no-fail-fast",
    ]);
    run(command
        .env("UPDATE_SNAPSHOTS", "1")
        .env("MYCLI_AGENT", build_agent()?))
}

/// Builds the agent as it travels, once, so that nothing below builds it again.
fn build_agent() -> Result<std::path::PathBuf, Failure> {
    let host = read(&mut cargo(&["-vV"]))?;
    let triple = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("cargo does not say what it builds for")?;
    let directory = target().join("agent");
    let arguments = [
        "build",
        "--locked",
        "--package",
        "mycli-agent",
        "--profile",
        "agent",
    ];
    let mut command = cargo(&arguments);
    command
        .args(["--target", triple, "--target-dir"])
        .arg(&directory)
        .current_dir(root());
    run(command.env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+crt-static"))?;
    Ok(directory.join(triple).join("agent").join("mycli-agent"))
}
