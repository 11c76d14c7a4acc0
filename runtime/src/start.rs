//! Starts the attempt that an execution is at.

use std::time::Duration;

use runtime_wire::{Order, Outcome};
use tokio::sync::mpsc::unbounded_channel;

use crate::diagnosis::Diagnosis;
use crate::dispatch::{Notice, Notices};
use crate::execution::{Execution, State};
use crate::port::{Problem, ProviderError, Step};
use crate::request::Request;
use crate::row;
use crate::site::Site;
use crate::transition;

/// Starts attempts at `execution`, which is queued or was just recorded, until a backend has taken one or none is left.
///
/// Waits until a queued attempt may be started. Returns the row as it is then.
pub(crate) async fn until_taken(
    site: Site<'_>,
    mut execution: Execution,
    request: &Request,
    notice: &Notices<'_>,
) -> Execution {
    loop {
        let order = order(&execution, request);
        execution = attempt(site, execution, &order, notice).await;
        if execution.state != State::Queued {
            return execution;
        }
        notice(Notice::Queued(&execution));
        execution = match claim(site, execution.clone()).await {
            Ok(claimed) if claimed.state == State::Submitted => claimed,
            // Somebody else has it now, or has ended it.
            Ok(other) => return other,
            // It stays queued, for whoever looks next.
            Err(_) => return execution,
        };
    }
}

/// Starts the queued attempt that `execution` is at, if its turn has come and its order is still there.
///
/// `request` is what was asked for, where the caller has it; else what the attempt before left is taken.
pub(crate) async fn resume(
    site: Site<'_>,
    execution: Execution,
    request: Option<&Request>,
    notice: &Notices<'_>,
) -> Result<Execution, ProviderError> {
    let due = execution.not_before_ms.unwrap_or_default() <= site.ambient.now_ms();
    if execution.state != State::Queued || !due {
        return Ok(execution);
    }
    let order = match request {
        Some(request) => Some(order(&execution, request)),
        None => left(site, &execution).await?,
    };
    let Some(order) = order else {
        return given_up(site, execution).await;
    };
    let claimed = claim(site, execution).await?;
    if claimed.state != State::Submitted {
        return Ok(claimed);
    }
    Ok(attempt(site, claimed, &order, notice).await)
}

/// The order that an earlier attempt has left, for this one.
async fn left(site: Site<'_>, execution: &Execution) -> Result<Option<Order>, ProviderError> {
    let mut earlier: Vec<_> = execution.attempt_ids().collect();
    earlier.pop();
    for attempt in earlier.iter().rev() {
        if let Some(order) = site.backend.order_left(attempt).await? {
            return Ok(Some(Order {
                execution: execution.attempt_id().to_string(),
                ..order
            }));
        }
    }
    Ok(None)
}

/// Ends a queued attempt of which nobody has the order any more: as the attempt before it ended.
async fn given_up(site: Site<'_>, execution: Execution) -> Result<Execution, ProviderError> {
    let now = site.ambient.now_ms();
    row::update(site, &execution.id, |row| {
        let before = row.earlier.last().and_then(|last| last.outcome.clone());
        let outcome = before.unwrap_or_else(|| Outcome::lost("its order is not there any more"));
        row.state == State::Queued && transition::end(row, outcome, now)
    })
    .await
}

/// Waits until the queued attempt may be started, and takes it: only one who tries gets it back `Submitted`.
async fn claim(site: Site<'_>, execution: Execution) -> Result<Execution, ProviderError> {
    let wait = execution.not_before_ms.unwrap_or_default();
    let wait = wait.saturating_sub(site.ambient.now_ms());
    tokio::time::sleep(Duration::from_millis(wait)).await;
    let attempt = execution.attempt;
    let now = site.ambient.now_ms();
    let taken = std::sync::atomic::AtomicBool::new(false);
    let row = row::update(site, &execution.id, |row| {
        let ours = row.attempt == attempt && row.state == State::Queued;
        taken.store(ours, std::sync::atomic::Ordering::Relaxed);
        if ours {
            row.attempt_at_ms = Some(now);
        }
        ours && transition::advance(row, State::Submitted)
    })
    .await?;
    if taken.into_inner() || row.state != State::Submitted {
        return Ok(row);
    }
    // Another one has claimed it: to us it is on its way.
    Ok(row::changed(row, |row| {
        transition::advance(row, State::Provisioning)
    }))
}

