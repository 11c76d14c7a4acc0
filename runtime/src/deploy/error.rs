//! Why a stack was not planned, applied or destroyed.

use super::advice::{Advice, UNSTABLE, advice_on};
use super::quotas::{Quota, quota};
use super::services::ServiceReport;
use super::state::StackState;
use crate::diagnosis::{Blame, Diagnosis};
use crate::port::ProviderError;

/// A stack stands where nothing can be done to it now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stack `{stack}` is in {state}{}", because(reason.as_deref()))]
pub struct NotReady {
    /// Name of the stack.
    pub stack: String,
    /// Where it stands.
    pub state: StackState,
    /// Why, in the provider's words.
    pub reason: Option<String>,
    /// What to do next.
    pub next: String,
}

fn because(reason: Option<&str>) -> String {
    reason
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default()
}

/// A resource that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{logical_id}` ({resource_type}): {reason}")]
pub struct FailedResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// What the provider calls it, if it came that far.
    pub physical_id: Option<String>,
    /// Where it stands, such as `CREATE_FAILED`.
    pub status: String,
    /// Why, in the provider's words.
    pub reason: String,
    /// What became of its tasks, if it is a service that runs tasks.
    #[source]
    pub service: Option<Box<ServiceReport>>,
}

impl FailedResource {
    /// What to do about it, where that is known. Of a service that did not come up its tasks know better than the
    /// provider of stacks.
    pub fn advice(&self) -> Option<Advice> {
        let own = advice_on(&self.resource_type, &self.reason);
        if own.as_ref().is_some_and(|own| own.code != UNSTABLE) {
            return own;
        }
        let service = self.service.as_deref().and_then(ServiceReport::advice);
        service.cloned().or(own)
    }

    /// The quota that is used up, where it is known.
    pub fn quota(&self) -> Option<&'static Quota> {
        quota(&self.resource_type, &self.reason)
    }

    /// What to do about it, and then.
    fn hint(&self, then: String) -> String {
        let Some(advice) = self.advice() else {
            return then;
        };
        let statement = advice.statement;
        let statement = statement.map(|statement| format!(" ({statement})"));
        format!("{}{}; {then}", advice.next, statement.unwrap_or_default())
    }
}

/// Why there is no plan, or nothing to read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is no such stack.
    #[error("there is no stack `{stack}`")]
    NoStack {
        /// Its name.
        stack: String,
    },
    /// The stack stands where it cannot be changed.
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// The provider could not work the changes out.
    #[error("CloudFormation cannot work out the changes of `{stack}`: {reason}")]
    Refused {
        /// Name of the stack.
        stack: String,
        /// In the provider's words.
        reason: String,
    },
    /// What was planned cannot be applied any more.
    #[error("the plan of `{stack}` is out of date: {reason}")]
    Outdated {
        /// Name of the stack.
        stack: String,
        /// What has changed since.
        reason: String,
    },
    /// The provider could not be asked, or refused the request itself.
    #[error("could not plan `{stack}`")]
    Provider {
        /// Name of the stack.
        stack: String,
        /// What the provider said.
        #[source]
        source: ProviderError,
    },
}

/// Why a plan was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// A resource failed.
    #[error("the stack `{stack}` is now in {state}")]
    Failed {
        /// Name of the stack.
        stack: String,
        /// Where it stands now.
        state: StackState,
        /// What failed first.
        #[source]
        first: Box<FailedResource>,
        /// What else failed by itself.
        others: Vec<FailedResource>,
    },
    /// The provider could not be asked, or refused the request itself.
    #[error("could not apply the plan of `{stack}`")]
    Provider {
        /// Name of the stack.
        stack: String,
        /// What the provider said.
        #[source]
        source: ProviderError,
    },
}

/// Why a stack was not brought back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollbackError {
    /// There is nothing to undo, or it cannot be undone.
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// It went wrong.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

/// Why a stack was not destroyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DestroyError {
    /// There is no such stack.
    #[error("there is no stack `{stack}`")]
    NoStack {
        /// Its name.
        stack: String,
    },
    /// The stack stands where it cannot be deleted.
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// A resource could not be deleted.
    #[error("the stack `{stack}` is now in {state}")]
    Failed {
        /// Name of the stack.
        stack: String,
        /// Where it stands now.
        state: StackState,
        /// What failed first.
        #[source]
        first: Box<FailedResource>,
        /// What else failed by itself.
        others: Vec<FailedResource>,
    },
    /// The provider could not be asked, or refused the request itself.
    #[error("could not destroy `{stack}`")]
    Provider {
        /// Name of the stack.
        stack: String,
        /// What the provider said.
        #[source]
        source: ProviderError,
    },
}

impl From<ApplyError> for DestroyError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Failed {
                stack,
                state,
                first,
                others,
            } => Self::Failed {
                stack,
                state,
                first,
                others,
            },
            ApplyError::Provider { stack, source } => Self::Provider { stack, source },
        }
    }
}

impl Diagnosis for PlanError {
    fn code(&self) -> &str {
        match self {
            Self::NoStack { .. } => "stack.missing",
            Self::NotReady(_) => "stack.not-ready",
            Self::Refused { .. } => "stack.refused",
            Self::Outdated { .. } => "plan.outdated",
            Self::Provider { source, .. } => source.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::NoStack { .. } | Self::Outdated { .. } => Blame::Caller,
            Self::NotReady(_) | Self::Refused { .. } => Blame::Cloud,
            Self::Provider { source, .. } => source.blame(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Outdated { .. } => Some("plan again, and review what it shows".to_owned()),
            Self::NoStack { .. } => Some(
                "deploy it with `mycli init`, or name another with `--name` or `--region`"
                    .to_owned(),
            ),
            Self::NotReady(not_ready) => Some(not_ready.next.clone()),
            Self::Refused { .. } => Some("change the template or its parameters".to_owned()),
            Self::Provider { source, .. } => source.hint(),
        }
    }
}

impl Diagnosis for ApplyError {
    fn code(&self) -> &str {
        match self {
            Self::Failed { .. } => "stack.apply-failed",
            Self::Provider { source, .. } => source.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Failed { .. } => Blame::Cloud,
            Self::Provider { source, .. } => source.blame(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Failed { stack, first, .. } => Some(first.hint(format!(
                "`mycli diagnose {stack}` says more; then the same command takes up from here"
            ))),
            Self::Provider { source, .. } => source.hint(),
        }
    }
}

impl Diagnosis for RollbackError {
    fn code(&self) -> &str {
        match self {
            Self::NotReady(_) => "stack.not-ready",
            Self::Apply(error) => error.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::NotReady(_) => Blame::Cloud,
            Self::Apply(error) => error.blame(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotReady(not_ready) => Some(not_ready.next.clone()),
            Self::Apply(error) => error.hint(),
        }
    }
}

impl Diagnosis for DestroyError {
    fn code(&self) -> &str {
        match self {
            Self::NoStack { .. } => "stack.missing",
            Self::NotReady(_) => "stack.not-ready",
            Self::Failed { .. } => "stack.destroy-failed",
            Self::Provider { source, .. } => source.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::NoStack { .. } => Blame::Caller,
            Self::NotReady(_) | Self::Failed { .. } => Blame::Cloud,
            Self::Provider { source, .. } => source.blame(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NoStack { .. } => Some("name another with `--name` or `--region`".to_owned()),
            Self::NotReady(not_ready) => Some(not_ready.next.clone()),
            Self::Failed { first, .. } => Some(first.hint(
                "mend the cause, then run `mycli destroy` again to delete the rest".to_owned(),
            )),
            Self::Provider { source, .. } => source.hint(),
        }
    }
}
