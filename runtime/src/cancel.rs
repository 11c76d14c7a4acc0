//! Asks for the end of an execution.

use runtime_wire::Outcome;

use crate::execution::{Execution, ExecutionId, State};
use crate::port::ProviderError;
use crate::reconcile::reconcile;
use crate::row;
use crate::site::Site;
use crate::transition;

/// Asks for the end of an execution, and returns its row.
///
/// Returns when the wish is recorded, not when it is fulfilled: see [`crate::wait`]. An execution
/// that has ended comes back as it is; one that waits for its turn, or was never started, ends at once. Asking twice changes
/// nothing.
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
        // Nothing has been started for it, so there is nobody to ask.
        new && (row.state != State::Queued || transition::end(row, Outcome::cancelled(), now))
    })
    .await?;
    if execution.state.is_final() {
        return Ok(execution);
    }
    site.backend.ask_to_stop(&execution).await?;
    reconcile(site, execution).await
}

/// Ends an execution at once, from outside: without any grace for the command, and whatever its agent does.
///
/// What the command has written by then and the agent has not sent is lost, so [`cancel`] comes first.
pub async fn kill(site: Site<'_>, id: &ExecutionId) -> Result<Execution, ProviderError> {
    let execution = cancel(site, id).await?;
    if execution.state.is_final() {
        return Ok(execution);
    }
    let now = site.ambient.now_ms();
    let execution = row::update(site, id, |row| {
        let new = !row.state.is_final() && row.kill_requested_at_ms.is_none();
        if new {
            row.kill_requested_at_ms = Some(now);
        }
        new
    })
    .await?;
    if execution.state.is_final() {
        return Ok(execution);
    }
    site.backend.kill(&execution).await?;
    reconcile(site, execution).await
}
