//! Why a template was not read.

use std::path::PathBuf;

use runtime::{Blame, Diagnosis};

/// Why a template was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ValidateError {
    /// Neither a template nor an app.
    #[error("there is nothing to check: no <TEMPLATE|->, and no app")]
    NothingToCheck,
    /// Only files are templates.
    #[error("`{}` is a directory", .0.display())]
    Directory(PathBuf),
    /// The system gave nothing.
    #[error("could not read the template `{}`", path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// The system's word for why not.
        source: std::io::Error,
    },
}

impl Diagnosis for ValidateError {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingToCheck => "validate.nothing-to-check",
            Self::Directory(_) => "validate.directory",
            Self::Unreadable { .. } => "validate.unreadable",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NothingToCheck => Some(
                "name templates: `mycli validate template.yaml`; or what writes them: \
                 `mycli validate --app 'cargo run -q'`, or --assembly cdk.out"
                    .to_owned(),
            ),
            Self::Directory(path) => {
                let path = path.display();
                Some(format!(
                    "name the templates in it: `mycli validate {path}/*.json`"
                ))
            }
            Self::Unreadable { .. } => None,
        }
    }
}
