//! How long to wait before asking again.

use std::time::Duration;

/// The first wait, short for what is done at once.
const SHORTEST: Duration = Duration::from_millis(200);

/// The longest wait; CloudFormation throttles those who ask more often for long.
const LONGEST: Duration = Duration::from_secs(2);

/// Waits, longer each time that there is nothing new.
#[derive(Debug)]
pub(super) struct Pace(Duration);

impl Pace {
    pub(super) fn new() -> Self {
        Self(SHORTEST)
    }

    /// Something was new: more may follow soon.
    pub(super) fn quicken(&mut self) {
        self.0 = self.0.min(SHORTEST * 3);
    }

    pub(super) async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 3 / 2).min(LONGEST);
    }
}
