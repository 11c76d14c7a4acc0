//! Makes the repository in the workspace, and the files in it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gix::create::{Kind, Options};
use gix::progress::Discard;
use gix::worktree::stack::state::attributes::Source;
use gix::{Repository, ThreadSafeRepository};

use super::address::Address;
use super::fetch::Found;

/// Makes an empty repository. Nothing of this machine's or its user's git configuration is read.
pub(super) fn create(workspace: &Path) -> Result<Repository, gix::Error> {
    let options = Options {
        destination_must_be_empty: Some(true),
        ..Options::default()
    };
    let open = gix::open::Options::isolated();
    ThreadSafeRepository::init_opts(workspace, Kind::WithWorktree, options, open)
        .map(|repository| repository.to_thread_local())
}

/// Checks out what was fetched, so that git itself finds a clone. Returns the commit's id.
pub(super) fn check_out(
    repository: &Repository,
    found: &Found,
    address: &Address,
    interrupt: &Arc<AtomicBool>,
) -> Result<String, gix::Error> {
    let commit = repository.find_object(found.object)?.peel_to_commit()?;
    let id = commit.id().to_string();
    name(repository, &id, found.branch.as_deref()).map_err(gix::Error::from_error)?;
    remember(repository, address).map_err(gix::Error::from_error)?;
    let tree = commit.tree_id()?;
    let mut index = repository.index_from_tree(&tree)?;
    let mut options = repository.checkout_options(Source::IdMapping)?;
    options.destination_is_initially_empty = true;
    let outcome = gix::worktree::state::checkout(
        &mut index,
        repository.workdir().unwrap_or(repository.git_dir()),
        repository
            .objects
            .clone()
            .into_arc()
            .map_err(gix::Error::from_error)?,
        &Discard,
        &Discard,
        interrupt,
        options,
    )?;
    if interrupt.load(Ordering::Relaxed) {
        return Err(failure("it was interrupted"));
    }
    if let Some(file) = outcome.errors.into_iter().next() {
        // The file's name is in the error already.
        return Err(file.error);
    }
    if let Some(file) = outcome.collisions.into_iter().next() {
        let words = format!("`{}` collides with another file", file.path);
        return Err(failure(&words));
    }
    index.write(gix::index::write::Options::default())?;
    Ok(id)
}

fn failure(words: &str) -> gix::Error {
    gix::Error::from_error(std::io::Error::other(words))
}

/// Points HEAD at the branch, or at the commit where there is none.
fn name(repository: &Repository, id: &str, branch: Option<&str>) -> std::io::Result<()> {
    let git = repository.git_dir();
    let Some(branch) = branch else {
        return fs::write(git.join("HEAD"), format!("{id}\n"));
    };
    for place in ["refs/heads", "refs/remotes/origin"] {
        let file = git.join(place).join(branch);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, format!("{id}\n"))?;
    }
    fs::write(git.join("HEAD"), format!("ref: refs/heads/{branch}\n"))
}

/// Writes down where it came from, without credentials.
fn remember(repository: &Repository, address: &Address) -> std::io::Result<()> {
    let path = repository.git_dir().join("config");
    let mut config = fs::read_to_string(&path)?;
    let url = address
        .shown
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    let _ = write!(
        config,
        "[remote \"origin\"]\n\turl = \"{url}\"\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
    );
    fs::write(path, config)
}
