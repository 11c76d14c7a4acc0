//! Asks for the end of an execution.

use crate::execution::{Execution, ExecutionId};
use crate::port::ProviderError;
use crate::reconcile::reconcile;
use crate::row;
use crate::site::Site;

/// Asks for the end of an execution, and returns its row.
///
/// Returns when the wish is recorded, not when it is fulfilled: see [`crate::wait`]. An execution
/// that has ended comes back as it is; one that was recorded and never started ends at once.
pub async fn cancel(site: Site<'_>, id: &ExecutionId) -> Result<Execution, ProviderError> {
    let execution = reconcile(site, row::read(site, id).await?).await?;
    if execution.state.is_final() {
        return Ok(execution);
    }
    let now = site.ambient.now_ms();
    let execution = row::update(site, id, |row| {
        let new = !row.state.is_final() && row.cancel_requested_at_ms.is_none();
        if new {
            row.cancel_requested_at_ms = Some(now);
        }
        new
    })
    .await?;
    if execution.state.is_final() {
        return Ok(execution);
    }
    site.backend.ask_to_stop(&execution).await?;
    reconcile(site, execution).await
}
