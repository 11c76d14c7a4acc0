//! Lets a person change what is run in their editor.

use std::collections::BTreeMap;
use std::io::Write as _;

use runtime::wire::{Command, Revision, Source};
use runtime::{Blame, Diagnosis, Request};
use serde::{Deserialize, Serialize};

use crate::config::{self, Timeout};
use crate::environment::Environment;
use crate::failure::{Failure, OwnError};

/// What stands above what is edited.
const HEAD: &str = "# What is run. Save and leave to run it; an empty file runs nothing.\n";

/// What of a request can be changed, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edited {
    /// The exact argument vector; instead of `script`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    command: Option<Vec<String>>,
    /// A script for `/bin/sh -c`; instead of `command`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    script: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repo: Option<String>,
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout: Option<Timeout>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
}

/// Opens `request` in the person's editor, and returns it as it was left. Values of variables are not shown.
pub(super) fn edit(request: Request, environment: &Environment) -> Result<Request, Failure> {
    let failed = || OwnError::doing("hand what is run to an editor");
    let text = serde_saphyr::to_string(&Edited::of(&request))
        .map_err(|error| failed()(std::io::Error::other(error)))?;
    let mut file = tempfile::Builder::new()
        .prefix("mycli-replay-")
        .suffix(".yaml")
        .tempfile()
        .map_err(failed())?;
    file.write_all(HEAD.as_bytes())
        .and_then(|()| file.write_all(text.as_bytes()))
        .map_err(failed())?;
    let named = ["VISUAL", "EDITOR"]
        .iter()
        .find_map(|name| environment.text(name));
    let editor = named.unwrap_or("vi").to_owned();
    // As git does it: what a person writes there may have arguments of its own.
    let status = std::process::Command::new("/bin/sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg(&editor)
        .arg(file.path())
        .status()
        .map_err(failed())?;
    if !status.success() {
        return Err(EditError::Editor { editor }.into());
    }
    let text = std::fs::read_to_string(file.path()).map_err(failed())?;
    let speaks = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    if !text.lines().any(speaks) {
        return Err(EditError::Empty.into());
    }
    let after: Edited = config::parse(file.path(), &text)?;
    Ok(after.over(request)?)
}

impl Edited {
    fn of(request: &Request) -> Self {
        let (command, script) = match &request.command {
            Command::Argv(words) => (Some(words.clone()), None),
            Command::Script(script) => (None, Some(script.clone())),
        };
        let source = request.source.as_ref();
        Self {
            command,
            script,
            image: request.image.clone(),
            repo: source.map(|source| source.repository.clone()),
            reference: source.and_then(|source| name_of(&source.revision)),
            timeout: request.timeout_ms.map(|ms| Timeout { ms: Some(ms) }),
            labels: request.labels.clone(),
        }
    }

    /// `request`, with what this says in its place.
    fn over(self, request: Request) -> Result<Request, EditError> {
        let command = match (self.command, self.script) {
            (Some(words), None) => Command::Argv(words),
            (None, Some(script)) => Command::Script(script),
            (Some(_), Some(_)) | (None, None) => return Err(EditError::TwoCommands),
        };
        let before = request.source;
        let source = self.repo.map(|repository| {
            let revision = match (before, self.reference) {
                // A commit that stays keeps the branch that it was seen on.
                (Some(source), reference) if name_of(&source.revision) == reference => {
                    source.revision
                }
                (_, Some(name)) => Revision::Named(name),
                (_, None) => Revision::Default,
            };
            Source {
                repository,
                revision,
            }
        });
        Ok(Request {
            command,
            image: self.image,
            source,
            timeout_ms: self.timeout.and_then(|timeout| timeout.ms),
            labels: self.labels,
            ..request
        })
    }
}

/// What a person writes for a revision.
fn name_of(revision: &Revision) -> Option<String> {
    match revision {
        Revision::Default => None,
        Revision::Named(name) | Revision::Commit { id: name, .. } => Some(name.clone()),
        Revision::PullRequest(number) => Some(format!("pull request {number}")),
    }
}

/// Why nothing was run.
#[derive(Debug, thiserror::Error)]
enum EditError {
    /// The editor ended with an error.
    #[error("the editor `{editor}` ended with an error, so nothing was run")]
    Editor {
        /// What was started.
        editor: String,
    },
    /// The person left an empty file.
    #[error("the file was left empty, so nothing was run")]
    Empty,
    /// It is not said what is run, or twice.
    #[error("what is run has to be in `command` or in `script`, and not in both")]
    TwoCommands,
}

impl Diagnosis for EditError {
    fn code(&self) -> &'static str {
        match self {
            Self::Editor { .. } => "replay.not-edited",
            Self::Empty => "replay.empty",
            Self::TwoCommands => "replay.command",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Editor { .. } => Some("name another one in VISUAL or EDITOR".to_owned()),
            Self::Empty | Self::TwoCommands => None,
        }
    }
}
