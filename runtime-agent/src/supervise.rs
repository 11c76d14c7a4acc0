//! Brings a command to its end: by itself, at its deadline, or because somebody wants it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use runtime_wire::{Body, Cause, Order, Outcome, Phase};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitStatus, kill_process_group, test_kill_process_group};

use crate::command::Started;
use crate::journal::Journal;
use crate::{output, reap};

/// How long output may still come from processes that the command left behind.
const LINGER: Duration = Duration::from_secs(1);

/// Within which time of the command's end its output usually ends too.
const SOON: Duration = Duration::from_millis(50);

/// How often the process group is looked at that was asked to end.
const LOOK: Duration = Duration::from_millis(10);

/// What can happen during an execution.
#[derive(Debug)]
pub(crate) enum Event {
    /// Somebody wants the execution to stop.
    StopWanted(Wish),
    /// The store keeps no more frames.
    StoreFailed,
    /// The source is there, at the commit of that id, or is not.
    Fetched(Result<String, Outcome>),
    /// The command ended.
    Exited(WaitStatus),
    /// A stream of the command ended.
    OutputEnded,
}

/// How somebody wants an execution to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// With a mark in the store, as `mycli cancel` does.
    Mark,
    /// With this signal to the agent, as a system does that ends containers.
    Signal(i32),
}

impl Wish {
    /// How an execution ends that was stopped so.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Mark => Outcome::cancelled(),
            Self::Signal(signal) => Outcome::interrupted(signal),
        }
    }
}

/// When an execution has to be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Option<Instant>,
    /// The timeout, in milliseconds.
    after_ms: u64,
}

impl Deadline {
    /// The deadline of an execution that begins now.
    pub(crate) fn of(order: &Order) -> Self {
        let after_ms = order.timeout_ms.unwrap_or(u64::MAX);
        Self {
            at: Instant::now().checked_add(Duration::from_millis(after_ms)),
            after_ms,
        }
    }

    /// The outcome of an execution that did not make it.
    pub(crate) fn outcome(self) -> Outcome {
        Outcome::timed_out(self.after_ms)
    }

    /// What to say of it.
    pub(crate) fn words(self) -> String {
        format!(
            "timed out after {}",
            in_words(Duration::from_millis(self.after_ms))
        )
    }

    /// The next event, or nothing at the deadline.
    pub(crate) fn next(self, events: &Receiver<Event>) -> Option<Event> {
        next_before(self.at, events)
    }
}

fn next_before(at: Option<Instant>, events: &Receiver<Event>) -> Option<Event> {
    // A year is for ever here: `recv` without a limit would need a second way through.
    let rest = at.map_or(Duration::from_hours(365 * 24), |at| {
        at.saturating_duration_since(Instant::now())
    });
    // We hold a sender ourselves: it can only be too late.
    events.recv_timeout(rest).ok()
}

/// `1500 ms` as `1.5s`.
fn in_words(duration: Duration) -> String {
    format!("{}s", duration.as_secs_f64())
}

/// A command and what has become of it.
struct Command<'a> {
    group: Pid,
    journal: &'a Journal,
    events: &'a Receiver<Event>,
    pace: Ladder,
    /// How many of its two streams are still open.
    open: usize,
    exited: Option<WaitStatus>,
    /// Why it has to end.
    stopping: Option<Outcome>,
    /// The last signal it was sent, and when the next one is due.
    rung: Option<(Rung, Option<Instant>)>,
}

/// How long a command has after each signal.
#[derive(Debug, Clone, Copy)]
struct Ladder {
    /// After SIGINT.
    grace: Duration,
    /// After SIGTERM.
    term: Duration,
    /// After SIGINT until SIGKILL where the system wants the end: it ends the agent itself then.
    within: Option<Duration>,
}

/// The signals that a command is asked to end with, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rung {
    Interrupt,
    Terminate,
    Kill,
}

impl Rung {
    fn signal(self) -> Signal {
        match self {
            Self::Interrupt => Signal::INT,
            Self::Terminate => Signal::TERM,
            Self::Kill => Signal::KILL,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::Kill => "SIGKILL",
        }
    }
}

/// Sees a command through to its end, and all of its output into the journal.
pub(crate) fn supervise(
    started: Started,
    order: &Order,
    deadline: Deadline,
    within: Option<Duration>,
    journal: &Arc<Journal>,
    sender: &Sender<Event>,
    events: &Receiver<Event>,
) -> Outcome {
    let mut command = Command {
        group: started.leader,
        journal,
        events,
        pace: Ladder {
            grace: Duration::from_millis(order.grace_ms),
            term: Duration::from_millis(order.term_ms),
            within,
        },
        open: 2,
        exited: None,
        stopping: None,
        rung: None,
    };
    reap::reap(started.leader, sender.clone());
    let cut_off = output::read(started.stdout, started.stderr, journal, sender);
    let Ok(mut cut_off) = cut_off else {
        command.signal(Signal::KILL);
        return Outcome::lost("the output of the command could not be read");
    };
    let status = command.until_exit(deadline);
    command.until_group_is_gone();
    command.until_output_is_read(&mut cut_off);
    match command.stopping {
        Some(outcome) => outcome,
        None => reap::outcome(status),
    }
}

