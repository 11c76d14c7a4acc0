//! Files and directories that a stack needs, read and known by their content. Feature: `asset`.
//!
//! [`Scope::publish`](crate::Scope::publish) has one published before the stack is deployed.
//!
//! ```
//! use synth::asset::{DirectoryOptions, directory};
//! use synth::{Assembly, AssetStore, Output, Stack, StackProps};
//!
//! # let code = tempfile::tempdir()?;
//! # std::fs::write(code.path().join("index.py"), "def handler(event, context): pass")?;
//! # let code = code.path();
//! let props = StackProps { asset_store: AssetStore::bucket("my-assets"), ..StackProps::default() };
//! let mut stack = Stack::new("App", props);
//! let ignore = vec!["*.pyc".into(), "/tests".into()];
//! let asset = directory(code, &DirectoryOptions { ignore, ..DirectoryOptions::default() })?;
//! let published = stack.scope().publish("Code", asset);
//! stack.scope().output("CodeKey", Output::new(published.key.into_owned()));
//! # stack.scope().add("Logs", &synth::cfn::logs::LogGroup::default());
//!
//! let assembly = Assembly::synthesize([stack])?;
//! assert!(assembly.files().contains_key("App.assets.json"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use sha2::{Digest as _, Sha256};
use walkdir::{DirEntry, WalkDir};

use crate::{Asset, Packaging, Text};

/// What of a directory belongs to its [`Asset`]. Default: everything, without links that lead out of it.
#[derive(Debug, Clone, Default)]
pub struct DirectoryOptions {
    /// What is left out, in the language of `.gitignore`: `*.pyc`, `/tests`, `!/tests/data`.
    pub ignore: Vec<Text>,
    /// Names of files with more such lines, in the directory itself, such as `.gitignore` or `.dockerignore`. One that
    /// is not there says nothing. `ignore` has the last word.
    pub ignore_files: Vec<Text>,
    /// Whether links that lead out of the directory are followed. Default: no; such a link is an error. Links within
    /// are followed in any case: what they lead to is packed in their place.
    pub follow_links_out: bool,
}

/// Why a file or a directory cannot be an [`Asset`].
#[derive(Debug)]
pub struct AssetError {
    path: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Io(io::Error),
    Pattern(ignore::Error),
    Special,
    Name,
    LeadsOut(PathBuf),
    Empty,
}

impl fmt::Display for AssetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.path.display())?;
        match &self.cause {
            Cause::Io(error) => error.fmt(formatter),
            Cause::Pattern(error) => write!(formatter, "{error}; see gitignore(5)"),
            Cause::Special => formatter
                .write_str("neither a file nor a directory, so it cannot be published; ignore it"),
            Cause::Name => formatter.write_str("its name is not UTF-8; rename it, or ignore it"),
            Cause::LeadsOut(target) => write!(
                formatter,
                "a link to {}, which is not in the directory; ignore it, or set `follow_links_out`",
                target.display()
            ),
            Cause::Empty => {
                formatter.write_str("nothing in it is left to publish; look at what is ignored")
            }
        }
    }
}

impl std::error::Error for AssetError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Io(error) => Some(error),
            Cause::Pattern(error) => Some(error),
            Cause::Special | Cause::Name | Cause::LeadsOut(_) | Cause::Empty => None,
        }
    }
}

/// A file as it is, known by what is in it and by the ending of its name. Relative paths start where the program runs.
pub fn file(path: impl AsRef<Path>) -> Result<Asset, AssetError> {
    let path = path.as_ref();
    let metadata = std::fs::metadata(path).map_err(|error| at(path, Cause::Io(error)))?;
    if !metadata.is_file() {
        return Err(at(path, Cause::Special));
    }
    let ending = path.extension().map_or(Some(String::new()), |ending| {
        ending.to_str().map(|ending| format!(".{ending}"))
    });
    let ending = ending.ok_or_else(|| at(path, Cause::Name))?;
    let mut digest = Sha256::new();
    digest.update(b"file\0");
    digest.update(ending.as_bytes());
    digest.update([0]);
    read_into(&mut digest, path)?;
    Ok(Asset {
        hash: hexadecimal(digest).into(),
        packaging: Packaging::File(ending.into()),
        files: vec![(path.to_owned(), "".into())],
    })
}

