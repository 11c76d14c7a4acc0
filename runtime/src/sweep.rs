//! Finds the truth of everything that was left behind.

use crate::execution::{Execution, State};
use crate::follow::turn;
use crate::port::{Holding, Page, ProviderError};
use crate::reconcile::reconcile;
use crate::site::Site;

/// How many rows are read at once.
const PAGE: usize = 100;

/// What a sweep found, one thing at a time.
#[derive(Debug, Clone, Copy)]
pub enum Found<'a> {
    /// An execution stood otherwise than its row said.
    Changed {
        /// The row as it was.
        before: &'a Execution,
        /// The row as it is.
        after: &'a Execution,
    },
    /// An execution could not be looked at.
    Unseen {
        /// Its row.
        execution: &'a Execution,
        /// Why.
        error: &'a ProviderError,
    },
    /// Something runs for an attempt that has ended, or that history does not know.
    Stray {
        /// What runs.
        holding: &'a Holding,
        /// The row, if there is one.
        execution: Option<&'a Execution>,
        /// Whether it was ended.
        ended: Result<bool, &'a ProviderError>,
    },
}

/// How much a sweep saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Executions that had not ended when it began.
    pub open: usize,
    /// Those of them that stood otherwise than their row said.
    pub changed: usize,
    /// Those that could not be looked at.
    pub unseen: usize,
    /// What ran for no execution that goes on.
    pub stray: usize,
}

/// Brings every execution that has not ended up to date, and ends what runs for none.
///
/// With `unknown` also what runs for an execution that history does not know is ended: it may be another history's.
pub async fn sweep(
    site: Site<'_>,
    unknown: bool,
    hear: &mut (dyn FnMut(Found<'_>) + Send),
) -> Result<Swept, ProviderError> {
    let mut swept = Swept::default();
    for before in open(site).await? {
        swept.open += 1;
        let after = match reconcile(site, before.clone()).await {
            Ok(after) => turn(site, after).await,
            Err(error) => Err(error),
        };
        match after {
            Ok(after) if (after.state, after.attempt) != (before.state, before.attempt) => {
                swept.changed += 1;
                hear(Found::Changed {
                    before: &before,
                    after: &after,
                });
            }
            Ok(_) => {}
            Err(error) => {
                swept.unseen += 1;
                hear(Found::Unseen {
                    execution: &before,
                    error: &error,
                });
            }
        }
    }
    for holding in site.backend.running().await? {
        let row = site.history.read(holding.attempt.execution()).await?;
        let goes_on = row
            .as_ref()
            .is_some_and(|row| !row.state.is_final() && row.attempt == holding.attempt.number());
        if goes_on {
            continue;
        }
        swept.stray += 1;
        let ended = match &row {
            Some(row) => site.backend.kill(&of(row, &holding)).await.map(|()| true),
            None if unknown => site.backend.kill_stray(&holding).await.map(|()| true),
            None => Ok(false),
        };
        hear(Found::Stray {
            holding: &holding,
            execution: row.as_ref(),
            ended: ended.as_ref().copied(),
        });
    }
    Ok(swept)
}

/// The row of an attempt that is not the one its execution is at.
fn of(row: &Execution, holding: &Holding) -> Execution {
    Execution {
        attempt: holding.attempt.number(),
        handle: Some(holding.handle.clone()),
        ..row.clone()
    }
}

/// Every execution that has not ended.
async fn open(site: Site<'_>) -> Result<Vec<Execution>, ProviderError> {
    let mut page = Page {
        limit: PAGE,
        states: State::open(),
        ..Page::default()
    };
    let mut open = Vec::new();
    loop {
        let listing = site.history.list(&page).await?;
        open.extend(listing.executions);
        page.token = listing.next;
        if page.token.is_none() {
            return Ok(open);
        }
    }
}
