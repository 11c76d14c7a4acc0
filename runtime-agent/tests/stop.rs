//! Ends that the command does not choose: deadlines, wishes, and the death of its agent.

use std::fs::{self, File};
use std::process::Child;
use std::time::{Duration, Instant};

use runtime_wire::{Order, Outcome, Phase};
use rustix::fs::FlockOperation;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::place::{Place, argv, run, script, stdout, until};

fn signal(agent: &Child, signal: Signal) {
    kill_process(Pid::from_child(agent), signal).unwrap();
}

fn timed(mut order: Order, timeout_ms: u64, grace_ms: u64) -> Order {
    order.timeout_ms = Some(timeout_ms);
    order.grace_ms = grace_ms;
    order
}

/// A script that says when it is ready, and never ends.
fn waiting(trap: &str) -> Order {
    script(&format!("{trap} echo ready; while :; do sleep 0.05; done"))
}

fn ready(place: &Place) {
    place.until(|frames| stdout(frames) == b"ready\n");
}

#[test]
fn a_command_that_takes_too_long_is_asked_to_end() {
    let order = waiting("trap 'echo ended; exit 5' TERM;");
    let left = run(&timed(order, 300, 10_000));
    assert_eq!(left.outcome(), &Outcome::timed_out(300));
    assert_eq!(left.text(), "ready\nended\n");
    assert_eq!(left.notes(), ["timed out after 0.3s: sending SIGTERM"]);
    assert_eq!(left.phases(), [&Phase::Running, &Phase::Stopping]);
}

#[test]
fn a_command_that_does_not_listen_is_killed() {
    let left = run(&timed(waiting("trap '' TERM;"), 300, 200));
    assert_eq!(left.outcome(), &Outcome::timed_out(300));
    assert_eq!(
        left.notes(),
        [
            "timed out after 0.3s: sending SIGTERM",
            "still running 0.2s after SIGTERM: sending SIGKILL"
        ]
    );
}

#[test]
fn a_suspended_command_hears_that_it_should_end() {
    let left = run(&timed(script("kill -STOP $$; sleep 60"), 300, 60_000));
    assert_eq!(left.outcome(), &Outcome::timed_out(300));
    assert_eq!(left.notes().len(), 1);
}

#[test]
fn what_the_command_started_has_the_grace_period_too() {
    // The shell dies of SIGTERM at once; what it started still has to clean up.
    let inner =
        "trap 'sleep 1.5; echo cleaned up; exit' TERM; echo ready; while :; do sleep 0.05; done";
    let place = Place::with(&argv(&["sh", "-c", "sh -c \"$0\" & wait", inner]));
    let mut agent = place.start();
    ready(&place);
    fs::write(place.path("cancel"), "").unwrap();
    agent.wait().unwrap();
    assert_eq!(stdout(&place.frames()), b"ready\ncleaned up\n");
}

#[test]
fn a_mark_cancels() {
    let place = Place::with(&waiting(""));
    let mut agent = place.start();
    ready(&place);
    let begun = Instant::now();
    fs::write(place.path("cancel"), "").unwrap();
    let status = agent.wait().unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    let left = place.left(status.code());
    assert_eq!(left.outcome(), &Outcome::cancelled());
    assert_eq!(left.phases(), [&Phase::Running, &Phase::Stopping]);
}

#[test]
fn a_signal_to_the_agent_cancels() {
    for wish in [Signal::TERM, Signal::INT, Signal::HUP] {
        let place = Place::with(&waiting("trap 'echo asked; exit 0' TERM;"));
        let mut agent = place.start();
        ready(&place);
        signal(&agent, wish);
        let left = place.left(agent.wait().unwrap().code());
        assert_eq!(left.outcome(), &Outcome::cancelled(), "{wish:?}");
        assert_eq!(left.text(), "ready\nasked\n");
    }
}

#[test]
fn a_killed_agent_leaves_a_journal_a_free_lock_and_no_command() {
    let place = Place::with(&script("echo $$; exec sleep 60"));
    let mut agent = place.start();
    place.until(|frames| stdout(frames).ends_with(b"\n"));
    let lock = File::open(place.path("lock")).unwrap();
    let taken = rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive);
    assert_eq!(taken, Err(rustix::io::Errno::WOULDBLOCK));
    agent.kill().unwrap();
    agent.wait().unwrap();
    rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
    let frames = place.frames();
    assert_eq!(frames.len(), 2);
    let text = String::from_utf8(stdout(&frames)).unwrap();
    let command = Pid::from_raw(text.trim().parse().unwrap()).unwrap();
    until(|| test_kill_process(command).is_err());
}

#[test]
fn a_timeout_ends_the_fetching_too() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut order = timed(script("echo started"), 300, 1_000);
    order.source = Some(runtime_wire::Source {
        repository: format!("http://{}/a", silent.local_addr().unwrap()),
        revision: runtime_wire::Revision::Default,
    });
    let left = run(&order);
    assert_eq!(left.outcome(), &Outcome::timed_out(300));
    assert_eq!(
        left.notes(),
        ["timed out after 0.3s while the source was fetched"]
    );
    assert_eq!(left.text(), "");
}
