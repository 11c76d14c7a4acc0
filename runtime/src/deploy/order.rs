//! Work on many stacks, each after those it depends on, several at once.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

/// How one of many came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended<T, E> {
    /// It was done.
    Done(T),
    /// It failed.
    Failed(E),
    /// It was not begun, because the one at this position was not done.
    Skipped(usize),
}

/// Does `work` for every position of `needs`, which lists for each the positions that have to be done before; `at_once`
/// at the most at a time. Where one fails, those that need it are skipped, and all others go on.
///
/// A position that needs itself, in however many steps, is skipped for its own sake.
pub async fn in_order<T, E, W>(
    needs: &[Vec<usize>],
    at_once: usize,
    mut work: impl FnMut(usize) -> W,
) -> Vec<Ended<T, E>>
where
    W: Future<Output = Result<T, E>>,
{
    let mut waiting: BTreeSet<usize> = (0..needs.len()).collect();
    let mut ended: BTreeMap<usize, Ended<T, E>> = BTreeMap::new();
    let mut running = FuturesUnordered::new();
    loop {
        while let Some((position, because)) = blocked(needs, &waiting, &ended) {
            waiting.remove(&position);
            ended.insert(position, Ended::Skipped(because));
        }
        let room = at_once.max(1).saturating_sub(running.len());
        let is_ready = |position: &usize| {
            let mut needs = needs.get(*position).into_iter().flatten();
            needs.all(|need| ended.contains_key(need))
        };
        let ready: Vec<usize> = waiting
            .iter()
            .copied()
            .filter(is_ready)
            .take(room)
            .collect();
        for position in ready {
            waiting.remove(&position);
            let work = work(position);
            running.push(async move { (position, work.await) });
        }
        let Some((position, result)) = running.next().await else {
            break;
        };
        ended.insert(
            position,
            match result {
                Ok(done) => Ended::Done(done),
                Err(error) => Ended::Failed(error),
            },
        );
    }
    ended.extend(waiting.into_iter().map(|at| (at, Ended::Skipped(at))));
    ended.into_values().collect()
}

/// One that waits for what will not be done, and what that is.
fn blocked<T, E>(
    needs: &[Vec<usize>],
    waiting: &BTreeSet<usize>,
    ended: &BTreeMap<usize, Ended<T, E>>,
) -> Option<(usize, usize)> {
    let not_done =
        |need: &&usize| matches!(ended.get(need), Some(Ended::Failed(_) | Ended::Skipped(_)));
    waiting.iter().find_map(|position| {
        let because = needs.get(*position)?.iter().find(not_done)?;
        Some((*position, *because))
    })
}
