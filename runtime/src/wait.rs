//! Waits for an execution to end.

use std::time::Duration;

use crate::execution::{Execution, ExecutionId};
use crate::port::ProviderError;
use crate::reconcile::{fold_milestones, reconcile};
use crate::row;
use crate::site::Site;

/// Returns when the execution has ended, with its row.
pub async fn wait(site: Site<'_>, id: &ExecutionId) -> Result<Execution, ProviderError> {
    let pace = site.history.pace();
    let mut execution = reconcile(site, row::read(site, id).await?).await?;
    let mut interval = pace.shortest;
    let mut silent = Duration::ZERO;
    while !execution.state.is_final() {
        tokio::time::sleep(interval).await;
        silent += interval;
        interval = (interval * 2).min(pace.longest);
        // Others may have ended the row without a word of the agent's.
        let row = row::read(site, id).await?;
        execution = if silent >= pace.silence {
            silent = Duration::ZERO;
            reconcile(site, row).await?
        } else {
            fold_milestones(site, row).await?
        };
    }
    Ok(execution)
}
