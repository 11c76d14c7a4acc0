//! What runs on this machine for an execution, however it got there.
//!
//! Every process of an execution has the variable [`COOKIE`], with the attempt it is of: what a command leaves behind in another
//! session, with another parent, is found by it after its agent is gone.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use runtime::AttemptId;
use rustix::process::{Pid, Signal, kill_process};

/// The variable that names the attempt.
pub(crate) const COOKIE: &str = "MYCLI_EXECUTION";

/// How often it is looked for processes again that were started while the others were being ended.
const ROUNDS: usize = 10;

/// A process of an execution.
pub(crate) struct Process {
    pub(crate) pid: Pid,
    pub(crate) attempt: AttemptId,
}

/// All processes of this user that run for an execution.
pub(crate) fn all() -> std::io::Result<Vec<Process>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Ok(entry) = entry else { continue };
        let number = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let Some(pid) = number.and_then(Pid::from_raw) else {
            continue;
        };
        // What has ended by now, or belongs to somebody else, is none of ours.
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else {
            continue;
        };
        if let Some(attempt) = attempt_of(&environment) {
            found.push(Process { pid, attempt });
        }
    }
    Ok(found)
}

/// Ends all processes of an attempt.
pub(crate) fn end(attempt: &AttemptId) -> std::io::Result<()> {
    for _ in 0..ROUNDS {
        let mut found = all()?;
        found.retain(|process| process.attempt == *attempt);
        if found.is_empty() {
            break;
        }
        for process in found {
            // It may have ended by itself.
            let _ = kill_process(process.pid, Signal::KILL);
        }
    }
    Ok(())
}

/// The attempt that an environment names.
fn attempt_of(environment: &[u8]) -> Option<AttemptId> {
    let mut variables = environment.split(|byte| *byte == 0);
    let value = variables.find_map(|variable| {
        let value = variable.strip_prefix(COOKIE.as_bytes())?;
        value.strip_prefix(b"=")
    })?;
    AttemptId::parse(OsStr::from_bytes(value).to_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_says_which_attempt_it_is_of() {
        let of = |environment: &[u8]| attempt_of(environment).map(|it| it.to_string());
        assert_eq!(
            of(b"A=1\0MYCLI_EXECUTION=0a1b2c3d.2\0B=2\0"),
            Some("0a1b2c3d.2".to_owned())
        );
        for none in [
            b"".as_slice(),
            b"A=MYCLI_EXECUTION=0a1b2c3d\0",
            b"MYCLI_EXECUTION=\xff\0",
        ] {
            assert_eq!(of(none), None);
        }
    }
}
