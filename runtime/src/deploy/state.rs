//! Where a stack stands, and what can be done with it there.

use super::error::NotReady;
use super::root_cause::last_cause;
use super::stacks::{Stack, Stacks};
use super::under_way;
use crate::port::ProviderError;

/// Where a stack stands, in the provider's word, such as `ROLLBACK_COMPLETE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackState(pub String);

impl std::fmt::Display for StackState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// What can be planned for a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plannable {
    /// To make it.
    Create,
    /// To change it.
    Update,
    /// To take up what failed and was kept. CloudFormation does that only where a failure is kept once more:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html>.
    TakeUp,
    /// To delete what is left of it, and make it anew.
    Recreate,
    /// Nothing, until somebody did this.
    NotNow(&'static str),
}

const WAIT: &str = "another operation on the stack is under way: wait until it is done";
pub(super) const TAKE_UP: &str = "what worked was kept: deploy with --no-rollback, which takes up from there, or undo it with `mycli rollback`";
const DESTROY: &str = "delete what is left with `mycli destroy`, then deploy again";

impl StackState {
    /// Whether something is being done to the stack now.
    ///
    /// `REVIEW_IN_PROGRESS` says no more than that a change set was made.
    pub fn is_in_progress(&self) -> bool {
        self.0.ends_with("_IN_PROGRESS") && self.0 != "REVIEW_IN_PROGRESS"
    }

    /// Whether the last operation did what it should.
    pub fn is_success(&self) -> bool {
        matches!(
            self.0.as_str(),
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" | "DELETE_COMPLETE"
        )
    }

    /// Whether the stack's resources are there and its outputs hold.
    ///
    /// True while it is being updated, and after an update was undone.
    pub fn is_usable(&self) -> bool {
        let created = self.0 == "CREATE_COMPLETE";
        created || self.0.starts_with("UPDATE_") || self.0.starts_with("IMPORT_")
    }

    pub(super) fn plannable(&self) -> Plannable {
        match self.0.as_str() {
            "REVIEW_IN_PROGRESS" | "DELETE_COMPLETE" => Plannable::Create,
            "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE" => Plannable::Update,
            "CREATE_FAILED" | "UPDATE_FAILED" => Plannable::TakeUp,
            "ROLLBACK_COMPLETE" => Plannable::Recreate,
            "UPDATE_ROLLBACK_FAILED" => {
                Plannable::NotNow("mend the cause, then run `mycli rollback` with the stack's name")
            }
            "DELETE_FAILED" => Plannable::NotNow(
                "mend the cause, then run `mycli destroy` again to delete the rest",
            ),
            _ if self.is_in_progress() => Plannable::NotNow(WAIT),
            _ => Plannable::NotNow(DESTROY),
        }
    }
}

/// The cause of the state of `stack`: its own reason, or that of the resource that failed first.
pub(super) async fn cause(
    stacks: &dyn Stacks,
    stack: &Stack,
) -> Result<Option<String>, ProviderError> {
    if stack.state.is_in_progress() || stack.state.is_success() {
        return Ok(stack.reason.clone());
    }
    let events = stacks.events(&stack.id, None).await?;
    let first = last_cause(&stack.name, &events);
    Ok(first
        .map(|first| first.to_string())
        .or_else(|| stack.reason.clone()))
}

/// Says that `stack` stands where this cannot be done, and why it stands there.
pub(super) async fn not_ready(
    stacks: &dyn Stacks,
    stack: &Stack,
    next: &str,
) -> Result<NotReady, ProviderError> {
    if stack.state.is_in_progress() {
        // Without its events there is still the state to tell.
        let events = stacks.events(&stack.id, None).await.unwrap_or_default();
        let under_way = under_way::of(&stack.name, &events).map(|it| it.to_string());
        return Ok(NotReady {
            stack: stack.name.clone(),
            state: stack.state.clone(),
            reason: under_way.or_else(|| stack.reason.clone()),
            next: match next {
                WAIT => under_way::next(&stack.name),
                next => next.to_owned(),
            },
        });
    }
    Ok(NotReady {
        stack: stack.name.clone(),
        state: stack.state.clone(),
        reason: cause(stacks, stack).await?,
        next: next.to_owned(),
    })
}

/// Says what stands in the way of deleting `stack`, if anything does.
pub(super) fn undeletable(stack: &Stack) -> Option<&'static str> {
    if stack.state.is_in_progress() {
        Some(WAIT)
    } else if stack.protected {
        Some(
            "termination protection is on; if it shall go, run `aws cloudformation \
             update-termination-protection --no-enable-termination-protection --stack-name` with \
             the stack's name",
        )
    } else {
        None
    }
}
