//! What every error of the program can say about itself.

/// An error that knows who has to act on it.
pub trait Diagnosis: std::error::Error {
    /// Stable code, such as `dispatch.no-capacity`. Never reused for another cause.
    fn code(&self) -> &str;

    /// Who has to act.
    fn blame(&self) -> Blame;

    /// What to do next, where there is something to do.
    fn hint(&self) -> Option<String> {
        None
    }
}

/// Who has to act on an error. Decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The caller asked for something that cannot be: change the command. Exit code 2.
    Caller,
    /// The caller is not known or not allowed: change credentials or rights. Exit code 3.
    Access,
    /// A provider (cloud, container engine, disk, remote) refused or failed. Exit code 4.
    Cloud,
    /// The program is wrong: report it. Exit code 70.
    Program,
}

impl Blame {
    /// Exit code of a command that fails for this reason.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Caller => 2,
            Self::Access => 3,
            Self::Cloud => 4,
            Self::Program => 70,
        }
    }
}
