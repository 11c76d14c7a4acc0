//! The AWS emulator: CloudFormation, ECS whose tasks are real containers, DynamoDB, S3, ECR, logs.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;

use super::{Daemon, Docker, Venv, wait_until};
use crate::process::{Failure, bound, root};

/// How an emulator is started.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind<'a> {
    /// Everybody may do everything.
    Lenient,
    /// Everybody may do what IAM lets them, and what they do is written to this file.
    Strict { calls: &'a Path },
}

/// A running emulator.
pub(crate) struct Emulator {
    /// Its address, as `AWS_ENDPOINT_URL` takes it.
    pub(crate) endpoint: String,
    _daemon: Daemon,
}

impl Emulator {
    /// Starts ministack on a free port; its tasks run in `docker`.
    pub(crate) fn start(
        venv: &Venv,
        docker: Option<&Docker>,
        directory: &Path,
        kind: Kind<'_>,
    ) -> Result<Self, Failure> {
        let port = free_port()?;
        let (launcher, log) = match kind {
            Kind::Lenient => ("fargate.py", "emulator.log"),
            Kind::Strict { .. } => ("strict.py", "strict.log"),
        };
        let log = File::create(directory.join(log))
            .map_err(|error| format!("could not create the emulator's log: {error}"))?;
        let errors = log.try_clone().map_err(|error| error.to_string())?;
        let launcher = root()
            .join("xtask")
            .join("src")
            .join("testbed")
            .join(launcher);
        let mut command = bound("TERM", venv.program("python"));
        command
            .arg(launcher)
            .env("GATEWAY_PORT", port.to_string())
            .env("MINISTACK_ACCOUNT_ID", "123456789012")
            .env("IOT_MTLS_ENABLED", "0")
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors);
        if let Kind::Strict { calls } = kind {
            command.env("CALLS", calls);
        }
        if let Some(docker) = docker {
            command.env("DOCKER_HOST", &docker.host);
        }
        let mut daemon: Daemon = command
            .spawn()
            .map_err(|error| format!("could not start ministack: {error}"))?
            .into();
        wait_until(&mut daemon, "ministack", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })?;
        Ok(Self {
            endpoint: format!("http://127.0.0.1:{port}"),
            _daemon: daemon,
        })
    }
}

/// A port that nothing listened on a moment ago.
fn free_port() -> Result<u16, Failure> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("could not find a free port: {error}"))
}
