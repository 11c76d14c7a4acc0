//! Shows an execution as it goes, and listens to the person meanwhile.

mod bookmark;
mod level;
mod lines;
mod report;
mod screen;
mod signals;
mod spinner;

use std::sync::Arc;

use runtime::follow::Position;
use runtime::site::Starts;
use runtime::{Blame, Diagnosis, Execution, ExecutionId, ProviderError, Request};
use tokio::task::JoinHandle;

pub(crate) use bookmark::Bookmark;
pub(crate) use level::Level;
pub(crate) use lines::{Lines, Selection};
pub(crate) use report::report;
pub(crate) use screen::{Screen, Streams, event};
pub(crate) use signals::{Reaction, Signals};
pub(crate) use spinner::Spinner;

use crate::context::Place;
use crate::failure::{Failure, OwnError};

/// How the showing ended.
#[derive(Debug)]
pub(crate) enum Shown {
    /// The execution has ended.
    Ended(Box<Execution>),
    /// The reader has seen enough.
    Closed,
    /// The person left; the execution goes on. The exit code to leave with.
    Detached(u8),
}

/// What is shown of an execution, and what may be done for it meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct Attachment {
    /// Behind which frame to begin.
    pub(crate) from: Position,
    /// Which attempts may be started.
    pub(crate) attempts: Attempts,
}

/// Which attempts may be started while an execution is shown.
#[derive(Debug, Clone)]
pub(crate) enum Attempts {
    /// None: somebody only looks.
    None,
    /// Those whose order is still there.
    Left,
    /// Those of this request.
    Of(Arc<Request>),
}

impl Attachment {
    /// All of an execution, for somebody who only looks.
    pub(crate) const LOOK: Self = Self {
        from: Position::START,
        attempts: Attempts::None,
    };
}

/// Shows the execution `id` on `screen` until it ends or the person leaves.
pub(crate) async fn attach(
    place: &Arc<Place>,
    id: &ExecutionId,
    attachment: Attachment,
    screen: Screen,
    signals: &mut Signals,
) -> Result<Shown, Failure> {
    let spinner = screen.spinner();
    let mut following = follow(Arc::clone(place), id.clone(), attachment, screen);
    loop {
        let reaction = tokio::select! {
            ended = &mut following => {
                let (execution, unwritten) = ended.map_err(|_| FollowerGone)??;
                if let Some(error) = unwritten {
                    return Err(OwnError::doing("write to the standard output")(error).into());
                }
                return Ok(if execution.state.is_final() { Shown::Ended(Box::new(execution)) } else { Shown::Closed });
            }
            reaction = signals.next() => reaction,
        };
        match reaction {
            Reaction::Detach(exit_code) => {
                following.abort();
                spinner.clear();
                return Ok(Shown::Detached(exit_code));
            }
            Reaction::Cancel => cancel(place, id, &spinner).await,
        }
    }
}

/// The row in the end, and why the output could not be written, if it could not.
type Followed = Result<(Execution, Option<std::io::Error>), ProviderError>;

/// Follows on a thread of its own: one that is stuck in a pipe must not make the program deaf.
fn follow(
    place: Arc<Place>,
    id: ExecutionId,
    attachment: Attachment,
    mut screen: Screen,
) -> JoinHandle<Followed> {
    tokio::spawn(async move {
        let mut sink = |event: runtime::follow::Event<'_>| screen.show(event);
        let starts = match &attachment.attempts {
            Attempts::None => Starts::Nothing,
            Attempts::Left => Starts::Left,
            Attempts::Of(request) => Starts::Of(request),
        };
        let site = place.site().starting(starts);
        let execution = runtime::follow::follow(site, &id, attachment.from, &mut sink).await?;
        if execution.state.is_final() {
            screen.finish();
        }
        Ok((execution, screen.unwritten()))
    })
}

/// Asks the execution to stop, and says so.
pub(crate) async fn cancel(place: &Place, id: &ExecutionId, spinner: &Spinner) {
    spinner.note(&format!(
        "{id}: asking the command to stop; once more leaves it alone, and {} ends it at once",
        place.again("cancel --force", id)
    ));
    if let Err(error) = runtime::cancel::cancel(place.site(), id).await {
        let failure = Failure::from(error);
        spinner.warn(&format!(
            "it could not be asked to stop\n{}",
            failure.text(false).trim_end()
        ));
    }
}

/// The thread that shows an execution died.
#[derive(Debug, thiserror::Error)]
#[error("the showing of the execution broke off")]
struct FollowerGone;

impl Diagnosis for FollowerGone {
    fn code(&self) -> &'static str {
        "program.follower-gone"
    }

    fn blame(&self) -> Blame {
        Blame::Program
    }

    fn hint(&self) -> Option<String> {
        Some("it goes on by itself: `mycli attach @last`".to_owned())
    }
}
