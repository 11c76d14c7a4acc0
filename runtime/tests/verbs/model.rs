//! Whatever is said, however often and in whichever order: a row never becomes impossible.

use proptest::prelude::*;
use runtime::reconcile::reconcile;
use runtime::transition::{apply, end_state};
use runtime::wire::{Body, Frame, Outcome, Phase};
use runtime::{Execution, Observed, State};

use super::fake::{Fake, frames};

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        any::<u8>().prop_map(Outcome::exited),
        (1..32).prop_map(Outcome::signaled),
        Just(Outcome::timed_out(5)),
        Just(Outcome::cancelled()),
        Just(Outcome::not_started("command.not-found", "no", None)),
        Just(Outcome::not_started("capacity.unavailable", "no", None)),
        Just(Outcome::interrupted(15)),
        Just(Outcome::lost("gone")),
    ]
}

/// The frames of one life, each of its parts there or not.
fn life() -> impl Strategy<Value = Vec<Frame>> {
    let parts = (any::<[bool; 4]>(), any::<bool>(), any::<bool>(), outcome());
    parts.prop_map(
        |([fetching, fetched, running, draining], output, stopping, outcome)| {
            let commit = "0".repeat(40);
            let repository = "r".to_owned();
            let parts = [
                (fetching, Body::Phase(Phase::Fetching { repository })),
                (fetched, Body::Phase(Phase::Fetched { commit })),
                (running, Body::Phase(Phase::Running)),
                (output, Body::Stdout(b"x".to_vec())),
                (stopping, Body::Phase(Phase::Stopping)),
                (draining, Body::Phase(Phase::Draining)),
                (true, Body::Ended(outcome)),
            ];
            frames(
                parts
                    .into_iter()
                    .filter(|(there, _)| *there)
                    .map(|(_, body)| body)
                    .collect(),
            )
        },
    )
}

fn observed() -> impl Strategy<Value = Observed> {
    prop_oneof![
        Just(Observed::Absent),
        Just(Observed::Provisioning {
            detail: String::new()
        }),
        Just(Observed::Alive),
        outcome().prop_map(|outcome| Observed::Gone { outcome }),
    ]
}

/// Fails if `after` is no row, or none that may come after `before`.
fn check(before: &Execution, after: &Execution) {
    assert_eq!(after.state.is_final(), after.outcome.is_some(), "{after:?}");
    assert_eq!(
        after.state.is_final(),
        after.ended_at_ms.is_some(),
        "{after:?}"
    );
    if after.attempt == before.attempt {
        assert!(after.state >= before.state, "{before:?} {after:?}");
        assert_eq!(before.earlier, after.earlier);
    } else {
        // One attempt follows on the end of another, and never on the end of the execution.
        assert_eq!(after.attempt, before.attempt + 1);
        assert!(!before.state.is_final() && after.not_before_ms.is_some());
        assert_eq!(after.earlier.len() + 1, after.attempt as usize);
        assert!(after.earlier.iter().all(|one| one.outcome.is_some()));
    }
    assert!(after.attempt <= after.retry.attempts);
    if let Some(outcome) = &after.outcome {
        assert_eq!(after.state, end_state(outcome));
    }
    if before.state.is_final() {
        assert_eq!(
            (before.state, &before.outcome, before.ended_at_ms),
            (after.state, &after.outcome, after.ended_at_ms)
        );
    }
}

proptest! {
    #[test]
    fn frames_that_are_late_lost_or_doubled_never_make_an_impossible_row(
        life in life(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..24),
    ) {
        let mut row = Fake::default().put(1, State::Submitted);
        for index in order {
            let before = row.clone();
            let changed = apply(&mut row, 1, index.get(&life));
            prop_assert_eq!(changed, before != row);
            check(&before, &row);
        }
        // In the end everything arrives, and the agent's end is the row's.
        let before = row.clone();
        for frame in &life {
            apply(&mut row, 1, frame);
        }
        check(&before, &row);
        prop_assert!(row.state.is_final() || row.attempt == 2 && row.state == State::Queued);
    }

    #[test]
    fn readers_that_see_parts_of_it_never_make_an_impossible_row(
        life in life(),
        steps in prop::collection::vec((0_usize..7, observed(), 0_u64..100_000), 1..12),
    ) {
        let fake = Fake::default();
        let id = fake.put(1, State::Submitted).id;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for (known, observed, now_ms) in steps {
            let known = life.iter().take(known).cloned().collect();
            *fake.frames.lock().unwrap() = known;
            fake.see(observed);
            fake.now_ms.store(now_ms, std::sync::atomic::Ordering::Relaxed);
            let before = fake.row(&id);
            let after = runtime.block_on(reconcile(fake.site(), before.clone())).unwrap();
            check(&before, &after);
            prop_assert_eq!(&after, &fake.row(&id));
        }
        prop_assert!(fake.cleaned.lock().unwrap().len() <= 1);
    }
}
