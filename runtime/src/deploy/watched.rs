//! What is known of one stack while it is watched: what was told of it, and what of it is under way.

use std::collections::{BTreeMap, BTreeSet};

use super::last_time::LastTime;
use super::progress::{Progress, Step};
use super::root_cause::{is_cascade, is_of_stack};
use super::stacks::Event;

/// A stack that is watched.
pub(super) struct Watched {
    pub(super) id: String,
    pub(super) name: String,
    /// Names of the nested stacks on the way to it, in the templates; none for the stack itself.
    pub(super) within: Vec<String>,
    /// Whether it is asked for.
    pub(super) is_active: bool,
    /// The last event that was seen.
    pub(super) last: Option<String>,
    /// How many times in a row the provider did not answer.
    pub(super) failures: u32,
    /// What was told, in order.
    pub(super) events: Vec<Event>,
    seen: BTreeSet<String>,
    started: BTreeMap<String, u64>,
    undoing: bool,
    last_time: LastTime,
}

impl Watched {
    pub(super) fn new(id: &str, name: &str, within: Vec<String>) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            within,
            is_active: true,
            last: None,
            failures: 0,
            events: Vec::new(),
            seen: BTreeSet::new(),
            started: BTreeMap::new(),
            undoing: false,
            last_time: LastTime::default(),
        }
    }

    /// Takes note of events that are not told; those since `began` are of the operation that is watched.
    pub(super) fn pass(&mut self, past: Vec<Event>, began: Option<u64>) {
        self.last_time = LastTime::of(&past);
        self.last = past.last().map(|event| event.id.clone());
        for event in past {
            if began.is_some_and(|began| event.at_ms >= began) {
                self.step(&event);
            }
            self.seen.insert(event.id);
        }
    }

    /// Of what the provider tells that which was not told yet.
    ///
    /// Of a stack that is met while another is watched, what was before that began is past.
    pub(super) fn fresh(&mut self, told: Vec<Event>, began: Option<u64>) -> Vec<Event> {
        if self.last.is_none() && !self.within.is_empty() {
            let began = began.unwrap_or_default();
            let (past, now): (Vec<Event>, Vec<Event>) =
                told.into_iter().partition(|event| event.at_ms < began);
            self.pass(past, None);
            return self.unseen(now);
        }
        self.unseen(told)
    }

    fn unseen(&mut self, told: Vec<Event>) -> Vec<Event> {
        let mut fresh = told;
        fresh.retain(|event| self.seen.insert(event.id.clone()));
        self.last = fresh
            .last()
            .map(|last| last.id.clone())
            .or(self.last.take());
        fresh
    }

    /// What an event says; nothing for what the event of a nested stack in the outer one says too.
    pub(super) fn progress(&mut self, event: Event, began: Option<u64>) -> Option<Progress> {
        let (step, took_ms) = self.step(&event);
        let is_told = self.within.is_empty() || !is_of_stack(&self.name, &event);
        let progress = is_told.then(|| Progress {
            logical_id: event.logical_id.clone(),
            resource_type: event.resource_type.clone(),
            physical_id: event.physical_id.clone(),
            within: self.within.clone(),
            step,
            status: event.status.clone(),
            reason: event.reason.clone(),
            elapsed_ms: event.at_ms.saturating_sub(began.unwrap_or(event.at_ms)),
            took_ms,
            expected_ms: self.last_time.expected(&event),
        });
        self.events.push(event);
        progress
    }

    /// What happened, and how long it took if it is done.
    fn step(&mut self, event: &Event) -> (Step, Option<u64>) {
        if is_of_stack(&self.name, event) && event.status.contains("ROLLBACK_IN_PROGRESS") {
            self.undoing = true;
        }
        let step = match event.status.rsplit('_').next() {
            Some("FAILED") if is_cascade(event) => Step::Cancelled,
            Some("FAILED") => Step::Failed,
            // A deletion is skipped of what is retained.
            Some("COMPLETE" | "SKIPPED") => Step::Done,
            _ if self.undoing => Step::Undoing,
            _ => Step::Started,
        };
        let took_ms = match step {
            Step::Started | Step::Undoing => {
                self.started
                    .entry(event.logical_id.clone())
                    .or_insert(event.at_ms);
                None
            }
            Step::Done | Step::Failed | Step::Cancelled => self
                .started
                .remove(&event.logical_id)
                .map(|started| event.at_ms.saturating_sub(started)),
        };
        (step, took_ms)
    }
}
