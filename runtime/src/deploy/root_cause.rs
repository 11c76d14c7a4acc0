//! Which of many failures came first.
//!
//! When one resource fails, CloudFormation cancels the others and undoes what is done; each of these
//! tells of a failure too. Only those that failed by themselves are worth reading.

use super::error::FailedResource;
use super::stacks::Event;

/// Type of the events that a stack has of its own.
pub(super) const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

/// How the reason of a failure begins that only follows from another.
const FOLLOWS: [&str; 5] = [
    "Resource creation cancelled",
    "Resource update cancelled",
    "Resource deletion cancelled",
    "Resource import cancelled",
    "The following resource(s) failed to ",
];

/// Statuses of a stack with which an operation begins.
const BEGINNINGS: [&str; 5] = [
    "REVIEW_IN_PROGRESS",
    "CREATE_IN_PROGRESS",
    "UPDATE_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
];

/// Whether `event` is about the stack itself, not about a stack nested in it.
pub(super) fn is_of_stack(stack: &str, event: &Event) -> bool {
    event.resource_type == STACK_TYPE && event.logical_id == stack
}

/// Whether `event` is a failure that follows from another.
pub(super) fn is_cascade(event: &Event) -> bool {
    let reason = event.reason.as_deref().unwrap_or_default();
    FOLLOWS.iter().any(|follows| reason.starts_with(follows))
}

/// What failed by itself, in the order in which it did; each resource once.
///
/// Where no resource did, it is the stack that failed, if it says why.
pub(super) fn causes(stack: &str, events: &[Event]) -> Vec<FailedResource> {
    let mut causes: Vec<FailedResource> = Vec::new();
    let failures = events.iter().filter(|event| {
        event.status.ends_with("_FAILED") && !is_of_stack(stack, event) && !is_cascade(event)
    });
    for event in failures {
        if !causes
            .iter()
            .any(|cause| cause.logical_id == event.logical_id)
        {
            let mut failed = failed(event);
            // The failure alone may not say what it is called.
            failed.physical_id = failed.physical_id.or_else(|| known_as(event, events));
            causes.push(failed);
        }
    }
    if causes.is_empty() {
        let own = events.iter().find(|event| {
            is_of_stack(stack, event)
                && event.reason.is_some()
                && (event.status.ends_with("_FAILED") || event.status.contains("ROLLBACK"))
        });
        causes.extend(own.map(failed));
    }
    causes
}

/// What failed first in the last operation on the stack.
pub(super) fn last_cause(stack: &str, events: &[Event]) -> Option<FailedResource> {
    causes(stack, last_operation(stack, events))
        .into_iter()
        .next()
}

/// What happened since the last operation on the stack began.
pub(super) fn last_operation<'a>(stack: &str, events: &'a [Event]) -> &'a [Event] {
    let begins =
        |event: &Event| is_of_stack(stack, event) && BEGINNINGS.contains(&event.status.as_str());
    let start = events.iter().rposition(begins).unwrap_or_default();
    events.get(start..).unwrap_or_default()
}

/// What the provider calls the resource that an event is about, by other events.
fn known_as(event: &Event, events: &[Event]) -> Option<String> {
    let mut same = events.iter().filter(|other| {
        other.logical_id == event.logical_id && other.resource_type == event.resource_type
    });
    same.find_map(|other| other.physical_id.clone())
}

fn failed(event: &Event) -> FailedResource {
    FailedResource {
        logical_id: event.logical_id.clone(),
        resource_type: event.resource_type.clone(),
        physical_id: event.physical_id.clone(),
        status: event.status.clone(),
        reason: event
            .reason
            .clone()
            .unwrap_or_else(|| format!("{} (CloudFormation gave no reason)", event.status)),
        service: None,
    }
}
