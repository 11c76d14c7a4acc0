//! [`Local`] as a place where commands run.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use runtime::port::{Holding, Problem, Progress};
use runtime::{AttemptId, Backend, Execution, Observed, ProviderError};
use runtime_wire::{Order, Outcome};

use crate::place::Place;
use crate::process::{is_process, kill_process};
use crate::{Local, blocking};

/// How often it is looked whether another program's start is done.
const LOOK: Duration = Duration::from_millis(20);

#[async_trait]
impl Backend for Local {
    async fn start(&self, execution: &Execution, order: &Order) -> Result<String, ProviderError> {
        self.start_reporting(execution, order, &|_| {}).await
    }

    async fn start_reporting(
        &self,
        execution: &Execution,
        order: &Order,
        progress: &Progress<'_>,
    ) -> Result<String, ProviderError> {
        let place = self.place(&execution.attempt_id());
        let lock = match turn(&place).await? {
            Turn::Ours(lock) => lock,
            Turn::Over(handle) => return Ok(handle),
        };
        refuse_cancelled(&place)?;
        let agent = Arc::clone(&self.agent);
        let program = blocking(move || agent.install()).await?;
        let handle = match &execution.image {
            None => self.start_process(&place, &program, order, lock)?,
            Some(image) => {
                let handle = self
                    .start_container(&place, &program, order, execution.size, image, progress)
                    .await?;
                drop(lock);
                handle
            }
        };
        // It runs by now: a note that cannot be written does not make that untrue.
        let _ = place.put_handle(&handle);
        Ok(handle)
    }

    async fn observe(&self, execution: &Execution) -> Result<Observed, ProviderError> {
        let place = self.place(&execution.attempt_id());
        if execution.image.is_some() {
            return self.observe_container(execution, &place).await;
        }
        Ok(self.observe_process(execution, &place))
    }

    async fn ask_to_stop(&self, execution: &Execution) -> Result<(), ProviderError> {
        self.place(&execution.attempt_id()).ask_to_stop()
    }

    async fn order_left(&self, attempt: &AttemptId) -> Result<Option<Order>, ProviderError> {
        let place = self.place(attempt);
        blocking(move || place.order()).await
    }

    async fn kill(&self, execution: &Execution) -> Result<(), ProviderError> {
        let attempt = execution.attempt_id();
        if execution.image.is_some() {
            self.kill_container(&attempt).await
        } else {
            kill_process(&attempt)
        }
    }

    async fn kill_stray(&self, holding: &Holding) -> Result<(), ProviderError> {
        if is_process(&holding.handle) {
            kill_process(&holding.attempt)
        } else {
            self.kill_container(&holding.attempt).await
        }
    }

    async fn running(&self) -> Result<Vec<Holding>, ProviderError> {
        let mut running = self.running_processes()?;
        running.extend(self.running_containers().await?);
        Ok(running)
    }

    async fn clean_up(&self, execution: &Execution) -> Result<(), ProviderError> {
        let mut cleaned = Ok(());
        for attempt in execution.attempt_ids() {
            let removed = match execution.image {
                Some(_) => self.remove_container(&attempt).await,
                None => Ok(()),
            };
            let place = self.place(&attempt);
            cleaned = cleaned
                .and(removed)
                .and(blocking(move || place.clear()).await);
        }
        cleaned
    }
}

/// Refuses to start what somebody asked to end.
pub(crate) fn refuse_cancelled(place: &Place) -> Result<(), ProviderError> {
    if !place.is_cancelled() {
        return Ok(());
    }
    let message = "somebody asked for its end before it was started";
    Err(
        ProviderError::new(Problem::Conflict, "start the agent", message)
            .with_code("dispatch.cancelled"),
    )
}

/// Whose turn it is to start an agent.
enum Turn {
    /// Ours, as long as this file is open.
    Ours(File),
    /// Nobody's: it was started, under this handle.
    Over(String),
}

/// Waits until the agent is started, or until it is ours to start it.
async fn turn(place: &Place) -> Result<Turn, ProviderError> {
    loop {
        let lock = place.lock_start()?;
        if let Some(handle) = place.handle() {
            return Ok(Turn::Over(handle));
        }
        if place.has_spoken() {
            // Whoever started it was gone before it could write down the handle.
            return Ok(Turn::Over("agent".to_owned()));
        }
        if let Some(lock) = lock {
            return Ok(Turn::Ours(lock));
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// What to record of an agent that ended without a word, after `found`.
pub(crate) fn lost(found: &str, complaint: Option<String>) -> Observed {
    Observed::Gone {
        outcome: Outcome::lost(without_a_word(found, complaint)),
    }
}

/// The same of one that had no memory left.
pub(crate) fn out_of_memory(found: &str, complaint: Option<String>) -> Observed {
    let message = without_a_word(found, complaint);
    let hint = Some("give it more memory");
    Observed::Gone {
        outcome: Outcome::lost_to("memory.exhausted", message, hint),
    }
}

fn without_a_word(found: &str, complaint: Option<String>) -> String {
    let complaint = complaint.map(|text| format!("; its last words: {text}"));
    format!(
        "{found} before its agent could say how the command ended{}",
        complaint.unwrap_or_default()
    )
}
