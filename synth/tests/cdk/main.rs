//! Beside AWS CDK itself, as its registry has it: `cargo xtask test` installs the pinned versions and says where.

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking, helpers included"
)]

mod command;
mod dynamodb;
mod equivalence;
mod iam;
mod ids;
mod nested;
mod tree;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use synth::Json;

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

/// What a program that uses CDK's library prints.
fn script(modules: &Path, text: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("app.js");
    std::fs::write(&script, text).unwrap();
    let mut node = Command::new("node");
    node.arg(&script)
        .env("NODE_PATH", modules)
        .env("CDK_VALIDATION", "false")
        .env("CDK_OUTDIR", directory.path());
    output(&mut node, "")
}

/// Fails with the lines that only one of two objects has.
fn assert_same(ours: &Json, theirs: &Json) {
    let (ours, theirs) = (sorted(ours), sorted(theirs));
    let only = |some: &str, others: &str| {
        let others: Vec<&str> = others.lines().collect();
        let lines = some.lines().filter(|line| !others.contains(line));
        lines.collect::<Vec<_>>().join("\n")
    };
    let (more, less) = (only(&ours, &theirs), only(&theirs, &ours));
    assert!(
        ours == theirs,
        "ours alone:\n{more}\nCDK's alone:\n{less}\nours:\n{ours}"
    );
}

/// The value with the entries of every object in the order of their names, a line each.
fn sorted(value: &Json) -> String {
    fn write(value: &Json, indent: usize, text: &mut String) {
        let start = format!("\n{:indent$}", "");
        if let Some(entries) = value.entries() {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(name, _)| name.as_ref().to_owned());
            for (name, value) in entries {
                write!(text, "{start}{name}:").unwrap();
                write(value, indent + 1, text);
            }
        } else if let Some(items) = value.items() {
            for item in items {
                write!(text, "{start}-").unwrap();
                write(item, indent + 1, text);
            }
        } else {
            text.push_str(&value.to_compact());
        }
    }
    let mut text = String::new();
    write(value, 0, &mut text);
    text
}
