//! An execution as programs and templates see it. Field names are a promise.

use std::borrow::Cow;
use std::collections::BTreeMap;

use runtime::size::Size;
use runtime::wire::{Cause, Command, Revision};
use runtime::{Attempt, Execution};
use serde::Serialize;

/// An execution as programs and templates see it.
#[derive(Debug, Serialize)]
pub(crate) struct ExecutionView<'a> {
    id: &'a str,
    context: &'a str,
    state: &'static str,
    /// Why it is in that state, in the backend's word, such as `PENDING`.
    detail: Option<&'a str>,
    /// There once it has ended, as are `cause` and `ended_at`.
    exit_code: Option<u8>,
    cause: Option<&'a Cause>,
    /// The exact argument vector; of a script, that of its shell.
    command: Vec<&'a str>,
    /// Whether `command` is a script that was handed to `/bin/sh -c`.
    script: bool,
    image: Option<&'a str>,
    image_digest: Option<&'a str>,
    /// What is known of the place it ran in: CPU units, MiB, GiB.
    size: Size,
    /// What it cost or costs on Fargate on demand at most, in dollars, at the prices of us-east-1.
    cost_usd: Option<f64>,
    repository: Option<&'a str>,
    /// The branch, tag or commit that was asked for.
    revision: Option<Cow<'a, str>>,
    /// Full id of the commit that was checked out.
    commit: Option<&'a str>,
    env_names: &'a [String],
    labels: &'a BTreeMap<String, String>,
    timeout_ms: Option<u64>,
    /// Times are RFC 3339, in UTC.
    created_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
    cancel_requested_at: Option<String>,
    /// From the start of the command to its end, or until now.
    duration_ms: Option<u64>,
    requested_by: Option<&'a str>,
    /// What the backend calls it: a process id, a container id, a task ARN.
    handle: Option<&'a str>,
    /// Number of the attempt that all of the above is about.
    attempt: u32,
    /// Every attempt, that one last.
    attempts: Vec<AttemptView>,
}

/// One try at an execution.
#[derive(Debug, Serialize)]
pub(crate) struct AttemptView {
    number: u32,
    exit_code: Option<u8>,
    cause: Option<Cause>,
    created_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
    handle: Option<String>,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            exit_code: attempt.outcome.as_ref().map(|outcome| outcome.exit_code),
            cause: attempt.outcome.map(|outcome| outcome.cause),
            created_at: time(attempt.created_at_ms),
            started_at: attempt.started_at_ms.map(time),
            ended_at: attempt.ended_at_ms.map(time),
            handle: attempt.handle,
        }
    }
}

impl<'a> ExecutionView<'a> {
    /// How `execution` of `context` looks at `now_ms`.
    pub(crate) fn new(
        execution: &'a Execution,
        context: &'a str,
        detail: Option<&'a str>,
        now_ms: u64,
    ) -> Self {
        let (command, script) = match &execution.command {
            Command::Argv(words) => (words.iter().map(String::as_str).collect(), false),
            Command::Script(script) => (vec!["/bin/sh", "-c", script], true),
        };
        let source = execution.source.as_ref();
        let outcome = execution.outcome.as_ref();
        Self {
            id: execution.id.as_str(),
            context,
            state: execution.state.name(),
            detail,
            exit_code: outcome.map(|outcome| outcome.exit_code),
            cause: outcome.map(|outcome| &outcome.cause),
            command,
            script,
            image: execution.image.as_deref(),
            image_digest: execution.image_digest.as_deref(),
            size: execution.size,
            cost_usd: super::cost(execution, now_ms)
                .map(|cost| f64::from(u32::try_from(cost / 1000).unwrap_or(u32::MAX)) / 1e6),
            repository: source.map(|source| source.repository.as_str()),
            revision: source.and_then(|source| match &source.revision {
                Revision::Default => None,
                Revision::Named(name) | Revision::Commit { id: name, .. } => {
                    Some(Cow::Borrowed(name.as_str()))
                }
                Revision::PullRequest(number) => Some(format!("pull request {number}").into()),
            }),
            commit: execution.commit.as_deref(),
            env_names: &execution.env_names,
            labels: &execution.labels,
            timeout_ms: execution.timeout_ms,
            created_at: time(execution.created_at_ms),
            started_at: execution.started_at_ms.map(time),
            ended_at: execution.ended_at_ms.map(time),
            cancel_requested_at: execution.cancel_requested_at_ms.map(time),
            duration_ms: super::ran_ms(execution, now_ms),
            requested_by: execution.requested_by.as_deref(),
            handle: execution.handle.as_deref(),
            attempt: execution.attempt,
            attempts: execution.attempts().into_iter().map(Into::into).collect(),
        }
    }
}

