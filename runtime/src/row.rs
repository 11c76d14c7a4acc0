//! Changes to rows of history, by compare-and-set.

use crate::execution::{Execution, ExecutionId};
use crate::port::{Problem, ProviderError};
use crate::site::Site;

/// How often a change is tried again when others change the row at the same time. An attempt passes at
/// most nine states, so more losses than that are not races.
const TRIES: usize = 16;

/// The row of `id`; an error if there is none.
pub(crate) async fn read(site: Site<'_>, id: &ExecutionId) -> Result<Execution, ProviderError> {
    site.history.read(id).await?.ok_or_else(|| {
        let operation = format!("read the execution `{id}`");
        ProviderError::new(Problem::NotFound, operation, "there is no such execution")
            .with_hint("see `mycli list`")
    })
}

/// Makes `change` to the row of `id`, and returns the row as it is then.
///
/// `change` says whether it changed anything; it may be called several times, each time on the row
/// as it is by then. What holds a container, a task or a directory for an execution that ends by
/// this change is freed.
pub(crate) async fn update(
    site: Site<'_>,
    id: &ExecutionId,
    change: impl Fn(&mut Execution) -> bool,
) -> Result<Execution, ProviderError> {
    for _ in 0..TRIES {
        let before = read(site, id).await?;
        let mut after = before.clone();
        if !change(&mut after) {
            return Ok(before);
        }
        after.revision = before.revision + 1;
        if site.history.replace(&after).await? {
            if after.state.is_final() && !before.state.is_final() {
                // What remains is litter, not a lie: no reason to hide how the execution ended.
                let _ = site.backend.clean_up(&after).await;
            }
            return Ok(after);
        }
    }
    let operation = format!("change the execution `{id}`");
    let message = "others changed it at the same time, again and again";
    Err(ProviderError::new(Problem::Conflict, operation, message))
}

/// Makes `change` to the row of `id` as [`update`] does; who may only look sees it made, and it is not kept.
pub(crate) async fn note(
    site: Site<'_>,
    id: &ExecutionId,
    change: impl Fn(&mut Execution) -> bool,
) -> Result<Execution, ProviderError> {
    match update(site, id, &change).await {
        Err(refusal) if refusal.problem == Problem::Denied => {
            Ok(changed(read(site, id).await?, change))
        }
        updated => updated,
    }
}

/// `execution` after `change`, whatever history says.
pub(crate) fn changed(
    mut execution: Execution,
    change: impl Fn(&mut Execution) -> bool,
) -> Execution {
    change(&mut execution);
    execution
}
