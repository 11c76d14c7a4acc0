//! Packs directories into zip archives. The same files give the same bytes, on every machine.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use runtime::deploy::Packer;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs directories that lie within one, and nothing from outside of it.
#[derive(Debug, Clone)]
pub struct Zip {
    /// The directory that links may not lead out of.
    pub within: PathBuf,
}

#[async_trait]
impl Packer for Zip {
    async fn pack(&self, directory: &Path) -> io::Result<Box<dyn AsRef<Path> + Send + Sync>> {
        let (within, directory) = (self.within.clone(), directory.to_owned());
        let packed = tokio::task::spawn_blocking(move || pack(&within, &directory)).await;
        Ok(Box::new(packed.map_err(io::Error::other)??))
    }
}

fn pack(within: &Path, directory: &Path) -> io::Result<NamedTempFile> {
    let within = within.canonicalize()?;
    let mut files = Vec::new();
    collect(&within, directory, "", &mut files)?;
    files.sort();
    let archive = NamedTempFile::new()?;
    let mut writer = ZipWriter::new(BufWriter::new(archive.as_file()));
    for (name, path) in files {
        let mut file = File::open(&path)?;
        let metadata = file.metadata()?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // When it was written says nothing about what it is.
            .last_modified_time(DateTime::default())
            .large_file(metadata.len() > u64::from(u32::MAX))
            .unix_permissions(if is_executable(&metadata) {
                0o755
            } else {
                0o644
            });
        writer.start_file(name, options)?;
        io::copy(&mut file, &mut writer)?;
    }
    writer.finish()?.flush()?;
    Ok(archive)
}

/// The files below `directory`, links followed, each by its name in the archive.
fn collect(
    within: &Path,
    directory: &Path,
    prefix: &str,
    files: &mut Vec<(String, PathBuf)>,
) -> io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| {
            let text = format!("the name of `{}` is not UTF-8", path.display());
            io::Error::new(io::ErrorKind::InvalidData, text)
        })?;
        let name = format!("{prefix}{name}");
        let real = path.canonicalize()?;
        if !real.starts_with(within) {
            let text = format!("`{}` is a link to outside of the assembly", path.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        let metadata = real.metadata()?;
        if metadata.is_dir() {
            if directory.canonicalize()?.starts_with(&real) {
                let text = format!("`{}` is a link to a directory around it", path.display());
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            collect(within, &path, &format!("{name}/"), files)?;
        } else if metadata.is_file() {
            files.push((name, real));
        } else {
            let text = format!("`{}` is neither a file nor a directory", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
    }
    Ok(())
}

#[cfg(unix)]
fn is_executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn write(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn bytes(directory: &Path) -> Vec<u8> {
        std::fs::read(pack(directory, &directory.join("code")).unwrap().path()).unwrap()
    }

    #[test]
    fn the_same_files_give_the_same_bytes_whenever_and_wherever_they_were_written() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (directory, names) in [(&one, ["b/c.txt", "a.sh"]), (&other, ["a.sh", "b/c.txt"])] {
            for name in names {
                write(&directory.path().join("code").join(name), name);
            }
            let script = directory.path().join("code/a.sh");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            std::fs::set_permissions(script, mode).unwrap();
        }
        let old = File::open(other.path().join("code/a.sh")).unwrap();
        old.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        let packed = bytes(one.path());
        assert_eq!(packed, bytes(other.path()));
        let mut archive = zip::ZipArchive::new(io::Cursor::new(packed)).unwrap();
        let names: Vec<_> = archive
            .file_names()
            .map(|name| name.unwrap().into_owned())
            .collect();
        assert_eq!(names, ["a.sh", "b/c.txt"]);
        assert_eq!(
            archive.by_index(0).unwrap().unix_mode().unwrap() & 0o777,
            0o755
        );
        let mut text = String::new();
        let mut file = archive.by_index(1).unwrap();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(
            (text.as_str(), file.unix_mode().unwrap() & 0o777),
            ("b/c.txt", 0o644)
        );
    }

    #[test]
    fn a_link_to_outside_is_not_packed_and_a_circle_ends() {
        for (target, word) in [("/etc/hostname", "outside"), (".", "around it")] {
            let directory = tempfile::tempdir().unwrap();
            let code = directory.path().join("code");
            write(&code.join("in.txt"), "x");
            std::os::unix::fs::symlink(target, code.join("link")).unwrap();
            let refused = pack(directory.path(), &code).unwrap_err();
            assert!(refused.to_string().contains(word), "{refused}");
        }
        let directory = tempfile::tempdir().unwrap();
        let code = directory.path().join("code");
        write(&code.join("in.txt"), "x");
        std::os::unix::fs::symlink("in.txt", code.join("same.txt")).unwrap();
        let packed = pack(directory.path(), &code).unwrap();
        let archive = zip::ZipArchive::new(packed.reopen().unwrap()).unwrap();
        assert_eq!(archive.len(), 2);
    }
}
