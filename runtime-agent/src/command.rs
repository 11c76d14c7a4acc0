//! Starts the command, in a process group of its own.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::termios::{LocalFlags, OutputFlags, SetArg, tcgetattr, tcsetattr};
use runtime_wire::order::Terminal;
use runtime_wire::{Order, Outcome};
use rustix::process::Pid;

use crate::lookup;

/// Variables for the agent alone; the command does not get those it did not ask for.
const OURS: &str = "MYCLI_";

/// Names the attempt, to the command and to whoever looks for processes that it left behind.
const COOKIE: &str = "MYCLI_EXECUTION";

/// A command that was started.
#[derive(Debug)]
pub(crate) struct Started {
    /// Its process, which leads a process group of the same number.
    pub leader: Pid,
    /// What it writes to its standard output, or to its terminal.
    pub stdout: OwnedFd,
    /// What it writes to its standard error, where that is not its terminal.
    pub stderr: Option<OwnedFd>,
}

/// Starts the command of `order` in `directory`. An outcome says why it could not be.
pub(crate) fn start(order: &Order, directory: &Path) -> Result<Started, Outcome> {
    let (argv, script) = match &order.command {
        runtime_wire::Command::Argv(argv) => (argv.clone(), false),
        runtime_wire::Command::Script(script) => {
            let argv = ["/bin/sh", "-c", script];
            (argv.map(str::to_owned).to_vec(), true)
        }
    };
    let Some((name, arguments)) = argv.split_first() else {
        return Err(invalid("the command is empty"));
    };
    check(&argv, &order.env)?;
    let mut environment = environment(std::env::vars_os(), &order.execution, &order.env);
    if let Some(terminal) = &order.terminal
        && !order.env.contains_key("TERM")
    {
        environment.insert("TERM".into(), (&terminal.kind).into());
    }
    let path = environment.get(OsStr::new("PATH")).map(OsString::as_os_str);
    let file = lookup::find(OsStr::new(name), path, directory)
        .map_err(|error| not_found(name, script, path, &error))?;
    let streams = match &order.terminal {
        None => Streams::pipes(),
        Some(terminal) => Streams::terminal(terminal),
    };
    let streams = streams.map_err(|error| {
        let message = format!("cannot make streams for the output: {error}");
        Outcome::not_started("command.no-streams", message, None)
    })?;
    spawn(&file, name, arguments, &environment, directory, streams)
        .map_err(|error| not_executable(name, &file, &error))
}

/// The environment of the command: the agent's, without what is ours but for the attempt's name, with what was asked for.
fn environment(
    own: impl Iterator<Item = (OsString, OsString)>,
    attempt: &str,
    asked: &BTreeMap<String, String>,
) -> BTreeMap<OsString, OsString> {
    own.filter(|(name, _)| !name.to_string_lossy().starts_with(OURS))
        .chain(
            asked
                .iter()
                .map(|(name, value)| (name.into(), value.into())),
        )
        // Last: what is left behind is found by it.
        .chain([(COOKIE.into(), attempt.into())])
        .collect()
}

/// Refuses what no system can take.
fn check(argv: &[String], env: &BTreeMap<String, String>) -> Result<(), Outcome> {
    if argv.iter().any(|argument| argument.contains('\0')) {
        return Err(invalid("an argument of the command holds a NUL byte"));
    }
    for (name, value) in env {
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(invalid(&format!(
                "`{name}` cannot be the name of a variable"
            )));
        }
        if value.contains('\0') {
            return Err(invalid(&format!("the value of `{name}` holds a NUL byte")));
        }
    }
    Ok(())
}

fn invalid(message: &str) -> Outcome {
    Outcome::not_started("command.invalid", message, None)
}

fn spawn(
    file: &Path,
    name: &str,
    arguments: &[String],
    environment: &BTreeMap<OsString, OsString>,
    directory: &Path,
    streams: Streams,
) -> io::Result<Started> {
    let Streams {
        ours: (stdout, stderr),
        theirs: (stdout_end, stderr_end),
    } = streams;
    let (mut report, report_end) = io::pipe()?;
    let mut command = Command::new("/proc/self/exe");
    command
        .arg0("mycli-agent")
        .arg("start")
        .arg(file)
        .arg(name)
        .args(arguments)
        .env_clear()
        .envs(environment)
        .current_dir(directory)
        .stdin(Stdio::from(report_end))
        .stdout(Stdio::from(stdout_end))
        .stderr(Stdio::from(stderr_end));
    let child = command.spawn()?;
    // Our ends of the pipes must close, or we would wait for ourselves.
    drop(command);
    let leader = Pid::from_child(&child);
    let mut error = Vec::new();
    report.read_to_end(&mut error)?;
    match <[u8; 4]>::try_from(error.as_slice()) {
        Err(_) => Ok(Started {
            leader,
            stdout,
            stderr,
        }),
        Ok(number) => Err(io::Error::from_raw_os_error(i32::from_le_bytes(number))),
    }
}

