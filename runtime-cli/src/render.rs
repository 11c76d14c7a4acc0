//! How things are written down: durations, commands, executions.

pub(crate) mod table;
pub(crate) mod template;
pub(crate) mod view;

use runtime::price;
use runtime::wire::{Cause, Command, Outcome, Revision, Source};
use runtime::{Execution, State};

/// A duration in at most two units, such as `340ms`, `4.2s`, `3m12s` or `2d4h`.
pub(crate) fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0 => format!("{ms}ms"),
        1..10 if ms % 1000 >= 100 => format!("{seconds}.{}s", ms % 1000 / 100),
        1..60 => format!("{seconds}s"),
        60..3600 => pair(seconds, 60, 'm', 1, 's'),
        3600..86_400 => pair(seconds, 3600, 'h', 60, 'm'),
        _ => pair(seconds, 86_400, 'd', 3600, 'h'),
    }
}

fn pair(seconds: u64, large: u64, large_unit: char, small: u64, small_unit: char) -> String {
    let rest = seconds % large / small;
    let whole = seconds / large;
    match rest {
        0 => format!("{whole}{large_unit}"),
        _ => format!("{whole}{large_unit}{rest}{small_unit}"),
    }
}

/// A command as one would type it, on one line and without control characters.
pub(crate) fn command(command: &Command) -> String {
    match command {
        Command::Script(script) => one_line(script),
        Command::Argv(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            words.join(" ")
        }
    }
}

fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./:=@%+,".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", one_line(word).replace('\'', "'\\''"))
    }
}

/// `text` with what would move the cursor, color the terminal or change the order of letters made visible.
pub(crate) fn one_line(text: &str) -> String {
    visible(text, |_| false)
}

/// What [`one_line`] does, with line breaks and tabs as they are.
pub(crate) fn lines(text: &str) -> String {
    visible(&text.replace("\r\n", "\n"), |letter| {
        "\n\t".contains(letter)
    })
}

/// Whether a terminal shows something else than the letter.
pub(crate) fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

fn visible(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut visible = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_hidden(letter) && !stays(letter) {
            visible.extend(letter.escape_default());
        } else {
            visible.push(letter);
        }
    }
    visible
}

/// `text` cut to `width` characters, with an ellipsis where something is missing.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// What of a repository is fetched.
pub(crate) fn source(source: &Source) -> String {
    let repository = one_line(&source.repository);
    match &source.revision {
        Revision::Default => repository,
        Revision::Named(name) => format!("{repository} at {}", one_line(name)),
        Revision::PullRequest(number) => format!("{repository} at pull request {number}"),
        Revision::Commit { id, branch } => {
            let branch = branch.as_deref().map(|it| format!(" ({})", one_line(it)));
            format!(
                "{repository} at {}{}",
                cut_id(id),
                branch.unwrap_or_default()
            )
        }
    }
}

