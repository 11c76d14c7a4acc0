//! The directory of one execution, where its agent and its readers meet.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use runtime::ProviderError;
use runtime_wire::Order;

use crate::failure;

/// Who the agent will be on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tenant {
    /// The user who starts it.
    Caller,
    /// Whoever the image says. The directories above keep everybody else on this machine out.
    Anybody,
}

/// The directory of one execution.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    directory: PathBuf,
}

impl Place {
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The directory itself.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Every frame of the agent's.
    pub(crate) fn journal(&self) -> PathBuf {
        self.directory.join("journal")
    }

    /// The frames that are a phase or the end.
    pub(crate) fn milestones(&self) -> PathBuf {
        self.directory.join("milestones")
    }

    /// What the agent itself complains of.
    pub(crate) fn log(&self) -> PathBuf {
        self.directory.join("agent.log")
    }

    /// Where the command runs.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.directory.join("workspace")
    }

    /// There when somebody asked for the end.
    fn cancel_mark(&self) -> PathBuf {
        self.directory.join("cancel")
    }

    /// Locked by the agent as long as it lives.
    fn agent_lock(&self) -> PathBuf {
        self.directory.join("lock")
    }

    /// Locked by whoever starts the agent, and from then on by the agent.
    fn start_lock(&self) -> PathBuf {
        self.directory.join("start")
    }

    /// What the backend calls the agent; there once it was started.
    fn handle_file(&self) -> PathBuf {
        self.directory.join("handle")
    }

    /// Makes the directory and the files in it that reader and agent share.
    ///
    /// They are made here so that they belong to the reader, whoever the agent will be.
    pub(crate) fn furnish(&self, tenant: Tenant) -> Result<(), ProviderError> {
        let (directory_mode, file_mode) = match tenant {
            Tenant::Caller => (0o700, 0o600),
            Tenant::Anybody => (0o777, 0o666),
        };
        let furnish = || -> std::io::Result<()> {
            for directory in [self.directory.clone(), self.workspace()] {
                std::fs::create_dir_all(&directory)?;
                // Not by the mode at creation, which the umask narrows.
                std::fs::set_permissions(&directory, Permissions::from_mode(directory_mode))?;
            }
            let shared = [
                self.journal(),
                self.milestones(),
                self.agent_lock(),
                self.log(),
            ];
            for path in shared {
                let file = append(&path)?;
                file.set_permissions(Permissions::from_mode(file_mode))?;
            }
            Ok(())
        };
        furnish().map_err(|error| self.failed("prepare", &error))
    }

    /// Writes what the agent is told, for it to read and delete.
    pub(crate) fn put_order(&self, order: &Order, tenant: Tenant) -> Result<(), ProviderError> {
        let mode = match tenant {
            Tenant::Caller => 0o600,
            Tenant::Anybody => 0o644,
        };
        let put = || -> std::io::Result<()> {
            let path = self.directory.join("order.json");
            remove(&path)?;
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            file.write_all(&serde_json::to_vec(order)?)?;
            file.set_permissions(Permissions::from_mode(mode))
        };
        put().map_err(|error| self.failed("write the order of", &error))
    }

    /// What the agent was to be told, if it has not read that.
    pub(crate) fn order(&self) -> Result<Option<Order>, ProviderError> {
        let read = || -> std::io::Result<Option<Order>> {
            match std::fs::read(self.directory.join("order.json")) {
                Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        read().map_err(|error| self.failed("read the order of", &error))
    }

    /// Takes the right to start the agent. Nothing when somebody has it, or an agent lives.
    pub(crate) fn lock_start(&self) -> Result<Option<File>, ProviderError> {
        let lock = || -> std::io::Result<Option<File>> {
            std::fs::create_dir_all(&self.directory)?;
            let file = append(&self.start_lock())?;
            match file.try_lock() {
                Ok(()) => Ok(Some(file)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        };
        lock().map_err(|error| self.failed("lock", &error))
    }

    /// Whether somebody is about to start the agent, or the process that was started lives.
    pub(crate) fn start_is_locked(&self) -> bool {
        is_locked(&self.start_lock())
    }

    /// Whether the agent lives, as far as this machine's locks show.
    pub(crate) fn agent_is_locked(&self) -> bool {
        is_locked(&self.agent_lock())
    }

    /// What the backend calls the agent, if it was started.
    pub(crate) fn handle(&self) -> Option<String> {
        std::fs::read_to_string(self.handle_file())
            .ok()
            .filter(|handle| !handle.is_empty())
    }

    /// Notes that the agent was started.
    pub(crate) fn put_handle(&self, handle: &str) -> Result<(), ProviderError> {
        std::fs::write(self.handle_file(), handle)
            .map_err(|error| self.failed("note the start of", &error))
    }

    /// Whether an agent has said anything yet.
    pub(crate) fn has_spoken(&self) -> bool {
        std::fs::metadata(self.milestones()).is_ok_and(|milestones| milestones.len() > 0)
    }

    /// Asks for the end.
    pub(crate) fn ask_to_stop(&self) -> Result<(), ProviderError> {
        let ask = || -> std::io::Result<()> {
            std::fs::create_dir_all(&self.directory)?;
            append(&self.cancel_mark()).map(drop)
        };
        ask().map_err(|error| self.failed("ask for the end of", &error))
    }

    /// Whether somebody asked for the end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel_mark().exists()
    }

    /// The last lines of what the agent itself complained of.
    pub(crate) fn complaint(&self) -> Option<String> {
        let log = std::fs::read(self.log()).ok()?;
        last_lines(&String::from_utf8_lossy(&log))
    }

    /// Removes what only a living agent needs; keeps what was said.
    pub(crate) fn clear(&self) -> Result<(), ProviderError> {
        let clear = || -> std::io::Result<()> {
            remove(&self.directory.join("order.json"))?;
            match std::fs::remove_dir_all(self.workspace()) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        };
        clear().map_err(|error| self.failed("clear", &error))
    }

    /// Removes everything, what was said too.
    pub(crate) fn remove_all(&self) -> Result<(), ProviderError> {
        match std::fs::remove_dir_all(&self.directory) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.failed("remove", &error)),
            _ => Ok(()),
        }
    }

    fn failed(&self, verb: &str, error: &std::io::Error) -> ProviderError {
        let operation = format!("{verb} the execution in {}", self.directory.display());
        failure::io(operation, error)
    }
}

/// The last five lines of `text` that say something, as one.
pub(crate) fn last_lines(text: &str) -> Option<String> {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = lines.get(lines.len().saturating_sub(5)..)?.join("; ");
    (!last.is_empty()).then_some(last)
}

/// Opens a file to write at its end, made for its owner only where there is none.
pub(crate) fn append(path: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
}

/// Whether somebody holds the file's lock. A file that cannot be opened is nobody's.
fn is_locked(path: &Path) -> bool {
    // A shared lock, so that two who look do not take each other for an agent.
    File::open(path)
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
