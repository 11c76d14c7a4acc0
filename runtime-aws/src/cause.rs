//! Why a task is over, where its agent left no word. One table, from what ECS says to a stable code.
//!
//! ECS's texts: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
//! and <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html>.

mod known;

use runtime::wire::Outcome;

use known::KNOWN;

/// What ECS says of a task that is over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stopped {
    /// `stopCode`, such as `TaskFailedToStart`.
    pub(crate) code: String,
    /// `stoppedReason`.
    pub(crate) reason: String,
    /// `reason` of the command's container, and what it exited with.
    pub(crate) container_reason: String,
    pub(crate) exit_code: Option<i32>,
    /// The last lines that the container printed itself.
    pub(crate) last_lines: Vec<String>,
    /// Whether somebody had asked for the end.
    pub(crate) cancel_requested: bool,
}

/// The code and hint for what ECS says, if the cause is known.
pub(crate) fn known(text: &str) -> Option<(&'static str, &'static str)> {
    let lower = text.to_lowercase();
    let holds = |words: &[&str]| {
        words
            .iter()
            .all(|word| lower.contains(&word.to_lowercase()))
    };
    let found = KNOWN
        .iter()
        .find(|known| known.texts.iter().any(|words| holds(words)))?;
    Some((found.code, found.hint))
}

/// The outcome to record for a task that is over.
pub(crate) fn outcome(stopped: &Stopped) -> Outcome {
    let said = said(stopped);
    let lines = stopped.last_lines.join("\n");
    let found = known(&format!("{} {said}", stopped.code)).or_else(|| known(&lines));
    // What the agent would have needed, or could not survive, was missing before the command began.
    let early = |code: &str| code.starts_with("image.") || code == "agent.missing";
    let never_ran = stopped.code == "TaskFailedToStart" || stopped.exit_code.is_none();
    match (stopped.code.as_str(), found) {
        ("UserInitiated", _) if stopped.cancel_requested => Outcome::cancelled(),
        ("UserInitiated", _) => Outcome::lost_to(
            "task.stopped",
            format!("somebody stopped the task: {said}"),
            Some(
                "see who did it: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=StopTask`",
            ),
        ),
        ("SpotInterruption" | "TerminationNotice", Some((code, hint))) => {
            Outcome::lost_to(code, last_words(stopped, &said), Some(hint))
        }
        (_, Some((code, hint))) if never_ran || early(code) => {
            Outcome::not_started(code, said, Some(hint))
        }
        (_, None) if never_ran => Outcome::not_started("task.failed-to-start", said, None),
        (_, Some((code, hint))) => Outcome::lost_to(code, last_words(stopped, &said), Some(hint)),
        (_, None) => Outcome::lost_to(
            "agent.crashed",
            last_words(stopped, &said),
            Some(
                "the agent itself ended without a word: what it printed last is in the log group of the installation",
            ),
        ),
    }
}

/// All that ECS says, each thing once.
fn said(stopped: &Stopped) -> String {
    let mut said = stopped.reason.clone();
    if !stopped.container_reason.is_empty() && !said.contains(&stopped.container_reason) {
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&stopped.container_reason);
    }
    if said.is_empty() {
        said.push_str("ECS gave no reason");
    }
    said
}

/// What is known of an agent that is gone.
fn last_words(stopped: &Stopped, said: &str) -> String {
    let mut words = said.to_owned();
    if let Some(exit_code) = stopped.exit_code {
        words.push_str("; the agent exited with ");
        words.push_str(&exit_code.to_string());
    }
    if !stopped.last_lines.is_empty() {
        words.push_str("; its last lines:\n");
        words.push_str(&stopped.last_lines.join("\n"));
    }
    words
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write;

    use runtime::retry::Verdict;
    use runtime::wire::Cause;

    use super::*;

    /// What ECS says, after its documentation; `*` stands for a container that ran and exited with 1.
    const SAID: &str = include_str!("causes.txt");

    fn stopped(line: &str) -> Stopped {
        let (code, reason) = line.split_once(' ').unwrap();
        let ran = code.ends_with('*');
        Stopped {
            code: code.trim_end_matches('*').to_owned(),
            reason: reason.to_owned(),
            exit_code: ran.then_some(1),
            ..Stopped::default()
        }
    }

    #[test]
    fn every_cause_has_the_code_and_the_hint_that_the_table_says() {
        let (mut table, mut codes) = (String::new(), BTreeSet::new());
        for line in SAID.lines() {
            let (verdict, hint) = match outcome(&stopped(line)).cause {
                Cause::NotStarted { code, hint, .. } => (code, hint.unwrap_or_default()),
                Cause::Lost { code, hint, .. } => {
                    (format!("lost to {code}"), hint.unwrap_or_default())
                }
                Cause::Cancelled => ("cancelled".to_owned(), String::new()),
                Cause::Exited
                | Cause::Signaled { .. }
                | Cause::OutOfMemory
                | Cause::Interrupted { .. }
                | Cause::TimedOut { .. }
                | Cause::Unrecorded { .. } => {
                    panic!("ECS cannot know that: {line}")
                }
            };
            let code = verdict.trim_start_matches("lost to ");
            let again = match runtime::retry::verdict(code) {
                Verdict::Never => "never again",
                Verdict::After(_) => "again",
                Verdict::IfAllowed(_) => "again where allowed",
            };
            writeln!(table, "{line}\n    {verdict} ({again}): {hint}").unwrap();
            codes.insert(verdict);
        }
        assert!(codes.len() >= 35, "{} causes", codes.len());
        snapshots::assert_file("runtime-aws/causes.txt", &table);
    }

    #[test]
    fn every_code_of_the_table_is_seen_in_what_aws_says() {
        let seen: BTreeSet<_> = SAID
            .lines()
            .filter_map(|line| outcome(&stopped(line)).code().map(str::to_owned))
            .collect();
        for known in &KNOWN {
            assert!(
                seen.contains(known.code),
                "{} is nowhere in causes.txt",
                known.code
            );
        }
    }

    #[test]
    fn an_agent_that_crashed_is_told_with_its_last_lines() {
        let crashed = Stopped {
            code: "EssentialContainerExited".to_owned(),
            reason: "Essential container in task exited".to_owned(),
            exit_code: Some(101),
            last_lines: vec!["out of paper".to_owned()],
            ..Stopped::default()
        };
        let Cause::Lost { code, message, .. } = outcome(&crashed).cause else {
            panic!("it ran");
        };
        assert_eq!(code, "agent.crashed");
        assert_eq!(
            message,
            "Essential container in task exited; the agent exited with 101; its last lines:\nout of paper"
        );
    }

    #[test]
    fn a_task_that_was_stopped_because_we_asked_is_cancelled() {
        let mut stopped = stopped("UserInitiated Task stopped by user");
        stopped.cancel_requested = true;
        assert_eq!(outcome(&stopped), Outcome::cancelled());
    }
}
