//! Why there is nothing to compare.

use runtime::{Blame, Diagnosis};

/// Why there is nothing to compare.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiffError {
    /// A template that cannot be read.
    #[error("{name} is not a template: {problem}")]
    Template {
        /// What it is called.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// One file, and nothing to compare it with.
    #[error("there is nothing to compare `{0}` with")]
    NothingToCompare(String),
    /// `--stack` without one file.
    #[error("--stack compares one file, not {0}")]
    OneFile(usize),
    /// `--template` without one stack.
    #[error("--template is compared with one stack, not {0}")]
    OneStack(usize),
}

impl Diagnosis for DiffError {
    fn code(&self) -> &'static str {
        match self {
            Self::Template { .. } => "diff.template",
            Self::NothingToCompare(_) => "diff.nothing-to-compare",
            Self::OneFile(_) => "diff.one-file",
            Self::OneStack(_) => "diff.one-stack",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Template { .. } => {
                Some("`mycli validate` says all that is wrong with a template".to_owned())
            }
            Self::NothingToCompare(file) => Some(format!(
                "name the old file before it, or the deployed stack: `mycli diff --stack NAME {file}`"
            )),
            Self::OneFile(_) => Some("name one file".to_owned()),
            Self::OneStack(_) => Some("name the stack".to_owned()),
        }
    }
}
