//! Brings a row up to what its agent said and what its backend sees.

use runtime_wire::{Cause, Outcome};

use crate::execution::{Execution, State};
use crate::port::{Observed, ProviderError};
use crate::row;
use crate::site::Site;
use crate::transition;

/// How long nothing may be seen of an execution that was just recorded, in milliseconds.
///
/// Within it whoever recorded the execution may still be about to start it, and a provider may not
/// show yet what it has just taken.
pub const START_WINDOW_MS: u64 = 60_000;

/// An execution, and what its backend says it is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The row, as history keeps it now.
    pub execution: Execution,
    /// What the provider says it is doing, such as `PENDING`, while a place is being made.
    pub detail: Option<String>,
}

/// Brings `execution` up to date, in history too where the caller may write that.
pub async fn reconcile(site: Site<'_>, execution: Execution) -> Result<Execution, ProviderError> {
    Ok(standing(site, execution).await?.execution)
}

/// Brings `execution` up to date, and says what its backend is doing.
pub async fn standing(site: Site<'_>, execution: Execution) -> Result<Standing, ProviderError> {
    let execution = fold_milestones(site, execution).await?;
    if execution.state.is_final() {
        return Ok(Standing {
            execution,
            detail: None,
        });
    }
    let observed = site.backend.observe(&execution).await?;
    let mut detail = None;
    let execution = match observed {
        Observed::Alive => seen(site, execution).await?,
        Observed::Provisioning { detail: said } => {
            detail = Some(said);
            seen(site, execution).await?
        }
        Observed::Absent => match absent(&execution, site.ambient.now_ms()) {
            Some(outcome) => gone(site, execution, outcome).await?,
            None => execution,
        },
        Observed::Gone { outcome } => gone(site, execution, outcome).await?,
    };
    Ok(Standing { execution, detail })
}

/// Takes what the agent said about an execution that has not ended into its row.
pub(crate) async fn fold_milestones(
    site: Site<'_>,
    execution: Execution,
) -> Result<Execution, ProviderError> {
    if execution.state.is_final() {
        return Ok(execution);
    }
    let milestones = site.history.milestones(&execution.id).await?;
    let fold = |row: &mut Execution| transition::apply_all(row, &milestones);
    let mut trial = execution.clone();
    if !fold(&mut trial) {
        return Ok(execution);
    }
    row::note(site, &execution.id, fold).await
}

/// Notes that the backend has taken the execution.
async fn seen(site: Site<'_>, execution: Execution) -> Result<Execution, ProviderError> {
    if execution.state != State::Submitted {
        return Ok(execution);
    }
    row::note(site, &execution.id, |row| {
        transition::advance(row, State::Provisioning)
    })
    .await
}

/// How an execution of which nothing is to be seen has ended; nothing while it may yet be seen.
fn absent(execution: &Execution, now_ms: u64) -> Option<Outcome> {
    let young = now_ms.saturating_sub(execution.created_at_ms) < START_WINDOW_MS;
    let (placed, begun) = match execution.state {
        State::Submitted | State::Provisioning => (execution.handle.is_some(), false),
        State::Preparing | State::Running | State::Stopping => (true, true),
        State::Succeeded | State::Failed | State::Cancelled | State::TimedOut | State::Lost => {
            return None;
        }
    };
    if !placed && execution.cancel_requested_at_ms.is_some() {
        return Some(Outcome::cancelled());
    }
    if young && !begun {
        return None;
    }
    Some(if placed {
        Outcome::lost("nothing is left of it where it ran")
    } else {
        Outcome::not_started(
            "dispatch.interrupted",
            "whoever recorded it was gone before it was started",
            Some("run it again"),
        )
    })
}

/// Ends an execution whose agent is gone: by the agent's own word if it left one, else by `found`.
async fn gone(
    site: Site<'_>,
    execution: Execution,
    found: Outcome,
) -> Result<Execution, ProviderError> {
    // The agent may have ended between the two questions, so its word is asked for once more.
    let execution = fold_milestones(site, execution).await?;
    let now = site.ambient.now_ms();
    row::note(site, &execution.id, |row| {
        let lost = matches!(found.cause, Cause::Lost { .. });
        let unstarted = row.started_at_ms.is_none() && row.cancel_requested_at_ms.is_some();
        let outcome = if lost && unstarted {
            // It was to be ended before the command began, and so it was.
            Outcome::cancelled()
        } else {
            found.clone()
        };
        transition::end(row, outcome, now)
    })
    .await
}
