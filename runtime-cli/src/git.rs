//! What the git repository around a directory tells: where it comes from and what is checked out.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Detection {
    /// Nothing to fetch, and why in a few words.
    Nothing(String),
    /// A checkout of something that was fetched from elsewhere.
    Checkout(Checkout),
}

/// A checkout of a repository that has a remote `origin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkout {
    /// URL of `origin`, as git would use it. May hold credentials.
    pub(crate) origin: String,
    /// Full id of the commit that is checked out.
    pub(crate) commit: String,
    /// The branch that is checked out here; none when HEAD is detached.
    pub(crate) branch: Option<String>,
    /// A branch or tag that `origin` has, as far as is known here, and that holds the commit.
    pub(crate) published_as: Option<String>,
    /// Whether files differ from the commit.
    pub(crate) dirty: bool,
}

/// Asks git about the repository around `directory`.
///
/// Worktrees, submodules and subdirectories are git's to understand, so git is asked.
pub(crate) fn detect(directory: &Path) -> Detection {
    let nothing = |why: &str| Detection::Nothing(why.to_owned());
    // The two questions do not depend on each other, and a process costs milliseconds.
    let origin = git(directory, &["remote", "get-url", "origin"]).spawn();
    let status = git(directory, &["status", "--porcelain=v2", "--branch"]).output();
    let origin = origin.and_then(std::process::Child::wait_with_output);
    let (origin, status) = match (origin, status) {
        (Ok(origin), Ok(status)) => (origin, status),
        (Err(error), _) | (_, Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return nothing("git is not installed");
        }
        (Err(error), _) | (_, Err(error)) => return nothing(&format!("git: {error}")),
    };
    if !status.status.success() {
        let said = text(&status.stderr);
        return if said.contains("not a git repository") {
            nothing("not in a git repository")
        } else {
            nothing(&format!("git: {}", said.lines().next().unwrap_or("failed")))
        };
    }
    let status = Status::parse(&text(&status.stdout));
    let Some(commit) = status.commit else {
        return nothing("the git repository has no commit yet");
    };
    if !origin.status.success() {
        return nothing("the git repository has no remote `origin`");
    }
    Detection::Checkout(Checkout {
        origin: absolute(directory, text(&origin.stdout).trim_end_matches('\n')),
        published_as: status.upstream.or_else(|| published_as(directory, &commit)),
        commit,
        branch: status.branch,
        dirty: status.dirty,
    })
}

/// Asks the remote `origin` for its branches, and says what git says when it cannot. Never asks the person anything.
pub(crate) async fn reach_origin(directory: &Path) -> Result<(), String> {
    let mut asking = git(directory, &["ls-remote", "--quiet", "--heads", "origin"]);
    asking.env("GIT_TERMINAL_PROMPT", "0");
    // An empty program is none.
    asking.env("GIT_ASKPASS", "").env("SSH_ASKPASS", "");
    if std::env::var_os("GIT_SSH_COMMAND").is_none() {
        asking.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
    }
    asking.stdout(Stdio::null());
    let mut asking = tokio::process::Command::from(asking);
    let output = asking.kill_on_drop(true).output().await;
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(text(&output.stderr)),
        Err(error) => Err(error.to_string()),
    }
}

/// What `git status --porcelain=v2 --branch` says.
#[derive(Debug, Default)]
struct Status {
    commit: Option<String>,
    branch: Option<String>,
    /// The branch of `origin` that this one follows, when it has all that is here.
    upstream: Option<String>,
    dirty: bool,
}

impl Status {
    fn parse(output: &str) -> Self {
        let mut status = Self::default();
        let mut ahead = None;
        for line in output.lines() {
            let known = |word: &str| (!word.starts_with('(')).then(|| word.to_owned());
            if let Some(commit) = line.strip_prefix("# branch.oid ") {
                status.commit = known(commit);
            } else if let Some(branch) = line.strip_prefix("# branch.head ") {
                status.branch = known(branch);
            } else if let Some(upstream) = line.strip_prefix("# branch.upstream origin/") {
                status.upstream = known(upstream);
            } else if let Some(counts) = line.strip_prefix("# branch.ab ") {
                ahead = counts.split(' ').next();
            } else if !line.starts_with('#') {
                status.dirty = true;
            }
        }
        status.upstream = status.upstream.filter(|_| ahead == Some("+0"));
        status
    }
}

/// A branch of `origin` that holds `commit`, or else a tag that names it.
///
/// `refs/remotes/pull` is where GitHub's checkout action keeps what it fetched of a pull request.
fn published_as(directory: &Path, commit: &str) -> Option<String> {
    let first = |arguments: &[&str]| {
        let output = git(directory, &[&["for-each-ref"], arguments].concat()).output();
        let names = text(&output.ok()?.stdout);
        let mut names = names.lines().filter(|name| *name != "HEAD");
        names.next().map(str::to_owned)
    };
    let contains = format!("--contains={commit}");
    let points = format!("--points-at={commit}");
    first(&[
        &contains,
        "--format=%(refname:lstrip=3)",
        "refs/remotes/origin",
    ])
    .or_else(|| {
        first(&[
            &contains,
            "--format=refs/%(refname:lstrip=2)",
            "refs/remotes/pull",
        ])
    })
    .or_else(|| first(&[&points, "--format=%(refname:lstrip=2)", "refs/tags"]))
}

/// A path made absolute; a URL as it is.
fn absolute(directory: &Path, origin: &str) -> String {
    let relative = origin.starts_with("./") || origin.starts_with("../");
    let top = || {
        let output = git(directory, &["rev-parse", "--show-toplevel"]).output();
        let path = text(&output.ok()?.stdout);
        PathBuf::from(path.trim_end_matches('\n'))
            .join(origin)
            .canonicalize()
            .ok()
    };
    match relative.then(top).flatten() {
        Some(path) => path.to_string_lossy().into_owned(),
        None => origin.to_owned(),
    }
}

fn git(directory: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.current_dir(directory).args(arguments);
    git.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    git.stdin(Stdio::null());
    git.stdout(Stdio::piped()).stderr(Stdio::piped());
    git
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests;
