//! Records an execution, then starts it.

use runtime_wire::order::VERSION;
use runtime_wire::{Order, Outcome};

use crate::diagnosis::{Blame, Diagnosis};
use crate::execution::{Execution, ExecutionId, State};
use crate::port::{Problem, ProviderError};
use crate::request::Request;
use crate::row;
use crate::site::Site;
use crate::transition;

/// How many ids are drawn before it is given up. Two in a row that are taken are a broken store.
const DRAWS: usize = 8;

/// What happens during [`dispatch`].
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// The execution is on record, and can be found by its id from now on.
    Recorded(&'a Execution),
    /// What the backend is doing, such as `pulling busybox:1`.
    Detail(&'a str),
}

/// Why nothing was recorded, and so nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// The request cannot be carried out by anybody.
    #[error("{}", problems.join("\n"))]
    Invalid {
        /// Every reason, a line each.
        problems: Vec<String>,
    },
    /// History did not take the execution.
    #[error("the execution could not be recorded, so it was not started")]
    NotRecorded(#[source] ProviderError),
}

impl Diagnosis for DispatchError {
    fn code(&self) -> &str {
        match self {
            Self::Invalid { .. } => "dispatch.invalid",
            Self::NotRecorded(source) => source.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Invalid { .. } => Blame::Caller,
            Self::NotRecorded(source) => source.blame(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid { .. } => None,
            Self::NotRecorded(source) => Diagnosis::hint(source),
        }
    }
}

/// Records an execution of `request` and starts it.
///
/// A start that fails is not an error: it is how the execution ended, and is returned as history
/// keeps it, FAILED with [`runtime_wire::Cause::NotStarted`]. Dropping the future between
/// [`Notice::Recorded`] and the end leaves a row that [`crate::cancel`] ends at once, and
/// [`crate::reconcile`] in time.
pub async fn dispatch(
    site: Site<'_>,
    request: &Request,
    notice: &(dyn Fn(Notice<'_>) + Send + Sync),
) -> Result<Execution, DispatchError> {
    let problems = request.problems();
    if !problems.is_empty() {
        return Err(DispatchError::Invalid { problems });
    }
    let execution = record(site, request)
        .await
        .map_err(DispatchError::NotRecorded)?;
    notice(Notice::Recorded(&execution));
    let order = order(&execution, request);
    let progress = |detail: &str| notice(Notice::Detail(detail));
    let started = site
        .backend
        .start_reporting(&execution, &order, &progress)
        .await;
    Ok(match started {
        Ok(handle) => took(site, execution, handle).await,
        Err(error) => refused(site, execution, &error).await,
    })
}

/// Draws an id and records the execution under it; draws again while the id is taken.
async fn record(site: Site<'_>, request: &Request) -> Result<Execution, ProviderError> {
    let mut draws = 1;
    loop {
        let execution = Execution {
            id: ExecutionId::from_random(site.ambient.random()),
            state: State::Submitted,
            command: request.command.clone(),
            image: request.image.clone(),
            source: request.source.clone(),
            commit: None,
            env_names: request.env.keys().cloned().collect(),
            timeout_ms: request.timeout_ms,
            created_at_ms: site.ambient.now_ms(),
            started_at_ms: None,
            ended_at_ms: None,
            outcome: None,
            handle: None,
            cancel_requested_at_ms: None,
            requested_by: request.requested_by.clone(),
            recorded_by: request.recorded_by.clone(),
        };
        match site.history.record(&execution).await {
            Ok(()) => return Ok(execution),
            Err(error) if error.problem == Problem::Conflict && draws < DRAWS => draws += 1,
            Err(error) => return Err(error),
        }
    }
}

fn order(execution: &Execution, request: &Request) -> Order {
    Order {
        version: VERSION,
        execution: execution.id.to_string(),
        command: request.command.clone(),
        env: request.env.clone(),
        source: request.source.clone(),
        timeout_ms: request.timeout_ms,
        grace_ms: request.grace_ms,
        masked: request.masked.clone(),
        output_limit: request.output_limit,
        terminal: request.terminal.clone(),
    }
}

/// Notes that the backend took the execution.
async fn took(site: Site<'_>, execution: Execution, handle: String) -> Execution {
    let change = |row: &mut Execution| {
        let new = row.handle.as_ref() != Some(&handle);
        row.handle = Some(handle.clone());
        transition::advance(row, State::Provisioning) || new
    };
    let row = row::update(site, &execution.id, change)
        .await
        // It runs, whether or not that could be written down: the next reader of the row will see.
        .unwrap_or_else(|_| row::changed(execution, change));
    if row.state.is_final() && row.started_at_ms.is_none() {
        // Somebody gave it up while it was being started. It must not go on unseen.
        let _ = site.backend.ask_to_stop(&row).await;
    }
    row
}

/// Ends an execution that the backend did not start.
async fn refused(site: Site<'_>, execution: Execution, error: &ProviderError) -> Execution {
    if error.problem == Problem::Unreachable {
        // The answer may be what was lost, not the question.
        let _ = site.backend.ask_to_stop(&execution).await;
    }
    let message = error.to_string();
    let outcome = Outcome::not_started(error.code(), message, error.hint.as_deref());
    let now = site.ambient.now_ms();
    let change = |row: &mut Execution| {
        let wished = row.cancel_requested_at_ms.is_some();
        let outcome = if wished {
            Outcome::cancelled()
        } else {
            outcome.clone()
        };
        transition::end(row, outcome, now)
    };
    match row::update(site, &execution.id, change).await {
        Ok(row) => row,
        // The row stays as it was recorded, and the next reader ends it.
        Err(_) => row::changed(execution, change),
    }
}
