//! Up to where a person has seen an execution, kept so that `mycli attach` goes on from there.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use runtime::ExecutionId;
use runtime::follow::Position;

/// Length of what is written, so that a later mark covers an earlier one whole.
const WIDTH: usize = 20;

/// Up to where a person has seen an execution.
///
/// Nothing depends on it but convenience, so a disk that does not take it is no error.
#[derive(Debug)]
pub(crate) struct Bookmark {
    path: PathBuf,
    file: Option<File>,
}

impl Bookmark {
    /// The mark in the execution `id` of `context`, below the data directory of this machine.
    pub(crate) fn of(data: &Path, context: &str, id: &ExecutionId) -> Self {
        // A context's name may hold anything; an id may not.
        let context: String = context
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02x}"),
            })
            .collect();
        Self {
            path: data.join("attached").join(context).join(id.as_str()),
            file: None,
        }
    }

    /// Where it is; nothing when there is none.
    pub(crate) fn read(&self) -> Option<Position> {
        let text = std::fs::read_to_string(&self.path).ok()?;
        let (attempt, seq) = text.trim().split_once(' ')?;
        Some(Position {
            attempt: attempt.parse().ok()?,
            seq: seq.trim().parse().ok()?,
        })
    }

    /// Puts it behind what was just shown.
    pub(crate) fn put(&mut self, position: Position) {
        if self.file.is_none() {
            self.file = open(&self.path).ok();
        }
        if let Some(file) = &self.file {
            let Position { attempt, seq } = position;
            let _ = file.write_all_at(format!("{attempt:<3} {seq:<WIDTH$}\n").as_bytes(), 0);
        }
    }

    /// Takes it away: all of the execution was shown.
    pub(crate) fn remove(&mut self) {
        self.file = None;
        let _ = std::fs::remove_file(&self.path);
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(directory) = path.parent() {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)?;
    }
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_found_again_until_all_was() {
        let data = tempfile::tempdir().unwrap();
        let id = ExecutionId::from_random(1);
        let mark = || Bookmark::of(data.path(), "../a b", &id);
        assert_eq!(mark().read(), None);
        let mut first = mark();
        for seq in [u64::MAX, 7] {
            let position = Position { attempt: 2, seq };
            first.put(position);
            assert_eq!(mark().read(), Some(position));
        }
        let kept: Vec<_> = std::fs::read_dir(data.path().join("attached"))
            .unwrap()
            .collect();
        assert_eq!(kept.len(), 1, "the name of the context leads nowhere else");
        mark().remove();
        assert_eq!(mark().read(), None);
    }
}
