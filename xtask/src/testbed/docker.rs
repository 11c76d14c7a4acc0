//! A Docker-compatible engine: one that runs already, else one started for the tests.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Daemon, wait_until};
use crate::process::{Failure, bound, is_installed};

/// Where an engine of the system listens.
const USUAL: &str = "unix:///var/run/docker.sock";

/// How long an engine may take to stop its containers and end.
const PATIENCE: Duration = Duration::from_secs(20);

/// An engine that answers.
pub(crate) struct Docker {
    /// Its address, as `DOCKER_HOST` takes it.
    pub(crate) host: String,
    daemon: Option<Daemon>,
    /// Where a `dockerd` of ours says that it runs.
    pid_file: PathBuf,
}

impl Docker {
    /// The engine that `DOCKER_HOST` names; else the one that answers at the usual place; else a new
    /// `dockerd`, as two of them on one machine fight over the network bridge.
    ///
    /// Nothing when neither can be had, such as without root.
    pub(crate) fn find_or_start(directory: &Path) -> Result<Option<Self>, Failure> {
        if let Ok(host) = std::env::var("DOCKER_HOST") {
            return if answers(&host) {
                Ok(Some(Self::of_others(host)))
            } else {
                Err(format!("DOCKER_HOST is {host}, and nothing answers there"))
            };
        }
        if answers(USUAL) {
            return Ok(Some(Self::of_others(USUAL.to_owned())));
        }
        if !is_installed("dockerd") || !is_root() {
            return Ok(None);
        }
        let host = format!("unix://{}", directory.join("docker.sock").display());
        let log = File::create(directory.join("dockerd.log"))
            .map_err(|error| format!("could not create the engine's log: {error}"))?;
        let errors = log.try_clone().map_err(|error| error.to_string())?;
        // Hosts that may not raise limits refuse the engine's default of over a million files.
        let pid_file = directory.join("docker.pid");
        let mut daemon: Daemon = contained("dockerd")
            .arg("--data-root")
            .arg(directory.join("docker-data"))
            .arg("--exec-root")
            .arg(directory.join("docker-exec"))
            .arg("--pidfile")
            .arg(&pid_file)
            .args(["--host", &host, "--default-ulimit", "nofile=1024:1024"])
            .args(["--exec-opt", "native.cgroupdriver=cgroupfs"])
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("could not start dockerd: {error}"))?
            .into();
        if let Err(reason) = wait_until(&mut daemon, "dockerd", || answers(&host)) {
            let log = std::fs::read_to_string(directory.join("dockerd.log")).unwrap_or_default();
            let last = log.lines().next_back().unwrap_or("its log is empty");
            return Err(format!("{reason}: {last}"));
        }
        Ok(Some(Self {
            host,
            daemon: Some(daemon),
            pid_file,
        }))
    }

    /// An engine that others started and will end.
    fn of_others(host: String) -> Self {
        Self {
            host,
            daemon: None,
            pid_file: PathBuf::new(),
        }
    }

    /// The `docker` command, talking to this engine.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        // Only the classic builder comes with the engine itself.
        command
            .args(arguments)
            .env("DOCKER_HOST", &self.host)
            .env("DOCKER_BUILDKIT", "0");
        command
    }
}

/// `program` in a process namespace of its own: when it ends, everything that it started is killed.
///
/// It gets SIGTERM when `unshare` is killed, as it is when the thread that starts it dies. Before it
/// stands a shell, to take in the dead processes that an engine leaves to the first of a namespace.
fn contained(program: &str) -> Command {
    let first = r#""$@" & trap "kill $!" TERM; wait; wait"#;
    let mut command = bound("KILL", "unshare");
    command.args(["--pid", "--mount-proc", "--fork", "--kill-child=SIGTERM"]);
    command.args(["--", "sh", "-c", first, "sh", program]);
    command
}

impl Drop for Docker {
    fn drop(&mut self) {
        let Some(daemon) = self.daemon.take() else {
            return;
        };
        daemon.kill();
        // Nobody waits for a grandchild, so its file has to tell that it is gone.
        let deadline = Instant::now() + PATIENCE;
        while self.pid_file.exists() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn answers(host: &str) -> bool {
    Command::new("docker")
        .arg("version")
        .env("DOCKER_HOST", host)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
