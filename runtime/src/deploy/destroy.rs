//! Unmakes a stack and all that came of it.
//!
//! In this order, so that an end half way can be taken up by the same command: tasks are stopped, what
//! must be empty is emptied, copies of the task definition go, what is kept is given leave to stay, the
//! stack is deleted, then what it left behind and its own task definitions, inactive by now.

use std::collections::BTreeSet;

use super::apply::{execute, unmake};
use super::error::{ApplyError, DestroyError};
use super::plan::make;
use super::progress::{Progress, Sink, Step};
use super::stacks::{
    ChangeSetRequest, ChangeSetState, Contents, Holdings, Stack, StackResource, Stacks,
};
use super::survey::{Doomed, Reach, Survey};
use crate::port::{Problem, ProviderError};

/// The type whose tasks write to everything else, and so is emptied first.
const CLUSTER: &str = "AWS::ECS::Cluster";

/// What was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// Resources that go on existing, as was asked.
    pub kept: Vec<StackResource>,
}

/// Destroys what `survey` shows, and waits for it. Leaves nothing behind but what is kept.
///
/// When it fails half way, the same command takes it up again.
pub async fn destroy(
    stacks: &dyn Stacks,
    holdings: &dyn Holdings,
    survey: Survey,
    sink: Sink<'_>,
) -> Result<Destroyed, DestroyError> {
    let name = survey.name.clone();
    let failed = |source| DestroyError::Provider {
        stack: name.clone(),
        source,
    };
    if survey.reach != (Reach::Stack { empty: false }) {
        empty(holdings, &survey, &mut *sink).await.map_err(failed)?;
    }
    let own: BTreeSet<&str> = survey
        .resources
        .iter()
        .map(|doomed| doomed.resource.physical_id.as_str())
        .collect();
    let copies: Vec<String> = survey
        .task_definitions
        .iter()
        .filter(|arn| !own.contains(arn.as_str()))
        .cloned()
        .collect();
    forget(holdings, &copies, &mut *sink)
        .await
        .map_err(failed)?;
    if let Some(stack) = &survey.stack {
        if stack.state.0 == "DELETE_FAILED" {
            let without = kept(&survey);
            unmake(stacks, &stack.name, &stack.id, &without, &mut *sink).await?;
        } else {
            retain(stacks, stack, &survey, &mut *sink).await?;
            delete(stacks, holdings, stack, &survey, &mut *sink).await?;
        }
    }
    if survey.reach == Reach::Everything {
        remove_left_behind(holdings, &survey, &mut *sink)
            .await
            .map_err(failed)?;
    }
    for family in &survey.families {
        let rest = holdings.task_definitions(family).await.map_err(failed)?;
        forget(holdings, &rest, &mut *sink).await.map_err(failed)?;
    }
    let kept = survey.resources.into_iter().filter(|doomed| doomed.kept);
    Ok(Destroyed {
        kept: kept.map(|doomed| doomed.resource).collect(),
    })
}

/// Names in the template of what is kept, as was asked.
fn kept(survey: &Survey) -> Vec<String> {
    let kept = survey.resources.iter().filter(|doomed| doomed.kept);
    let asked = kept.filter(|doomed| !survey.template.retains(&doomed.resource.logical_id));
    asked
        .map(|doomed| doomed.resource.logical_id.clone())
        .collect()
}

fn going(survey: &Survey) -> impl Iterator<Item = &Doomed> {
    survey.resources.iter().filter(|doomed| !doomed.kept)
}

/// Empties what must be empty to be deleted, clusters first.
async fn empty(
    holdings: &dyn Holdings,
    survey: &Survey,
    sink: Sink<'_>,
) -> Result<(), ProviderError> {
    let mut resources: Vec<&Doomed> = going(survey).collect();
    resources.sort_by_key(|doomed| doomed.resource.resource_type != CLUSTER);
    for doomed in resources {
        let count = match holdings.empty(&doomed.resource).await {
            Err(error) if error.problem == Problem::NotFound => 0,
            count => count?,
        };
        if count > 0 {
            let kind = match doomed.contents {
                Contents::Things { kind, .. } => kind,
                Contents::Nothing => "things",
            };
            sink(&told(
                &doomed.resource,
                "EMPTIED",
                format!("{count} {kind}"),
            ));
        }
    }
    Ok(())
}

