//! Why a deployment was not planned.

use runtime::{Blame, Diagnosis};

/// Why a deployment was not planned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeployError {
    /// The credentials are of another account than the stack's.
    #[error("the stack {stack} goes to the account {account}, and the credentials are of {caller}")]
    OtherAccount {
        stack: String,
        account: String,
        caller: String,
    },
    /// Images cannot go where the manifest says, and it is not known how to let them go elsewhere.
    #[error(
        "images of {stack} go to the repository `{repository}`, which the account does not have"
    )]
    NoRepository { stack: String, repository: String },
    /// Nobody declares this parameter.
    #[error("no stack has the parameter `{0}`")]
    NoParameter(String),
    /// DynamoDB would refuse it half way.
    #[error("the table {table} of {stack} would get or lose {} indexes at once: {}", indexes.len(), indexes.join(", "))]
    Indexes {
        stack: String,
        table: String,
        indexes: Vec<String>,
    },
    /// A value that is to be hidden would be written to a file.
    #[error(
        "the value of `{parameter}` of {stack} is hidden (NoEcho), and would be written to the plan"
    )]
    Hidden { stack: String, parameter: String },
    /// It is not a plan, or not one of this program.
    #[error("`{file}` is not a plan: {reason}")]
    NotAPlan { file: String, reason: String },
    /// Somebody else has planned it.
    #[error("the plan was made by {planned}, and you are {caller}")]
    OtherCaller { planned: String, caller: String },
}

impl Diagnosis for DeployError {
    fn code(&self) -> &'static str {
        match self {
            Self::OtherAccount { .. } => "deploy.other-account",
            Self::NoRepository { .. } => "deploy.no-repository",
            Self::NoParameter(_) => "deploy.no-parameter",
            Self::Indexes { .. } => "deploy.indexes",
            Self::Hidden { .. } => "plan.hidden-value",
            Self::NotAPlan { .. } => "plan.unreadable",
            Self::OtherCaller { .. } => "plan.other-caller",
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::OtherAccount { .. } => Blame::Access,
            Self::NoRepository { .. }
            | Self::NoParameter(_)
            | Self::Indexes { .. }
            | Self::Hidden { .. }
            | Self::NotAPlan { .. }
            | Self::OtherCaller { .. } => Blame::Caller,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(
            match self {
                Self::OtherAccount { .. } => {
                    "choose credentials of that account with --profile, or let the stack's deploy role be assumed"
                }
                Self::NoRepository { .. } => {
                    "make it with `aws ecr create-repository`; or, if it is that of `cdk bootstrap`, run that again"
                }
                Self::NoParameter(_) => {
                    "write [STACK:]NAME=VALUE; `mycli synth STACK` prints the template with its parameters"
                }
                Self::Indexes { .. } => {
                    "DynamoDB makes or deletes one global secondary index of a table in an update: deploy with the first of \
                     them, then with the next"
                }
                Self::Hidden { .. } => {
                    "apply without a file: `mycli apply --parameters …`; or keep the value in Secrets Manager, and let the \
                     template name it"
                }
                Self::NotAPlan { .. } => "make one with `mycli plan --out FILE`",
                Self::OtherCaller { .. } => "apply it with the credentials that it was made with, or plan again",
            }
            .to_owned(),
        )
    }
}