/// RFC 3339, in UTC.
pub(crate) fn time(at_ms: u64) -> String {
    let at = i64::try_from(at_ms)
        .ok()
        .and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    at.unwrap_or_default().to_string()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use runtime::retry::Retry;
    use runtime::wire::{Outcome, Source};
    use runtime::{ExecutionId, State};

    use super::*;

    /// An execution whose command runs.
    pub(crate) fn running() -> Execution {
        Execution {
            id: ExecutionId::from_random(0x1234_5678_9abc),
            state: State::Running,
            command: Command::Argv(vec!["terraform".to_owned(), "plan".to_owned()]),
            image: Some("hashicorp/terraform:1.13".to_owned()),
            source: Some(Source {
                repository: "https://example.com/a.git".to_owned(),
                revision: Revision::Commit {
                    id: "0123456789abcdef0123456789abcdef01234567".to_owned(),
                    branch: Some("main".to_owned()),
                },
            }),
            commit: None,
            env_names: vec!["TF_LOG".to_owned()],
            timeout_ms: Some(1_800_000),
            created_at_ms: 9_000_000,
            started_at_ms: Some(9_004_000),
            ended_at_ms: None,
            outcome: None,
            handle: Some("4711".to_owned()),
            cancel_requested_at_ms: None,
            requested_by: Some("ann".to_owned()),
            recorded_by: "mycli 0.1.0".to_owned(),
            revision: 2,
            attempt: 1,
            earlier: Vec::new(),
            attempt_at_ms: None,
            not_before_ms: None,
            retry: Retry::default(),
            kill_requested_at_ms: None,
            grace_ms: 120_000,
            labels: BTreeMap::new(),
            mask: Vec::new(),
            output_limit: None,
            size: runtime::size::Size::default(),
            capacity: runtime::execution::Capacity::default(),
            arch: None,
            role: None,
            image_digest: None,
        }
    }

    /// An execution whose image was not there.
    pub(crate) fn ended() -> Execution {
        Execution {
            id: ExecutionId::from_random(0x00f0_dead_beef),
            state: State::CouldNotStart,
            command: Command::Script("echo one\necho two # three".to_owned()),
            image: Some("missing:1".to_owned()),
            source: None,
            env_names: Vec::new(),
            timeout_ms: None,
            created_at_ms: 1_000_000,
            started_at_ms: None,
            ended_at_ms: Some(1_000_340),
            outcome: Some(Outcome::not_started(
                "image.not-found",
                "pull missing:1: manifest unknown",
                Some("check the name"),
            )),
            handle: None,
            ..running()
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "two documents, in full")]
    fn the_fields_of_an_execution_are_a_promise() {
        let show = |execution: &Execution| {
            let view = ExecutionView::new(execution, "local", None, 10_000_000);
            serde_json::to_string_pretty(&view).unwrap()
        };
        insta::assert_snapshot!(show(&running()), @r#"
        {
          "id": "wn6h7bh6",
          "context": "local",
          "state": "running",
          "detail": null,
          "exit_code": null,
          "cause": null,
          "command": [
            "terraform",
            "plan"
          ],
          "script": false,
          "image": "hashicorp/terraform:1.13",
          "image_digest": null,
          "size": {},
          "cost_usd": null,
          "repository": "https://example.com/a.git",
          "revision": "0123456789abcdef0123456789abcdef01234567",
          "commit": null,
          "env_names": [
            "TF_LOG"
          ],
          "labels": {},
          "timeout_ms": 1800000,
          "created_at": "1970-01-01T02:30:00Z",
          "started_at": "1970-01-01T02:30:04Z",
          "ended_at": null,
          "cancel_requested_at": null,
          "duration_ms": 996000,
          "requested_by": "ann",
          "handle": "4711",
          "attempt": 1,
          "attempts": [
            {
              "number": 1,
              "exit_code": null,
              "cause": null,
              "created_at": "1970-01-01T02:30:00Z",
              "started_at": "1970-01-01T02:30:04Z",
              "ended_at": null,
              "handle": "4711"
            }
          ]
        }
        "#);
        insta::assert_snapshot!(show(&ended()), @r#"
        {
          "id": "fqfvaf3y",
          "context": "local",
          "state": "could_not_start",
          "detail": null,
          "exit_code": 125,
          "cause": {
            "kind": "not_started",
            "code": "image.not-found",
            "message": "pull missing:1: manifest unknown",
            "hint": "check the name"
          },
          "command": [
            "/bin/sh",
            "-c",
            "echo one\necho two # three"
          ],
          "script": true,
          "image": "missing:1",
          "image_digest": null,
          "size": {},
          "cost_usd": null,
          "repository": null,
          "revision": null,
          "commit": null,
          "env_names": [],
          "labels": {},
          "timeout_ms": null,
          "created_at": "1970-01-01T00:16:40Z",
          "started_at": null,
          "ended_at": "1970-01-01T00:16:40.34Z",
          "cancel_requested_at": null,
          "duration_ms": null,
          "requested_by": "ann",
          "handle": null,
          "attempt": 1,
          "attempts": [
            {
              "number": 1,
              "exit_code": 125,
              "cause": {
                "kind": "not_started",
                "code": "image.not-found",
                "message": "pull missing:1: manifest unknown",
                "hint": "check the name"
              },
              "created_at": "1970-01-01T00:16:40Z",
              "started_at": null,
              "ended_at": "1970-01-01T00:16:40.34Z",
              "handle": null
            }
          ]
        }
        "#);
    }
}
