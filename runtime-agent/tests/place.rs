//! A directory in which one agent carries out one execution.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use runtime_wire::frame::decode;
use runtime_wire::{Body, Cause, Frame, Order, Outcome, Phase, Source, order};
use tempfile::TempDir;

/// Longer than anything here takes, so that a hang is a failure.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Place {
    pub directory: TempDir,
}

/// An order for `command` and nothing else.
pub(crate) fn order(command: runtime_wire::Command) -> Order {
    Order {
        version: order::VERSION,
        execution: "e1".to_owned(),
        command,
        env: BTreeMap::new(),
        source: None,
        timeout_ms: None,
        grace_ms: order::DEFAULT_GRACE_MS,
        masked: Vec::new(),
        output_limit: None,
        terminal: None,
    }
}

pub(crate) fn script(text: &str) -> Order {
    order(runtime_wire::Command::Script(text.to_owned()))
}

pub(crate) fn argv(argv: &[&str]) -> Order {
    let argv = argv.iter().map(|&argument| argument.to_owned()).collect();
    order(runtime_wire::Command::Argv(argv))
}

impl Place {
    /// A place with `order` in it.
    pub(crate) fn with(order: &Order) -> Self {
        let place = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        fs::write(place.path("order.json"), serde_json::to_vec(order).unwrap()).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The agent, not yet started.
    pub(crate) fn agent(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mycli-agent"));
        command
            .arg("run")
            .arg("--directory")
            .arg(self.directory.path())
            .arg("--workspace")
            .arg(self.path("workspace"))
            .stderr(Stdio::null());
        command
    }

    pub(crate) fn start(&self) -> Child {
        self.agent().spawn().unwrap()
    }

    /// Runs the agent to its end. Returns what it left.
    pub(crate) fn run(&self) -> Left {
        let status = self.agent().status().unwrap();
        self.left(status.code())
    }

    pub(crate) fn left(&self, exit_code: Option<i32>) -> Left {
        let frames = self.frames();
        for (frame, seq) in frames.iter().zip(1..) {
            assert_eq!(frame.seq, seq, "{frames:?}");
        }
        Left { exit_code, frames }
    }

    /// All frames so far.
    pub(crate) fn frames(&self) -> Vec<Frame> {
        self.read("journal")
    }

    pub(crate) fn milestones(&self) -> Vec<Frame> {
        self.read("milestones")
    }

    fn read(&self, name: &str) -> Vec<Frame> {
        let bytes = fs::read(self.path(name)).unwrap_or_default();
        decode(&bytes).unwrap().0
    }

    /// Waits until the journal is as `wanted`.
    pub(crate) fn until(&self, wanted: impl Fn(&[Frame]) -> bool) {
        until(|| wanted(&self.frames()));
    }
}

/// Waits for something that must come.
pub(crate) fn until(mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "it did not happen");
        std::thread::yield_now();
    }
}

/// Runs `order` to its end.
pub(crate) fn run(order: &Order) -> Left {
    Place::with(order).run()
}

/// Runs `order` with `source` to its end.
pub(crate) fn run_in(repository: &str, revision: runtime_wire::Revision, text: &str) -> Left {
    let mut order = script(text);
    order.source = Some(Source {
        repository: repository.to_owned(),
        revision,
    });
    run(&order)
}

/// What an agent left behind.
#[derive(Debug)]
pub(crate) struct Left {
    pub exit_code: Option<i32>,
    pub frames: Vec<Frame>,
}

impl Left {
    pub(crate) fn stdout(&self) -> Vec<u8> {
        stdout(&self.frames)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout()).unwrap()
    }

    pub(crate) fn stderr(&self) -> Vec<u8> {
        let pieces = self.frames.iter().filter_map(|frame| match &frame.body {
            Body::Stderr(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        pieces.collect::<Vec<_>>().concat()
    }

    pub(crate) fn notes(&self) -> Vec<&str> {
        let notes = self.frames.iter().filter_map(|frame| match &frame.body {
            Body::Note(text) => Some(text.as_str()),
            _ => None,
        });
        notes.collect()
    }

    pub(crate) fn phases(&self) -> Vec<&Phase> {
        let phases = self.frames.iter().filter_map(|frame| match &frame.body {
            Body::Phase(phase) => Some(phase),
            _ => None,
        });
        phases.collect()
    }

    /// How it ended: the last frame, which agrees with the agent's exit code.
    pub(crate) fn outcome(&self) -> &Outcome {
        match self.frames.last().map(|frame| &frame.body) {
            Some(Body::Ended(outcome)) => {
                assert_eq!(self.exit_code, Some(outcome.exit_code.into()), "{self:?}");
                outcome
            }
            _ => panic!("it did not end: {self:?}"),
        }
    }

    /// Code and text of why the command never started.
    pub(crate) fn refusal(&self) -> (&str, &str) {
        match &self.outcome().cause {
            Cause::NotStarted { code, message, .. } => (code, message),
            _ => panic!("it started: {self:?}"),
        }
    }
}

pub(crate) fn stdout(frames: &[Frame]) -> Vec<u8> {
    let pieces = frames.iter().filter_map(|frame| match &frame.body {
        Body::Stdout(bytes) => Some(bytes.as_slice()),
        _ => None,
    });
    pieces.collect::<Vec<_>>().concat()
}
