//! The runtime's ports on one machine: `SQLite`, files, processes, containers.
//!
//! Reading order: `place` is the directory of one execution, `database` the rows, `journal` what an
//! agent wrote, `history` both of them as the port; `process` and `container` start an agent and
//! look after it, `processes` finds what either left behind, `backend` is the two of them as the port.
//!
//! `app`, `pack` and `maker` are apart from them: one runs programs that synthesize, the others pack files and make images
//! of what these leave to be published.
//!
//! On disk, all of it only for its owner: `history.sqlite3`, `agents/<hash>/mycli-agent`, and
//! `executions/<id>/` with the files that `place` names.

mod agent;
mod app;
mod backend;
mod container;
mod database;
mod engine;
mod failure;
mod history;
mod image;
mod journal;
mod maker;
mod pack;
mod place;
mod process;
mod processes;

use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use runtime::ProviderError;
use runtime::port::Problem;

use crate::agent::Agent;
pub use crate::agent::Program;
pub use crate::app::{App, AppError};
use crate::database::Database;
use crate::engine::Engine;
pub use crate::engine::{EngineFound, find_engine};
pub use crate::maker::EngineProgram;
pub use crate::pack::Zip;
use crate::place::Place;

/// The context `local`: history and backend on this machine.
pub struct Local {
    data_dir: PathBuf,
    agent: Arc<Agent>,
    database: Arc<Database>,
    engine: Engine,
    /// Agents that this program started as processes, by execution.
    children: Mutex<BTreeMap<String, tokio::process::Child>>,
    /// Where in a journal the last reading stopped, by execution.
    cursors: Arc<Mutex<BTreeMap<String, journal::Cursor>>>,
}

impl Local {
    /// Opens what `data_dir` holds, and makes the directory and its history where there is none.
    ///
    /// `agent` is written to disk when something is started for the first time. The container engine
    /// is the one that `DOCKER_HOST` names, else the one at `/var/run/docker.sock`; it is asked for nothing
    /// before it is needed.
    pub fn open(data_dir: &Path, agent: impl Into<Program>) -> Result<Self, ProviderError> {
        let operation = || format!("open the data directory {}", data_dir.display());
        let data_dir =
            std::path::absolute(data_dir).map_err(|error| failure::io(operation(), &error))?;
        if data_dir.to_str().is_none() {
            let message = "its path is not UTF-8, which neither SQLite nor an engine takes";
            return Err(ProviderError::new(Problem::Invalid, operation(), message));
        }
        for directory in [data_dir.clone(), data_dir.join("executions")] {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(directory)
                .map_err(|error| failure::io(operation(), &error))?;
        }
        Ok(Self {
            database: Arc::new(Database::open(&data_dir.join("history.sqlite3"))?),
            agent: Arc::new(Agent::new(data_dir.join("agents"), agent.into())),
            engine: Engine::named(None),
            data_dir,
            children: Mutex::default(),
            cursors: Arc::default(),
        })
    }

    /// The same, with containers run by the engine at `address`, such as `unix:///run/podman.sock`.
    #[must_use]
    pub fn with_engine(self, address: &str) -> Self {
        Self {
            engine: Engine::named(Some(address.to_owned())),
            ..self
        }
    }

    fn place(&self, attempt: &runtime::AttemptId) -> Place {
        Place::new(self.data_dir.join("executions").join(attempt.as_str()))
    }
}

/// What `mutex` guards, also after a panic elsewhere: each use leaves it whole.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs what blocks on disk where it holds up nothing else.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ProviderError> + Send + 'static,
) -> Result<T, ProviderError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(ProviderError::new(
            Problem::Failed,
            "work on the data directory",
            error,
        )),
    }
}
