//! What a caller asks to run, and what can be said against it before anything is recorded.

use std::collections::BTreeMap;

use runtime_wire::{Command, Revision, Source};

use crate::execution::Capacity;
use crate::retry::{MAX_ATTEMPTS, Retry};
use crate::size::Size;
use crate::tag::{MAX_LABEL, MAX_LABELS};

/// The longest argument, and the longest `NAME=value`, in bytes.
///
/// Linux refuses 128 KiB with its terminating zero in one string (`MAX_ARG_STRLEN`,
/// <https://man7.org/linux/man-pages/man2/execve.2.html>).
pub const MAX_STRING: usize = 128 * 1024 - 1;

/// The longest command, all arguments together, in bytes.
///
/// The row that history keeps holds the command, and must fit in an item of 400 KB
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>).
pub const MAX_COMMAND: usize = 192 * 1024;

/// The most that all variables may take together, names and values, in bytes.
///
/// Linux gives arguments and environment a quarter of the stack limit, which is 8 MiB where nobody
/// changed it (<https://man7.org/linux/man-pages/man2/execve.2.html>).
pub const MAX_ENV: usize = 1024 * 1024;

/// The variable that the agent sets itself.
const RESERVED: &str = "MYCLI_EXECUTION";

/// What a caller asks to run.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What to start.
    pub command: Command,
    /// Image to run in; the context's own default when absent.
    pub image: Option<String>,
    /// What the agent fetches first; nothing when absent.
    pub source: Option<Source>,
    /// Variables set for the command. Their values are never recorded.
    pub env: BTreeMap<String, String>,
    /// How long the command may run, in milliseconds, at least 1; without a limit when absent.
    pub timeout_ms: Option<u64>,
    /// How long the command has between SIGINT and SIGTERM, in milliseconds. Usually
    /// [`runtime_wire::order::DEFAULT_GRACE_MS`].
    pub grace_ms: u64,
    /// What is tried again.
    pub retry: Retry,
    /// What the caller calls it, for finding it again: at most [`crate::tag::MAX_LABELS`].
    pub labels: BTreeMap<String, String>,
    /// Who asks, as the backend knows them.
    pub requested_by: Option<String>,
    /// Version of the program that asks.
    pub recorded_by: String,
    /// Values that the agent masks in all output. Never recorded.
    pub masked: Vec<String>,
    /// Names of the variables whose values are among them, besides those whose names say it.
    pub mask: Vec<String>,
    /// How much output is kept, in bytes; all of it when absent or 0.
    pub output_limit: Option<u64>,
    /// The terminal that the command's output goes to; two pipes when absent.
    pub terminal: Option<runtime_wire::order::Terminal>,
    /// How large a place to run in; what is absent is up to the context.
    pub size: Size,
    /// What to run on.
    pub capacity: Capacity,
    /// Architecture to run on, `x86_64` or `arm64`; the context's own when absent.
    pub arch: Option<String>,
    /// Role for the command, as an ARN; the context's own when absent.
    pub role: Option<String>,
    /// What the source is fetched with. Never recorded.
    pub git_token: Option<runtime_wire::order::GitToken>,
}

