//! Records an execution, then starts it.

use crate::diagnosis::{Blame, Diagnosis};
use crate::execution::{Execution, ExecutionId};
use crate::port::{Problem, ProviderError};
use crate::request::Request;
use crate::site::Site;
use crate::start::until_taken;

/// How many ids are drawn before it is given up. Two in a row that are taken are a broken store.
const DRAWS: usize = 8;

/// What happens during [`dispatch`].
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// The execution is on record, and can be found by its id from now on.
    Recorded(&'a Execution),
    /// What the backend is doing, such as `pulling busybox:1`.
    Detail(&'a str),
    /// An attempt has ended, and the next one waits for its turn.
    Queued(&'a Execution),
}

/// Who hears what happens.
pub type Notices<'a> = dyn Fn(Notice<'_>) + Send + Sync + 'a;

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
/// A start that fails is tried again as [`crate::retry`] has it. One that fails for good is not an error: it is how the
/// execution ended, and is returned as history keeps it, with [`runtime_wire::Cause::NotStarted`]. Dropping the future between
/// [`Notice::Recorded`] and the end leaves a row that [`crate::cancel`] ends at once, and
/// [`crate::reconcile`] in time.
pub async fn dispatch(
    site: Site<'_>,
    request: &Request,
    notice: &Notices<'_>,
) -> Result<Execution, DispatchError> {
    let problems = request.problems();
    if !problems.is_empty() {
        return Err(DispatchError::Invalid { problems });
    }
    let execution = record(site, request)
        .await
        .map_err(DispatchError::NotRecorded)?;
    notice(Notice::Recorded(&execution));
    Ok(until_taken(site, execution, request, notice).await)
}

/// Draws an id and records the execution under it; draws again while the id is taken.
async fn record(site: Site<'_>, request: &Request) -> Result<Execution, ProviderError> {
    let mut draws = 1;
    // A context that cannot say it now says why when it starts the execution.
    let settled = site.backend.size(request.size).await;
    let settled = settled.unwrap_or(request.size);
    loop {
        let id = ExecutionId::from_random(site.ambient.random());
        let mut execution = Execution::new(id, request, site.ambient.now_ms());
        execution.size = settled;
        match site.history.record(&execution).await {
            Ok(()) => return Ok(execution),
            Err(error) if error.problem == Problem::Conflict && draws < DRAWS => draws += 1,
            Err(error) => return Err(error),
        }
    }
}
