//! Why nothing was imported.

use runtime::{Blame, Diagnosis};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub(super) enum ImportError {
    /// None or several stacks are meant.
    #[error("resources are imported into one stack at a time, not {0}")]
    OneStack(usize),
    /// The app differs from what is deployed in more than new resources.
    #[error("an import only adds, and {stack} differs in more than new resources: {}", what.join(", "))]
    Differs { stack: String, what: Vec<String> },
    /// The mapping file cannot be read.
    #[error("`{file}` does not say which resources there are: {reason}")]
    Mapping { file: String, reason: String },
    /// The mapping names what is not new in the template.
    #[error("`{file}` names what is not a new resource of {stack}: {}", ids.join(", "))]
    NotNew {
        file: String,
        stack: String,
        ids: Vec<String>,
    },
    /// The mapping has other names for a resource than its type.
    #[error("{logical_id} ({resource_type}) is known by {}, not by {}", expected.join(" and "), given.join(" and "))]
    OtherIdentifier {
        logical_id: String,
        resource_type: String,
        expected: Vec<String>,
        given: Vec<String>,
    },
    /// Nobody says what these are.
    #[error("nothing says which resources exist for {}", missing.join(", "))]
    Unidentified { missing: Vec<String> },
}

impl Diagnosis for ImportError {
    fn code(&self) -> &'static str {
        match self {
            Self::OneStack(_) => "import.one-stack",
            Self::Differs { .. } => "import.differs",
            Self::Mapping { .. } => "import.mapping",
            Self::NotNew { .. } => "import.not-new",
            Self::OtherIdentifier { .. } => "import.identifier",
            Self::Unidentified { .. } => "import.unidentified",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some(
            match self {
                Self::OneStack(_) => "name the stack; `mycli ls` lists those of the app",
                Self::Differs { .. } => {
                    "deploy that first, with the app as it was before the new resources; or leave it for the next \
                     `mycli apply` with --force"
                }
                Self::Mapping { .. } => {
                    "write {\"LOGICAL-ID\": {\"NAME\": \"VALUE\"}}; --record-resource-mapping FILE writes the names"
                }
                Self::NotNew { .. } => "take them out, or see what is new with `mycli diff`",
                Self::OtherIdentifier { .. } => "--record-resource-mapping FILE writes the names",
                Self::Unidentified { .. } => {
                    "write them with --record-resource-mapping FILE, fill in what is empty, and pass it with \
                     --resource-mapping FILE"
                }
            }
            .to_owned(),
        )
    }
}