/// A directory, packed. Relative paths start where the program runs.
///
/// The hash is of the names, the contents and whether each file may be executed, in the order of the names. When and
/// by whom a file was made is no part of it, and empty directories are none of the asset.
pub fn directory(path: impl AsRef<Path>, options: &DirectoryOptions) -> Result<Asset, AssetError> {
    let path = path.as_ref();
    let real = path
        .canonicalize()
        .map_err(|error| at(path, Cause::Io(error)))?;
    let ignored = ignored(path, options)?;
    let is_kept = |entry: &DirEntry| {
        entry.depth() == 0
            || !ignored
                .matched(entry.path(), entry.file_type().is_dir())
                .is_ignore()
    };
    let mut digest = Sha256::new();
    digest.update(b"directory\0");
    let mut files = Vec::new();
    let entries = WalkDir::new(path).follow_links(true).sort_by_file_name();
    for entry in entries.into_iter().filter_entry(is_kept) {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(path).to_owned();
            at(&place, Cause::Io(error.into()))
        })?;
        if entry.path_is_symlink() && !options.follow_links_out {
            stays_in(&real, entry.path())?;
        }
        if entry.file_type().is_dir() {
            continue;
        }
        if !entry.file_type().is_file() {
            return Err(at(entry.path(), Cause::Special));
        }
        let place = place_below(path, entry.path())?;
        digest.update(place.as_bytes());
        digest.update([0, u8::from(may_be_executed(&entry)?)]);
        let mut content = Sha256::new();
        read_into(&mut content, entry.path())?;
        digest.update(content.finalize());
        files.push((entry.into_path(), place.into()));
    }
    if files.is_empty() {
        return Err(at(path, Cause::Empty));
    }
    Ok(Asset {
        hash: hexadecimal(digest).into(),
        packaging: Packaging::Zip,
        files,
    })
}

fn at(path: &Path, cause: Cause) -> AssetError {
    AssetError {
        path: path.to_owned(),
        cause,
    }
}

fn ignored(path: &Path, options: &DirectoryOptions) -> Result<Gitignore, AssetError> {
    let refused = |error| at(path, Cause::Pattern(error));
    let mut builder = GitignoreBuilder::new(path);
    for name in &options.ignore_files {
        let file = path.join(&**name);
        if file.is_file()
            && let Some(error) = builder.add(&file)
        {
            return Err(at(&file, Cause::Pattern(error)));
        }
    }
    for pattern in &options.ignore {
        builder.add_line(None, pattern).map_err(refused)?;
    }
    builder.build().map_err(refused)
}

/// Fails when a link leads out of the directory.
fn stays_in(real: &Path, link: &Path) -> Result<(), AssetError> {
    let target = link
        .canonicalize()
        .map_err(|error| at(link, Cause::Io(error)))?;
    if target.starts_with(real) {
        Ok(())
    } else {
        Err(at(link, Cause::LeadsOut(target)))
    }
}

/// The path below the directory, with `/` between its parts on every system.
fn place_below(directory: &Path, path: &Path) -> Result<String, AssetError> {
    let below = path.strip_prefix(directory).unwrap_or(path);
    let parts = below.iter().map(|part| part.to_str());
    let parts: Option<Vec<&str>> = parts.collect();
    let parts = parts.ok_or_else(|| at(path, Cause::Name))?;
    Ok(parts.join("/"))
}

#[cfg(unix)]
fn may_be_executed(entry: &DirEntry) -> Result<bool, AssetError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = entry
        .metadata()
        .map_err(|error| at(entry.path(), Cause::Io(error.into())))?;
    Ok(metadata.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn may_be_executed(_: &DirEntry) -> Result<bool, AssetError> {
    Ok(false)
}

/// Reads a file piece by piece: it may be larger than memory.
fn read_into(digest: &mut Sha256, path: &Path) -> Result<(), AssetError> {
    let failed = |error| at(path, Cause::Io(error));
    let mut file = File::open(path).map_err(failed)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = file.read(&mut buffer).map_err(failed)?;
        match buffer.get(..length) {
            None | Some([]) => return Ok(()),
            Some(piece) => digest.update(piece),
        }
    }
}

fn hexadecimal(digest: Sha256) -> String {
    let digit = |half: u8| {
        char::from(if half < 10 {
            b'0' + half
        } else {
            b'a' - 10 + half
        })
    };
    let bytes = digest.finalize();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)])
        .collect()
}
