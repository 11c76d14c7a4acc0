//! Follows an operation on a stack, and on the stacks nested in it, from its beginning to its end.

use std::collections::{BTreeMap, VecDeque};

use super::pace::Pace;
use super::progress::{Progress, Sink, Step};
use super::root_cause::{STACK_TYPE, is_of_stack};
use super::services::{ServiceReport, report};
use super::stacks::{Event, Stacks};
use super::state::StackState;
use super::under_way::{self, UnderWay};
use super::watched::Watched;
use crate::port::{Problem, ProviderError};

/// How many times in a row the provider may fail to tell of events before it is believed gone.
const PATIENCE: u32 = 5;

/// Follows an operation on a stack from its beginning to its end.
pub(super) struct Follower<'a> {
    stacks: &'a dyn Stacks,
    /// The stack, and after it those that are nested in it, each after the one it is nested in.
    watched: Vec<Watched>,
    /// What was under way already when the watching began.
    pub(super) under_way: Option<UnderWay>,
    /// When the operation began, by the provider's clock.
    began: Option<u64>,
    /// What became of the tasks of services that failed, by what the provider calls these.
    services: BTreeMap<String, ServiceReport>,
}

/// How an operation ended.
pub(super) struct Ending {
    pub(super) state: StackState,
    pub(super) events: Vec<Event>,
    /// Events of the stacks nested in it, by their ids.
    pub(super) nested: BTreeMap<String, Vec<Event>>,
    /// What became of the tasks of services that failed, by what the provider calls these.
    pub(super) services: BTreeMap<String, ServiceReport>,
}

impl<'a> Follower<'a> {
    /// Takes note of what happened before, so as to tell only of what comes.
    pub(super) async fn before(
        stacks: &'a dyn Stacks,
        stack: &str,
        stack_id: &str,
    ) -> Result<Self, ProviderError> {
        let past = stacks.events(stack_id, None).await?;
        let under_way = under_way::of(stack, &past);
        let mut follower = Self {
            stacks,
            began: under_way.as_ref().map(|under_way| under_way.since_ms),
            under_way,
            watched: vec![Watched::new(stack_id, stack, Vec::new())],
            services: BTreeMap::new(),
        };
        follower.pass(0, past).await;
        Ok(follower)
    }

    /// Takes note of past events of a stack, and of those nested in it that are under way.
    async fn pass(&mut self, position: usize, past: Vec<Event>) {
        if let Some(began) = self.began {
            for event in past.iter().filter(|event| event.at_ms >= began) {
                self.notice(position, event);
                self.quiet(event);
            }
        }
        if let Some(watched) = self.watched.get_mut(position) {
            watched.pass(past, self.began);
        }
        let mut next = position + 1;
        while let Some(nested) = self.watched.get(next).filter(|_| position == 0) {
            if nested.is_active {
                let asked = self.stacks.events(&nested.id, None).await;
                Box::pin(self.pass(next, asked.unwrap_or_default())).await;
            }
            next += 1;
        }
    }

    /// Tells of every event until the operation has ended.
    pub(super) async fn end(mut self, sink: Sink<'_>) -> Result<Ending, ProviderError> {
        let mut pace = Pace::new();
        loop {
            if let Some(state) = self.tell(&mut pace, &mut *sink).await? {
                let mut watched = self.watched.into_iter();
                let events = watched.next().map(|root| root.events);
                return Ok(Ending {
                    state,
                    events: events.unwrap_or_default(),
                    nested: watched.map(|one| (one.id, one.events)).collect(),
                    services: self.services,
                });
            }
            pace.wait().await;
        }
    }

    /// Tells of every event until nothing is being done to the stack, whoever began it.
    pub(super) async fn rest(mut self, sink: Sink<'_>) -> Result<(), ProviderError> {
        let mut pace = Pace::new();
        let mut failures = 0;
        loop {
            // Asked first: what happened before it came to rest is told all the same.
            let id = self.watched.first().map(|root| root.id.clone());
            let asked = self.stacks.describe(&id.unwrap_or_default()).await;
            let asked = forgive(asked, &mut failures)?;
            self.tell(&mut pace, &mut *sink).await?;
            match asked {
                None => {}
                Some(Some(stack)) if stack.state.is_in_progress() => {}
                Some(_) => return Ok(()),
            }
            pace.wait().await;
        }
    }

