//! The store that is a directory of this machine.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use runtime_wire::Order;
use rustix::fs::{FallocateFlags, FlockOperation};

use crate::store::{Batch, Pace, Store, StoreError, parse_order};

/// What is set aside so that the end can be written on a disk that is full, in bytes.
const RESERVE: u64 = 8 * 1024;

/// `order.json`, `journal`, `milestones`, `cancel` and `lock` in one directory.
pub(crate) struct Directory {
    path: PathBuf,
    journal: Mutex<Log>,
    milestones: Mutex<Log>,
    /// Held as long as the agent lives. A lock that is free says that the agent is gone.
    _lock: File,
}

impl Directory {
    /// Takes hold of `path`, which must exist, before any other agent does.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let lock = open(&path.join("lock"))?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
            if error == rustix::io::Errno::WOULDBLOCK {
                let place = path.display().to_string();
                StoreError::Taken { place }
            } else {
                StoreError::system(format!("lock `{}`", path.display()), error.into())
            }
        })?;
        Ok(Self {
            path: path.to_owned(),
            journal: Mutex::new(Log::open(path.join("journal"))?),
            milestones: Mutex::new(Log::open(path.join("milestones"))?),
            _lock: lock,
        })
    }
}

impl Store for Directory {
    fn take_order(&self) -> Result<Order, StoreError> {
        let path = self.path.join("order.json");
        let shown = path.display();
        let bytes = fs::read(&path).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                let place = shown.to_string();
                StoreError::NoOrder { place }
            } else {
                StoreError::system(format!("read `{shown}`"), error)
            }
        })?;
        fs::remove_file(&path)
            .map_err(|error| StoreError::system(format!("remove `{shown}`"), error))?;
        parse_order(&bytes)
    }

    fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        lock(&self.journal).append(&batch.frames)
    }

    fn keep_milestones(&self, all: &[u8], new: usize) -> Result<(), StoreError> {
        lock(&self.milestones).append(all.get(new..).unwrap_or_default())
    }

    fn stop_wanted(&self) -> Result<bool, StoreError> {
        let mark = self.path.join("cancel");
        mark.try_exists()
            .map_err(|error| StoreError::system(format!("look for `{}`", mark.display()), error))
    }

    fn pace(&self) -> Pace {
        Pace {
            // So that many small writes are few frames; nobody sees the difference.
            gather: Duration::from_millis(5),
            batch: 1024 * 1024,
            capacity: 1024 * 1024,
            look: Duration::from_millis(50),
            stop_within: None,
            patience: Duration::ZERO,
        }
    }
}

/// A file of whole frames that only grows.
struct Log {
    path: PathBuf,
    file: File,
    /// Length of the frames in it, in bytes.
    length: u64,
}

impl Log {
    fn open(path: PathBuf) -> Result<Self, StoreError> {
        let file = open(&path)?;
        let length = file
            .metadata()
            .map_err(|error| StoreError::system(format!("look at `{}`", path.display()), error))?
            .len();
        // Some file systems cannot set space aside; the end of the story may then not fit.
        let _ = rustix::fs::fallocate(&file, FallocateFlags::KEEP_SIZE, length, RESERVE);
        Ok(Self { path, file, length })
    }

    /// Appends in one write; what could only be written in part is taken back.
    fn append(&mut self, frames: &[u8]) -> Result<(), StoreError> {
        match self.file.write_all(frames) {
            Ok(()) => {
                self.length += frames.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Best effort: the error that matters is the first one, and a reader stops
                // before an incomplete frame anyway.
                let _ = self.file.set_len(self.length);
                Err(StoreError::system(
                    format!("write to `{}`", self.path.display()),
                    error,
                ))
            }
        }
    }
}

fn open(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| StoreError::system(format!("open `{}`", path.display()), error))
}

fn lock(log: &Mutex<Log>) -> std::sync::MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
