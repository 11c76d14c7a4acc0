//! The whole journal of an execution on its way to one object: the chunks as they are in the table,
//! each behind its length (4 bytes, little-endian). Nothing is deflated twice.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::diagnostics;
use crate::execution::SHARED_WORKSPACE;
use crate::spool::nameless;
use crate::store::StoreError;

/// Collects chunks in a file without a name, so that they take no memory.
pub(super) struct Archive(Mutex<State>);

enum State {
    /// Nothing was kept yet.
    Empty,
    /// What was kept, and the seq of its last frame.
    Open(BufWriter<File>, u64),
    /// It could not be collected.
    Failed,
}

impl Archive {
    /// An archive of nothing.
    pub(super) fn new() -> Self {
        Self(Mutex::new(State::Empty))
    }

    /// Takes in a chunk that is kept already, deflated, up to the frame `last`.
    pub(super) fn append(&self, chunk: &[u8], last: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = state.append(chunk, last) {
            diagnostics::say(&format!("cannot collect the archive: {error}"));
            *state = State::Failed;
        }
    }

    /// The file, and the seq of the last frame in it; nothing when there is none.
    pub(super) fn close(&self) -> Result<Option<(File, u64)>, StoreError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State::Open(file, last) = std::mem::replace(&mut *state, State::Failed) else {
            return Ok(None);
        };
        let file = file.into_inner().map_err(io::IntoInnerError::into_error);
        file.map(|file| Some((file, last)))
            .map_err(|error| StoreError::system("collect the archive", error))
    }
}

impl State {
    fn append(&mut self, chunk: &[u8], last: u64) -> io::Result<()> {
        if let Self::Empty = self {
            let file = BufWriter::new(nameless(&places())?);
            *self = Self::Open(file, 0);
        }
        if let Self::Open(file, to) = self {
            let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
            file.write_all(&length.to_le_bytes())?;
            file.write_all(chunk)?;
            *to = last;
        }
        Ok(())
    }
}

/// Where the file may be made: beside the workspace, in it, or where files are made that do not last.
fn places() -> Vec<PathBuf> {
    let workspace = std::env::var_os("MYCLI_WORKSPACE").unwrap_or_else(|| SHARED_WORKSPACE.into());
    let workspace = PathBuf::from(workspace);
    let beside = workspace.parent().map(Path::to_owned);
    beside
        .into_iter()
        .chain([workspace, std::env::temp_dir()])
        .collect()
}
