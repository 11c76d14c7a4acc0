//! Brings a row up to what its agent said and what its backend sees.

use runtime_wire::{Cause, Outcome};

use crate::execution::{Execution, State};
use crate::port::{Observed, ProviderError};
use crate::retry::FRESH_MS;
use crate::row;
use crate::site::Site;
use crate::transition;

/// How long nothing may be seen of an attempt that was just recorded, in milliseconds.
///
/// Within it whoever recorded the attempt may still be about to start it, and a provider may not
/// show yet what it has just taken.
pub const START_WINDOW_MS: u64 = 60_000;

/// What an agent gets beyond the timeout, the grace and the time between SIGTERM and SIGKILL, in milliseconds, before it is
/// taken for dead and ended from outside: it fetches no more by then, and only has output to keep.
pub const OVERTIME_MS: u64 = 60_000;

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
    let only = |execution| {
        Ok(Standing {
            execution,
            detail: None,
        })
    };
    if execution.state.is_final() {
        return only(execution);
    }
    if execution.state == State::Queued {
        return only(expired(site, execution).await?);
    }
    let mut detail = None;
    let execution = match site.backend.observe(&execution).await? {
        Observed::Alive => {
            let execution = seen(site, execution, State::Provisioning).await?;
            overdue(site, execution).await?
        }
        Observed::Provisioning { detail: said } => {
            detail = Some(said);
            seen(site, execution, State::Provisioning).await?
        }
        Observed::Pulling { detail: said } => {
            detail = Some(said);
            seen(site, execution, State::Pulling).await?
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
    if execution.state.is_final() || execution.state == State::Queued {
        return Ok(execution);
    }
    let attempt = execution.attempt_id();
    let milestones = site.history.milestones(&attempt).await?;
    let fold = |row: &mut Execution| transition::apply_all(row, attempt.number(), &milestones);
    let mut trial = execution.clone();
    if !fold(&mut trial) {
        return Ok(execution);
    }
    row::note(site, &execution.id, fold).await
}

/// Notes how far the backend has come with the execution.
async fn seen(
    site: Site<'_>,
    execution: Execution,
    state: State,
) -> Result<Execution, ProviderError> {
    if !transition::allows(execution.state, state) {
        return Ok(execution);
    }
    let attempt = execution.attempt;
    row::note(site, &execution.id, |row| {
        row.attempt == attempt && transition::advance(row, state)
    })
    .await
}

/// Ends an attempt that nobody has started in time. The attempt before it says why there is one.
async fn expired(site: Site<'_>, execution: Execution) -> Result<Execution, ProviderError> {
    let now = site.ambient.now_ms();
    let due = |row: &Execution| row.not_before_ms.unwrap_or(row.created_at_ms);
    if now <= due(&execution).saturating_add(FRESH_MS) {
        return Ok(execution);
    }
    row::note(site, &execution.id, |row| {
        let over = row.state == State::Queued && now > due(row).saturating_add(FRESH_MS);
        let before = row.earlier.last().and_then(|last| last.outcome.clone());
        let outcome = before.unwrap_or_else(|| {
            let message = "nobody was there to start it when its turn came";
            Outcome::not_started("dispatch.interrupted", message, Some("run it again"))
        });
        over && transition::end(row, outcome, now)
    })
    .await
}

/// Ends from outside what goes on long after its deadline: an agent that is dead or stuck does not end it.
async fn overdue(site: Site<'_>, execution: Execution) -> Result<Execution, ProviderError> {
    let (Some(timeout_ms), Some(began_ms)) = (execution.timeout_ms, execution.started_at_ms) else {
        return Ok(execution);
    };
    let ladder = execution.grace_ms + runtime_wire::order::TERM_MS;
    let last = began_ms + timeout_ms.saturating_add(ladder + OVERTIME_MS);
    let now = site.ambient.now_ms();
    if now <= last {
        return Ok(execution);
    }
    site.backend.kill(&execution).await?;
    let attempt = execution.attempt;
    row::note(site, &execution.id, |row| {
        row.attempt == attempt && transition::end(row, Outcome::timed_out(timeout_ms), now)
    })
    .await
}

/// How an execution of which nothing is to be seen has ended; nothing while it may yet be seen.
fn absent(execution: &Execution, now_ms: u64) -> Option<Outcome> {
    let recorded_ms = execution.attempt_at_ms.unwrap_or(execution.created_at_ms);
    let young = now_ms.saturating_sub(recorded_ms) < START_WINDOW_MS;
    let (placed, begun) = match execution.state {
        State::Submitted | State::Provisioning | State::Pulling => {
            (execution.handle.is_some(), false)
        }
        State::Preparing | State::Running | State::Stopping | State::Draining => (true, true),
        State::Queued
        | State::Succeeded
        | State::Failed
        | State::Cancelled
        | State::TimedOut
        | State::Lost
        | State::CouldNotStart => {
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

/// Ends an attempt whose agent is gone: by the agent's own word if it left one, else by `found`.
async fn gone(
    site: Site<'_>,
    execution: Execution,
    found: Outcome,
) -> Result<Execution, ProviderError> {
    let attempt = execution.attempt;
    // The agent may have ended between the two questions, so its word is asked for once more.
    let execution = fold_milestones(site, execution).await?;
    let now = site.ambient.now_ms();
    row::note(site, &execution.id, |row| {
        let lost = matches!(found.cause, Cause::Lost { .. });
        let unstarted = row.started_at_ms.is_none() && row.cancel_requested_at_ms.is_some();
        let outcome = if lost && (unstarted || row.kill_requested_at_ms.is_some()) {
            // It was to be ended, before the command began or without any grace, and so it was.
            Outcome::cancelled()
        } else {
            found.clone()
        };
        row.attempt == attempt && transition::conclude(row, outcome, now)
    })
    .await
}
