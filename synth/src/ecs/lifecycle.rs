//! When containers start, whether they work, and what happens after they end.

use super::range::InRange;
use crate::Text;

/// Another container of the task that has to come first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub container: Text,
    /// How far it has to be.
    pub condition: DependencyCondition,
}

impl Dependency {
    /// Waits until the container called `container` is this far.
    pub fn new(container: impl Into<Text>, condition: DependencyCondition) -> Self {
        Self {
            container: container.into(),
            condition,
        }
    }
}

/// How far a container has to be before another one starts.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependencyCondition {
    /// It was started.
    Start,
    /// It has ended, in whatever way. Not for an essential container: the task would end with it.
    Complete,
    /// It has ended with exit code 0. Not for an essential container: the task would end with it.
    Success,
    /// Its health check has passed.
    Healthy,
}

impl DependencyCondition {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Start => "START",
            Self::Complete => "COMPLETE",
            Self::Success => "SUCCESS",
            Self::Healthy => "HEALTHY",
        }
    }
}

/// A command that succeeds while its container works.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// Run in the container again and again.
    pub command: HealthCommand,
    /// Seconds from one run to the next. Default: 30.
    pub interval: InRange<5, 300>,
    /// Seconds after which a run has failed. Default: 5.
    pub timeout: InRange<2, 60>,
    /// How many failures in a row make it unhealthy. Default: 3.
    pub retries: InRange<1, 10>,
    /// Seconds at first in which failures do not count. Default: 0.
    pub start_period: InRange<0, 300>,
}

impl HealthCheck {
    /// A check with the defaults of ECS.
    pub const fn new(command: HealthCommand) -> Self {
        Self {
            command,
            interval: InRange::of::<30>(),
            timeout: InRange::of::<5>(),
            retries: InRange::of::<3>(),
            start_period: InRange::of::<0>(),
        }
    }
}

/// What a [`HealthCheck`] runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthCommand {
    /// A line for the shell of the image.
    Shell(Text),
    /// A program and its arguments, for an image with no shell.
    Exec(Vec<Text>),
}

/// Starts a container again after it ended, without ending the task.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestartPolicy {
    /// Exit codes after which it is not started again, at most 50. Default: none.
    pub ignored_exit_codes: Vec<i32>,
    /// Seconds that it has to have run to be started again. Default: 300.
    pub attempt_period: Option<InRange<60, 1800>>,
}
