//! The real parts that the tests run against: a container engine, an AWS emulator, linters.
//!
//! Everything is started on free loopback ports or in a directory of its own, and ended by its
//! process id when the [`Testbed`] is dropped. Who kills this program ends them too: they are
//! [`crate::process::bound`] to it. What it leaves in the temporary directory the next one removes.

mod cdk;
mod docker;
mod emulator;
mod images;
mod venv;

use std::path::{Path, PathBuf};

pub(crate) use cdk::Cdk;
pub(crate) use docker::Docker;
pub(crate) use emulator::{Emulator, Kind};
pub(crate) use venv::Venv;

use crate::process::Failure;

/// What is running for the tests.
pub(crate) struct Testbed {
    variables: Vec<(&'static str, String)>,
    // Dropped in this order: the emulators use the engine, all use the directory.
    _emulators: [Emulator; 2],
    _docker: Option<Docker>,
    _directory: Scratch,
}

impl Testbed {
    /// Starts what there is. Without a container engine the tests that need one skip, by name.
    pub(crate) fn start() -> Result<Self, Failure> {
        let directory = Scratch::new("testbed")?;
        let venv = Venv::ready()?;
        let cdk = Cdk::ready()?;
        let docker = Docker::find_or_start(&directory.path)?;
        let mut variables = Vec::new();
        if let Some(docker) = &docker {
            images::build(docker, &directory.path)?;
            variables.push(("DOCKER_HOST", docker.host.clone()));
            variables.push(("MYCLI_TEST_ENGINE", "1".to_owned()));
        } else {
            eprintln!("xtask: no container engine: tests that need one are skipped");
        }
        let calls = directory.path.join("calls");
        let start = |kind| Emulator::start(&venv, docker.as_ref(), &directory.path, kind);
        let emulator = start(Kind::Lenient)?;
        let strict = start(Kind::Strict { calls: &calls })?;
        variables.push(("MYCLI_TEST_AWS", emulator.endpoint.clone()));
        variables.push(("MYCLI_TEST_STRICT_AWS", strict.endpoint.clone()));
        variables.push(("MYCLI_TEST_CALLS", calls.display().to_string()));
        variables.push(("MYCLI_TEST_CDK", cdk.modules().display().to_string()));
        variables.push((
            "MYCLI_TEST_CFN_LINT",
            venv.program("cfn-lint").display().to_string(),
        ));
        Ok(Self {
            variables,
            _emulators: [emulator, strict],
            _docker: docker,
            _directory: directory,
        })
    }

    /// Environment variables that tell the tests where the parts are.
    pub(crate) fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }
}

/// A directory that is gone when this value is.
pub(crate) struct Scratch {
    /// Where it is.
    pub(crate) path: PathBuf,
}

impl Scratch {
    /// Makes a new directory among the system's temporary ones.
    pub(crate) fn new(name: &str) -> Result<Self, Failure> {
        let prefix = format!("mycli-{name}-");
        sweep(&prefix);
        let path = std::env::temp_dir().join(format!("{prefix}{}", std::process::id()));
        std::fs::create_dir_all(&path)
            .map_err(|error| format!("could not create {}: {error}", path.display()))?;
        Ok(Self { path })
    }
}

/// Removes what programs left behind that were killed; only where `/proc` tells who lives.
fn sweep(prefix: &str) {
    if !Path::new("/proc/self").exists() {
        return;
    }
    let entries = std::fs::read_dir(std::env::temp_dir());
    for entry in entries.into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(prefix));
        let process = process.and_then(|number| number.parse::<u32>().ok());
        if process.is_some_and(|number| !Path::new(&format!("/proc/{number}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What an engine left mounted stays; the system clears its temporary directory.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// A program that is ended when this value is.
pub(crate) struct Daemon(std::process::Child);

impl Daemon {
    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Ends it without asking.
    pub(crate) fn kill(mut self) {
        let _ = self.0.kill();
    }
}

impl From<std::process::Child> for Daemon {
    fn from(child: std::process::Child) -> Self {
        Self(child)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let asked = std::process::Command::new("kill")
            .arg(self.0.id().to_string())
            .status();
        if asked.is_err() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// Calls `ready` until it says so. An error when `daemon` ends first or half a minute has passed.
fn wait_until(daemon: &mut Daemon, name: &str, ready: impl Fn() -> bool) -> Result<(), Failure> {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !ready() {
        if daemon.has_ended() {
            return Err(format!("{name} ended before it was ready"));
        }
        if std::time::Instant::now() > deadline {
            return Err(format!("{name} was not ready within 30 s"));
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Ok(())
}