/// Where the output goes: the ends to read from, and those to write to.
struct Streams {
    ours: (OwnedFd, Option<OwnedFd>),
    theirs: (OwnedFd, OwnedFd),
}

impl Streams {
    fn pipes() -> io::Result<Self> {
        let (stdout, stdout_end) = io::pipe()?;
        let (stderr, stderr_end) = io::pipe()?;
        Ok(Self {
            ours: (stdout.into(), Some(stderr.into())),
            theirs: (stdout_end.into(), stderr_end.into()),
        })
    }

    /// A terminal nobody sits at. It shows no input, and leaves line ends as they are: whoever
    /// shows the output does what his own terminal needs.
    ///
    /// It does not become the command's controlling terminal: who asks `/dev/tty` for a password
    /// is refused, as without a terminal, instead of waiting for ever.
    fn terminal(terminal: &Terminal) -> io::Result<Self> {
        let size = Winsize {
            ws_row: terminal.rows,
            ws_col: terminal.columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let OpenptyResult { master, slave } = openpty(&size, None)?;
        let mut settings = tcgetattr(&slave)?;
        settings.output_flags.remove(OutputFlags::OPOST);
        settings.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(&slave, SetArg::TCSANOW, &settings)?;
        for end in [&master, &slave] {
            // The command gets its own copies.
            rustix::io::fcntl_setfd(end, rustix::io::FdFlags::CLOEXEC)?;
        }
        Ok(Self {
            ours: (master, None),
            theirs: (slave.try_clone()?, slave),
        })
    }
}

/// Why there is nothing to start.
fn not_found(name: &str, script: bool, path: Option<&OsStr>, error: &io::Error) -> Outcome {
    if error.kind() == io::ErrorKind::PermissionDenied {
        let hint = format!("`chmod +x` the file that `{name}` means");
        return refused("command.not-executable", name, error, Some(&hint));
    }
    let hint = if script {
        "there is no shell here: give the command as separate arguments".to_owned()
    } else if name.contains('/') {
        "a relative path begins in the checkout, or in the empty workspace".to_owned()
    } else if name.contains(char::is_whitespace) {
        "this is one argument with white space in it: give the arguments one by one".to_owned()
    } else {
        format!("PATH is {}", lookup::shown(path).display())
    };
    let absent = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
    let code = if absent.contains(&error.kind()) {
        "command.not-found"
    } else {
        "command.not-executable"
    };
    refused(code, name, error, Some(&hint))
}

/// Why the file that was found could not be executed.
fn not_executable(name: &str, file: &Path, error: &io::Error) -> Outcome {
    let hint = match error
        .raw_os_error()
        .map(rustix::io::Errno::from_raw_os_error)
    {
        Some(rustix::io::Errno::NOEXEC) => format!(
            "`{}` was not built for this machine, which is {}: use an image or a program of \
             that architecture",
            file.display(),
            std::env::consts::ARCH
        ),
        Some(rustix::io::Errno::NOENT) => format!(
            "`{}` is there; the interpreter that it asks for is not",
            file.display()
        ),
        Some(rustix::io::Errno::TOOBIG) => {
            "arguments and environment together are too long; put what is long into a file"
                .to_owned()
        }
        _ => return refused("command.not-executable", name, error, None),
    };
    refused("command.not-executable", name, error, Some(&hint))
}

fn refused(code: &str, name: &str, error: &io::Error, hint: Option<&str>) -> Outcome {
    Outcome::not_started(code, format!("cannot start `{name}`: {error}"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_gets_what_was_asked_for_and_nothing_of_ours() {
        let own = [("MYCLI_TABLE", "t"), ("HOME", "/root"), ("LANG", "C")]
            .map(|(name, value)| (name.into(), value.into()));
        let asked = [("LANG", "de"), ("MYCLI_X", "y")].map(|(n, v)| (n.into(), v.into()));
        let environment = environment(own.into_iter(), "e1", &asked.into());
        let shown: Vec<_> = environment
            .iter()
            .map(|(name, value)| format!("{}={}", name.display(), value.display()))
            .collect();
        assert_eq!(
            shown,
            ["HOME=/root", "LANG=de", "MYCLI_EXECUTION=e1", "MYCLI_X=y"]
        );
    }
}
