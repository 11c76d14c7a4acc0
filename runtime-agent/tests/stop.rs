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
    let order = waiting("trap 'echo ended; exit 5' INT;");
    let left = run(&timed(order, 300, 10_000));
    assert_eq!(left.outcome(), &Outcome::timed_out(300));
    assert_eq!(left.text(), "ready\nended\n");
    assert_eq!(left.notes(), ["timed out after 0.3s: sending SIGINT"]);
    assert_eq!(left.phases(), [&Phase::Running, &Phase::Stopping]);
}

#[test]
fn a_command_that_does_not_listen_is_asked_in_other_words_and_then_killed() {
    let mut order = timed(waiting("trap '' INT; trap 'echo heard' TERM;"), 300, 200);
    order.term_ms = 300;
    let left = run(&order);
    assert_eq!(left.outcome(), &Outcome::timed_out(300));
    assert_eq!(left.text(), "ready\nheard\n");
    assert_eq!(
        left.notes(),
        [
            "timed out after 0.3s: sending SIGINT",
            "still running 0.2s after SIGINT: sending SIGTERM",
            "still running 0.3s after SIGTERM: sending SIGKILL"
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
    // The shell dies of SIGINT at once; what it started is deaf to that, and still has to clean up.
    let inner =
        "trap 'sleep 1.5; echo cleaned up; exit' TERM; echo ready; while :; do sleep 0.05; done";
    let mut order = argv(&["sh", "-c", "sh -c \"$0\" & wait", inner]);
    order.grace_ms = 200;
    let place = Place::with(&order);
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
fn a_signal_to_the_agent_ends_the_command_and_is_told_from_a_wish_of_ours() {
    for wish in [Signal::TERM, Signal::INT, Signal::HUP] {
        let place = Place::with(&waiting("trap 'echo asked; exit 0' INT;"));
        let mut agent = place.start();
        ready(&place);
        signal(&agent, wish);
        let left = place.left(agent.wait().unwrap().code());
        let number = wish.as_raw();
        assert_eq!(left.outcome(), &Outcome::interrupted(number), "{wish:?}");
        assert_eq!(left.text(), "ready\nasked\n");
        let told = format!("told to stop from outside (signal {number}): sending SIGINT");
        assert_eq!(left.notes(), [told]);
    }
}

#[test]
fn a_signal_that_carries_out_a_wish_of_ours_is_that_wish() {
    let place = Place::with(&waiting("trap 'exit 0' INT;"));
    let mut agent = place.start();
    ready(&place);
    fs::write(place.path("cancel"), "").unwrap();
    signal(&agent, Signal::TERM);
    let left = place.left(agent.wait().unwrap().code());
    assert_eq!(left.outcome(), &Outcome::cancelled());
}

#[test]
fn every_process_of_a_command_names_its_execution() {
    let left = run(&script("env -i sh -c true; sh -c 'echo $MYCLI_EXECUTION'"));
    assert_eq!(left.text(), "e1\n");
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
