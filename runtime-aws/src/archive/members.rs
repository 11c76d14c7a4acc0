//! What is in an archive, found without unpacking it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use tar::EntryType;
use tempfile::NamedTempFile;

use super::{ArchiveError, Held, MAX_DOCUMENT, wrong};

/// What a gzip file begins with. <https://www.rfc-editor.org/rfc/rfc1952#page-6>
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The most entries that an archive may have. That of an image has some for each layer.
const MAX_MEMBERS: usize = 20_000;

/// How many links are followed to one file.
const MAX_LINKS: usize = 8;

/// The files of an archive, by name.
pub(super) struct Members {
    /// The archive, not compressed.
    pub(super) held: Arc<Held>,
    entries: BTreeMap<String, Member>,
}

enum Member {
    File(Part),
    /// To this name, which may be none.
    Link(String),
}

/// Where a file is in the archive, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) offset: u64,
    pub(super) size: u64,
}

impl Members {
    /// Finds what is in the archive at `path`, which may be compressed by gzip.
    pub(super) fn of(path: &Path) -> Result<Self, ArchiveError> {
        let mut start = [0; 2];
        let mut file = File::open(path)?;
        let is_compressed = file.read_exact(&mut start).is_ok() && start == GZIP;
        file.seek(SeekFrom::Start(0))?;
        let held = if is_compressed {
            let mut plain = NamedTempFile::new()?;
            io::copy(&mut MultiGzDecoder::new(file), &mut plain).map_err(unreadable)?;
            Held::Made(plain)
        } else {
            Held::Given(path.to_owned())
        };
        let entries = index(held.path())?;
        Ok(Self {
            held: Arc::new(held),
            entries,
        })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Where the file of that name is. Links are followed within the archive.
    pub(super) fn part(&self, name: &str) -> Result<Part, ArchiveError> {
        let mut next = name;
        for _ in 0..=MAX_LINKS {
            match self.entries.get(next) {
                Some(Member::File(part)) => return Ok(*part),
                Some(Member::Link(target)) => next = target,
                None if next == name => return Err(wrong(format!("`{name}` is not in it"))),
                None => {
                    return Err(wrong(format!(
                        "`{name}` is a link to `{next}`, which is not in it"
                    )));
                }
            }
        }
        Err(wrong(format!("`{name}` is a link that leads nowhere")))
    }

    /// A manifest or its like, whole.
    pub(super) fn document(&self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        let Part { offset, size } = self.part(name)?;
        if size > MAX_DOCUMENT {
            return Err(wrong(format!(
                "`{name}` has {size} bytes, and registries take {MAX_DOCUMENT}"
            )));
        }
        let mut bytes = Vec::new();
        self.held.part(offset, size)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn index(path: &Path) -> Result<BTreeMap<String, Member>, ArchiveError> {
    let file = File::open(path)?;
    let whole = file.metadata()?.len();
    let mut archive = tar::Archive::new(file);
    let mut entries = BTreeMap::new();
    for entry in archive.entries_with_seek().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entries.len() == MAX_MEMBERS {
            return Err(wrong(format!("it has more than {MAX_MEMBERS} entries")));
        }
        let Some(name) = normal("", &entry.path_bytes()) else {
            continue;
        };
        let target = entry.link_name_bytes().unwrap_or_default();
        let parent = name.rsplit_once('/').map_or("", |(parent, _)| parent);
        let kind = entry.header().entry_type();
        let member = if kind == EntryType::Regular || kind == EntryType::Continuous {
            let (offset, size) = (entry.raw_file_position(), entry.size());
            if offset.checked_add(size).is_none_or(|end| end > whole) {
                return Err(wrong(format!("it breaks off within `{name}`")));
            }
            Member::File(Part { offset, size })
        } else if kind == EntryType::Symlink {
            let shown = || String::from_utf8_lossy(&target).into_owned();
            Member::Link(normal(parent, &target).unwrap_or_else(shown))
        } else if kind == EntryType::Link {
            let shown = || String::from_utf8_lossy(&target).into_owned();
            Member::Link(normal("", &target).unwrap_or_else(shown))
        } else {
            continue;
        };
        entries.insert(name, member);
    }
    Ok(entries)
}

/// The name that `path`, seen from the directory `parent`, has in the archive; nothing where it leads out of it.
fn normal(parent: &str, path: &[u8]) -> Option<String> {
    let path = std::str::from_utf8(path).ok()?;
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in parent.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What is no archive is the archive's fault, not the disk's.
fn unreadable(error: io::Error) -> ArchiveError {
    let of_the_disk = [
        io::ErrorKind::StorageFull,
        io::ErrorKind::QuotaExceeded,
        io::ErrorKind::PermissionDenied,
    ];
    if of_the_disk.contains(&error.kind()) {
        ArchiveError::Files(error)
    } else {
        wrong(format!("it is not a whole tar archive: {error}"))
    }
}
