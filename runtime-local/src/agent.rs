//! The agent's program on disk.

use std::borrow::Cow;
use std::fs::{OpenOptions, Permissions};
use std::hash::Hasher as _;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use runtime::ProviderError;

use crate::failure;

/// The program that carries out executions, an executable file for this machine.
#[derive(Clone)]
pub struct Program {
    bytes: Cow<'static, [u8]>,
    /// Tells it from every other version.
    digest: Cow<'static, str>,
}

impl Program {
    /// A program that is part of this one, with a digest that was made when this one was built:
    /// making it here would cost every execution milliseconds.
    pub const fn embedded(bytes: &'static [u8], digest: &'static str) -> Self {
        Self {
            bytes: Cow::Borrowed(bytes),
            digest: Cow::Borrowed(digest),
        }
    }
}

impl From<Vec<u8>> for Program {
    fn from(bytes: Vec<u8>) -> Self {
        let mut hasher = std::hash::DefaultHasher::new();
        hasher.write(&bytes);
        Self {
            bytes: bytes.into(),
            digest: format!("{:016x}", hasher.finish()).into(),
        }
    }
}

/// The agent's program, and where it is kept.
pub(crate) struct Agent {
    directory: PathBuf,
    program: Program,
}

impl Agent {
    pub(crate) fn new(directory: PathBuf, program: Program) -> Self {
        Self { directory, program }
    }

    /// The path of the program, which is written there if it is not there yet.
    ///
    /// Each version has a directory of its own, so that an upgrade does not pull the file from
    /// under an agent that runs.
    pub(crate) fn install(&self) -> Result<PathBuf, ProviderError> {
        let directory = self.directory.join(self.program.digest.as_ref());
        let path = directory.join("mycli-agent");
        // It gets there in one step, so what has the right length is whole.
        let length = self.program.bytes.len() as u64;
        if std::fs::metadata(&path).is_ok_and(|file| file.len() == length) {
            return Ok(path);
        }
        self.write(&directory, &path).map_err(|error| {
            failure::io(format!("write the agent to {}", path.display()), &error)
        })?;
        Ok(path)
    }

    fn write(&self, directory: &Path, path: &Path) -> std::io::Result<()> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unfinished = directory.join(format!("unfinished-{}-{number}", std::process::id()));
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&unfinished)?;
            file.write_all(&self.program.bytes)?;
            // Anybody may run it: in a container it is whoever the image says.
            file.set_permissions(Permissions::from_mode(0o755))?;
            drop(file);
            std::fs::rename(&unfinished, path)
        };
        write().inspect_err(|_| {
            let _ = std::fs::remove_file(&unfinished);
        })
    }
}
