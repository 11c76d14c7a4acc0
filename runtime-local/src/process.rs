//! An agent as a process of this machine.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use runtime::port::Holding;
use runtime::{AttemptId, Execution, Observed, ProviderError};
use runtime_wire::Order;
use tokio::process::{Child, Command};

use crate::backend::lost;
use crate::place::{Place, Tenant, append};
use crate::processes::{self, COOKIE};
use crate::{Local, failure, locked};

/// Variables of the caller's that a process gets; also every `LC_*`.
const ENVIRONMENT: [&str; 10] = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM",
];

/// How often a start is tried again while another thread has the program's file open.
const BUSY_ATTEMPTS: u32 = 20;

impl Local {
    /// Starts the agent. It inherits `lock`, which is held from now on as long as it lives.
    pub(crate) fn start_process(
        &self,
        place: &Place,
        program: &Path,
        order: &Order,
        lock: File,
    ) -> Result<String, ProviderError> {
        place.furnish(Tenant::Caller)?;
        place.put_order(order, Tenant::Caller)?;
        let started = spawn(place, program, &order.execution, &lock);
        drop(lock);
        let child = started.map_err(|error| {
            let error = failure::io(format!("start the agent {}", program.display()), &error);
            match error.code {
                Some("disk.not-writable") => error.with_code("agent.not-executable").with_hint(
                    "the data directory may be mounted `noexec`: name another in MYCLI_DATA_DIR",
                ),
                _ => error,
            }
        })?;
        let handle = child
            .id()
            .map_or_else(|| "agent".to_owned(), |id| id.to_string());
        locked(&self.children).insert(order.execution.clone(), child);
        Ok(handle)
    }

    /// What is to be seen of the agent.
    pub(crate) fn observe_process(&self, execution: &Execution, place: &Place) -> Observed {
        let handle = place.handle();
        if place.start_is_locked() {
            return match handle {
                Some(_) => Observed::Alive,
                None => Observed::Provisioning {
                    detail: "starting".to_owned(),
                },
            };
        }
        if handle.is_none() && !place.has_spoken() {
            return Observed::Absent;
        }
        let found = self.found(execution, handle.as_deref());
        lost(&found, place.complaint())
    }

    /// The executions of this data directory that have processes.
    pub(crate) fn running_processes(&self) -> Result<Vec<Holding>, ProviderError> {
        let mut found =
            processes::all().map_err(|error| failure::io("look for processes", &error))?;
        found.sort_by(|one, other| one.attempt.cmp(&other.attempt));
        found.dedup_by(|one, other| one.attempt == other.attempt);
        let ours = found
            .into_iter()
            // Others belong to another data directory, and so to another history; those in a container end with it.
            .filter(|process| {
                self.place(&process.attempt)
                    .handle()
                    .is_some_and(|it| is_process(&it))
            });
        Ok(ours
            .map(|process| Holding {
                attempt: process.attempt,
                handle: process.pid.to_string(),
            })
            .collect())
    }

    /// What became of the process.
    fn found(&self, execution: &Execution, handle: Option<&str>) -> String {
        use std::os::unix::process::ExitStatusExt as _;

        let name = handle.map_or_else(|| "the process".to_owned(), |id| format!("process {id}"));
        let mut children = locked(&self.children);
        let status = children
            .get_mut(execution.attempt_id().as_str())
            .and_then(|child| child.try_wait().ok().flatten());
        match status.map(|status| (status.signal(), status.code())) {
            Some((Some(signal), _)) => format!("{name} was killed by signal {signal}"),
            Some((None, Some(code))) => format!("{name} ended with exit code {code}"),
            Some((None, None)) | None => format!("{name} was gone"),
        }
    }
}

fn spawn(place: &Place, program: &Path, attempt: &str, lock: &File) -> std::io::Result<Child> {
    let workspace = place.workspace();
    let mut attempts = 0;
    loop {
        let mut command = Command::new(program);
        command
            .arg("run")
            .arg("--directory")
            .arg(place.directory())
            .arg("--workspace")
            .arg(&workspace)
            .current_dir(&workspace)
            .env_clear()
            .envs(environment())
            .env(COOKIE, attempt)
            // Out of reach of the terminal's signals. What is pressed there is the caller's to judge.
            .process_group(0)
            .stdin(lock.try_clone()?)
            .stdout(Stdio::null())
            .stderr(append(&place.log())?);
        match command.spawn() {
            // Another thread forked while the program was being written, and has it open until
            // its own child is started.
            Err(error)
                if error.kind() == ErrorKind::ExecutableFileBusy && attempts < BUSY_ATTEMPTS =>
            {
                attempts += 1;
                std::thread::sleep(Duration::from_millis(5));
            }
            result => return result,
        }
    }
}

/// Ends the agent, its command and whatever that left behind.
pub(crate) fn kill_process(attempt: &AttemptId) -> Result<(), ProviderError> {
    processes::end(attempt)
        .map_err(|error| failure::io(format!("end the processes of {attempt}"), &error))
}

/// Whether a handle is that of a process, and not of a container.
pub(crate) fn is_process(handle: &str) -> bool {
    handle.parse::<u32>().is_ok()
}

fn environment() -> impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)> {
    std::env::vars_os().filter(|(name, _)| {
        name.to_str()
            .is_some_and(|name| ENVIRONMENT.contains(&name) || name.starts_with("LC_"))
    })
}