impl std::fmt::Debug for Request {
    /// Shows the names of the variables, not their values.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("command", &self.command)
            .field("image", &self.image)
            .field("source", &self.source)
            .field("env", &self.env.keys().collect::<Vec<_>>())
            .field("timeout_ms", &self.timeout_ms)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// Everything that makes the request impossible, a line each. Empty when there is nothing.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.check_command(&mut problems);
        self.check_image(&mut problems);
        self.check_source(&mut problems);
        self.check_env(&mut problems);
        if self.timeout_ms == Some(0) {
            problems.push("the timeout is 0: give a longer one, or none".to_owned());
        }
        self.check_labels(&mut problems);
        let attempts = self.retry.attempts;
        if !(1..=MAX_ATTEMPTS).contains(&attempts) {
            problems.push(format!(
                "{attempts} attempts are not possible: ask for 1 to {MAX_ATTEMPTS}"
            ));
        }
        problems
    }

    fn check_command(&self, problems: &mut Vec<String>) {
        let arguments: &[String] = match &self.command {
            Command::Argv(arguments) => arguments,
            Command::Script(script) => std::slice::from_ref(script),
        };
        match &self.command {
            Command::Argv(arguments) if arguments.is_empty() => {
                problems.push("there is no command: give one after `--`".to_owned());
            }
            Command::Argv(arguments) if arguments.first().is_some_and(String::is_empty) => {
                problems.push("the name of the command is empty".to_owned());
            }
            Command::Script(script) if script.trim().is_empty() => {
                problems.push("the script is empty".to_owned());
            }
            Command::Argv(_) | Command::Script(_) => {}
        }
        for (place, argument) in arguments.iter().enumerate() {
            if argument.contains('\0') {
                problems.push(format!("argument {place} holds a NUL byte"));
            }
            if argument.len() > MAX_STRING {
                problems.push(format!(
                    "argument {place} is {} bytes long: at most {MAX_STRING} are possible",
                    argument.len()
                ));
            }
        }
        let length: usize = arguments.iter().map(String::len).sum();
        if length > MAX_COMMAND && arguments.iter().all(|one| one.len() <= MAX_STRING) {
            problems.push(format!(
                "the command is {length} bytes long: at most {MAX_COMMAND} are possible"
            ));
        }
    }

    fn check_image(&self, problems: &mut Vec<String>) {
        let Some(image) = &self.image else { return };
        if image.is_empty() {
            problems.push("the image has no name".to_owned());
        } else if image.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            problems.push(format!("the image `{image}` has white space in its name"));
        }
    }

    fn check_source(&self, problems: &mut Vec<String>) {
        let Some(source) = &self.source else { return };
        let repository = source.repository.as_str();
        if holds_password(repository) {
            // Not quoted: the message is printed and may be logged.
            problems.push(
                "the URL of the repository holds a password, which history would keep: take it out"
                    .to_owned(),
            );
        } else {
            check_git_word("repository", repository, problems);
        }
        match &source.revision {
            Revision::Default | Revision::PullRequest(_) => {}
            Revision::Named(name) => check_git_word("revision", name, problems),
            Revision::Commit { id, branch } => {
                if id.len() != 40 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    problems.push(format!(
                        "the commit `{id}` is not 40 hexadecimal digits long"
                    ));
                }
                if let Some(branch) = branch {
                    check_git_word("branch", branch, problems);
                }
            }
        }
    }

    fn check_labels(&self, problems: &mut Vec<String>) {
        if self.labels.len() > MAX_LABELS {
            problems.push(format!(
                "{} labels are too many: at most {MAX_LABELS} are possible",
                self.labels.len()
            ));
        }
        for (name, value) in &self.labels {
            let fits =
                |text: &str| text.chars().count() <= MAX_LABEL && !text.contains(char::is_control);
            if name.is_empty() || name.contains('=') || !fits(name) || !fits(value) {
                problems.push(format!(
                    "the label {name:?}={value:?} is not one: name and value have at most \
                     {MAX_LABEL} characters, none of them a control character, and the name has no `=`"
                ));
            }
        }
    }

    fn check_env(&self, problems: &mut Vec<String>) {
        for (name, value) in &self.env {
            if name.is_empty() {
                problems.push("a variable has no name".to_owned());
            } else if name.contains('=') {
                problems.push(format!("the variable `{name}` has `=` in its name"));
            } else if name.contains('\0') {
                problems.push(format!("the variable {name:?} has a NUL byte in its name"));
            }
            if name == RESERVED {
                problems.push(format!(
                    "the variable `{name}` names the execution to its command: it cannot be set"
                ));
            }
            if value.contains('\0') {
                problems.push(format!(
                    "the value of the variable `{name}` holds a NUL byte"
                ));
            }
            let length = name.len() + 1 + value.len();
            if length > MAX_STRING {
                problems.push(format!(
                    "the variable `{name}` is {length} bytes long, its name included: at most \
                     {MAX_STRING} are possible"
                ));
            }
        }
        let length: usize = self
            .env
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum();
        if length > MAX_ENV {
            problems.push(format!(
                "the variables are {length} bytes long together: at most {MAX_ENV} are possible"
            ));
        }
    }
}

/// Refuses what git would take for an option, and what no URL or name can hold.
fn check_git_word(what: &str, word: &str, problems: &mut Vec<String>) {
    if word.is_empty() {
        problems.push(format!("the {what} is empty"));
    } else if word.starts_with('-') {
        problems.push(format!("the {what} `{word}` begins with `-`"));
    } else if word.contains(char::is_control) {
        problems.push(format!("the {what} {word:?} holds a control character"));
    }
}

/// Whether a URL says `scheme://user:password@host`.
fn holds_password(url: &str) -> bool {
    let authority = url
        .split_once("://")
        .and_then(|(_, rest)| rest.split('/').next());
    let user = authority.and_then(|authority| authority.rsplit_once('@'));
    user.is_some_and(|(user, _)| user.contains(':'))
}
