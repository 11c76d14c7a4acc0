//! The repository is fetched by the agent, at the exact commit.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::{Machine, Run, text};

#[test]
fn the_repository_one_stands_in_is_run_at_the_commit_one_stands_on() {
    let machine = Machine::new();
    let remote = remote(&machine);
    let checkout = clone(&machine, &remote);
    let below = checkout.join("below");
    let run = exec_in(&machine, &below, &["--", "cat", "file"]).exits(0);
    assert_eq!(run.stdout, b"second\n");
    let commit = git(&checkout, &["rev-parse", "HEAD"]);
    assert_eq!(machine.status("@last")["commit"], commit);
}

#[test]
fn a_commit_that_was_not_pushed_is_refused_with_the_way_on() {
    let machine = Machine::new();
    let remote = remote(&machine);
    let checkout = clone(&machine, &remote);
    commit(&checkout, "third");
    exec_in(&machine, &checkout, &["--", "true"])
        .exits(125)
        .says(&["push"]);
}

#[test]
fn a_branch_a_tag_or_a_commit_can_be_named() {
    let machine = Machine::new();
    let remote = remote(&machine);
    let first = git(&remote, &["rev-parse", "main~1"]);
    for (flag, name, wanted) in [
        ("--branch", "other", "other\n"),
        ("--ref", "v1", "first\n"),
        ("--ref", &first, "first\n"),
        ("--ref", "main", "second\n"),
    ] {
        let repo = format!("file://{}", text(&remote));
        let run = machine.run(&[
            "exec", "-q", "--repo", &repo, flag, name, "--", "cat", "file",
        ]);
        assert_eq!(run.exits(0).text(), wanted.trim_end(), "{flag} {name}");
    }
}

#[test]
fn a_revision_that_is_not_there_and_a_host_that_does_not_answer_are_told_apart() {
    let machine = Machine::new();
    let remote = remote(&machine);
    let repo = format!("file://{}", text(&remote));
    let missing = machine.run(&["exec", "--repo", &repo, "--ref", "nowhere", "--", "true"]);
    missing
        .exits(125)
        .says(&["nowhere", "source.revision-missing"]);
    assert_eq!(machine.status("@last")["state"], "could_not_start");
    let flags = [
        "exec",
        "--attempts",
        "1",
        "--repo",
        "http://127.0.0.1:1/x.git",
    ];
    let unreachable = machine.run(&[&flags[..], &["--", "true"]].concat());
    unreachable
        .exits(125)
        .says(&["127.0.0.1:1", "source.unreachable"]);
    assert_eq!(machine.status("@last")["state"], "could_not_start");
}

#[test]
fn a_url_is_data_and_not_a_script() {
    let machine = Machine::new();
    let mark = machine.work().join("executed");
    let repo = format!("file:///nowhere/$(touch {})'`x`", mark.display());
    machine
        .run(&["exec", "--repo", &repo, "--", "true"])
        .exits(125);
    assert!(!mark.exists());
}

#[test]
fn where_there_is_no_repository_it_runs_without_and_says_so() {
    Machine::new()
        .run(&["exec", "--", "true"])
        .exits(0)
        .says(&["repository"]);
}

/// A bare repository: `first` (tag v1) and `second` on main, `other` on a branch of that name.
fn remote(machine: &Machine) -> PathBuf {
    let directory = machine.work().parent().unwrap().join("origin");
    std::fs::create_dir(&directory).unwrap();
    git(&directory, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&directory, "first");
    git(&directory, &["tag", "v1"]);
    git(&directory, &["checkout", "--quiet", "-b", "other"]);
    commit(&directory, "other");
    git(&directory, &["checkout", "--quiet", "main"]);
    commit(&directory, "second");
    directory
}

fn clone(machine: &Machine, remote: &Path) -> PathBuf {
    let checkout = machine.work().join("checkout");
    git(
        &machine.work(),
        &[
            "clone",
            "--quiet",
            &format!("file://{}", text(remote)),
            "checkout",
        ],
    );
    std::fs::create_dir(checkout.join("below")).unwrap();
    checkout
}

fn commit(repository: &Path, content: &str) {
    std::fs::write(repository.join("file"), format!("{content}\n")).unwrap();
    git(repository, &["add", "file"]);
    git(repository, &["commit", "--quiet", "--message", content]);
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let identity = [
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.invalid",
    ];
    let output = Command::new("git")
        .args(identity)
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

fn exec_in(machine: &Machine, directory: &Path, arguments: &[&str]) -> Run {
    let arguments = [&["exec"], arguments].concat();
    machine
        .command(&arguments)
        .current_dir(directory)
        .output()
        .unwrap()
        .into()
}
