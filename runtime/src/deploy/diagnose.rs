//! Where a stack stands, what brought it there, and the ways on.

use super::advice::Advice;
use super::error::FailedResource;
use super::root_cause::{STACK_TYPE, causes, is_cascade, is_of_stack, last_operation};
use super::services::look_into;
use super::stacks::{Event, Stack, Stacks};
use crate::port::ProviderError;

/// How many stacks within stacks are looked into. CloudFormation nests no deeper than this.
const DEEPEST: usize = 10;

/// A resource that failed by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Name of the stack it is in: of that which was asked for, or of one nested in it.
    pub stack: String,
    /// What failed.
    pub resource: FailedResource,
    /// What to do about it, where that is known.
    pub advice: Option<Advice>,
}

/// What is known of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The stack.
    pub stack: Stack,
    /// What failed by itself in the last operation, the first first. Empty where nothing did.
    pub causes: Vec<Cause>,
    /// How many failures only followed from these.
    pub followed: usize,
    /// What can be done now, in the order of preference. Empty where nothing needs to be.
    pub next: Vec<String>,
}

/// Looks into the last operation on a stack, by its name or id. Nothing where there is no such stack.
pub async fn diagnose(stacks: &dyn Stacks, name: &str) -> Result<Option<Report>, ProviderError> {
    let Some(stack) = stacks.describe(name).await? else {
        return Ok(None);
    };
    let mut report = Report {
        causes: Vec::new(),
        followed: 0,
        next: Vec::new(),
        stack,
    };
    if !report.stack.state.is_success() {
        let events = stacks.events(&report.stack.id, None).await?;
        let events = last_operation(&report.stack.name, &events);
        report.followed = events
            .iter()
            .filter(|event| event.status.ends_with("_FAILED") && is_cascade(event))
            .count();
        report.causes = of_stack(stacks, &report.stack.name, events, DEEPEST).await?;
    }
    report.next = ways(&report.stack, &report.causes);
    Ok(Some(report))
}

/// What failed in a stack; for a stack nested in it, what failed there.
async fn of_stack(
    stacks: &dyn Stacks,
    name: &str,
    events: &[Event],
    depth: usize,
) -> Result<Vec<Cause>, ProviderError> {
    let mut found = Vec::new();
    for mut resource in causes(name, events) {
        let nested = resource.physical_id.as_deref().filter(|id| {
            depth > 0
                && resource.resource_type == STACK_TYPE
                && resource.logical_id != name
                && id.starts_with("arn:")
        });
        let mut within = Vec::new();
        if let Some(id) = nested {
            let name = stack_name(id);
            let events = stacks.events(id, None).await?;
            let last = last_operation(name, &events);
            within = Box::pin(of_stack(stacks, name, last, depth - 1)).await?;
        }
        if within.is_empty() {
            look_into(stacks, &mut resource).await;
            within.push(Cause {
                stack: name.to_owned(),
                advice: resource.advice(),
                resource,
            });
        }
        found.append(&mut within);
    }
    Ok(found)
}

/// The name in the id of a stack, `arn:…:stack/NAME/UUID`.
fn stack_name(id: &str) -> &str {
    id.split('/').nth(1).unwrap_or(id)
}

/// What can be done with a stack that stands where this one does.
///
/// States: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>.
fn ways(stack: &Stack, causes: &[Cause]) -> Vec<String> {
    let name = &stack.name;
    let own = causes.iter().filter(|cause| cause.stack == *name);
    let own: Vec<&str> = own
        .filter(|cause| cause.resource.logical_id != *name)
        .map(|cause| cause.resource.logical_id.as_str())
        .collect();
    let each = |flag: &str| {
        let ids = match own.as_slice() {
            [] => &["LOGICAL-ID"],
            ids => ids,
        };
        let flags: Vec<String> = ids.iter().map(|id| format!("{flag} {id}")).collect();
        flags.join(" ")
    };
    match stack.state.0.as_str() {
        _ if stack.state.is_success() => Vec::new(),
        "REVIEW_IN_PROGRESS" => vec![
            "nothing is deployed yet: a change set waits to be executed".to_owned(),
            format!("or forget it with `mycli destroy {name}`"),
        ],
        _ if stack.state.is_in_progress() => vec![format!(
            "an operation is under way: `mycli watch {name}` shows how it comes on"
        )],
        "ROLLBACK_COMPLETE" => vec![
            "the stack was never made, and what was made of it is gone: mend the cause".to_owned(),
            "then deploy again: `mycli apply` deletes what is left of it first".to_owned(),
        ],
        "CREATE_FAILED" | "UPDATE_FAILED" => vec![
            "what worked is there, what failed is not: mend the cause and deploy again with --no-rollback, which takes up from here".to_owned(),
            format!("or undo it with `mycli rollback {name}`"),
        ],
        "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE" => vec![
            "the stack is as it was before: mend the cause and deploy again".to_owned(),
        ],
        "UPDATE_ROLLBACK_FAILED" => vec![
            format!("mend the cause, then undo the rest with `mycli rollback {name}`"),
            format!(
                "or leave what cannot be undone as it is: `mycli rollback {name} {}`",
                each("--skip")
            ),
        ],
        "ROLLBACK_FAILED" | "DELETE_FAILED" => vec![
            format!("mend the cause, then delete the rest with `mycli destroy {name}`"),
            format!(
                "or leave what cannot be deleted behind: `mycli destroy {name} {}`",
                each("--retain")
            ),
        ],
        _ => vec!["mend the cause and deploy again".to_owned()],
    }
}

/// Events of the last operation on a stack, of failures alone if that is wanted.
pub async fn events(
    stacks: &dyn Stacks,
    stack: &Stack,
    scope: Scope,
) -> Result<Vec<Event>, ProviderError> {
    let events = stacks.events(&stack.id, None).await?;
    let chosen = match scope {
        Scope::All => events,
        Scope::LastOperation => last_operation(&stack.name, &events).to_vec(),
    };
    Ok(chosen)
}

/// Which events of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// As far back as CloudFormation remembers: 90 days.
    All,
    /// Since the last operation began.
    LastOperation,
}

/// Whether an event tells of a failure that did not follow from another.
pub fn is_cause(stack: &Stack, event: &Event) -> bool {
    event.status.ends_with("_FAILED") && !is_cascade(event) && !is_of_stack(&stack.name, event)
}
