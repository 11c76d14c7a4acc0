//! Why a source could not be fetched.

use std::error::Error;
use std::io;

use runtime_wire::Outcome;

use super::address::Address;

/// Why a source could not be fetched. `message` is in the words of whoever refused.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    /// The URL is not one.
    MalformedUrl { shown: String, message: String },
    /// Nobody answered.
    Unreachable { message: String },
    /// Somebody answered, and wants to know who we are, or did not believe it.
    Unauthenticated { message: String },
    /// Somebody answered, and does not let us in.
    Denied { message: String },
    /// Somebody answered, and has no such repository or does not say that there is one.
    NotFound { message: String },
    /// The key of an SSH host is not known, or is another one than was known.
    HostKey { message: String },
    /// The repository has no such branch, tag or commit.
    RevisionMissing {
        message: String,
        hint: Option<String>,
    },
    /// There is no room for it.
    NoRoom { message: String },
    /// A program is missing that this kind of URL needs.
    ProgramMissing {
        message: String,
        program: &'static str,
    },
    /// Anything else.
    Failed { message: String },
}

impl Refusal {
    /// What an error of the git library means. `heard` is what the HTTP client met, if anything.
    pub(super) fn of(error: &gix::Error, heard: Option<Self>, address: &Address) -> Self {
        if let Some(heard) = heard {
            return heard;
        }
        let message = said(error.iter_errors());
        error
            .iter_errors()
            .filter_map(|error| error.downcast_ref::<io::Error>())
            .find_map(|error| of_io(error, &message))
            .unwrap_or_else(|| of_words(message, address))
    }

    /// The same without what must not be seen.
    pub(super) fn without_secrets(mut self, address: &Address) -> Self {
        let (Self::MalformedUrl { message, .. }
        | Self::Unreachable { message }
        | Self::Unauthenticated { message }
        | Self::Denied { message }
        | Self::NotFound { message }
        | Self::HostKey { message }
        | Self::RevisionMissing { message, .. }
        | Self::NoRoom { message }
        | Self::ProgramMissing { message, .. }
        | Self::Failed { message }) = &mut self;
        *message = format!(
            "cannot fetch `{}`: {}",
            address.shown,
            address.without_secrets(message)
        );
        self
    }

    /// How an execution ends that needed it.
    pub(super) fn outcome(self) -> Outcome {
        let end = |code, message, hint: &str| Outcome::not_started(code, message, Some(hint));
        match self {
            Self::MalformedUrl { shown, message } => end(
                "source.malformed-url",
                format!("`{shown}` is not the URL of a repository: {message}"),
                "give it as https://host/path, ssh://user@host/path or user@host:path",
            ),
            Self::Unreachable { message } => end(
                "source.unreachable",
                message,
                "check the host in the URL, and whether the command's network reaches it",
            ),
            Self::Unauthenticated { message } => end(
                "source.unauthenticated",
                message,
                "the repository is private or does not exist: check the URL, and the credentials",
            ),
            Self::Denied { message } => end(
                "source.denied",
                message,
                "these credentials may not read the repository: check what they are allowed",
            ),
            Self::NotFound { message } => end(
                "source.not-found",
                message,
                "check the URL; some hosts answer so when a repository is private, too",
            ),
            Self::HostKey { message } => end(
                "source.host-key",
                message,
                "check the host's key against what its owner publishes, and put it in known_hosts",
            ),
            Self::RevisionMissing { message, hint } => {
                Outcome::not_started("source.revision-missing", message, hint.as_deref())
            }
            Self::NoRoom { message } => end("storage.full", message, "free some space"),
            Self::ProgramMissing { message, program } => end(
                "source.failed",
                message,
                &format!(
                    "this kind of URL needs `{program}` in the PATH: install it, or use https"
                ),
            ),
            Self::Failed { message } => Outcome::not_started("source.failed", message, None),
        }
    }
}

fn of_io(error: &io::Error, message: &str) -> Option<Refusal> {
    use io::ErrorKind as Kind;
    let message = message.to_owned();
    let no_room = [Kind::StorageFull, Kind::QuotaExceeded];
    let unreachable = [
        Kind::ConnectionRefused,
        Kind::ConnectionReset,
        Kind::ConnectionAborted,
        Kind::HostUnreachable,
        Kind::NetworkUnreachable,
        Kind::TimedOut,
    ];
    if no_room.contains(&error.kind()) {
        Some(Refusal::NoRoom { message })
    } else {
        let unreachable = unreachable.contains(&error.kind());
        unreachable.then_some(Refusal::Unreachable { message })
    }
}

/// What the words of a server or a program mean: for these transports there is nothing else to go by.
fn of_words(message: String, address: &Address) -> Refusal {
    use gix::url::Scheme;
    let lower = message.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if any(&["failed to invoke program"]) {
        let program = if address.url.scheme == Scheme::Ssh {
            "ssh"
        } else {
            "git"
        };
        return Refusal::ProgramMissing { message, program };
    }
    if any(&[
        "lookup address",
        "could not resolve",
        "connection refused",
        "timed out",
    ]) {
        return Refusal::Unreachable { message };
    }
    // Before the others: ssh adds `Permission denied` or `Could not read` to these words.
    if any(&["host key verification", "host identification has changed"]) {
        return Refusal::HostKey { message };
    }
    if any(&["authentication", "permission denied (publickey"]) {
        return Refusal::Unauthenticated { message };
    }
    let absent = [
        "does not appear to be a git repository",
        "is a valid git directory",
    ];
    if any(&absent) {
        return Refusal::NotFound { message };
    }
    if any(&["permission denied", "access denied", "not exported"]) {
        return Refusal::Denied { message };
    }
    Refusal::Failed { message }
}

/// Errors and their causes, on one line, each said once.
pub(super) fn said<'a>(errors: impl Iterator<Item = &'a (dyn Error + 'static)>) -> String {
    let mut text = String::new();
    for error in errors {
        let words = crate::diagnostics::chain(error);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.contains(&words) {
            let between = if text.is_empty() { "" } else { ": " };
            text = format!("{text}{between}{words}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ssh_says_is_told_apart() {
        let address = Address::parse("git@host:a.git").unwrap();
        for (words, code) in [
            (
                "Host key verification failed. Could not read from remote repository.",
                "source.host-key",
            ),
            (
                "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!",
                "source.host-key",
            ),
            (
                "git@host: Permission denied (publickey).",
                "source.unauthenticated",
            ),
            (
                "'a.git' does not appear to be a git repository",
                "source.not-found",
            ),
            ("ssh: Could not resolve hostname host", "source.unreachable"),
            ("access denied or repository not exported", "source.denied"),
            ("something else", "source.failed"),
        ] {
            let outcome = of_words(words.to_owned(), &address).outcome();
            assert!(
                format!("{outcome:?}").contains(code),
                "{words}: {outcome:?}"
            );
        }
    }
}
