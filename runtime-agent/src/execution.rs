//! One execution, from its order to its end.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use runtime_wire::{Body, Cause, Order, Outcome, Phase, Source};

use crate::arguments::Place;
use crate::directory::Directory;
use crate::installation::Installation;
use crate::journal::{Journal, Rules};
use crate::mask::Masks;
use crate::store::{Store, StoreError};
use crate::supervise::{Deadline, Event, supervise};
use crate::{command, diagnostics, memory, reap, source, stop};

/// The workspace of an execution in an installation, where `MYCLI_WORKSPACE` names no other: part
/// of the volume that its containers share.
pub(crate) const SHARED_WORKSPACE: &str = "/mycli/workspace";

/// Why an execution could not even be recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    /// The place of the execution could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// This system does not let the agent do its work.
    #[error("cannot {doing}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// The system's own words.
        source: std::io::Error,
    },
}

/// Carries out the execution at `place`, and returns its exit code.
pub(crate) fn run(place: Place) -> Result<u8, RunError> {
    close_inherited();
    let (sender, events) = channel();
    stop::on_signals(sender.clone()).map_err(system("take signals"))?;
    reap::adopt_orphans();
    let (store, workspace) = open(place)?;
    let order = match store.take_order() {
        // Nothing of what the other agent writes may be touched.
        Err(error @ StoreError::Taken { .. }) => return Err(error.into()),
        order => order,
    };
    let journal = Arc::new(Journal::open(Arc::clone(&store), sender.clone()));
    stop::on_mark(Arc::clone(&store), sender.clone());
    let outcome = match order {
        Err(error) => {
            diagnostics::report(&error);
            Outcome::not_started(error.code(), diagnostics::chain(&error), error.hint())
        }
        Ok(order) => {
            journal.obey(rules(&order, &workspace));
            Execution {
                order,
                workspace,
                journal: Arc::clone(&journal),
                store: Arc::clone(&store),
                sender,
                events,
            }
            .carry_out()
        }
    };
    let outcome = journal.close(outcome);
    if let Err(error) = store.archive() {
        // All of it is kept, though not for as long.
        diagnostics::report(&error);
    }
    Ok(outcome.exit_code)
}

/// Closes what whoever started us had open by chance: it is neither for us nor for the command.
fn close_inherited() {
    let open: Vec<i32> = std::fs::read_dir("/proc/self/fd")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|number| *number > 2)
        .collect();
    for number in open {
        // One of them was the directory itself, and is closed by now.
        let _ = nix::unistd::close(number);
    }
}

fn open(place: Place) -> Result<(Arc<dyn Store>, PathBuf), RunError> {
    match place {
        Place::Directory {
            directory,
            workspace,
        } => {
            let absolute = |path: &Path| std::path::absolute(path).map_err(system("find myself"));
            let store = Directory::open(&absolute(&directory)?)?;
            Ok((Arc::new(store), absolute(&workspace)?))
        }
        Place::Installation => {
            let store = Installation::from_environment()?;
            let workspace = std::env::var_os("MYCLI_WORKSPACE");
            let workspace = workspace.unwrap_or_else(|| SHARED_WORKSPACE.into());
            Ok((Arc::new(store), workspace.into()))
        }
    }
}

/// What `order` asks of all output.
fn rules(order: &Order, workspace: &Path) -> Rules {
    // Beside the workspace first: there is as much room, and nobody looks there.
    let beside = workspace.parent().map(Path::to_owned);
    let places = beside
        .into_iter()
        .chain([workspace.to_owned(), std::env::temp_dir()]);
    Rules {
        masks: Arc::new(Masks::new(&order.masked)),
        limit: order.output_limit.filter(|limit| *limit > 0),
        spool_places: places.collect(),
    }
}

fn system(doing: &'static str) -> impl Fn(std::io::Error) -> RunError {
    move |source| RunError::System { doing, source }
}

