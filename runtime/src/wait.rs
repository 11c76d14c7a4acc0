//! Waits for an execution to end.

use std::time::Duration;

use crate::execution::{Execution, ExecutionId, State};
use crate::follow::{is_outage, turn};
use crate::port::ProviderError;
use crate::reconcile::{fold_milestones, reconcile};
use crate::row;
use crate::site::Site;

/// Returns when the execution has ended, with its row. A context that does not answer is asked again.
pub async fn wait(site: Site<'_>, id: &ExecutionId) -> Result<Execution, ProviderError> {
    let pace = site.history.pace();
    let mut execution = reconcile(site, row::read(site, id).await?).await?;
    let mut interval = pace.shortest;
    let mut silent = Duration::ZERO;
    while !execution.state.is_final() {
        tokio::time::sleep(interval).await;
        silent += interval;
        interval = (interval * 2).min(pace.longest);
        let whole = silent >= pace.silence || execution.state == State::Queued;
        execution = match look(site, id, whole).await {
            Ok(execution) => execution,
            Err(error) if is_outage(&error) => continue,
            Err(error) => return Err(error),
        };
        if whole {
            silent = Duration::ZERO;
        }
    }
    Ok(execution)
}

/// The row as it is now; by what the backend sees too, where that is asked for.
async fn look(site: Site<'_>, id: &ExecutionId, whole: bool) -> Result<Execution, ProviderError> {
    // Others may have ended the row without a word of the agent's.
    let row = row::read(site, id).await?;
    if whole {
        turn(site, reconcile(site, row).await?).await
    } else {
        fold_milestones(site, row).await
    }
}
