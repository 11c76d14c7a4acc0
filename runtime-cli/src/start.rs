//! Starts an execution, and listens to the person meanwhile.

use std::sync::Mutex;

use runtime::dispatch::{Notice, dispatch};
use runtime::request::Request;
use runtime::wire::Outcome;
use runtime::{Execution, ExecutionId};

use crate::attach::{Reaction, Signals, Spinner};
use crate::context::Place;
use crate::failure::Failure;
use crate::render::{self, one_line};

fn now_ms() -> u64 {
    runtime::Ambient::now_ms(&crate::context::System)
}

/// What became of a start.
#[derive(Debug)]
pub(crate) enum Started {
    /// The execution as history has it; its start may have failed.
    Recorded(Box<Execution>),
    /// The person cancelled it on the way. Its end has to be waited for.
    Cancelled(ExecutionId),
    /// The person left, and whatever was started goes on. The exit code to leave with.
    Left(u8),
}

/// Starts what `request` says.
pub(crate) async fn start(
    place: &Place,
    request: &Request,
    spinner: &Spinner,
    signals: &mut Signals,
) -> Result<Started, Failure> {
    let recorded = Mutex::new(None);
    let id = || recorded.lock().map_or(None, |id| id.clone());
    let notice = |notice: Notice<'_>| match notice {
        Notice::Recorded(execution) => {
            spinner.say(&format!("{}: submitted to {}", execution.id, place.name));
            if let Ok(mut id) = recorded.lock() {
                *id = Some(execution.id.clone());
            }
        }
        Notice::Queued(execution) => spinner.note(&render::queued(execution, now_ms())),
        Notice::Detail(detail) => match id() {
            Some(id) => spinner.say(&format!("{id}: {}", one_line(detail))),
            None => spinner.say(&one_line(detail)),
        },
    };
    // A block, so that cancelling drops the dispatch before it asks for the end.
    let reaction = {
        let mut dispatching = std::pin::pin!(dispatch(place.site(), request, &notice));
        let mut leaves = None;
        loop {
            tokio::select! {
                started = &mut dispatching => {
                    let execution = started?;
                    return Ok(match leaves {
                        Some(exit_code) => {
                            spinner.note(&place.again("attach", &execution.id));
                            Started::Left(exit_code)
                        }
                        None => Started::Recorded(Box::new(execution)),
                    });
                }
                reaction = signals.next() => match reaction {
                    // What is half started is finished first: the person may come back to it.
                    Reaction::Detach(exit_code) if leaves.is_none() => leaves = Some(exit_code),
                    reaction @ (Reaction::Cancel | Reaction::Detach(_)) => break reaction,
                },
            }
        }
    };
    spinner.clear();
    match (reaction, id()) {
        (Reaction::Cancel, Some(id)) => {
            crate::attach::cancel(place, &id, spinner).await;
            Ok(Started::Cancelled(id))
        }
        (Reaction::Cancel, None) => Ok(Started::Left(Outcome::CANCELLED)),
        (Reaction::Detach(exit_code), _) => Ok(Started::Left(exit_code)),
    }
}