async fn forget(
    holdings: &dyn Holdings,
    task_definitions: &[String],
    sink: Sink<'_>,
) -> Result<(), ProviderError> {
    if task_definitions.is_empty() {
        return Ok(());
    }
    holdings.forget_task_definitions(task_definitions).await?;
    for arn in task_definitions {
        let resource = StackResource {
            logical_id: arn.rsplit('/').next().unwrap_or(arn).to_owned(),
            resource_type: "AWS::ECS::TaskDefinition".to_owned(),
            physical_id: arn.clone(),
        };
        sink(&told(&resource, "REMOVED", String::new()));
    }
    Ok(())
}

/// Updates the stack so that what is kept outlives it.
async fn retain(
    stacks: &dyn Stacks,
    held: &Stack,
    survey: &Survey,
    sink: Sink<'_>,
) -> Result<(), DestroyError> {
    let kept: BTreeSet<&str> = survey
        .resources
        .iter()
        .filter(|doomed| doomed.kept)
        .map(|doomed| doomed.resource.logical_id.as_str())
        .filter(|id| !survey.template.retains(id))
        .collect();
    if kept.is_empty() {
        return Ok(());
    }
    let stack = held.name.clone();
    let refused = |reason: &str| DestroyError::Provider {
        stack: stack.clone(),
        source: ProviderError::new(
            Problem::Invalid,
            format!(
                "keep {} of `{stack}`",
                kept.iter().copied().collect::<Vec<_>>().join(", ")
            ),
            reason,
        ),
    };
    let template = survey.template.clone().retaining(&kept);
    let template = template.ok_or_else(|| refused("the stack's template does not declare it"))?;
    let request = ChangeSetRequest {
        stack: stack.clone(),
        create: false,
        template,
        parameters: [].into(),
        previous_parameters: held.parameters.keys().cloned().collect(),
        tags: held.tags.clone(),
        capabilities: vec!["CAPABILITY_NAMED_IAM".to_owned()],
        ..ChangeSetRequest::default()
    };
    let made = make(stacks, &request).await;
    let (change_set, stack_id, made) = made.map_err(|source| DestroyError::Provider {
        stack: stack.clone(),
        source,
    })?;
    match made.state {
        ChangeSetState::Ready => {}
        ChangeSetState::Empty => return Err(refused("CloudFormation sees no change in it")),
        ChangeSetState::Failed(reason) => return Err(refused(&reason)),
        ChangeSetState::Pending => return Err(refused("the change set is still being made")),
    }
    execute(stacks, &stack, &stack_id, (&change_set, false), sink).await?;
    Ok(())
}

/// Deletes the stack; once more when something was put where it was emptied in the meantime.
async fn delete(
    stacks: &dyn Stacks,
    holdings: &dyn Holdings,
    stack: &Stack,
    survey: &Survey,
    sink: Sink<'_>,
) -> Result<(), DestroyError> {
    let deleted = unmake(stacks, &stack.name, &stack.id, &[], &mut *sink).await;
    let Err(ApplyError::Failed { first, others, .. }) = &deleted else {
        return Ok(deleted?);
    };
    if survey.reach == (Reach::Stack { empty: false }) {
        return Ok(deleted?);
    }
    let mut refilled = 0;
    for failed in std::iter::once(&**first).chain(others) {
        let doomed = going(survey).find(|doomed| doomed.resource.logical_id == failed.logical_id);
        if let Some(doomed) = doomed {
            let emptied = holdings.empty(&doomed.resource).await;
            refilled += emptied.unwrap_or_default();
        }
    }
    if refilled == 0 {
        return Ok(deleted?);
    }
    Ok(unmake(stacks, &stack.name, &stack.id, &[], sink).await?)
}

/// Deletes what the template lets outlive the stack and nobody asked to keep.
async fn remove_left_behind(
    holdings: &dyn Holdings,
    survey: &Survey,
    sink: Sink<'_>,
) -> Result<(), ProviderError> {
    for doomed in going(survey) {
        if survey.template.retains(&doomed.resource.logical_id) {
            holdings.remove(&doomed.resource).await?;
            sink(&told(&doomed.resource, "REMOVED", String::new()));
        }
    }
    Ok(())
}

/// Progress that the provider has no event for.
fn told(resource: &StackResource, status: &str, reason: String) -> Progress {
    Progress {
        logical_id: resource.logical_id.clone(),
        resource_type: resource.resource_type.clone(),
        physical_id: Some(resource.physical_id.clone()),
        within: Vec::new(),
        step: Step::Done,
        status: status.to_owned(),
        reason: Some(reason).filter(|reason| !reason.is_empty()),
        elapsed_ms: 0,
        took_ms: None,
        expected_ms: None,
    }
}
