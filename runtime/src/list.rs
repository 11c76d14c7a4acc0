//! Lists executions as they stand.

use crate::execution::{Execution, State};
use crate::port::{Page, ProviderError};
use crate::reconcile::reconcile;
use crate::site::Site;

/// How many open executions are brought up to date before a list by state.
const OPEN: usize = 200;

/// A page of executions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Executions, youngest first.
    pub executions: Vec<Execution>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
    /// Why some that have not ended are shown as they were last known, where that is so.
    pub unseen: Option<ProviderError>,
}

/// Lists executions, those that have not ended brought up to date.
pub async fn list(site: Site<'_>, page: &Page) -> Result<Listed, ProviderError> {
    let mut unseen = None;
    if !page.states.is_empty() && page.token.is_none() {
        // A row that says `running` may be the failed one that is asked for.
        let open = Page {
            limit: OPEN,
            states: State::open(),
            ..Page::default()
        };
        let open = site.history.list(&open).await?;
        for execution in open.executions {
            if let Err(error) = reconcile(site, execution).await {
                unseen = Some(error);
            }
        }
    }
    let listing = site.history.list(page).await?;
    let mut executions = Vec::with_capacity(listing.executions.len());
    for execution in listing.executions {
        let known = execution.clone();
        executions.push(reconcile(site, execution).await.unwrap_or_else(|error| {
            unseen = Some(error);
            known
        }));
    }
    executions.retain(|row| page.states.is_empty() || page.states.contains(&row.state));
    Ok(Listed {
        executions,
        next: listing.next,
        unseen,
    })
}
