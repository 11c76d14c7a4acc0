//! Reads what an agent wrote.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use runtime::ProviderError;
use runtime::port::Problem;
use runtime_wire::{Body, Frame, frame};

use crate::failure;

/// How much of a journal is read at once, in bytes: more than the longest frame, few enough that
/// a journal of any length is read in constant memory.
const CHUNK: u64 = 2 * 1024 * 1024;

/// A place between two frames of a journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Seq of the frame before it.
    seq: u64,
    /// Its distance from the start, in bytes.
    offset: u64,
}

/// The frames after `after`, at most [`CHUNK`] of them, and where they end.
///
/// `cursor` is where an earlier reading ended; it saves the way there.
pub(crate) fn read(
    path: &Path,
    after: u64,
    cursor: Option<Cursor>,
) -> Result<(Vec<Frame>, Cursor), ProviderError> {
    let mut cursor = cursor
        .filter(|cursor| cursor.seq <= after)
        .unwrap_or_default();
    let operation = || format!("read {}", path.display());
    let mut journal = match File::open(path) {
        Ok(journal) => journal,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Vec::new(), cursor)),
        Err(error) => return Err(failure::io(operation(), &error)),
    };
    loop {
        let mut chunk = Vec::new();
        journal
            .seek(SeekFrom::Start(cursor.offset))
            .and_then(|_| (&journal).take(CHUNK).read_to_end(&mut chunk))
            .map_err(|error| failure::io(operation(), &error))?;
        let (mut frames, length) = frame::decode(&chunk).map_err(|corrupt| {
            let message = format!("from byte {} on: {corrupt}", cursor.offset);
            damaged(operation(), message)
        })?;
        if frames.is_empty() {
            return Ok((frames, cursor));
        }
        for frame in &frames {
            if frame.seq != cursor.seq + 1 {
                let message = format!("frame {} follows frame {}", frame.seq, cursor.seq);
                return Err(damaged(operation(), message));
            }
            cursor.seq = frame.seq;
        }
        cursor.offset += length as u64;
        frames.retain(|frame| frame.seq > after);
        if !frames.is_empty() {
            return Ok((frames, cursor));
        }
    }
}

/// The frames in a file of milestones.
pub(crate) fn milestones(path: &Path) -> Result<Vec<Frame>, ProviderError> {
    let operation = || format!("read {}", path.display());
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failure::io(operation(), &error)),
    };
    let (mut frames, _) =
        frame::decode(&bytes).map_err(|corrupt| damaged(operation(), corrupt.to_string()))?;
    frames.retain(|frame| matches!(frame.body, Body::Phase(_) | Body::Ended(_)));
    Ok(frames)
}

fn damaged(operation: String, message: String) -> ProviderError {
    ProviderError::new(Problem::Damaged, operation, message).with_code("journal.damaged")
}
