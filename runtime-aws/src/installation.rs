//! A deployed installation: where its history is, and where it runs commands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_ecs::types::TaskDefinition;
use runtime::AttemptId;
use stacks::platform::Installation;
use tokio::sync::OnceCell;

use crate::cloud::Cloud;
use crate::journal_archive::Archives;

/// A deployed installation: history in DynamoDB, commands on ECS.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) cloud: Cloud,
    pub(crate) installation: Arc<Installation>,
    /// The task definition that the stack has made; read once.
    pub(crate) base: Arc<OnceCell<TaskDefinition>>,
    /// The last frame of the last whole chunk that was read, for each attempt.
    ends: Arc<Mutex<BTreeMap<AttemptId, u64>>>,
    /// The archive that is being read, and what is known of others.
    pub(crate) archives: Arc<tokio::sync::Mutex<Archives>>,
}

impl Aws {
    /// Takes an installation that is deployed in `cloud`. Makes no request.
    pub fn open(cloud: &Cloud, installation: Installation) -> Self {
        Self {
            cloud: cloud.clone(),
            installation: Arc::new(installation),
            base: Arc::default(),
            ends: Arc::default(),
            archives: Arc::default(),
        }
    }

    /// Whether it is known that a chunk ends with the frame `seq`.
    pub(crate) fn ends_chunk(&self, attempt: &AttemptId, seq: u64) -> bool {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.get(attempt) == Some(&seq)
    }

    /// Keeps in mind that a chunk ends with the frame `seq`.
    pub(crate) fn remember_end(&self, attempt: &AttemptId, seq: u64) {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.insert(attempt.clone(), seq);
    }
}