/// Starts one attempt, and takes into the row what became of it.
async fn attempt(
    site: Site<'_>,
    execution: Execution,
    order: &Order,
    notice: &Notices<'_>,
) -> Execution {
    match started(site, &execution, order, notice).await {
        Ok(handle) => took(site, execution, handle).await,
        Err(error) => refused(site, execution, &error).await,
    }
}

/// Starts one attempt, and notes in the row how far that has come.
async fn started(
    site: Site<'_>,
    execution: &Execution,
    order: &Order,
    notice: &Notices<'_>,
) -> Result<String, ProviderError> {
    let (sender, mut steps) = unbounded_channel();
    let progress = |step: Step<'_>| {
        notice(Notice::Detail(step.words()));
        // Who listens is below, as long as this is called.
        let _ = sender.send(step.state());
    };
    let starting = site.backend.start_reporting(execution, order, &progress);
    let mut starting = std::pin::pin!(starting);
    let mut known = execution.state;
    loop {
        tokio::select! {
            biased;
            Some(state) = steps.recv() => if transition::allows(known, state) {
                known = state;
                let change = |row: &mut Execution| {
                    row.attempt == execution.attempt && transition::advance(row, state)
                };
                // Where that cannot be written down now, the end of the start will be.
                let _ = row::update(site, &execution.id, change).await;
            },
            started = &mut starting => return started,
        }
    }
}

fn order(execution: &Execution, request: &Request) -> Order {
    Order {
        env: request.env.clone(),
        source: request.source.clone(),
        timeout_ms: request.timeout_ms,
        grace_ms: request.grace_ms,
        masked: request.masked.clone(),
        output_limit: request.output_limit,
        terminal: request.terminal.clone(),
        git_token: request.git_token.clone(),
        ..Order::new(execution.attempt_id().as_str(), request.command.clone())
    }
}

/// Notes that the backend took the attempt.
async fn took(site: Site<'_>, execution: Execution, handle: String) -> Execution {
    let attempt = execution.attempt;
    let change = |row: &mut Execution| {
        let new = row.handle.as_ref() != Some(&handle);
        row.attempt == attempt && {
            row.handle = Some(handle.clone());
            transition::advance(row, State::Provisioning) || new
        }
    };
    let row = row::update(site, &execution.id, change)
        .await
        // It runs, whether or not that could be written down: the next reader of the row will see.
        .unwrap_or_else(|_| row::changed(execution.clone(), change));
    let over = row.state.is_final() && row.started_at_ms.is_none();
    if over || row.attempt != attempt {
        // Somebody gave it up while it was being started. It must not go on unseen.
        let _ = site.backend.ask_to_stop(&execution).await;
    }
    row
}

/// Ends an attempt that the backend did not start.
async fn refused(site: Site<'_>, execution: Execution, error: &ProviderError) -> Execution {
    if error.problem == Problem::Unreachable {
        // The answer may be what was lost, not the question.
        let _ = site.backend.ask_to_stop(&execution).await;
    }
    let message = error.to_string();
    let outcome = Outcome::not_started(error.code(), message, error.hint.as_deref());
    let now = site.ambient.now_ms();
    let attempt = execution.attempt;
    let change = |row: &mut Execution| {
        let wished = row.cancel_requested_at_ms.is_some();
        let outcome = if wished {
            Outcome::cancelled()
        } else {
            outcome.clone()
        };
        row.attempt == attempt && transition::conclude(row, outcome, now)
    };
    match row::update(site, &execution.id, change).await {
        Ok(row) => row,
        // The row stays as it was recorded, and the next reader ends it.
        Err(_) => row::changed(execution, change),
    }
}
