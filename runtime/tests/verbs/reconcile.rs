use std::sync::atomic::Ordering;

use runtime::cancel::cancel;
use runtime::list::list;
use runtime::port::{Page, Problem, ProviderError};
use runtime::reconcile::{START_WINDOW_MS, reconcile};
use runtime::wait::wait;
use runtime::wire::{Cause, Outcome};
use runtime::{Observed, State};

use super::fake::{Fake, whole_life};

#[tokio::test]
async fn what_was_recorded_and_never_started_fails_once_it_is_old() {
    for state in [State::Submitted, State::Provisioning] {
        let fake = Fake::default();
        let mut execution = fake.put(1, state);
        execution.handle = None;
        fake.rows
            .lock()
            .unwrap()
            .insert(execution.id.clone(), execution.clone());
        fake.see(Observed::Absent);
        let young = reconcile(fake.site(), execution.clone()).await.unwrap();
        assert_eq!(young.state, state);
        fake.now_ms.store(START_WINDOW_MS + 1, Ordering::Relaxed);
        let old = reconcile(fake.site(), execution).await.unwrap();
        assert_eq!(
            (old.state, old.ended_at_ms),
            (State::CouldNotStart, Some(START_WINDOW_MS + 1))
        );
        let Cause::NotStarted { code, .. } = old.outcome.unwrap().cause else {
            panic!("it is not said that it never started");
        };
        assert_eq!(code, "dispatch.interrupted");
    }
}

#[tokio::test]
async fn what_ran_and_is_nowhere_is_lost() {
    let fake = Fake::default();
    let execution = fake.put(1, State::Running);
    fake.see(Observed::Absent);
    let lost = reconcile(fake.site(), execution).await.unwrap();
    assert_eq!(
        (lost.state, lost.outcome.unwrap().exit_code),
        (State::Lost, 125)
    );
    assert_eq!(*fake.cleaned.lock().unwrap(), [lost.id]);
}

#[tokio::test]
async fn the_word_of_an_agent_that_ended_meanwhile_goes_before_what_was_found() {
    let fake = Fake::default();
    let execution = fake.put(1, State::Running);
    *fake.late.lock().unwrap() = whole_life();
    fake.see(Observed::Gone {
        outcome: Outcome::lost("its container is gone"),
    });
    let ended = reconcile(fake.site(), execution).await.unwrap();
    assert_eq!(ended.outcome, Some(Outcome::exited(3)));
}

#[tokio::test]
async fn who_may_only_look_sees_how_it_ended_all_the_same() {
    let fake = Fake::default();
    let running = fake.put(1, State::Running);
    fake.see(Observed::Absent);
    let denied = ProviderError::new(Problem::Denied, "write", "no");
    *fake.unwritable.lock().unwrap() = Some(denied);
    let seen = reconcile(fake.site(), running.clone()).await.unwrap();
    assert_eq!(seen.state, State::Lost);
    assert_eq!(fake.row(&running.id), running, "nothing was written");
}

#[tokio::test]
async fn two_who_reconcile_agree() {
    let fake = Fake::default();
    let execution = fake.put(1, State::Running);
    fake.see(Observed::Absent);
    fake.rivals.lock().unwrap().push_back(|row| {
        row.state = State::Succeeded;
        row.outcome = Some(Outcome::exited(0));
    });
    let ours = reconcile(fake.site(), execution).await.unwrap();
    assert_eq!((ours.state, &ours), (State::Succeeded, &fake.row(&ours.id)));
    assert!(
        fake.cleaned.lock().unwrap().is_empty(),
        "the other one cleans up"
    );
}

#[tokio::test]
async fn cancel_asks_the_backend_and_ends_at_once_what_never_started() {
    let fake = Fake::default();
    let running = cancel(fake.site(), &fake.put(1, State::Running).id)
        .await
        .unwrap();
    assert_eq!(
        (running.state, running.cancel_requested_at_ms),
        (State::Running, Some(0))
    );
    assert_eq!(*fake.stopped.lock().unwrap(), [running.id]);

    fake.see(Observed::Absent);
    let never = cancel(fake.site(), &fake.put(2, State::Submitted).id)
        .await
        .unwrap();
    assert_eq!(
        (never.state, never.outcome),
        (State::Cancelled, Some(Outcome::cancelled()))
    );

    let ended = fake.put(3, State::Lost);
    assert_eq!(cancel(fake.site(), &ended.id).await.unwrap(), ended);
    assert_eq!(fake.stopped.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn wait_returns_with_the_end() {
    let fake = Fake::default();
    let id = fake.put(1, State::Submitted).id;
    *fake.late.lock().unwrap() = whole_life();
    assert_eq!(
        wait(fake.site(), &id).await.unwrap().outcome,
        Some(Outcome::exited(3))
    );
}

#[tokio::test]
async fn a_list_by_state_goes_by_what_is_true_now() {
    let fake = Fake::default();
    let dead = fake.put(1, State::Running);
    fake.see(Observed::Absent);
    let mut page = Page {
        limit: 10,
        states: vec![State::Lost],
        ..Page::default()
    };
    let listed = list(fake.site(), &page).await.unwrap();
    assert_eq!(listed.executions, [fake.row(&dead.id)]);
    page.states = vec![State::Running];
    assert!(
        list(fake.site(), &page)
            .await
            .unwrap()
            .executions
            .is_empty()
    );
}
