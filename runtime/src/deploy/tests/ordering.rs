//! Many stacks, each after those it depends on.

use std::cell::{Cell, RefCell};

use proptest::prelude::*;

use crate::deploy::{Ended, in_order};

/// Works through `needs`; says what was done after what, and how many were worked on at once at the most.
async fn work(
    needs: &[Vec<usize>],
    at_once: usize,
    fails: &[usize],
) -> (Vec<Ended<usize, usize>>, Vec<usize>, usize) {
    let (done, running, most) = (RefCell::new(Vec::new()), Cell::new(0), Cell::new(0));
    let (done_by, running_by, most_by) = (&done, &running, &most);
    let ended = in_order(needs, at_once, |position| async move {
        running_by.set(running_by.get() + 1);
        most_by.set(most_by.get().max(running_by.get()));
        for _ in 0..=position % 3 {
            tokio::task::yield_now().await;
        }
        running_by.set(running_by.get() - 1);
        if fails.contains(&position) {
            return Err(position);
        }
        done_by.borrow_mut().push(position);
        Ok(position)
    })
    .await;
    (ended, done.into_inner(), most.get())
}

#[tokio::test]
async fn what_needs_a_failure_is_skipped_and_the_rest_goes_on() {
    let needs = [vec![], vec![0], vec![1], vec![], vec![3]];
    let (ended, done, most) = work(&needs, 8, &[0]).await;
    assert_eq!(
        ended,
        [
            Ended::Failed(0),
            Ended::Skipped(0),
            Ended::Skipped(1),
            Ended::Done(3),
            Ended::Done(4),
        ]
    );
    assert_eq!((done, most), (vec![3, 4], 2));
}

#[tokio::test]
async fn what_waits_for_itself_is_not_waited_for() {
    let (ended, ..) = work(&[vec![1], vec![0], vec![]], 1, &[]).await;
    assert_eq!(
        ended,
        [Ended::Skipped(0), Ended::Skipped(1), Ended::Done(2)]
    );
}

/// For each of some positions those before it that it needs.
fn graph() -> impl Strategy<Value = Vec<Vec<usize>>> {
    proptest::collection::vec(proptest::collection::vec(any::<usize>(), 0..4), 0..12).prop_map(
        |raw| {
            let below = |(position, needs): (usize, Vec<usize>)| {
                let needs = needs.into_iter().filter(|_| position > 0);
                needs.map(|need| need % position.max(1)).collect()
            };
            raw.into_iter().enumerate().map(below).collect()
        },
    )
}

proptest! {
    #[test]
    fn each_is_done_once_after_what_it_needs_and_never_too_many_at_once(
        needs in graph(), at_once in 1_usize..5, fails in proptest::collection::vec(0_usize..12, 0..3),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (ended, done, most) = runtime.block_on(work(&needs, at_once, &fails));
        prop_assert_eq!(ended.len(), needs.len());
        prop_assert!(most <= at_once);
        for (position, one) in ended.iter().enumerate() {
            let place = done.iter().position(|it| *it == position);
            prop_assert_eq!(place.is_some(), *one == Ended::Done(position));
            let lacks = needs[position].iter().any(|need| ended[*need] != Ended::Done(*need));
            prop_assert_eq!(lacks, matches!(one, Ended::Skipped(_)));
            for need in &needs[position] {
                if let Some(place) = place {
                    prop_assert!(done.iter().position(|it| it == need).unwrap() < place);
                }
            }
        }
    }
}
