//! The one table of how an execution may change, and what each change does to its row.

use runtime_wire::{Body, Cause, Frame, Outcome, Phase};

use crate::attempt::Attempt;
use crate::execution::{Execution, State};
use crate::retry;

/// Whether an attempt may go from `from` to `to`.
///
/// Forward only: events arrive late, twice and shuffled, and whatever would lead back is ignored.
/// `Running` is left for `Stopping`, `Draining` and for an end, never for what came before it. The one way back is to
/// the beginning of another attempt, see [`conclude`].
pub fn allows(from: State, to: State) -> bool {
    !from.is_final() && from < to
}

/// The final state that an outcome stands for.
pub fn end_state(outcome: &Outcome) -> State {
    match &outcome.cause {
        Cause::Exited if outcome.exit_code == 0 => State::Succeeded,
        Cause::Exited
        | Cause::Signaled { .. }
        | Cause::OutOfMemory
        | Cause::Interrupted { .. }
        | Cause::Unrecorded { .. } => State::Failed,
        Cause::NotStarted { .. } => State::CouldNotStart,
        Cause::TimedOut { .. } => State::TimedOut,
        Cause::Cancelled => State::Cancelled,
        Cause::Lost { .. } => State::Lost,
    }
}

/// Ends `execution`, unless it has ended already. Says whether it changed.
pub fn end(execution: &mut Execution, outcome: Outcome, at_ms: u64) -> bool {
    let to = end_state(&outcome);
    let allowed = allows(execution.state, to);
    if allowed {
        execution.state = to;
        execution.outcome = Some(outcome);
        execution.ended_at_ms = Some(at_ms);
        execution.not_before_ms = None;
    }
    allowed
}

/// Ends the attempt that `execution` is at: queues the next one where the cause and the request allow it, else ends the
/// execution. Says whether it changed.
pub fn conclude(execution: &mut Execution, outcome: Outcome, at_ms: u64) -> bool {
    let Some(pause_ms) = retry::pause_ms(execution, &outcome) else {
        return end(execution, outcome, at_ms);
    };
    if !end(execution, outcome, at_ms) {
        return false;
    }
    execution.earlier.push(Attempt::of(execution));
    execution.attempt += 1;
    execution.state = State::Queued;
    execution.attempt_at_ms = Some(at_ms);
    execution.not_before_ms = Some(at_ms.saturating_add(pause_ms));
    execution.commit = None;
    execution.image_digest = None;
    execution.started_at_ms = None;
    execution.ended_at_ms = None;
    execution.outcome = None;
    execution.handle = None;
    true
}

/// Moves `execution` on to `to`, if the table allows it. Says whether it changed.
///
/// `to` must not be final: an end needs an outcome, see [`end`].
pub fn advance(execution: &mut Execution, to: State) -> bool {
    let allowed = !to.is_final() && allows(execution.state, to);
    if allowed {
        execution.state = to;
    }
    allowed
}

/// Takes into `execution` what `frames` of its attempt `attempt` say about it. Says whether it changed.
pub fn apply_all(execution: &mut Execution, attempt: u32, frames: &[Frame]) -> bool {
    let mut changed = false;
    for frame in frames {
        changed |= apply(execution, attempt, frame);
    }
    changed
}

/// Takes into `execution` what `frame` of its attempt `attempt` says about it. Says whether it changed.
///
/// What an earlier attempt says changes nothing any more.
pub fn apply(execution: &mut Execution, attempt: u32, frame: &Frame) -> bool {
    if execution.attempt != attempt {
        return false;
    }
    match &frame.body {
        Body::Stdout(_) | Body::Stderr(_) | Body::Note(_) => false,
        Body::Phase(Phase::Placed { image }) => {
            let new = execution.image_digest.as_ref() != Some(image);
            if new {
                execution.image_digest = Some(image.clone());
            }
            advance(execution, State::Preparing) || new
        }
        Body::Phase(Phase::Fetching { .. }) => advance(execution, State::Preparing),
        Body::Phase(Phase::Fetched { commit }) => {
            let new = execution.commit.as_ref() != Some(commit);
            if new {
                execution.commit = Some(commit.clone());
            }
            advance(execution, State::Preparing) || new
        }
        Body::Phase(Phase::Running) => {
            let new = execution.started_at_ms.is_none();
            if new {
                execution.started_at_ms = Some(frame.at_ms);
            }
            advance(execution, State::Running) || new
        }
        Body::Phase(Phase::Stopping) => advance(execution, State::Stopping),
        Body::Phase(Phase::Draining) => advance(execution, State::Draining),
        Body::Ended(outcome) => conclude(execution, outcome.clone(), frame.at_ms),
    }
}
