//! Why a request makes no sense.

use std::path::PathBuf;

use runtime::{Blame, Diagnosis};

use super::Origin;

/// Why a request makes no sense.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    /// There is no word to run.
    #[error("the command is empty")]
    EmptyCommand,
    /// `--env =value`.
    #[error("`--env {variable}` has no name before the `=`")]
    NamelessVariable { variable: String },
    /// A file of variables holds something else, or cannot be read.
    #[error("the file of variables `{}`: {problem}", path.display())]
    EnvFile { path: PathBuf, problem: String },
    /// A variable was to be taken over, and cannot be.
    #[error("the variable `{name}` ({origin}) is to be taken over from here, {}",
        if *.utf8 { "and is not set" } else { "and is not UTF-8 text" })]
    NothingToInherit {
        name: String,
        origin: Origin,
        /// Whether it would be text if it were set.
        utf8: bool,
    },
    /// The value of a variable was to be masked, and there is none.
    #[error("the value of `{name}` is to be masked ({origin}): it is no variable of the command, and here it {}",
        if *.utf8 { "is not set" } else { "is not UTF-8 text" })]
    NothingToMask {
        name: String,
        origin: Origin,
        /// Whether it would be text if it were set.
        utf8: bool,
    },
    /// `MYCLI_TIMEOUT` holds something else.
    #[error("MYCLI_TIMEOUT: {problem}")]
    Timeout { problem: String },
    /// One source names both a branch and a ref.
    #[error("both a branch (`{branch}`) and a ref (`{reference}`) are chosen ({origin})")]
    BranchAndRef {
        branch: String,
        reference: String,
        origin: Origin,
    },
    /// A password was handed over in a URL.
    #[error(
        "the URL of the repository `{repository}` holds a password, which would be kept in history"
    )]
    Password { repository: String },
    /// The commit that is checked out here is nowhere else.
    #[error(
        "the commit {commit} that is checked out here is not on `origin`, so it cannot be fetched"
    )]
    Unpublished {
        /// Full id of the commit.
        commit: String,
        branch: Option<String>,
    },
    /// The variable that should hold a token does not.
    #[error("the variable `{name}` holds no token for the repository")]
    NoToken {
        /// Its name.
        name: String,
    },
    /// A token would be sent where everybody can read it.
    #[error("no token is sent to `{repository}`: it is not fetched over https")]
    TokenElsewhere {
        /// The repository.
        repository: String,
    },
    /// No size like that is sold.
    #[error("{0}")]
    Size(runtime::size::SizeError),
    /// A flag means something on an installation only.
    #[error("{flag} is for installations on AWS: the context `local` has nothing of the kind")]
    NotOnLocal {
        /// The flag.
        flag: &'static str,
    },
    /// A process has no size.
    #[error("a process of this machine has no size of its own")]
    SizeOfProcess,
    /// The repository is a directory of this machine and the run is not on it.
    #[error(
        "the repository `{repository}` is a directory of this machine, which the container does not see"
    )]
    RepositoryElsewhere { repository: String },
}

impl Diagnosis for RequestError {
    fn code(&self) -> &'static str {
        match self {
            Self::EmptyCommand => "request.command-empty",
            Self::NamelessVariable { .. } => "request.variable-nameless",
            Self::EnvFile { .. } => "request.env-file",
            Self::NothingToInherit { .. } => "request.variable-unset",
            Self::NothingToMask { .. } => "request.mask-unset",
            Self::Timeout { .. } => "request.timeout-invalid",
            Self::BranchAndRef { .. } => "request.branch-and-ref",
            Self::Password { .. } => "request.password-in-url",
            Self::Unpublished { .. } => "request.commit-unpublished",
            Self::RepositoryElsewhere { .. } => "request.repository-elsewhere",
            Self::NoToken { .. } => "request.token-unset",
            Self::TokenElsewhere { .. } => "request.token-elsewhere",
            Self::Size(_) => "request.size-impossible",
            Self::NotOnLocal { .. } => "request.not-on-local",
            Self::SizeOfProcess => "request.size-of-process",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::EmptyCommand => "mycli exec -- COMMAND ARGUMENTS…",
            Self::NamelessVariable { .. } => "--env NAME=VALUE",
            Self::EnvFile { .. } => "a line is NAME=VALUE, or NAME to take the value from here",
            Self::NothingToInherit { name, .. } => return Some(format!("--env {name}=VALUE")),
            Self::NothingToMask { .. } => "name a variable that is set, or leave it out",
            Self::Timeout { .. } => return None,
            Self::NoToken { .. } => "set it, or name another variable",
            Self::TokenElsewhere { .. } => {
                "give the URL of the repository with https, or leave --git-token out"
            }
            Self::Size(_) => "ask for less",
            Self::NotOnLocal { .. } => "choose an installation with --context, or leave it out",
            Self::SizeOfProcess => "run it in a container, with --image",
            Self::BranchAndRef { .. } => "keep one of them",
            Self::Password { .. } => {
                "leave it out of the URL, and give git the password through a credential helper"
            }
            Self::Unpublished { branch, .. } => {
                let push = match branch {
                    Some(branch) => format!("git push origin {branch}"),
                    None => "git push origin HEAD:BRANCH".to_owned(),
                };
                return Some(format!(
                    "`{push}`; or choose another commit with --ref; or run without a source with --skip-git"
                ));
            }
            Self::RepositoryElsewhere { .. } => {
                "name a repository that can be reached with --repo, or use --skip-git"
            }
        };
        Some(hint.to_owned())
    }
}
