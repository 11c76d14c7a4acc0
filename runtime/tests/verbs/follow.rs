use std::ops::ControlFlow;

use runtime::follow::{Event, Position, follow};
use runtime::port::Problem;
use runtime::wire::Outcome;
use runtime::{ExecutionId, Observed, State};

use super::fake::{Fake, failure, whole_life};

/// What a sink saw, in order: seqs of frames, and states.
async fn seen(fake: &Fake, id: &ExecutionId, after: u64, at_most: usize) -> Vec<String> {
    let from = Position {
        attempt: 1,
        seq: after,
    };
    let mut events = Vec::new();
    let mut sink = |event: Event<'_>| {
        events.push(match event {
            Event::Frame { attempt: 1, frame } => frame.seq.to_string(),
            Event::Frame { attempt, frame } => format!("{attempt}:{}", frame.seq),
            Event::Unanswered(error) => error.message.clone(),
            Event::Changed { execution, detail } => {
                format!("{}{}", execution.state, detail.unwrap_or_default())
            }
        });
        if events.len() < at_most {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    follow(fake.site(), id, from, &mut sink).await.unwrap();
    events
}

#[tokio::test(start_paused = true)]
async fn every_frame_is_handed_over_once_and_in_order_until_the_end() {
    let fake = Fake::default();
    let id = fake.put(1, State::Provisioning).id;
    // They come while it is being followed: the first look finds none of them.
    *fake.late.lock().unwrap() = whole_life();
    let events = seen(&fake, &id, 0, usize::MAX).await;
    assert_eq!(
        events,
        ["provisioning", "1", "running", "2", "3", "4", "failed"]
    );
    assert_eq!(fake.row(&id).outcome, Some(Outcome::exited(3)));
    assert_eq!(
        (fake.row(&id).started_at_ms, fake.row(&id).ended_at_ms),
        (Some(101), Some(104))
    );
    assert_eq!(*fake.cleaned.lock().unwrap(), [id]);
}

#[tokio::test(start_paused = true)]
async fn whoever_breaks_off_goes_on_where_they_were() {
    let fake = Fake::default();
    let id = fake.put(1, State::Provisioning).id;
    *fake.frames.lock().unwrap() = whole_life();
    for cut in 1..=6 {
        let mut events = seen(&fake, &id, 0, cut).await;
        let last = events
            .iter()
            .filter_map(|event| event.parse().ok())
            .max()
            .unwrap_or(0);
        events.extend(seen(&fake, &id, last, usize::MAX).await);
        let seqs: Vec<u64> = events
            .iter()
            .filter_map(|event| event.parse().ok())
            .collect();
        assert_eq!(seqs, [1, 2, 3, 4], "cut after {cut}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_dies_silently_ends_the_following() {
    let fake = Fake::default();
    let id = fake.put(1, State::Running).id;
    *fake.frames.lock().unwrap() = whole_life()[..2].to_vec();
    fake.see(Observed::Gone {
        outcome: Outcome::lost("killed"),
    });
    assert_eq!(seen(&fake, &id, 0, usize::MAX).await, ["lost", "1", "2"]);
    assert_eq!(fake.row(&id).outcome, Some(Outcome::lost("killed")));
}

#[tokio::test(start_paused = true)]
async fn what_the_backend_is_doing_is_told() {
    let fake = Fake::default();
    let id = fake.put(1, State::Submitted).id;
    fake.see(Observed::Provisioning {
        detail: ": PENDING".to_owned(),
    });
    let events = seen(&fake, &id, 0, 1).await;
    assert_eq!(events, ["provisioning: PENDING"]);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_cannot_be_written_does_not_hide_how_the_command_ended() {
    let fake = Fake::default();
    let id = fake.put(1, State::Running).id;
    *fake.late.lock().unwrap() = whole_life();
    let mut sink = |_: Event<'_>| {
        *fake.unwritable.lock().unwrap() = Some(failure(Problem::NoRoom));
        ControlFlow::Continue(())
    };
    let ended = follow(fake.site(), &id, Position::START, &mut sink)
        .await
        .unwrap();
    assert_eq!(ended.outcome, Some(Outcome::exited(3)));
    assert_eq!(fake.row(&id).state, State::Running);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_gone_for_a_while_ends_nothing_and_loses_nothing() {
    let fake = Fake::default();
    let id = fake.put(1, State::Running).id;
    *fake.frames.lock().unwrap() = whole_life();
    let outage = failure(Problem::Unreachable);
    fake.outages
        .lock()
        .unwrap()
        .extend([outage.clone(), outage]);
    let events = seen(&fake, &id, 0, usize::MAX).await;
    assert_eq!(events, ["failed", "no", "no", "1", "2", "3", "4"]);
    fake.outages
        .lock()
        .unwrap()
        .push_back(failure(Problem::Denied));
    let mut sink = |_: Event<'_>| ControlFlow::Continue(());
    let refused = follow(fake.site(), &id, Position::START, &mut sink).await;
    assert_eq!(refused.unwrap_err().problem, Problem::Denied);
}