    /// Tells of the events that are new, up to the end of an operation. Returns how that ended.
    async fn tell(
        &mut self,
        pace: &mut Pace,
        sink: Sink<'_>,
    ) -> Result<Option<StackState>, ProviderError> {
        let mut news: Vec<VecDeque<Event>> = Vec::new();
        let mut ended = None;
        let mut position = 0;
        // A stack is asked for after the one it is nested in: what ended there has ended here.
        while let Some(watched) = self.watched.get_mut(position) {
            let mut fresh = Vec::new();
            if watched.is_active {
                let asked = self.stacks.events(&watched.id, watched.last.as_deref());
                let asked = asked.await;
                let asked = match forgive(asked, &mut watched.failures) {
                    Err(error) if position == 0 => return Err(error),
                    // Its own stack tells how it ends.
                    Err(_) => {
                        watched.is_active = false;
                        None
                    }
                    Ok(asked) => asked,
                };
                fresh = watched.fresh(asked.unwrap_or_default(), self.began);
                if position == 0 {
                    let ends = |event: &Event| {
                        is_of_stack(&watched.name, event) && !event.status.ends_with("_IN_PROGRESS")
                    };
                    if let Some(end) = fresh.iter().position(ends) {
                        // What comes after is of another operation.
                        fresh.truncate(end + 1);
                        ended = fresh.last().map(|event| StackState(event.status.clone()));
                    }
                    self.began = self.began.or(fresh.first().map(|first| first.at_ms));
                }
                for event in &fresh {
                    self.notice(position, event);
                }
            }
            news.push(fresh.into());
            position += 1;
        }
        for (position, event) in merged(news) {
            pace.quicken();
            let Some(watched) = self.watched.get_mut(position) else {
                continue;
            };
            if let Some(progress) = watched.progress(event.clone(), self.began) {
                sink(&progress);
                if progress.step == Step::Failed {
                    self.look_into(&progress).await;
                }
            }
            self.quiet(&event);
        }
        Ok(ended)
    }

    /// Begins to watch a stack nested in another that something is done to.
    fn notice(&mut self, position: usize, event: &Event) {
        let Some(outer) = self.watched.get(position) else {
            return;
        };
        let Some(id) = nested(&outer.name, event) else {
            return;
        };
        let mut within = outer.within.clone();
        if let Some(known) = self.watched.iter_mut().find(|one| one.id == id) {
            known.is_active = true;
        } else {
            within.push(event.logical_id.clone());
            let name = id.split('/').nth(1).unwrap_or(id);
            self.watched.push(Watched::new(id, name, within));
        }
    }

    /// Asks no more for a nested stack that nothing is done to any more.
    fn quiet(&mut self, event: &Event) {
        let id = event.physical_id.as_deref();
        let mut watched = self.watched.iter_mut().skip(1);
        let named = watched.find(|one| Some(one.id.as_str()) == id && one.name != event.logical_id);
        if let Some(nested) = named {
            nested.is_active = event.status.ends_with("_IN_PROGRESS");
        }
    }

    /// Looks at once into the tasks of a service that failed: when that is undone, its cluster may be gone.
    async fn look_into(&mut self, failed: &Progress) {
        let id = failed.physical_id.as_deref();
        let report = report(self.stacks, &failed.resource_type, id).await;
        if let (Some(id), Some(report)) = (id, report) {
            self.services.insert(id.to_owned(), report);
        }
    }
}

/// What happened in several stacks, by time; of each stack in the order in which it was told.
///
/// At the same time a stack begins before what is nested in it, and ends after it.
fn merged(mut news: Vec<VecDeque<Event>>) -> Vec<(usize, Event)> {
    let mut merged = Vec::new();
    loop {
        let heads = news.iter().enumerate();
        let heads = heads.filter_map(|(position, events)| Some((position, events.front()?)));
        let first = heads.min_by_key(|(position, event)| {
            let begins = event.status.ends_with("_IN_PROGRESS");
            let order = if begins {
                *position
            } else {
                usize::MAX - position
            };
            (event.at_ms, order)
        });
        let Some((position, _)) = first else {
            return merged;
        };
        let event = news.get_mut(position).and_then(VecDeque::pop_front);
        merged.extend(event.map(|event| (position, event)));
    }
}

/// The id of the stack nested in `stack` that an event is about.
pub(super) fn nested<'e>(stack: &str, event: &'e Event) -> Option<&'e str> {
    let id = event.physical_id.as_deref()?;
    let is_nested = event.resource_type == STACK_TYPE && !is_of_stack(stack, event);
    Some(id).filter(|id| is_nested && id.starts_with("arn:"))
}

/// What the provider answered; nothing when asking again may help.
fn forgive<T>(
    answer: Result<T, ProviderError>,
    failures: &mut u32,
) -> Result<Option<T>, ProviderError> {
    match answer {
        Ok(answer) => {
            *failures = 0;
            Ok(Some(answer))
        }
        Err(error) if *failures < PATIENCE && is_passing(error.problem) => {
            *failures += 1;
            Ok(None)
        }
        Err(error) => Err(still_under_way(error)),
    }
}

/// Whether asking again may help.
fn is_passing(problem: Problem) -> bool {
    matches!(
        problem,
        Problem::Unreachable | Problem::Throttled | Problem::Failed
    )
}

fn still_under_way(mut error: ProviderError) -> ProviderError {
    let goes_on =
        "the operation goes on without us; run the same command again to see how it ended";
    error.hint = Some(match error.hint {
        Some(hint) => format!("{hint}; {goes_on}"),
        None => goes_on.to_owned(),
    });
    error
}
