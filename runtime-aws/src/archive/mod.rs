//! The archive of an image, as a registry takes it: blobs, and the manifests that name them.
//!
//! Reading order: `members` finds what is in the archive, without unpacking it; `docker` reads what `docker save` writes, `oci`
//! an OCI image layout. An archive that is both is read as the first, whose layers are packed for the way.
//!
//! Archives come from anybody. Nothing of one is ever written to disk under a name that it says, and what it says of itself
//! is checked.

mod docker;
mod members;
mod oci;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::image::hex_of;
use members::Members;

/// Largest manifest or configuration that is read, in bytes: as much as a registry takes.
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests>
const MAX_DOCUMENT: u64 = 4 * 1024 * 1024;

/// An image, or one for each of several platforms.
#[derive(Debug)]
pub(crate) struct Packed {
    /// What the manifests name, each once.
    pub(crate) blobs: Vec<Blob>,
    /// Each after those it names. The last one gets the tag.
    pub(crate) manifests: Vec<Manifest>,
}

/// A manifest, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) media_type: String,
    pub(crate) digest: String,
    pub(crate) bytes: Vec<u8>,
}

/// A part of a file that has a digest.
#[derive(Debug, Clone)]
pub(crate) struct Blob {
    pub(crate) digest: String,
    /// In bytes.
    pub(crate) size: u64,
    /// Where it begins in the file, in bytes.
    pub(crate) offset: u64,
    held: Arc<Held>,
}

/// A file.
#[derive(Debug)]
enum Held {
    /// Somebody else's.
    Given(PathBuf),
    /// Made here, and removed in the end.
    Made(NamedTempFile),
}

/// Why an archive was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// It is not what it should be.
    #[error("{0}")]
    Wrong(String),
    /// It could not be read, or what is made of it not be written.
    #[error(transparent)]
    Files(#[from] io::Error),
}

/// Reads the archive of an image.
pub(crate) fn read(path: &Path) -> Result<Packed, ArchiveError> {
    let members = Members::of(path)?;
    if members.has("manifest.json") {
        docker::read(&members)
    } else if members.has("index.json") {
        oci::read(&members)
    } else {
        Err(wrong(
            "it holds neither `manifest.json` nor `index.json`, as the archive of an image does",
        ))
    }
}

impl Blob {
    /// The file that it is in.
    pub(crate) fn file(&self) -> &Path {
        self.held.path()
    }
}

impl Held {
    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Made(file) => file.path(),
        }
    }

    /// The part of the file from `offset` on, of that length.
    fn part(&self, offset: u64, length: u64) -> io::Result<io::Take<File>> {
        let mut file = File::open(self.path())?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(file.take(length))
    }
}

fn wrong(reason: impl Into<String>) -> ArchiveError {
    ArchiveError::Wrong(reason.into())
}

/// Counts and digests what goes through it.
struct Measured<W> {
    inner: W,
    digest: Sha256,
    size: u64,
}

impl<W> Measured<W> {
    fn new(inner: W) -> Self {
        Self {
            inner,
            digest: Sha256::new(),
            size: 0,
        }
    }

    /// Digest, as registries write it, and size of what it has seen, and where that went.
    fn end(self) -> ((String, u64), W) {
        let digest = format!("sha256:{}", hex_of(&self.digest.finalize()));
        ((digest, self.size), self.inner)
    }

    fn take(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.take(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Digest and size of all that `reader` gives.
fn digest_of(mut reader: impl Read) -> io::Result<(String, u64)> {
    let mut measured = Measured::new(io::sink());
    io::copy(&mut reader, &mut measured)?;
    Ok(measured.end().0)
}
