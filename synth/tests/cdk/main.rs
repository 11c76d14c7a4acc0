//! Beside AWS CDK itself, as its registry has it: `cargo xtask test` installs the pinned versions and says where.

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking, helpers included"
)]

mod command;
mod equivalence;
mod ids;
mod nested;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where CDK's packages are; without, `test` is skipped, by name.
fn modules(test: &str) -> Option<PathBuf> {
    part("MYCLI_TEST_CDK", test).map(PathBuf::from)
}

/// Where the AWS emulator listens; without, `test` is skipped, by name.
fn emulator(test: &str) -> Option<String> {
    part("MYCLI_TEST_AWS", test)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the environment says where the real parts are"
)]
fn part(variable: &str, test: &str) -> Option<String> {
    let part = std::env::var(variable).ok();
    if part.is_none() {
        eprintln!("skipped: {test}: `cargo xtask test` sets {variable}");
    }
    part
}

/// What a program prints when it reads `input`.
fn output(command: &mut Command, input: &str) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{text}",
        output.status
    );
    text
}

/// `node` on a program in this repository, with CDK's library at hand.
fn node(modules: &Path, program: &str) -> Command {
    let mut command = Command::new("node");
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(program))
        .env("NODE_PATH", modules);
    command
}
