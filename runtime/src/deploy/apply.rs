//! Does what a plan says.

use std::collections::BTreeMap;

use super::error::ApplyError;
use super::follow::{Ending, Follower};
use super::plan::{Plan, Settings, Way, make};
use super::progress::Sink;
use super::root_cause::{STACK_TYPE, causes};
use super::stacks::{ChangeSetRequest, ChangeSetState, Event, Stacks};
use crate::deploy::error::FailedResource;
use crate::port::{Problem, ProviderError};

/// What a stack tells after a plan was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
}

/// Does what `plan` says, and waits for it. An empty plan is applied at once.
///
/// When the future is dropped, the provider goes on.
pub async fn apply(stacks: &dyn Stacks, plan: Plan, sink: Sink<'_>) -> Result<Outcome, ApplyError> {
    let stack = plan.request.stack.clone();
    let keeps = plan.request.options.keep_on_failure;
    match plan.way {
        Way::Nothing { stack_id, outputs } => {
            set(stacks, &stack, &stack_id, &plan.settings).await?;
            Ok(Outcome { outputs })
        }
        Way::Execute {
            change_set,
            stack_id,
        } => {
            set(stacks, &stack, &stack_id, &plan.settings).await?;
            execute(stacks, &stack, &stack_id, (&change_set, keeps), sink).await
        }
        Way::Recreate { stack_id, .. } => {
            unmake(stacks, &stack, &stack_id, &[], &mut *sink).await?;
            let (change_set, stack_id) = remake(stacks, &plan.request).await?;
            set(stacks, &stack, &stack_id, &plan.settings).await?;
            execute(stacks, &stack, &stack_id, (&change_set, keeps), sink).await
        }
    }
}

/// Sets what is set of the stack itself, before its resources change: they are protected from the beginning.
async fn set(
    stacks: &dyn Stacks,
    stack: &str,
    stack_id: &str,
    settings: &Settings,
) -> Result<(), ApplyError> {
    let unset = |source| ApplyError::Provider {
        stack: stack.to_owned(),
        source,
    };
    if let Some(on) = settings.protected {
        stacks.protect(stack_id, on).await.map_err(unset)?;
    }
    if let Some(policy) = &settings.policy {
        stacks.set_policy(stack_id, policy).await.map_err(unset)?;
    }
    Ok(())
}

/// Executes a change set, which keeps what worked or does not, and waits for its end.
pub(super) async fn execute(
    stacks: &dyn Stacks,
    stack: &str,
    stack_id: &str,
    (change_set, keeps): (&str, bool),
    sink: Sink<'_>,
) -> Result<Outcome, ApplyError> {
    let unapplied = |source| ApplyError::Provider {
        stack: stack.to_owned(),
        source,
    };
    let follower = Follower::before(stacks, stack, stack_id)
        .await
        .map_err(unapplied)?;
    stacks
        .execute_change_set(change_set, keeps)
        .await
        .map_err(unapplied)?;
    let ending = follower.end(sink).await.map_err(unapplied)?;
    if !ending.state.is_success() {
        return Err(failure(stack, ending));
    }
    let found = stacks.describe(stack_id).await.map_err(unapplied)?;
    let outputs = found.map(|stack| stack.outputs).unwrap_or_default();
    Ok(Outcome { outputs })
}

/// Deletes a stack without these of its resources, and waits until it is gone.
pub(super) async fn unmake(
    stacks: &dyn Stacks,
    stack: &str,
    stack_id: &str,
    without: &[String],
    sink: Sink<'_>,
) -> Result<(), ApplyError> {
    let undeleted = |source| ApplyError::Provider {
        stack: stack.to_owned(),
        source,
    };
    let follower = Follower::before(stacks, stack, stack_id)
        .await
        .map_err(undeleted)?;
    stacks.delete(stack_id, without).await.map_err(undeleted)?;
    let ending = follower.end(sink).await.map_err(undeleted)?;
    if ending.state.is_success() {
        Ok(())
    } else {
        Err(failure(stack, ending))
    }
}

/// Makes the change set anew whose changes the plan has shown.
async fn remake(
    stacks: &dyn Stacks,
    request: &ChangeSetRequest,
) -> Result<(String, String), ApplyError> {
    let made = make(stacks, request).await;
    let unmade = |source| ApplyError::Provider {
        stack: request.stack.clone(),
        source,
    };
    let (change_set, stack_id, made) = made.map_err(unmade)?;
    let refused = |reason: &str| {
        let operation = format!("make a change set of `{}`", request.stack);
        unmade(ProviderError::new(Problem::Invalid, operation, reason))
    };
    match made.state {
        ChangeSetState::Ready => Ok((change_set, stack_id)),
        ChangeSetState::Failed(reason) => Err(refused(&reason)),
        ChangeSetState::Empty => Err(refused("the template has no resources")),
        ChangeSetState::Pending => Err(refused("it is still being made")),
    }
}

/// What failed first, and what else failed by itself.
pub(super) fn failure(stack: &str, mut ending: Ending) -> ApplyError {
    let causes = within(stack, &ending.events, &ending.nested).into_iter();
    let mut causes = causes.map(|mut failed| {
        let id = failed.physical_id.as_ref();
        let service = id.and_then(|id| ending.services.remove(id));
        failed.service = service.map(Box::new);
        failed
    });
    let first = causes.next().unwrap_or_else(|| FailedResource {
        logical_id: stack.to_owned(),
        resource_type: STACK_TYPE.to_owned(),
        physical_id: None,
        status: ending.state.0.clone(),
        reason: "CloudFormation gave no reason".to_owned(),
        service: None,
    });
    let others = causes.collect();
    ApplyError::Failed {
        stack: stack.to_owned(),
        state: ending.state,
        first: Box::new(first),
        others,
    }
}

/// What failed by itself; of a stack nested in it, what failed there.
fn within(
    stack: &str,
    events: &[Event],
    nests: &BTreeMap<String, Vec<Event>>,
) -> Vec<FailedResource> {
    let mut found = Vec::new();
    for failed in causes(stack, events) {
        let id = failed.physical_id.as_deref();
        let id = id.filter(|_| failed.resource_type == STACK_TYPE && failed.logical_id != stack);
        let inner = id.and_then(|id| Some((id.split('/').nth(1)?, nests.get(id)?)));
        let inner = inner.map(|(name, events)| within(name, events, nests));
        match inner.filter(|inner| !inner.is_empty()) {
            Some(inner) => found.extend(inner),
            None => found.push(failed),
        }
    }
    found
}
