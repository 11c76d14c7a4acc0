//! Undoes an operation: one that is under way, one that failed half way, or one whose undoing failed.

use super::apply::failure;
use super::error::{ApplyError, RollbackError};
use super::follow::Follower;
use super::progress::Sink;
use super::stacks::{Stack, Stacks};
use super::state::{StackState, not_ready};
use crate::port::ProviderError;

/// How a stack is brought back to where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rollback {
    /// The update that is under way is stopped.
    Cancel,
    /// What an operation did that failed, and whose work was kept, is undone.
    Undo,
    /// Undoing that failed goes on, without these resources, which stay as they are.
    Continue {
        /// Their names in the template; `NESTED-STACK.LOGICAL-ID` for those in nested stacks.
        skip: Vec<String>,
    },
    /// It is undone already, or being undone: that is watched.
    Watch,
}

/// How `stack` would be brought back to where it was, without the resources to `skip`.
pub async fn rollback_of(
    stacks: &dyn Stacks,
    stack: &Stack,
    skip: Vec<String>,
) -> Result<Rollback, RollbackError> {
    let next = match stack.state.0.as_str() {
        "UPDATE_ROLLBACK_FAILED" => return Ok(Rollback::Continue { skip }),
        _ if !skip.is_empty() => {
            "resources can be skipped only where undoing an update has failed (UPDATE_ROLLBACK_FAILED)"
        }
        "UPDATE_IN_PROGRESS" => return Ok(Rollback::Cancel),
        "CREATE_FAILED" | "UPDATE_FAILED" => return Ok(Rollback::Undo),
        word if word.contains("ROLLBACK") && word.ends_with("_IN_PROGRESS") => {
            return Ok(Rollback::Watch);
        }
        _ if stack.state.is_in_progress() => {
            "only an update can be stopped half way: `mycli watch` watches this to its end"
        }
        _ if stack.state.is_success() || stack.state.0.ends_with("ROLLBACK_COMPLETE") => {
            "there is nothing to undo: to bring an earlier state back, deploy the earlier template"
        }
        _ => "`mycli diagnose` says what can be done in this state",
    };
    let refused = not_ready(stacks, stack, next).await;
    Err(refused.map_err(|source| unapplied(stack, source))?.into())
}

/// Brings a stack back to where it was, and waits for that.
pub async fn roll_back(
    stacks: &dyn Stacks,
    stack: &Stack,
    rollback: &Rollback,
    sink: Sink<'_>,
) -> Result<StackState, RollbackError> {
    let failed = |source| unapplied(stack, source);
    let follower = Follower::before(stacks, &stack.name, &stack.id);
    let follower = follower.await.map_err(failed)?;
    match rollback {
        Rollback::Cancel => stacks.cancel_update(&stack.id).await,
        Rollback::Undo => stacks.roll_back(&stack.id).await,
        Rollback::Continue { skip } => stacks.continue_rollback(&stack.id, skip).await,
        Rollback::Watch => Ok(()),
    }
    .map_err(failed)?;
    let ending = follower.end(sink).await.map_err(failed)?;
    let is_back = ending.state.0.ends_with("ROLLBACK_COMPLETE") || ending.state.is_success();
    if is_back {
        Ok(ending.state)
    } else {
        Err(failure(&stack.name, ending).into())
    }
}

fn unapplied(stack: &Stack, source: ProviderError) -> ApplyError {
    ApplyError::Provider {
        stack: stack.name.clone(),
        source,
    }
}