/// The beginning of a commit's id, as git shows it.
fn cut_id(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// How long the command of `execution` has run or ran, in milliseconds.
pub(crate) fn ran_ms(execution: &Execution, now_ms: u64) -> Option<u64> {
    let until = execution.ended_at_ms.unwrap_or(now_ms);
    execution
        .started_at_ms
        .map(|from| until.saturating_sub(from))
}

/// What `execution` has cost on Fargate at most, in billionths of a dollar: from its record to its end, every attempt, as if all
/// of it had been billed.
pub(crate) fn cost(execution: &Execution, now_ms: u64) -> Option<u64> {
    // A task has a name of its own; what runs on this machine costs nothing.
    let attempts = execution.attempts();
    let tasks = attempts.iter().filter(|attempt| {
        let handle = attempt.handle.as_deref();
        handle.is_some_and(|handle| handle.starts_with("arn:"))
    });
    let costs = tasks.filter_map(|attempt| {
        let until = attempt.ended_at_ms.unwrap_or(now_ms);
        price::of(execution.size, until.saturating_sub(attempt.created_at_ms))
    });
    costs.reduce(u64::saturating_add)
}

/// How `execution` ended, in a line, such as `succeeded in 3.1s`.
pub(crate) fn ending(execution: &Execution) -> String {
    let exit = match execution.outcome.as_ref() {
        Some(Outcome {
            exit_code,
            cause: Cause::Signaled { signal },
        }) => {
            format!(" (signal {signal}, exit {exit_code})")
        }
        Some(Outcome {
            exit_code: exit_code @ 1..,
            ..
        }) => format!(" (exit {exit_code})"),
        Some(_) | None => String::new(),
    };
    let state = execution.state.name().replace('_', " ");
    match execution.ended_at_ms {
        Some(ended_at_ms) => {
            let since = execution.started_at_ms.unwrap_or(execution.created_at_ms);
            let took = duration(ended_at_ms.saturating_sub(since));
            let word = if execution.state == State::Succeeded {
                "in"
            } else {
                "after"
            };
            format!("{state} {word} {took}{exit}")
        }
        None => state,
    }
}

/// Why `execution`, which is queued, waits, and how long it still does.
pub(crate) fn queued(execution: &Execution, now_ms: u64) -> String {
    let wait = execution.not_before_ms.unwrap_or_default();
    let wait = duration(wait.saturating_sub(now_ms));
    let before = execution.earlier.last();
    let before = before.and_then(|last| last.outcome.as_ref());
    let why = before
        .and_then(|outcome| cause(outcome).or_else(|| Some(format!("exit {}", outcome.exit_code))));
    format!(
        "{}: attempt {} of {} failed: {}; the next one begins in {wait}",
        execution.id,
        execution.attempt.saturating_sub(1),
        execution.retry.attempts,
        one_line(&why.unwrap_or_else(|| "for no reason that is known".to_owned())),
    )
}

/// Why an execution ended, where there is more to say than its exit code.
pub(crate) fn cause(outcome: &Outcome) -> Option<String> {
    match &outcome.cause {
        Cause::Exited | Cause::Cancelled => None,
        Cause::Signaled { signal } => Some(format!("the command was killed by signal {signal}")),
        Cause::TimedOut { after_ms } => Some(format!(
            "the command ran longer than its timeout of {}",
            duration(*after_ms)
        )),
        Cause::OutOfMemory => Some(
            "the kernel killed the command: it used more memory than there is for it".to_owned(),
        ),
        Cause::Interrupted { signal } => Some(format!(
            "it was told to stop from outside, by signal {signal}: Spot capacity that was taken back, a host \
             that is retired, or somebody who stopped it there"
        )),
        Cause::NotStarted { message, .. } | Cause::Lost { message, .. } => Some(message.clone()),
        Cause::Unrecorded {
            message,
            command_exit_code,
            ..
        } => {
            let end = match command_exit_code {
                Some(code) => format!("the command ended by itself with {code}"),
                None => "the command ran and was ended".to_owned(),
            };
            Some(format!(
                "{end}, and some of its output may be lost: {message}"
            ))
        }
    }
}

/// What to do about the way an execution ended, where something can be done.
pub(crate) fn hint(outcome: &Outcome) -> Option<String> {
    match &outcome.cause {
        Cause::NotStarted { hint, .. }
        | Cause::Unrecorded { hint, .. }
        | Cause::Lost { hint, .. } => hint.clone(),
        Cause::OutOfMemory => Some("give it more with --memory".to_owned()),
        Cause::Interrupted { .. } => {
            Some("--retry-interrupted runs it again when that happens".to_owned())
        }
        Cause::Exited | Cause::Signaled { .. } | Cause::TimedOut { .. } | Cause::Cancelled => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units_at_most() {
        let table = [
            (0, "0ms"),
            (340, "340ms"),
            (1_000, "1s"),
            (4_250, "4.2s"),
            (59_999, "59s"),
            (60_000, "1m"),
            (192_000, "3m12s"),
            (7_500_000, "2h5m"),
            (187_200_000, "2d4h"),
        ];
        for (ms, text) in table {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn output_that_is_lost_is_told_with_what_became_of_the_command() {
        let told = |of: &Outcome| {
            let message = "cannot write the journal: no space left on device";
            cause(&Outcome::unrecorded("storage.full", message, "", of)).unwrap()
        };
        insta::assert_snapshot!(told(&Outcome::lost("the store failed")), @"the command ran and was ended, and some of its output may be lost: cannot write the journal: no space left on device");
        insta::assert_snapshot!(told(&Outcome::exited(0)), @"the command ended by itself with 0, and some of its output may be lost: cannot write the journal: no space left on device");
    }

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let argv = |words: &[&str]| {
            command(&Command::Argv(
                words.iter().map(|it| (*it).to_owned()).collect(),
            ))
        };
        assert_eq!(argv(&["ls", "-la"]), "ls -la");
        assert_eq!(
            argv(&["echo", "", "a b", "it's"]),
            r"echo '' 'a b' 'it'\''s'"
        );
        assert_eq!(argv(&["printf", "\x1b[31m\n"]), r"printf '\u{1b}[31m\n'");
        let script = Command::Script("a\nb # c".to_owned());
        assert_eq!(command(&script), r"a\nb # c");
    }
}
