//! What the agent answers while it works: [`Frame`]s, numbered at the source.
//!
//! A journal is a sequence of encoded frames. On disk it may end in the middle of one (the writer
//! was killed); [`decode`] then stops before it and says how far it came.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Cause, Outcome};

/// The most output one frame carries, in bytes.
pub const MAX_OUTPUT: usize = 64 * 1024;

/// One thing the agent said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Position in the execution's journal: 1, 2, 3, … without a gap.
    pub seq: u64,
    /// When, in milliseconds since the Unix epoch, by the agent's clock.
    pub at_ms: u64,
    /// What.
    pub body: Body,
}

/// What a frame holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Bytes the command wrote to its standard output.
    Stdout(Vec<u8>),
    /// Bytes the command wrote to its standard error.
    Stderr(Vec<u8>),
    /// A line of the agent's own, such as why it ends the command.
    Note(String),
    /// The execution entered a phase.
    Phase(Phase),
    /// The execution is over. Always the last frame.
    Ended(Outcome),
}

/// How far an execution has come, as its agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "phase")]
pub enum Phase {
    /// The agent knows which image it runs in.
    Placed {
        /// The image's digest, `sha256:…`; after `local:`, the id that only its engine knows it by.
        image: String,
    },
    /// The repository is being fetched.
    Fetching {
        /// URL of the repository.
        repository: String,
    },
    /// The repository is checked out.
    Fetched {
        /// Full id of the commit that is checked out.
        commit: String,
    },
    /// The command was started.
    Running,
    /// The command was asked to stop.
    Stopping,
    /// The command has ended; what it wrote is still being kept.
    Draining,
}

/// Why a journal could not be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrupt {
    /// Where the damage begins, in bytes from the start of what was given.
    pub offset: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

impl std::fmt::Display for Corrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the journal is damaged at byte {}: {}",
            self.offset, self.reason
        )
    }
}

impl std::error::Error for Corrupt {}

const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const NOTE: u8 = 3;
const PHASE: u8 = 4;
const ENDED: u8 = 5;

/// Length of what stands before the payload: its length, seq, time and kind.
const HEADER: usize = 4 + 8 + 8 + 1;

/// The longest payload [`decode`] accepts, in bytes; more is damage, not data.
const MAX_PAYLOAD: usize = 1024 * 1024;

/// The longest text in a phase or an end, in bytes: the rest of it is left out.
///
/// Two of them fit [`MAX_OUTPUT`] even when JSON needs six bytes for each of theirs.
const MAX_WORDS: usize = 4 * 1024;

/// Appends `frame` to a journal.
///
/// Little-endian: payload length (4 bytes), seq (8), time (8), kind (1), payload. Output must not
/// be longer than [`MAX_OUTPUT`]; words that are longer are cut.
pub fn encode(frame: &Frame, journal: &mut Vec<u8>) {
    let (kind, payload): (u8, Cow<'_, [u8]>) = match &frame.body {
        Body::Stdout(bytes) => (STDOUT, bytes.as_slice().into()),
        Body::Stderr(bytes) => (STDERR, bytes.as_slice().into()),
        Body::Note(text) => (NOTE, cut(text, MAX_OUTPUT).as_bytes().into()),
        Body::Phase(phase) => (PHASE, json(&short_phase(phase)).into()),
        Body::Ended(outcome) => (ENDED, json(&short_outcome(outcome)).into()),
    };
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    journal.extend_from_slice(&length.to_le_bytes());
    journal.extend_from_slice(&frame.seq.to_le_bytes());
    journal.extend_from_slice(&frame.at_ms.to_le_bytes());
    journal.push(kind);
    journal.extend_from_slice(&payload);
}

/// Puts `more` output behind that of a frame which is encoded in `frame` alone, if it fits there.
///
/// For output only: behind anything else it would be damage.
pub fn extend(frame: &mut Vec<u8>, more: &[u8]) -> bool {
    let length = frame.len().saturating_sub(HEADER) + more.len();
    let Some(field) = frame.first_chunk_mut() else {
        return false;
    };
    match u32::try_from(length) {
        Ok(number) if length <= MAX_OUTPUT => *field = number.to_le_bytes(),
        _ => return false,
    }
    frame.extend_from_slice(more);
    true
}

/// The beginning of `text`, at most `most` bytes long.
fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

fn short_phase(phase: &Phase) -> Cow<'_, Phase> {
    if let Phase::Fetching { repository } = phase
        && repository.len() > MAX_WORDS
    {
        let repository = cut(repository, MAX_WORDS).to_owned();
        return Cow::Owned(Phase::Fetching { repository });
    }
    Cow::Borrowed(phase)
}

fn short_outcome(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    let shorten = |text: &mut String| text.truncate(text.floor_char_boundary(MAX_WORDS));
    match &mut outcome.cause {
        Cause::NotStarted { message, hint, .. }
        | Cause::Unrecorded { message, hint, .. }
        | Cause::Lost { message, hint, .. } => {
            shorten(message);
            hint.as_mut().map(shorten);
        }
        Cause::Exited
        | Cause::Signaled { .. }
        | Cause::TimedOut { .. }
        | Cause::Cancelled
        | Cause::OutOfMemory
        | Cause::Interrupted { .. } => {}
    }
    outcome
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Reads all whole frames at the start of `journal`, and says how many bytes they took.
pub fn decode(journal: &[u8]) -> Result<(Vec<Frame>, usize), Corrupt> {
    let mut frames = Vec::new();
    let mut offset = 0;
    while let Some((header, rest)) = journal
        .get(offset..)
        .and_then(|rest| rest.split_at_checked(HEADER))
    {
        let corrupt = |reason| Corrupt { offset, reason };
        let (length, header) = header.split_at(4);
        let (seq, header) = header.split_at(8);
        let (at_ms, kind) = header.split_at(8);
        let length = usize::try_from(number(length)).unwrap_or(usize::MAX);
        if length > MAX_PAYLOAD {
            return Err(corrupt("a frame is longer than any frame is"));
        }
        let Some(payload) = rest.get(..length) else {
            break;
        };
        let body = match kind {
            [STDOUT] => Body::Stdout(payload.to_vec()),
            [STDERR] => Body::Stderr(payload.to_vec()),
            [NOTE] => Body::Note(String::from_utf8_lossy(payload).into_owned()),
            [PHASE] => {
                Body::Phase(parse(payload).ok_or_else(|| corrupt("a phase cannot be read"))?)
            }
            [ENDED] => Body::Ended(parse(payload).ok_or_else(|| corrupt("an end cannot be read"))?),
            _ => return Err(corrupt("a frame is of no known kind")),
        };
        frames.push(Frame {
            seq: number(seq),
            at_ms: number(at_ms),
            body,
        });
        offset += HEADER + length;
    }
    Ok((frames, offset))
}

fn parse<T: serde::de::DeserializeOwned>(payload: &[u8]) -> Option<T> {
    serde_json::from_slice(payload).ok()
}

/// The number in up to eight little-endian bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