struct Execution {
    order: Order,
    workspace: PathBuf,
    journal: Arc<Journal>,
    store: Arc<dyn Store>,
    sender: Sender<Event>,
    events: Receiver<Event>,
}

impl Execution {
    fn carry_out(self) -> Outcome {
        let deadline = Deadline::of(&self.order);
        if let Err(error) = std::fs::create_dir_all(&self.workspace) {
            return Outcome::not_started(
                "workspace.failed",
                format!(
                    "cannot make the workspace `{}`: {error}",
                    self.workspace.display()
                ),
                None,
            );
        }
        if let Some(image) = self.order.image.clone().or_else(|| self.store.image()) {
            self.journal.say(Body::Phase(Phase::Placed { image }));
        }
        if let Some(source) = self.order.source.clone()
            && let Err(outcome) = self.fetch(source, deadline)
        {
            return outcome;
        }
        let killed_before = memory::ended();
        let started = match command::start(&self.order, &self.workspace) {
            Ok(started) => started,
            Err(outcome) => return outcome,
        };
        self.journal.say(Body::Phase(Phase::Running));
        let outcome = supervise(
            started,
            &self.order,
            deadline,
            self.store.pace().stop_within,
            &self.journal,
            &self.sender,
            &self.events,
        );
        if is_killed(&outcome) && memory::ended() > killed_before {
            return Outcome::out_of_memory();
        }
        self.named(outcome)
    }

    /// The same outcome, under the name of who wanted it: a signal may come before the mark that it stands for.
    fn named(&self, outcome: Outcome) -> Outcome {
        let interrupted = matches!(outcome.cause, Cause::Interrupted { .. });
        if interrupted && self.store.stop_wanted().unwrap_or_default() {
            return Outcome::cancelled();
        }
        outcome
    }
}

impl Execution {
    /// Fetches the source. An outcome says why it is not there.
    ///
    /// In a thread of its own: a server that does not answer must not keep us from stopping.
    fn fetch(&self, source: Source, deadline: Deadline) -> Result<(), Outcome> {
        let repository = source::shown(&source.repository);
        self.journal
            .say(Body::Phase(Phase::Fetching { repository }));
        let interrupt = Arc::new(AtomicBool::new(false));
        let fetch = {
            let (sender, workspace) = (self.sender.clone(), self.workspace.clone());
            let interrupt = Arc::clone(&interrupt);
            let token = self.order.git_token.clone();
            move || {
                let fetched = source::fetch(&source, &workspace, &interrupt, token.as_ref());
                let _ = sender.send(Event::Fetched(fetched));
            }
        };
        std::thread::spawn(fetch);
        let ended = match deadline.next(&self.events) {
            Some(Event::Fetched(Ok(commit))) => {
                self.journal.say(Body::Phase(Phase::Fetched { commit }));
                return Ok(());
            }
            Some(Event::Fetched(Err(outcome))) => return Err(outcome),
            Some(Event::StopWanted(wish)) => self.named(wish.outcome()),
            // The journal knows better how this ended.
            Some(_) => Outcome::lost("the store failed"),
            None => {
                let words = format!("{} while the source was fetched", deadline.words());
                self.journal.say(Body::Note(words));
                deadline.outcome()
            }
        };
        interrupt.store(true, Ordering::Relaxed);
        Err(ended)
    }
}

impl fmt::Debug for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.order.fmt(f)
    }
}

/// Whether the command, or the last one of a shell, ended as one does that the kernel kills.
fn is_killed(outcome: &Outcome) -> bool {
    match outcome.cause {
        Cause::Signaled { signal } => signal == rustix::process::Signal::KILL.as_raw(),
        Cause::Exited => outcome.exit_code == Outcome::signaled(9).exit_code,
        Cause::TimedOut { .. }
        | Cause::Cancelled
        | Cause::OutOfMemory
        | Cause::Interrupted { .. }
        | Cause::NotStarted { .. }
        | Cause::Unrecorded { .. }
        | Cause::Lost { .. } => false,
    }
}
