//! Brings a command to its end: by itself, at its deadline, or because somebody wants it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use runtime_wire::{Body, Order, Outcome, Phase};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitStatus, kill_process_group, test_kill_process_group};

use crate::command::Started;
use crate::journal::Journal;
use crate::{output, reap};

/// How long output may still come from processes that the command left behind.
const LINGER: Duration = Duration::from_secs(1);

/// How often the process group is looked at that was asked to end.
const LOOK: Duration = Duration::from_millis(10);

/// What can happen during an execution.
#[derive(Debug)]
pub(crate) enum Event {
    /// Somebody wants the execution to stop.
    StopWanted,
    /// The store keeps no more frames.
    StoreFailed,
    /// The source is there, at the commit of that id, or is not.
    Fetched(Result<String, Outcome>),
    /// The command ended.
    Exited(WaitStatus),
    /// A stream of the command ended.
    OutputEnded,
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
    grace: Duration,
    /// How many of its two streams are still open.
    open: usize,
    exited: Option<WaitStatus>,
    /// Why it has to end, and when it will be killed.
    stopping: Option<(Outcome, Instant)>,
    killed: bool,
}

/// Sees a command through to its end, and all of its output into the journal.
pub(crate) fn supervise(
    started: Started,
    order: &Order,
    deadline: Deadline,
    journal: &Arc<Journal>,
    sender: &Sender<Event>,
    events: &Receiver<Event>,
) -> Outcome {
    let mut command = Command {
        group: started.leader,
        journal,
        events,
        grace: Duration::from_millis(order.grace_ms),
        open: 2,
        exited: None,
        stopping: None,
        killed: false,
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
        Some((outcome, _)) => outcome,
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
            let at = match (&self.stopping, self.killed) {
                (None, _) => deadline.at,
                (Some((_, kill_at)), false) => Some(*kill_at),
                (Some(_), true) => None,
            };
            match next_before(at, self.events) {
                Some(Event::StopWanted) => self.stop(Outcome::cancelled(), None),
                // The journal knows better how this ended.
                Some(Event::StoreFailed) => self.stop(Outcome::lost("the store failed"), None),
                Some(event) => self.note(&event),
                None if self.stopping.is_some() => self.kill(),
                None if at.is_some() => {
                    let words = format!("{}: sending SIGTERM", deadline.words());
                    self.stop(deadline.outcome(), Some(words));
                }
                None => {}
            }
        }
    }

    /// Takes in an event that changes no mind.
    fn note(&mut self, event: &Event) {
        match event {
            Event::Exited(status) => self.exited = Some(*status),
            Event::OutputEnded => self.open = self.open.saturating_sub(1),
            Event::StopWanted | Event::StoreFailed | Event::Fetched(_) => {}
        }
    }

    /// Asks the command to end, once.
    fn stop(&mut self, outcome: Outcome, words: Option<String>) {
        if self.stopping.is_some() {
            return;
        }
        let now = Instant::now();
        let kill_at = now.checked_add(self.grace).unwrap_or(now);
        self.stopping = Some((outcome, kill_at));
        if let Some(words) = words {
            self.journal.say(Body::Note(words));
        }
        self.journal.say(Body::Phase(Phase::Stopping));
        self.signal(Signal::TERM);
        // Who is suspended hears nothing until he goes on.
        self.signal(Signal::CONT);
    }

    /// Ends the command that did not end when it was asked to.
    fn kill(&mut self) {
        let words = format!(
            "still running {} after SIGTERM: sending SIGKILL",
            in_words(self.grace)
        );
        self.journal.say(Body::Note(words));
        self.signal(Signal::KILL);
        self.killed = true;
    }

    /// Gives what the command started as much time as the command to clean up behind itself.
    fn until_group_is_gone(&mut self) {
        while let Some((_, kill_at)) = self.stopping {
            let now = Instant::now();
            if self.killed || !self.group_exists() {
                return;
            }
            if now >= kill_at {
                self.kill();
            } else if let Some(event) = next_before(Some(kill_at.min(now + LOOK)), self.events) {
                self.note(&event);
            }
        }
    }

    /// Waits until all output is read; ends who holds it open without need.
    fn until_output_is_read(&mut self, cut_off: &mut output::CutOff) {
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
                Some(event) => self.note(&event),
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
