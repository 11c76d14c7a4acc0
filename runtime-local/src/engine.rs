//! The container engine: how it is reached, and what it says when it refuses.

use bollard::errors::Error;
use bollard::{API_DEFAULT_VERSION, Docker};
use runtime::ProviderError;
use runtime::port::Problem;
use tokio::sync::OnceCell;

/// Where an engine listens when nobody says otherwise.
const SOCKET: &str = "unix:///var/run/docker.sock";

/// How long an engine may take to answer, in seconds. A container on a busy disk takes some.
const PATIENCE_SECONDS: u64 = 120;

/// A container engine that has the Docker API.
pub(crate) struct Engine {
    address: Option<String>,
    client: OnceCell<Docker>,
}

impl Engine {
    /// The engine at `address`; when absent, at the address in `DOCKER_HOST`, else at [`SOCKET`].
    pub(crate) fn named(address: Option<String>) -> Self {
        Self {
            address,
            client: OnceCell::new(),
        }
    }

    fn address(&self) -> String {
        let named = || std::env::var("DOCKER_HOST").ok();
        let address = self.address.clone().or_else(named);
        address
            .filter(|address| !address.is_empty())
            .unwrap_or_else(|| SOCKET.to_owned())
    }

    /// The engine's client, connected at the first use.
    pub(crate) async fn client(&self) -> Result<&Docker, ProviderError> {
        self.client
            .get_or_try_init(async || {
                let address = self.address();
                let connected = connect(&address).await;
                connected.map_err(|error| unreachable(&address, &words(&error)))
            })
            .await
    }

    /// What the engine said to `operation`.
    pub(crate) fn failed(&self, operation: impl Into<String>, error: &Error) -> ProviderError {
        let words = words(error);
        if is_unreachable(error) {
            return unreachable(&self.address(), &words);
        }
        let problem = match status(error) {
            Some(400) => Problem::Invalid,
            Some(401 | 403) => Problem::Denied,
            Some(404) => Problem::NotFound,
            Some(409) => Problem::Conflict,
            Some(_) | None if words.contains("no space left on device") => Problem::NoRoom,
            Some(_) | None => Problem::Failed,
        };
        ProviderError::new(problem, operation, words)
    }
}

/// What answers where the container engine is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineFound {
    /// Where it listens. May hold credentials.
    pub address: String,
    /// What it calls itself, such as `Docker Engine - Community`, if it does.
    pub name: Option<String>,
    /// Its version.
    pub version: String,
}

/// Asks the container engine that `DOCKER_HOST` names, else the one at `/var/run/docker.sock`, for its version.
pub async fn find_engine() -> Result<EngineFound, ProviderError> {
    let engine = Engine::named(None);
    let answer = engine.client().await?.version().await;
    let answer = answer.map_err(|error| engine.failed("ask the engine's version", &error))?;
    Ok(EngineFound {
        address: engine.address(),
        name: answer.platform.map(|platform| platform.name),
        version: answer.version.unwrap_or_default(),
    })
}

async fn connect(address: &str) -> Result<Docker, Error> {
    // An address of one kind is a path; the client takes others by their scheme.
    let client = if address.starts_with('/') {
        Docker::connect_with_unix(address, PATIENCE_SECONDS, API_DEFAULT_VERSION)?
    } else {
        let patience = std::time::Duration::from_secs(PATIENCE_SECONDS);
        Docker::connect_with_host(address)?.with_timeout(patience)
    };
    client.negotiate_version().await
}

fn unreachable(address: &str, words: &str) -> ProviderError {
    let operation = format!("ask the container engine at {address}");
    ProviderError::new(Problem::Unreachable, operation, words)
        .with_code("engine.unreachable")
        .with_hint(
            "start the engine, or name its socket in DOCKER_HOST; without an image the command \
             runs as a process",
        )
}

/// The HTTP status that the engine answered with, if it answered.
pub(crate) fn status(error: &Error) -> Option<u16> {
    if let Error::DockerResponseServerError { status_code, .. } = error {
        return Some(*status_code);
    }
    None
}

/// Whether the engine did not answer at all.
fn is_unreachable(error: &Error) -> bool {
    !matches!(
        error,
        Error::DockerResponseServerError { .. }
            | Error::DockerStreamError { .. }
            | Error::DockerContainerWaitError { .. }
            | Error::JsonDataError { .. }
            | Error::JsonSerdeError { .. }
    )
}

/// The engine's own words, with the causes that the client wraps.
pub(crate) fn words(error: &Error) -> String {
    if let Error::DockerResponseServerError { message, .. } = error {
        return message.trim().to_owned();
    }
    if let Error::DockerStreamError { error } = error {
        return error.trim().to_owned();
    }
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = error.source();
    }
    words
}
