//! How long things took the last time, by the events of a stack.

use std::collections::BTreeMap;

use super::stacks::Event;

/// How long each resource, and the stack itself, took when the same was done to it last and went well.
#[derive(Debug, Default)]
pub(super) struct LastTime {
    started: BTreeMap<Operation, u64>,
    took: BTreeMap<Operation, u64>,
}

/// Type and name of what something was done to, and the verb, such as `UPDATE`.
type Operation = (String, String, String);

impl LastTime {
    /// From events, the oldest first.
    pub(super) fn of(events: &[Event]) -> Self {
        let mut last_time = Self::default();
        for event in events {
            last_time.note(event);
        }
        last_time
    }

    fn note(&mut self, event: &Event) {
        let Some((operation, rest)) = operation(event) else {
            return;
        };
        match rest {
            // It says so more than once; the first counts.
            "IN_PROGRESS" => {
                self.started.entry(operation).or_insert(event.at_ms);
            }
            "COMPLETE" => {
                if let Some(started) = self.started.remove(&operation) {
                    let took = event.at_ms.saturating_sub(started);
                    self.took.insert(operation, took);
                }
            }
            // What is replaced is removed yet: it goes on.
            "COMPLETE_CLEANUP_IN_PROGRESS" => {}
            _ => drop(self.started.remove(&operation)),
        }
    }

    /// How long it took last, in milliseconds, what this event says the beginning of.
    pub(super) fn expected(&self, event: &Event) -> Option<u64> {
        let (operation, rest) = operation(event)?;
        let begins = rest == "IN_PROGRESS";
        self.took.get(&operation).copied().filter(|_| begins)
    }
}

fn operation(event: &Event) -> Option<(Operation, &str)> {
    let (verb, rest) = event.status.split_once('_')?;
    let operation = (
        event.resource_type.clone(),
        event.logical_id.clone(),
        verb.to_owned(),
    );
    Some((operation, rest))
}
