//! What is wrong with an assembly.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why an assembly cannot be read: one thing, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssemblyError {
    /// Stable and never reused, such as `assembly.unsupported-version`.
    pub code: &'static str,
    /// The file.
    pub file: PathBuf,
    /// The member in it, such as `artifacts.Api.properties.templateFile`. Empty where it is the file as a whole.
    pub member: String,
    /// What is wrong.
    pub message: String,
    /// The change to make.
    pub fix: String,
}

impl fmt::Display for AssemblyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.file.display())?;
        if !self.member.is_empty() {
            write!(formatter, "{}: ", self.member)?;
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for AssemblyError {}

impl AssemblyError {
    pub(super) fn new(
        code: &'static str,
        file: &Path,
        member: impl Into<String>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            code,
            file: file.to_owned(),
            member: member.into(),
            message: message.into(),
            fix: fix.into(),
        }
    }
}
