//! Puts the agent where the command's container will find it.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Why the agent is not where it should be.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} `{}`", .path.display())]
pub(crate) struct InstallError {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// Copies the agent to `directory`/agent, for all to execute, and makes `directory`/workspace, for
/// all to write. Doing so twice is harmless.
pub(crate) fn install(directory: &Path) -> Result<(), InstallError> {
    let workspace = directory.join("workspace");
    fs::create_dir_all(&workspace).map_err(failed("make", &workspace))?;
    set_mode(&workspace, 0o1777)?;
    // A name of its own first: the file of that name may be running.
    let (agent, copy) = (directory.join("agent"), directory.join("agent.new"));
    let mut from = File::open("/proc/self/exe").map_err(failed("read", "/proc/self/exe"))?;
    let mut to = File::create(&copy).map_err(failed("make", &copy))?;
    io::copy(&mut from, &mut to).map_err(failed("write", &copy))?;
    set_mode(&copy, 0o755)?;
    fs::rename(&copy, &agent).map_err(failed("replace", &agent))
}

fn set_mode(path: &Path, mode: u32) -> Result<(), InstallError> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(failed("open up", path))
}

fn failed(doing: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> InstallError {
    let path = path.as_ref().to_owned();
    move |source| InstallError {
        doing,
        path,
        source,
    }
}
