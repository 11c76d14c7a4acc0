//! Finds the execution that somebody means.

use crate::diagnosis::{Blame, Diagnosis};
use crate::execution::{Execution, ExecutionId};
use crate::port::{Page, ProviderError};
use crate::row;
use crate::site::Site;

/// How many candidates an ambiguous prefix names.
const CANDIDATES: usize = 5;

/// The farthest that `@-N` reaches back.
const FARTHEST: usize = 1000;

/// Why no execution was found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The text is neither an id, nor the beginning of one, nor `@last`, nor `@-N`.
    #[error("`{text}` is not the id of an execution")]
    NotAnId {
        /// What was given.
        text: String,
    },
    /// No execution has this id.
    #[error("there is no execution `{text}`")]
    NoSuch {
        /// What was given.
        text: String,
    },
    /// There are not as many executions as the text counts back.
    #[error("`{text}` is not there: history holds {held} executions")]
    TooFarBack {
        /// What was given.
        text: String,
        /// How many there are.
        held: usize,
    },
    /// Several ids begin with the text.
    #[error("`{text}` is the beginning of {}", listed(candidates, *more))]
    Ambiguous {
        /// What was given.
        text: String,
        /// Executions that it may mean.
        candidates: Vec<ExecutionId>,
        /// Whether there are more of them.
        more: bool,
    },
    /// History could not be read.
    #[error("history could not be searched for `{text}`")]
    History {
        /// What was given.
        text: String,
        /// Why.
        #[source]
        source: ProviderError,
    },
}

fn listed(candidates: &[ExecutionId], more: bool) -> String {
    let names: Vec<String> = candidates.iter().map(|id| format!("`{id}`")).collect();
    let tail = if more { " and others" } else { "" };
    format!("{}{tail}", names.join(", "))
}

impl Diagnosis for FindError {
    fn code(&self) -> &str {
        match self {
            Self::NotAnId { .. } => "find.not-an-id",
            Self::NoSuch { .. } => "find.no-such-execution",
            Self::TooFarBack { .. } => "find.too-far-back",
            Self::Ambiguous { .. } => "find.ambiguous",
            Self::History { source, .. } => source.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::NotAnId { .. }
            | Self::NoSuch { .. }
            | Self::TooFarBack { .. }
            | Self::Ambiguous { .. } => Blame::Caller,
            Self::History { source, .. } => source.blame(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotAnId { .. } => Some(
                "give an id, the beginning of one, `@last` or `@-2`; see `mycli list`".to_owned(),
            ),
            Self::NoSuch { .. } | Self::TooFarBack { .. } => Some("see `mycli list`".to_owned()),
            Self::Ambiguous { .. } => Some("give more of the id".to_owned()),
            Self::History { source, .. } => Diagnosis::hint(source),
        }
    }
}

/// The execution that `text` means: an id, a prefix that only one id has, `@last`, or `@-N` for the
/// N-th youngest (`@-1` is `@last`).
///
/// The row is as history holds it; see [`crate::reconcile`].
pub async fn find(site: Site<'_>, text: &str) -> Result<Execution, FindError> {
    let failed = |source| FindError::History {
        text: text.to_owned(),
        source,
    };
    if let Some(place) = text.strip_prefix('@') {
        return match places_back(place) {
            Some(place) => counted_back(site, text, place).await,
            None => Err(FindError::NotAnId {
                text: text.to_owned(),
            }),
        };
    }
    let Some(prefix) = ExecutionId::parse_prefix(text) else {
        return Err(FindError::NotAnId {
            text: text.to_owned(),
        });
    };
    let found = site.history.find(&prefix, CANDIDATES + 1).await;
    let mut candidates = found.map_err(failed)?;
    let more = candidates.len() > CANDIDATES;
    candidates.truncate(CANDIDATES);
    match candidates.as_slice() {
        [] => Err(FindError::NoSuch {
            text: text.to_owned(),
        }),
        [id] => row::read(site, id).await.map_err(failed),
        _ => Err(FindError::Ambiguous {
            text: text.to_owned(),
            candidates,
            more,
        }),
    }
}

/// The number in what follows the `@`.
fn places_back(place: &str) -> Option<usize> {
    if place == "last" {
        return Some(1);
    }
    let number = place.strip_prefix('-')?.parse().ok()?;
    (1..=FARTHEST).contains(&number).then_some(number)
}

async fn counted_back(site: Site<'_>, text: &str, place: usize) -> Result<Execution, FindError> {
    let mut page = Page {
        limit: place,
        ..Page::default()
    };
    let mut held = 0;
    loop {
        let listing = site.history.list(&page).await;
        let listing = listing.map_err(|source| FindError::History {
            text: text.to_owned(),
            source,
        })?;
        let count = listing.executions.len();
        let wanted = place - held - 1;
        if let Some(execution) = listing.executions.into_iter().nth(wanted) {
            return Ok(execution);
        }
        held += count;
        page.limit = place - held;
        page.token = listing.next;
        if page.token.is_none() {
            return Err(FindError::TooFarBack {
                text: text.to_owned(),
                held,
            });
        }
    }
}
