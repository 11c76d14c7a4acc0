use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use runtime::cancel::{cancel, kill};
use runtime::dispatch::dispatch;
use runtime::follow::{Event, Position, follow};
use runtime::port::{Holding, Problem, ProviderError};
use runtime::reconcile::{OVERTIME_MS, reconcile};
use runtime::retry::{FRESH_MS, Retry, Verdict, pause_ms, verdict};
use runtime::site::Starts;
use runtime::sweep::{Found, Swept, sweep};
use runtime::wait::wait;
use runtime::wire::{Body, Order, Outcome, Phase};
use runtime::{AttemptId, Execution, ExecutionId, Observed, State};

use super::fake::{Fake, frames, request, whole_life};

fn no_capacity() -> ProviderError {
    ProviderError::new(Problem::NoRoom, "ecs:RunTask", "Capacity is unavailable")
        .with_code("capacity.unavailable")
}

fn allowing(interrupted: bool, on_exit: &str) -> Retry {
    Retry {
        attempts: 3,
        on_exit: on_exit.parse().unwrap_or_default(),
        interrupted,
    }
}

#[test]
fn what_is_tried_again_is_the_reviewed_table() {
    let mut row = Fake::default().put(7, State::Running);
    let lost = |code: &str| Outcome::lost_to(code, "", None);
    let unstarted = |code: &str| Outcome::not_started(code, "", None);
    let table = [
        ("exit 0", Outcome::exited(0)),
        ("exit 1", Outcome::exited(1)),
        ("exit 75", Outcome::exited(75)),
        ("signal 9", Outcome::signaled(9)),
        ("timed out", Outcome::timed_out(1)),
        ("cancelled", Outcome::cancelled()),
        ("interrupted", Outcome::interrupted(15)),
        (
            "not started: capacity.unavailable",
            unstarted("capacity.unavailable"),
        ),
        ("not started: quota.exceeded", unstarted("quota.exceeded")),
        ("not started: image.not-found", unstarted("image.not-found")),
        (
            "not started: image.rate-limited",
            unstarted("image.rate-limited"),
        ),
        ("not started: network.failed", unstarted("network.failed")),
        (
            "not started: source.unreachable",
            unstarted("source.unreachable"),
        ),
        ("not started: source.denied", unstarted("source.denied")),
        ("not started: host.failed", unstarted("host.failed")),
        (
            "not started: command.not-found",
            unstarted("command.not-found"),
        ),
        ("lost: execution.lost", lost("execution.lost")),
        ("lost: memory.exhausted", lost("memory.exhausted")),
        ("lost: spot.interrupted", lost("spot.interrupted")),
        ("lost: host.failed", lost("host.failed")),
    ];
    let mut shown = format!(
        "{:36}{:>9}{:>17}{:>13}\n",
        "", "default", "--retry-on-exit", "interrupted"
    );
    for (name, outcome) in table {
        write!(shown, "{name:36}").unwrap();
        for (retry, width) in [
            (Retry::default(), 9),
            (allowing(false, "75"), 17),
            (allowing(true, ""), 13),
        ] {
            row.retry = retry;
            let pause = pause_ms(&row, &outcome).map(|pause| format!("{pause} ms"));
            write!(shown, "{:>width$}", pause.as_deref().unwrap_or("-")).unwrap();
        }
        shown.push('\n');
    }
    insta::assert_snapshot!(shown, @"
                                          default  --retry-on-exit  interrupted
    exit 0                                      -                -            -
    exit 1                                      -                -            -
    exit 75                                     -          6620 ms            -
    signal 9                                    -                -            -
    timed out                                   -                -            -
    cancelled                                   -                -            -
    interrupted                                 -                -      6620 ms
    not started: capacity.unavailable    19860 ms         19860 ms     19860 ms
    not started: quota.exceeded                 -                -            -
    not started: image.not-found                -                -            -
    not started: image.rate-limited      79440 ms         79440 ms     79440 ms
    not started: network.failed           6620 ms          6620 ms      6620 ms
    not started: source.unreachable       6620 ms          6620 ms      6620 ms
    not started: source.denied                  -                -            -
    not started: host.failed              6620 ms          6620 ms      6620 ms
    not started: command.not-found              -                -            -
    lost: execution.lost                        -                -            -
    lost: memory.exhausted                      -                -            -
    lost: spot.interrupted                      -                -      6620 ms
    lost: host.failed                           -                -      6620 ms
    ");
}

#[test]
fn pauses_grow_are_spread_and_end() {
    let outcome = Outcome::not_started("network.failed", "", None);
    let mut pauses = BTreeSet::new();
    for number in 0..50 {
        let mut row = Fake::default().put(number, State::Submitted);
        row.retry.attempts = 10;
        for attempt in 1..10_u32 {
            row.attempt = attempt;
            let pause = pause_ms(&row, &outcome).unwrap();
            let base = 5_000 * 2_u64.pow(attempt - 1);
            assert!(
                (base / 2..=base * 3 / 2).contains(&pause),
                "{attempt}: {pause}"
            );
            pauses.insert(pause);
        }
        row.attempt = 10;
        assert_eq!(pause_ms(&row, &outcome), None);
    }
    assert!(pauses.len() > 300, "they all come back at the same time");
    assert_eq!(verdict("never.heard-of"), Verdict::Never);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_for_want_of_capacity_is_tried_again_as_another_attempt() {
    let fake = Fake::default();
    fake.start
        .lock()
        .unwrap()
        .extend([no_capacity(), no_capacity()]);
    let execution = dispatch(fake.site(), &request(), &|_| {}).await.unwrap();
    assert_eq!((execution.state, execution.attempt), (State::Pulling, 3));
    assert_eq!(
        *fake.started.lock().unwrap(),
        ["00000000", "00000000.2", "00000000.3"]
    );
    let codes: Vec<_> = execution
        .earlier
        .iter()
        .map(|one| one.outcome.as_ref()?.code())
        .collect();
    assert_eq!(codes, [Some("capacity.unavailable"); 2]);
}

#[tokio::test(start_paused = true)]
async fn attempts_end_and_the_last_one_says_why() {
    let fake = Fake::default();
    fake.start.lock().unwrap().extend(vec![no_capacity(); 5]);
    let execution = dispatch(fake.site(), &request(), &|_| {}).await.unwrap();
    assert_eq!(
        (execution.state, execution.attempt),
        (State::CouldNotStart, 3)
    );
    assert_eq!(
        execution.outcome.unwrap().code(),
        Some("capacity.unavailable")
    );
    assert_eq!(fake.started.lock().unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_cancelled_while_it_waits_for_its_turn_ends_at_once_and_is_never_started() {
    let fake = Fake::default();
    fake.start.lock().unwrap().push_back(no_capacity());
    let asked = request();
    let cancelled = async {
        let id = ExecutionId::from_random(0);
        while fake
            .rows
            .lock()
            .unwrap()
            .get(&id)
            .is_none_or(|row| row.state != State::Queued)
        {
            tokio::task::yield_now().await;
        }
        cancel(fake.site(), &id).await.unwrap()
    };
    let (execution, cancelled) = tokio::join!(
        async { dispatch(fake.site(), &asked, &|_| {}).await.unwrap() },
        cancelled
    );
    assert_eq!(cancelled.state, State::Cancelled);
    assert_eq!(execution, cancelled);
    assert_eq!(*fake.started.lock().unwrap(), ["00000000"]);
}

#[tokio::test(start_paused = true)]
async fn the_output_of_every_attempt_is_handed_over_one_after_the_other() {
    let fake = Fake::default();
    let mut row = fake.put(1, State::Running);
    row.retry = allowing(false, "3");
    fake.rows
        .lock()
        .unwrap()
        .insert(row.id.clone(), row.clone());
    *fake.frames.lock().unwrap() = whole_life();
    *fake.again.lock().unwrap() = frames(vec![
        Body::Phase(Phase::Running),
        Body::Phase(Phase::Draining),
        Body::Ended(Outcome::exited(0)),
    ]);
    let mut seen = Vec::new();
    let mut sink = |event: Event<'_>| {
        seen.push(match event {
            Event::Frame { attempt, frame } => format!("{attempt}:{}", frame.seq),
            Event::Changed { execution, .. } => execution.state.to_string(),
            Event::Unanswered(error) => error.to_string(),
        });
        // Their clock is not the one that is paused.
        fake.now_ms.fetch_add(10_000, Ordering::Relaxed);
        ControlFlow::Continue(())
    };
    let asked = request();
    let site = fake.site().starting(Starts::Of(&asked));
    let ended = follow(site, &row.id, Position::START, &mut sink)
        .await
        .unwrap();
    assert_eq!((ended.state, ended.attempt), (State::Succeeded, 2));
    assert_eq!(*fake.started.lock().unwrap(), ["10000000.2"]);
    let frames: Vec<&str> = seen
        .iter()
        .map(String::as_str)
        .filter(|it| it.contains(':'))
        .collect();
    assert_eq!(frames, ["1:1", "1:2", "1:3", "1:4", "2:1", "2:2", "2:3"]);
    assert_eq!(ended.attempts().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_only_looks_starts_nothing_and_two_who_may_start_one() {
    let fake = Fake::default();
    let mut row = fake.put(1, State::Submitted);
    row.state = State::Queued;
    row.attempt = 2;
    row.not_before_ms = Some(0);
    fake.rows
        .lock()
        .unwrap()
        .insert(row.id.clone(), row.clone());
    let looked = reconcile(fake.site(), row.clone()).await.unwrap();
    assert_eq!(
        (looked.state, fake.started.lock().unwrap().len()),
        (State::Queued, 0)
    );
    let left = Order {
        env: request().env,
        ..Order::new(row.id.as_str(), request().command)
    };
    fake.orders.lock().unwrap().insert(row.id.to_string(), left);
    *fake.again.lock().unwrap() = whole_life();
    let site = fake.site().starting(Starts::Left);
    let (one, two) = tokio::join!(wait(site, &row.id), wait(site, &row.id));
    assert_eq!(one.unwrap().outcome, two.unwrap().outcome);
    assert_eq!(*fake.started.lock().unwrap(), ["10000000.2"]);
}

#[tokio::test]
async fn an_attempt_that_nobody_started_in_time_is_over_as_the_one_before_it_was() {
    let fake = Fake::default();
    let mut row = fake.put(1, State::Submitted);
    runtime::transition::conclude(
        &mut row,
        Outcome::not_started("network.failed", "no interface", None),
        0,
    );
    fake.rows
        .lock()
        .unwrap()
        .insert(row.id.clone(), row.clone());
    let due = row.not_before_ms.unwrap();
    fake.now_ms.store(due + FRESH_MS, Ordering::Relaxed);
    let waiting = reconcile(fake.site(), row.clone()).await.unwrap();
    assert_eq!(waiting.state, State::Queued);
    fake.now_ms.store(due + FRESH_MS + 1, Ordering::Relaxed);
    let over = reconcile(fake.site(), row).await.unwrap();
    assert_eq!(over.state, State::CouldNotStart);
    assert_eq!(over.outcome.unwrap().code(), Some("network.failed"));
}

#[tokio::test]
async fn an_agent_that_does_not_end_its_command_is_ended_from_outside() {
    let fake = Fake::default();
    let mut row = fake.put(1, State::Running);
    row.timeout_ms = Some(1_000);
    row.started_at_ms = Some(0);
    fake.rows
        .lock()
        .unwrap()
        .insert(row.id.clone(), row.clone());
    let last = 1_000 + row.grace_ms + 10_000 + OVERTIME_MS;
    fake.now_ms.store(last, Ordering::Relaxed);
    assert_eq!(
        reconcile(fake.site(), row.clone()).await.unwrap().state,
        State::Running
    );
    fake.now_ms.store(last + 1, Ordering::Relaxed);
    let ended = reconcile(fake.site(), row).await.unwrap();
    assert_eq!(
        (ended.state, ended.outcome),
        (State::TimedOut, Some(Outcome::timed_out(1_000)))
    );
    assert_eq!(*fake.killed.lock().unwrap(), ["10000000"]);
}

#[tokio::test]
async fn what_is_killed_is_cancelled_whatever_its_agent_does() {
    let fake = Fake::default();
    let id = fake.put(1, State::Running).id;
    let alive = kill(fake.site(), &id).await.unwrap();
    assert_eq!(
        (alive.state, *fake.killed.lock().unwrap() == ["10000000"]),
        (State::Running, true)
    );
    fake.see(Observed::Gone {
        outcome: Outcome::lost("killed"),
    });
    let gone = kill(fake.site(), &id).await.unwrap();
    assert_eq!(
        (gone.state, gone.outcome),
        (State::Cancelled, Some(Outcome::cancelled()))
    );
}

#[tokio::test]
async fn a_sweep_finds_what_was_left_behind() {
    let fake = Fake::default();
    let ended = fake.put(2, State::Succeeded);
    let earlier = Execution {
        attempt: 2,
        ..fake.put(3, State::Running)
    };
    fake.rows
        .lock()
        .unwrap()
        .insert(earlier.id.clone(), earlier.clone());
    let nobody = ExecutionId::from_random(9);
    let holding = |id: &ExecutionId, number| Holding {
        attempt: AttemptId::new(id.clone(), number),
        handle: "handle".to_owned(),
    };
    *fake.holdings.lock().unwrap() = vec![
        holding(&ended.id, 1),
        holding(&earlier.id, 1),
        holding(&earlier.id, 2),
        holding(&nobody, 1),
    ];
    *fake.frames.lock().unwrap() = whole_life();
    let dead = fake.put(1, State::Running);
    let mut told = Vec::new();
    let mut hear = |found: Found<'_>| {
        told.push(match found {
            Found::Changed { before, after } => format!("{} {}", before.id, after.state),
            Found::Unseen { execution, error } => format!("{} {error}", execution.id),
            Found::Stray { holding, ended, .. } => format!("{} {ended:?}", holding.attempt),
        });
    };
    let swept = sweep(fake.site(), false, &mut hear).await.unwrap();
    told.sort();
    assert_eq!(
        told,
        [
            format!("{} failed", dead.id),
            format!("{} Ok(true)", ended.id),
            format!("{} Ok(true)", earlier.id),
            format!("{nobody} Ok(false)"),
        ]
    );
    let expected = Swept {
        open: 2,
        changed: 1,
        unseen: 0,
        stray: 3,
    };
    assert_eq!(swept, expected);
    sweep(fake.site(), true, &mut |_| {}).await.unwrap();
    assert!(fake.killed.lock().unwrap().contains(&nobody.to_string()));
}
