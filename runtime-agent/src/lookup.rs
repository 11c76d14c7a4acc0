//! Finds the file that a command's name means, as `execvp` does.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::Access;
use rustix::io::Errno;

/// Where commands are looked for when nothing says where.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Finds `name` in the directories of `path`; a name with a slash is taken as it is.
///
/// Relative to `directory`, which must be absolute. Fails with `NotFound`, or with
/// `PermissionDenied` when there is such a file but nothing that may be executed.
pub(crate) fn find(name: &OsStr, path: Option<&OsStr>, directory: &Path) -> io::Result<PathBuf> {
    if name.as_bytes().contains(&b'/') {
        let file = directory.join(name);
        return check(&file).map(|()| file);
    }
    let mut error = io::Error::from(Errno::NOENT);
    if name.is_empty() {
        return Err(error);
    }
    for place in std::env::split_paths(path.unwrap_or(OsStr::new(DEFAULT_PATH))) {
        let file = directory.join(place).join(name);
        match check(&file) {
            Ok(()) => return Ok(file),
            Err(refused) if refused.kind() == io::ErrorKind::PermissionDenied => error = refused,
            Err(_) => {}
        }
    }
    Err(error)
}

/// Where `find` looks when the command's environment has `path` as its `PATH`.
pub(crate) fn shown(path: Option<&OsStr>) -> OsString {
    path.unwrap_or(OsStr::new(DEFAULT_PATH)).to_owned()
}

fn check(file: &Path) -> io::Result<()> {
    if std::fs::metadata(file)?.is_dir() {
        return Err(Errno::ACCESS.into());
    }
    Ok(rustix::fs::access(file, Access::EXEC_OK)?)
}