impl Command<'_> {
    /// Waits for the command to end, and sees to it that it does.
    fn until_exit(&mut self, deadline: Deadline) -> WaitStatus {
        loop {
            if let Some(status) = self.exited {
                return status;
            }
            let at = match self.rung {
                None => deadline.at,
                Some((_, next)) => next,
            };
            match next_before(at, self.events) {
                // The journal knows better how this ended.
                Some(Event::StoreFailed) => {
                    self.stop(Outcome::lost("the store failed"), None, None);
                }
                Some(event) => self.hear(&event),
                None if self.stopping.is_some() => self.climb(),
                None if at.is_some() => {
                    let words = format!("{}: sending SIGINT", deadline.words());
                    self.stop(deadline.outcome(), Some(words), None);
                }
                None => {}
            }
        }
    }

    /// Takes in an event, as long as the command or what it started may still end.
    fn hear(&mut self, event: &Event) {
        match event {
            Event::Exited(status) => self.exited = Some(*status),
            Event::OutputEnded => self.open = self.open.saturating_sub(1),
            Event::StopWanted(wish) => self.wish(*wish),
            Event::StoreFailed | Event::Fetched(_) => {}
        }
    }

    /// Somebody wants the end: of a command that runs, or now with less time for one that ends already.
    fn wish(&mut self, wish: Wish) {
        let within = match wish {
            Wish::Mark => None,
            Wish::Signal(_) => self.pace.within,
        };
        match (&self.stopping, wish) {
            (None, _) => {
                let words = match wish {
                    Wish::Mark => None,
                    Wish::Signal(signal) => Some(format!(
                        "told to stop from outside (signal {signal}): sending SIGINT"
                    )),
                };
                self.stop(wish.outcome(), words, within);
            }
            // Who asked for it says more than the system that carries it out.
            (Some(outcome), Wish::Mark) if matches!(outcome.cause, Cause::Interrupted { .. }) => {
                self.stopping = Some(wish.outcome());
            }
            (Some(_), _) => {
                if let Some(within) = within {
                    self.hurry(within);
                }
            }
        }
    }

    /// Asks the command to end, once. `within` is how long there is until SIGKILL, if that is not up to the order.
    fn stop(&mut self, outcome: Outcome, words: Option<String>, within: Option<Duration>) {
        if self.stopping.is_some() {
            return;
        }
        self.stopping = Some(outcome);
        if let Some(words) = words {
            self.journal.say(Body::Note(words));
        }
        self.journal.say(Body::Phase(Phase::Stopping));
        self.send(Rung::Interrupt, self.pace.grace);
        if let Some(within) = within {
            self.hurry(within);
        }
    }

    /// Sees to it that the command gets SIGKILL within that time.
    fn hurry(&mut self, within: Duration) {
        let grace = within.saturating_sub(self.pace.term);
        self.pace.grace = self.pace.grace.min(grace);
        let latest = match self.rung {
            Some((Rung::Interrupt, _)) => Instant::now().checked_add(grace),
            _ => Instant::now().checked_add(within),
        };
        if let Some((_, Some(next))) = &mut self.rung
            && let Some(latest) = latest
        {
            *next = latest.min(*next);
        }
    }

    /// Sends the next signal to the command that did not end by the last one.
    fn climb(&mut self) {
        let (rung, waited, after) = match self.rung {
            Some((Rung::Interrupt, _)) => (Rung::Terminate, self.pace.grace, self.pace.term),
            Some((Rung::Terminate, _)) => (Rung::Kill, self.pace.term, Duration::ZERO),
            Some((Rung::Kill, _)) | None => return,
        };
        let last = self.rung.map_or("", |(last, _)| last.name());
        self.journal.say(Body::Note(format!(
            "still running {} after {last}: sending {}",
            in_words(waited),
            rung.name()
        )));
        self.send(rung, after);
    }

    /// Sends a signal, after which the command has that long.
    fn send(&mut self, rung: Rung, time: Duration) {
        let next = match rung {
            Rung::Kill => None,
            Rung::Interrupt | Rung::Terminate => Instant::now().checked_add(time),
        };
        self.rung = Some((rung, next));
        self.signal(rung.signal());
        // Who is suspended hears nothing until he goes on.
        self.signal(Signal::CONT);
    }

    /// Gives what the command started as much time as the command to clean up behind itself.
    fn until_group_is_gone(&mut self) {
        while let Some((rung, next)) = self.rung {
            let now = Instant::now();
            if rung == Rung::Kill || !self.group_exists() {
                return;
            }
            if next.is_some_and(|next| now >= next) {
                self.climb();
            } else if let Some(event) = next_before(Some(now + LOOK), self.events) {
                self.hear(&event);
            }
        }
    }

    /// Waits until all output is read; ends who holds it open without need.
    fn until_output_is_read(&mut self, cut_off: &mut output::CutOff) {
        self.read_until(Some(Instant::now() + SOON));
        if self.open > 0 || self.journal.is_behind() {
            self.journal.say(Body::Phase(Phase::Draining));
        }
        self.read_until(Some(Instant::now() + LINGER));
        if self.open > 0 && self.group_exists() {
            self.journal.say(Body::Note(
                "the command ended and left processes behind: sending them SIGKILL".to_owned(),
            ));
        }
        self.signal(Signal::KILL);
        self.read_until(Some(Instant::now() + LINGER));
        cut_off.give_up();
        self.read_until(None);
    }

    fn read_until(&mut self, at: Option<Instant>) {
        while self.open > 0 {
            match next_before(at, self.events) {
                Some(Event::OutputEnded) => self.open = self.open.saturating_sub(1),
                // It is over: nothing that is wanted now changes how.
                Some(_) => {}
                None => return,
            }
        }
    }

    fn signal(&self, signal: Signal) {
        // Fails when nobody is left, which is what is wanted of it.
        let _ = kill_process_group(self.group, signal);
    }

    fn group_exists(&self) -> bool {
        !matches!(test_kill_process_group(self.group), Err(Errno::SRCH))
    }
}
