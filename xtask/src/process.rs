//! Starting other programs, and saying which one failed.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// Why a chore did not succeed. One line for a person.
pub(crate) type Failure = String;

/// Runs `command` with its output on ours; an error unless it exits with 0.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let name = describe(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("could not start `{name}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{name}` failed: {status}"))
    }
}

/// Runs `command` and returns what it wrote to its standard output, without the last line's end.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    let name = describe(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("could not start `{name}`: {error}"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(format!("`{name}` failed: {}: {reason}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned())
}

/// A command for `program` that gets `signal` when the thread that starts it dies, of whatever.
///
/// Where there is no `setpriv` (util-linux), a command as any other.
pub(crate) fn bound(signal: &str, program: impl AsRef<OsStr>) -> Command {
    if !is_installed("setpriv") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", signal, "--"]).arg(program);
    command
}

/// Whether a program of that name can be found on `PATH`.
pub(crate) fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
    })
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or_else(|| Path::new("."))
}

/// The directory that cargo builds into.
pub(crate) fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

/// `cargo`, the one that runs this program, in the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = bound(
        "TERM",
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
    );
    command.args(arguments).current_dir(root());
    // What describes this package is not meant for others: a build script that asks for it would run again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// The command as somebody would type it.
fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<&OsStr> = words.collect();
    let words = match words.as_slice() {
        [setpriv, _, _, _, bound @ ..] if *setpriv == "setpriv" => bound,
        words => words,
    };
    words
        .iter()
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn what_is_bound_does_not_outlive_who_started_it() {
        let start = || bound("TERM", "sleep").arg("600").spawn().unwrap();
        let started = std::thread::spawn(move || {
            let child = start();
            // It is bound once `setpriv` has become `sleep`.
            let name = format!("/proc/{}/comm", child.id());
            while std::fs::read_to_string(&name).unwrap() != "sleep\n" {
                std::thread::yield_now();
            }
            child
        });
        let status = started.join().unwrap().wait().unwrap();
        assert_eq!(status.signal(), Some(15));
    }
}
