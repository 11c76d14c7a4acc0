//! [`Local`] as a place where executions are kept.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use runtime::port::{Listing, Pace, Page};
use runtime::{AttemptId, Execution, ExecutionId, History, ProviderError};
use runtime_wire::Frame;

use crate::{Local, blocking, journal, locked};

/// How many journals' ends are remembered.
const CURSORS: usize = 64;

#[async_trait]
impl History for Local {
    async fn record(&self, execution: &Execution) -> Result<(), ProviderError> {
        let (database, execution) = (Arc::clone(&self.database), execution.clone());
        blocking(move || database.record(&execution)).await
    }

    async fn read(&self, id: &ExecutionId) -> Result<Option<Execution>, ProviderError> {
        let (database, id) = (Arc::clone(&self.database), id.clone());
        blocking(move || database.read(&id)).await
    }

    async fn replace(&self, execution: &Execution) -> Result<bool, ProviderError> {
        let (database, execution) = (Arc::clone(&self.database), execution.clone());
        blocking(move || database.replace(&execution)).await
    }

    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<ExecutionId>, ProviderError> {
        let (database, prefix) = (Arc::clone(&self.database), prefix.to_owned());
        blocking(move || database.find(&prefix, limit)).await
    }

    async fn list(&self, page: &Page) -> Result<Listing, ProviderError> {
        let (database, page) = (Arc::clone(&self.database), page.clone());
        blocking(move || database.list(&page)).await
    }

    async fn forget(&self, before_ms: u64, limit: usize) -> Result<Vec<Execution>, ProviderError> {
        let database = Arc::clone(&self.database);
        let forgotten = blocking(move || database.forget(before_ms, limit)).await?;
        for execution in &forgotten {
            for attempt in execution.attempt_ids() {
                let place = self.place(&attempt);
                blocking(move || place.remove_all()).await?;
            }
        }
        Ok(forgotten)
    }

    async fn frames(&self, attempt: &AttemptId, after: u64) -> Result<Vec<Frame>, ProviderError> {
        let path = self.place(attempt).journal();
        let (cursors, id) = (Arc::clone(&self.cursors), attempt.to_string());
        blocking(move || {
            let cursor = locked(&cursors).get(&id).copied();
            let (frames, cursor) = journal::read(&path, after, cursor)?;
            let mut cursors = locked(&cursors);
            if cursors.len() >= CURSORS {
                cursors.clear();
            }
            cursors.insert(id, cursor);
            Ok(frames)
        })
        .await
    }

    async fn milestones(&self, attempt: &AttemptId) -> Result<Vec<Frame>, ProviderError> {
        let path = self.place(attempt).milestones();
        blocking(move || journal::milestones(&path)).await
    }

    fn pace(&self) -> Pace {
        Pace {
            shortest: Duration::from_millis(5),
            longest: Duration::from_millis(50),
            silence: Duration::from_millis(500),
        }
    }
}
