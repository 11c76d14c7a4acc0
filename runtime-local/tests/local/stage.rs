//! What the tests stand on: a data directory, a context in it, and short words for the verbs.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use runtime::dispatch::{Notice, dispatch};
use runtime::execution::Capacity;
use runtime::follow::{Event, Position, follow};
use runtime::retry::Retry;
use runtime::site::Starts;
use runtime::size::Size;
use runtime::wire::{Body, Cause, Command, Frame};
use runtime::{Ambient, Execution, Request, Site};
use runtime_local::Local;
use tempfile::TempDir;

/// The agent's program, or nothing, after saying which test is skipped for that.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn agent(test: &str) -> Option<Vec<u8>> {
    let Some(path) = std::env::var_os("MYCLI_AGENT") else {
        eprintln!("skipped: {test} (MYCLI_AGENT names no agent)");
        return None;
    };
    Some(std::fs::read(path).expect("MYCLI_AGENT names no file that can be read"))
}

/// A context in a directory of its own.
pub(crate) struct Stage {
    pub(crate) directory: TempDir,
    pub(crate) agent: Vec<u8>,
    pub(crate) local: Local,
    pub(crate) clock: Clock,
    pub(crate) said: Mutex<Vec<String>>,
}

/// The real time, and numbers that differ.
pub(crate) struct Clock {
    /// How far the clock is ahead, in milliseconds.
    pub(crate) ahead_ms: AtomicU64,
    drawn: AtomicU64,
}

impl Ambient for Clock {
    fn now_ms(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(now.as_millis()).unwrap() + self.ahead_ms.load(Ordering::Relaxed)
    }

    fn random(&self) -> u64 {
        self.drawn
            .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
    }
}

/// A number that no other test on this machine begins with: they share an engine.
fn chance() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};

    RandomState::new().hash_one("")
}

/// What was seen of an execution, from its start to its end.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) execution: Execution,
    pub(crate) frames: Vec<Frame>,
}

impl Stage {
    pub(crate) fn new(agent: Vec<u8>) -> Self {
        let directory = TempDir::new().unwrap();
        let local = Local::open(&directory.path().join("data"), agent.clone()).unwrap();
        Self {
            directory,
            agent,
            local,
            clock: Clock {
                ahead_ms: AtomicU64::new(0),
                drawn: AtomicU64::new(chance()),
            },
            said: Mutex::default(),
        }
    }

    pub(crate) fn site(&self) -> Site<'_> {
        Site {
            history: &self.local,
            backend: &self.local,
            ambient: &self.clock,
            starts: Starts::Nothing,
        }
    }

    pub(crate) async fn start(&self, request: &Request) -> Execution {
        let notice = |notice: Notice<'_>| {
            if let Notice::Detail(detail) = notice {
                self.said.lock().unwrap().push(detail.to_owned());
            }
        };
        dispatch(self.site(), request, &notice).await.unwrap()
    }

    pub(crate) async fn follow(&self, execution: &Execution) -> Seen {
        let mut frames = Vec::new();
        let mut sink = |event: Event<'_>| {
            if let Event::Frame { frame, .. } = event {
                frames.push(frame.clone());
            }
            ControlFlow::Continue(())
        };
        let execution = follow(self.site(), &execution.id, Position::START, &mut sink)
            .await
            .unwrap();
        Seen { execution, frames }
    }

    pub(crate) async fn run(&self, request: &Request) -> Seen {
        let execution = self.start(request).await;
        self.follow(&execution).await
    }

    pub(crate) fn place(&self, execution: &Execution) -> std::path::PathBuf {
        let data = self.directory.path().join("data");
        data.join("executions").join(execution.id.as_str())
    }
}

impl Seen {
    pub(crate) fn stdout(&self) -> String {
        let mut bytes = Vec::new();
        for frame in &self.frames {
            if let Body::Stdout(output) = &frame.body {
                bytes.extend_from_slice(output);
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.execution.outcome.as_ref().unwrap().exit_code
    }
}

/// The code and the message of an execution that never started.
pub(crate) fn not_started(execution: &Execution) -> (&str, &str) {
    let outcome = execution.outcome.as_ref().unwrap();
    let Cause::NotStarted { code, message, .. } = &outcome.cause else {
        panic!("it started: {outcome:?}");
    };
    (code, message)
}

/// What was found in the place of an agent that was lost.
pub(crate) fn lost(execution: &Execution) -> &str {
    let outcome = execution.outcome.as_ref().unwrap();
    let Cause::Lost { message, .. } = &outcome.cause else {
        panic!("it was not lost: {outcome:?}");
    };
    message
}

pub(crate) fn request(command: Command) -> Request {
    Request {
        command,
        image: None,
        source: None,
        env: BTreeMap::new(),
        timeout_ms: None,
        grace_ms: 2_000,
        requested_by: None,
        recorded_by: "test".to_owned(),
        retry: Retry {
            attempts: 1,
            ..Retry::default()
        },
        labels: BTreeMap::new(),
        masked: Vec::new(),
        mask: Vec::new(),
        output_limit: None,
        terminal: None,
        size: Size::default(),
        capacity: Capacity::default(),
        arch: None,
        role: None,
        git_token: None,
    }
}

pub(crate) fn script(script: &str) -> Request {
    request(Command::Script(script.to_owned()))
}

pub(crate) fn argv(words: &[&str]) -> Request {
    request(Command::Argv(
        words.iter().map(|word| (*word).to_owned()).collect(),
    ))
}
