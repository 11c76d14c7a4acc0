//! Becomes the command: the last step between the agent and `execve`, in a process of its own.
//!
//! The agent starts itself for this, because what has to happen between `fork` and `execve` may
//! not be written in safe Rust. It costs about a millisecond, and gives two things that the
//! standard library does not: the error of `execve` itself (`execvp` hands a file it cannot execute
//! to a shell), and a command that dies when its agent is killed.

use std::ffi::{CStr, CString};
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use rustix::fs::{Mode, OFlags};
use rustix::process::Signal;

/// Executes `path` in the place of this process, whose standard input must be a pipe to the agent.
///
/// Returns only when that failed; the agent then finds the error number in the pipe.
pub(crate) fn become_command(path: &CStr, arguments: &[CString]) -> u8 {
    let Ok(report) = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3) else {
        return u8::MAX;
    };
    let error = attempt(path, arguments);
    let _ = rustix::io::write(&report, &(error as i32).to_le_bytes());
    u8::MAX
}

fn attempt(path: &CStr, arguments: &[CString]) -> Errno {
    if let Err(error) = prepare() {
        return Errno::from_raw(error.raw_os_error());
    }
    let environment = environment();
    match nix::unistd::execve(path, arguments, &environment) {
        Err(Errno::ENOEXEC) if !is_program(path) => {
            // A script that does not say for whom: `execvp` and every shell take `/bin/sh`.
            let mut script = vec![c"/bin/sh".to_owned(), path.to_owned()];
            script.extend(arguments.iter().skip(1).cloned());
            match nix::unistd::execve(c"/bin/sh", &script, &environment) {
                Err(error) => error,
                Ok(never) => match never {},
            }
        }
        Err(error) => error,
        Ok(never) => match never {},
    }
}

fn prepare() -> rustix::io::Result<()> {
    // A session of its own is a process group of its own, and has no terminal: a command that asks
    // `/dev/tty` for a password is refused instead of being stopped for ever.
    rustix::process::setsid()?;
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let null: OwnedFd =
        rustix::fs::open("/dev/null", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    rustix::stdio::dup2_stdin(&null)?;
    hear_signals();
    Ok(())
}

/// Makes every signal do to the command what it does by default.
///
/// What is ignored stays ignored across `execve`: SIGPIPE by every Rust program, SIGQUIT where a shell started this in the
/// background, SIGHUP under `nohup`. What has a handler goes back to its default.
fn hear_signals() {
    const STANDARD: std::ops::RangeInclusive<i32> = 1..=31;
    for signal in STANDARD.filter(|signal| !signal_hook::consts::FORBIDDEN.contains(signal)) {
        // The kernel refuses what cannot be caught, and so cannot have been ignored.
        let _ = signal_hook::flag::register(signal, std::sync::Arc::default());
    }
}

/// The environment of this process, as `execve` takes it.
fn environment() -> Vec<CString> {
    use std::os::unix::ffi::OsStringExt;
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let mut variable = name.into_vec();
            variable.push(b'=');
            variable.extend(value.into_vec());
            CString::new(variable).ok()
        })
        .collect()
}

/// Whether the file is a compiled program, perhaps for another machine.
fn is_program(path: &CStr) -> bool {
    let mut magic = [0; 4];
    let open = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    open.and_then(|file| rustix::io::read(file, &mut magic))
        .is_ok_and(|_| magic == *b"\x7fELF")
}
