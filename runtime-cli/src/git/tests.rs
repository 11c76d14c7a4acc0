use std::fs;

use super::*;

/// A repository with one commit, cloned from another one beside it.
struct Clone {
    root: tempfile::TempDir,
}

impl Clone {
    fn new() -> Self {
        let clone = Self {
            root: tempfile::tempdir().unwrap(),
        };
        clone.git(
            ".",
            &[
                "init",
                "--quiet",
                "--bare",
                "--initial-branch=main",
                "origin.git",
            ],
        );
        clone.git(".", &["clone", "--quiet", "origin.git", "work"]);
        clone.commit("work", "one");
        clone.git("work", &["push", "--quiet", "origin", "HEAD:main"]);
        clone.git(
            "work",
            &["branch", "--quiet", "--set-upstream-to=origin/main"],
        );
        clone
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(path)
    }

    fn git(&self, path: &str, arguments: &[&str]) -> String {
        let output = super::git(&self.at(path), arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_NAME", "a")
            .env("GIT_AUTHOR_EMAIL", "a@example.com")
            .env("GIT_COMMITTER_NAME", "a")
            .env("GIT_COMMITTER_EMAIL", "a@example.com")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            text(&output.stderr)
        );
        text(&output.stdout).trim().to_owned()
    }

    fn commit(&self, path: &str, name: &str) {
        fs::write(self.at(path).join(name), name).unwrap();
        self.git(path, &["add", "."]);
        self.git(path, &["commit", "--quiet", "--message", name]);
    }

    fn checkout(&self, path: &str) -> Checkout {
        match detect(&self.at(path)) {
            Detection::Checkout(checkout) => checkout,
            Detection::Nothing(why) => panic!("nothing was found: {why}"),
        }
    }
}

#[test]
fn a_clone_tells_its_origin_commit_and_branch_from_any_folder() {
    let clone = Clone::new();
    fs::create_dir_all(clone.at("work/deep/er")).unwrap();
    let found = clone.checkout("work/deep/er");
    assert_eq!(found.origin, clone.at("origin.git").to_string_lossy());
    assert_eq!(found.commit, clone.git("work", &["rev-parse", "HEAD"]));
    assert_eq!(found.branch.as_deref(), Some("main"));
    assert_eq!(found.published_as.as_deref(), Some("main"));
    assert!(!found.dirty);
}

#[test]
fn a_commit_that_was_not_pushed_is_not_published() {
    let clone = Clone::new();
    clone.commit("work", "two");
    assert_eq!(clone.checkout("work").published_as, None);
    clone.git(
        "work",
        &["push", "--quiet", "origin", "HEAD:refs/heads/other/name"],
    );
    let published = clone.checkout("work").published_as;
    assert_eq!(published.as_deref(), Some("other/name"));
}

#[test]
fn a_detached_head_is_found_on_its_branch_or_tag() {
    let clone = Clone::new();
    clone.git("work", &["checkout", "--quiet", "--detach"]);
    let found = clone.checkout("work");
    assert_eq!(found.branch, None);
    assert_eq!(found.published_as.as_deref(), Some("main"));
    clone.commit("work", "two");
    clone.git("work", &["tag", "v1"]);
    assert_eq!(clone.checkout("work").published_as.as_deref(), Some("v1"));
}

#[test]
fn changed_and_new_files_are_noticed() {
    let clone = Clone::new();
    fs::write(clone.at("work/new"), "").unwrap();
    assert!(clone.checkout("work").dirty);
}

#[test]
fn worktrees_and_submodules_are_checkouts_of_their_own() {
    let clone = Clone::new();
    clone.git(
        "work",
        &["worktree", "add", "--quiet", "-b", "side", "../side"],
    );
    clone.commit("side", "side");
    let side = clone.checkout("side");
    assert_eq!(side.branch.as_deref(), Some("side"));
    assert_ne!(side.commit, clone.checkout("work").commit);

    clone.git(".", &["init", "--quiet", "outer"]);
    let origin = clone.at("origin.git");
    let add = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
    ];
    clone.git(
        "outer",
        &[&add[..], &[origin.to_str().unwrap(), "inner"]].concat(),
    );
    let inner = clone.checkout("outer/inner");
    assert_eq!(inner.origin, origin.to_string_lossy());
    assert_eq!(inner.published_as.as_deref(), Some("main"));
}

#[test]
fn a_relative_origin_is_made_absolute() {
    let clone = Clone::new();
    clone.git("work", &["remote", "set-url", "origin", "../origin.git"]);
    fs::create_dir(clone.at("work/deep")).unwrap();
    let found = clone.checkout("work/deep");
    assert_eq!(found.origin, clone.at("origin.git").to_string_lossy());
}

#[test]
fn where_there_is_nothing_to_fetch_it_says_why() {
    let clone = Clone::new();
    let why = |path: &str| match detect(&clone.at(path)) {
        Detection::Nothing(why) => why,
        Detection::Checkout(checkout) => panic!("found {checkout:?}"),
    };
    fs::create_dir(clone.at("plain")).unwrap();
    assert_eq!(why("plain"), "not in a git repository");
    clone.git(".", &["init", "--quiet", "fresh"]);
    assert_eq!(why("fresh"), "the git repository has no commit yet");
    clone.commit("fresh", "one");
    assert_eq!(why("fresh"), "the git repository has no remote `origin`");
    assert!(
        why("origin.git").starts_with("git: "),
        "{}",
        why("origin.git")
    );
}
