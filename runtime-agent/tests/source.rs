//! Sources: what is fetched, and why it could not be.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use runtime_wire::{Phase, Revision};
use tempfile::TempDir;

use crate::git_server::{git, serve};
use crate::place::{Left, run_in};

/// A repository with a history, and its directory.
struct Origin {
    root: TempDir,
}

impl Origin {
    fn new() -> Self {
        let origin = Self {
            root: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(origin.root.path().join("repo")).unwrap();
        origin.git(&["init", "-q", "-b", "main"]);
        origin.commit("one");
        origin.git(&["tag", "v1"]);
        origin.git(&["tag", "-a", "-m", "annotated", "v1-annotated"]);
        origin.commit("two");
        origin.git(&["checkout", "-q", "-b", "feature/x"]);
        origin.commit("three");
        origin.git(&["checkout", "-q", "main"]);
        origin
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=n", "-c", "user.email=e@localhost"])
            .args(arguments)
            .current_dir(self.root.path().join("repo"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, content: &str) {
        fs::write(self.root.path().join("repo/file"), content).unwrap();
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", content]);
    }

    fn path(&self) -> String {
        self.root.path().to_str().unwrap().to_owned()
    }

    fn file_url(&self) -> String {
        format!("file://{}/repo", self.path())
    }

    /// Serves it over HTTP: open below `/`, for `me` with `s cret` below `/private`.
    fn http_url(&self) -> String {
        let root = self.path();
        serve(move |request| {
            let mut request = request.clone();
            if let Some(path) = request.path.strip_prefix("/moved") {
                let headers = vec![("location".to_owned(), path.to_owned())];
                return Some((301, headers, Vec::new()));
            }
            if let Some(path) = request.path.strip_prefix("/private") {
                // `me:s cret` in base64.
                if request.header("authorization") != "Basic bWU6cyBjcmV0" {
                    return Some((401, Vec::new(), b"Repository not found.".to_vec()));
                }
                request.path = path.to_owned();
            }
            Some(git(&root, &request))
        })
    }
}

fn named(name: &str) -> Revision {
    Revision::Named(name.to_owned())
}

fn fetched(left: &Left) -> &str {
    match left.phases()[..] {
        [
            Phase::Fetching { .. },
            Phase::Fetched { commit },
            Phase::Running,
        ] => commit,
        _ => panic!("it was not fetched: {left:?}"),
    }
}

const LOOK: &str = "cat file; echo; git status --porcelain; git rev-parse --abbrev-ref HEAD";

#[test]
fn every_kind_of_revision_is_found() {
    let origin = Origin::new();
    let http = format!("{}/repo", origin.http_url());
    let first = origin.git(&["rev-parse", "v1"]);
    let commit = |branch: Option<&str>| Revision::Commit {
        id: first.clone(),
        branch: branch.map(str::to_owned),
    };
    for (revision, name, text) in [
        (Revision::Default, "main", "two\nmain\n"),
        (named("feature/x"), "feature/x", "three\nfeature/x\n"),
        (named("v1"), "v1", "one\nHEAD\n"),
        (named("v1-annotated"), "v1", "one\nHEAD\n"),
        (
            named("refs/heads/feature/x"),
            "feature/x",
            "three\nfeature/x\n",
        ),
        (named(&first), "v1", "one\nHEAD\n"),
        (commit(None), "v1", "one\nHEAD\n"),
        (commit(Some("main")), "v1", "one\nHEAD\n"),
    ] {
        for url in [origin.file_url(), http.clone()] {
            let left = run_in(&url, revision.clone(), LOOK);
            assert_eq!(left.text(), text, "{revision:?} of {url}");
            assert_eq!(fetched(&left), origin.git(&["rev-parse", name]));
        }
    }
}

#[test]
fn modes_and_links_are_checked_out() {
    let origin = Origin::new();
    let run = origin.root.path().join("repo/run");
    fs::write(&run, "#!/bin/sh\necho ran").unwrap();
    fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink("run", origin.root.path().join("repo/link")).unwrap();
    origin.commit("modes");
    let left = run_in(
        &origin.file_url(),
        Revision::Default,
        "./link; readlink link",
    );
    assert_eq!(left.text(), "ran\nrun\n");
}

#[test]
fn what_is_not_there_is_named() {
    let origin = Origin::new();
    let absent = "0123456789012345678901234567890123456789";
    let commit = Revision::Commit {
        id: absent.to_owned(),
        branch: Some("main".to_owned()),
    };
    for url in [origin.file_url(), format!("{}/repo", origin.http_url())] {
        for (revision, words) in [
            (
                named("nope"),
                "there is no branch and no tag `nope` in it".to_owned(),
            ),
            (
                named(absent),
                format!("there is no commit `{absent}` in it"),
            ),
            (
                commit.clone(),
                format!("there is no commit `{absent}` in it"),
            ),
        ] {
            let left = run_in(&url, revision, LOOK);
            let message = format!("cannot fetch `{url}`: {words}");
            assert_eq!(
                left.refusal(),
                ("source.revision-missing", message.as_str())
            );
            assert_eq!(left.exit_code, Some(125));
        }
    }
}

#[test]
fn a_private_repository_needs_its_password_and_keeps_it() {
    let origin = Origin::new();
    let url = format!("{}/private/repo", origin.http_url());
    let left = run_in(&url, Revision::Default, LOOK);
    let message = format!(
        "cannot fetch `{url}`: the server answered 401 Unauthorized: Repository not found."
    );
    assert_eq!(left.refusal(), ("source.unauthenticated", message.as_str()));

    let with = url.replace("http://", "http://me:s%20cret@");
    let left = run_in(
        &with,
        Revision::Default,
        "cat file .git/config; grep -r 'cret' . || true",
    );
    assert!(left.text().starts_with("two"), "{left:?}");
    let said = format!("{left:?}");
    assert!(!said.contains("cret") && !said.contains("me:"), "{said}");

    let with = url.replace("http://", "http://me:wr0ng@");
    let left = run_in(&with, Revision::Default, LOOK);
    assert_eq!(left.refusal(), ("source.unauthenticated", message.as_str()));
    assert!(!format!("{left:?}").contains("wr0ng"));
}

#[test]
fn a_pull_request_is_found_as_each_kind_of_server_calls_it() {
    let origin = Origin::new();
    origin.git(&["update-ref", "refs/pull/7/head", "feature/x"]);
    origin.git(&["update-ref", "refs/merge-requests/8/head", "feature/x"]);
    origin.git(&["update-ref", "refs/pull-requests/9/from", "feature/x"]);
    let url = format!("{}/repo", origin.http_url());
    for number in [7, 8, 9] {
        let left = run_in(&url, Revision::PullRequest(number), "cat file");
        assert_eq!(left.text(), "three", "{number}: {left:?}");
    }
    let (code, message) = {
        let left = run_in(&url, Revision::PullRequest(10), "cat file");
        let (code, message) = left.refusal();
        (code.to_owned(), message.to_owned())
    };
    assert_eq!(code, "source.revision-missing");
    assert!(message.contains("no pull request 10"), "{message}");
}

#[test]
fn a_token_opens_its_own_server_and_is_nowhere_afterwards() {
    let origin = Origin::new();
    let server = origin.http_url();
    let url = format!("{server}/private/repo");
    let order = |origin: &str| {
        let mut order = crate::place::script(
            "cat file .git/config; env; grep -r 's cret\\|czIGNy' . || echo none",
        );
        order.source = Some(runtime_wire::Source {
            repository: url.clone(),
            revision: Revision::Default,
        });
        order.git_token = Some(runtime_wire::order::GitToken {
            origin: origin.to_owned(),
            user: "me".to_owned(),
            token: "s cret".to_owned(),
        });
        order
    };
    let left = crate::place::run(&order(&server));
    assert!(left.text().starts_with("two"), "{left:?}");
    assert!(left.text().ends_with("none\n"), "{left:?}");
    assert!(!format!("{left:?}").contains("s cret"), "{left:?}");
    let elsewhere = crate::place::run(&order("http://127.0.0.1:1"));
    assert_eq!(elsewhere.refusal().0, "source.unauthenticated");
}

#[test]
fn a_repository_that_moved_is_followed() {
    let origin = Origin::new();
    let url = format!("{}/moved/repo", origin.http_url());
    assert_eq!(run_in(&url, named("v1"), "cat file").text(), "one");
}

#[test]
fn who_refuses_is_told_apart() {
    let origin = Origin::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}/a", closed.local_addr().unwrap());
    drop(closed);
    let busy = serve(|_| Some((503, Vec::new(), b"<html>".to_vec())));
    let torn = serve(|_| None);
    let shut = serve(|_| Some((403, Vec::new(), b"not for you".to_vec())));
    for (url, code, words) in [
        (
            nobody.as_str(),
            "source.unreachable",
            "Connection refused (os error 111)",
        ),
        (
            busy.as_str(),
            "source.unreachable",
            "503 Service Unavailable",
        ),
        (torn.as_str(), "source.unreachable", ""),
        (shut.as_str(), "source.denied", "not for you"),
        ("http://nobody.invalid/a", "source.unreachable", "lookup"),
        (
            &format!("{}/absent", origin.http_url()),
            "source.not-found",
            "404 Not Found",
        ),
        (
            &format!("{}/absent", origin.file_url()),
            "source.not-found",
            "No such file or directory",
        ),
        ("ext::sh -c id", "source.malformed-url", "`ext`"),
        ("", "source.malformed-url", "empty"),
    ] {
        let left = run_in(url, Revision::Default, LOOK);
        let (found, message) = left.refusal();
        assert_eq!(found, code, "{url}: {message}");
        assert!(message.contains(words), "{url}: {message}");
    }
}

#[test]
fn a_url_is_never_handed_to_a_shell() {
    let origin = Origin::new();
    let mark = origin.root.path().join("mark");
    let name = format!("$(touch {0}) `touch {0}` '; touch {0} ;\"", mark.display());
    let flat = name.replace('/', "_");
    fs::rename(
        origin.root.path().join("repo"),
        origin.root.path().join(&flat),
    )
    .unwrap();
    for url in [
        format!("{}/{flat}", origin.path()),
        format!("{}/{name}", origin.path()),
        format!("ssh://127.0.0.1:1/{name}"),
    ] {
        let left = run_in(&url, Revision::Default, "cat file");
        if url.ends_with(&flat) {
            assert_eq!(left.text(), "two", "{left:?}");
        }
        assert!(!mark.exists(), "{url}");
    }
}

#[test]
fn an_empty_repository_says_so() {
    let root = tempfile::tempdir().unwrap();
    let init = Command::new("git")
        .arg("init")
        .arg("-q")
        .arg(root.path())
        .status();
    assert!(init.unwrap().success());
    let url = format!("file://{}", root.path().display());
    let left = run_in(&url, Revision::Default, LOOK);
    assert_eq!(left.refusal().0, "source.revision-missing", "{left:?}");
}
