//! Whether a container works, and what happens after it ends.

use super::super::container::Container;
use super::super::lifecycle::HealthCommand;
use super::problem;
use crate::Problem;

/// Most exit codes of a restart policy.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html>
const MOST_EXIT_CODES: usize = 50;

pub(super) fn health_check(container: &Container, problems: &mut Vec<Problem>) {
    let Some(check) = &container.health_check else {
        return;
    };
    let is_empty = match &check.command {
        HealthCommand::Shell(line) => line.trim().is_empty(),
        HealthCommand::Exec(words) => words.first().is_none_or(|word| word.is_empty()),
    };
    if is_empty {
        problems.push(problem(
            "ecs.health-command",
            "the health check runs nothing",
            "",
            "",
            "name a command that succeeds while the container works",
        ));
    }
    if let HealthCommand::Exec(words) = &check.command
        && let Some(word) = words
            .first()
            .filter(|word| ["CMD", "CMD-SHELL", "NONE"].contains(&word.as_ref()))
    {
        problems.push(problem(
            "ecs.health-command",
            "the health check would run a program of this name",
            word.as_ref(),
            "",
            format!("leave `{word}` out: `HealthCommand` says it"),
        ));
    }
    if check.timeout.get() > check.interval.get() {
        problems.push(problem(
            "ecs.health-check-timeout",
            "the next health check begins before this one may end",
            format!(
                "timeout {}, interval {}",
                check.timeout.get(),
                check.interval.get()
            ),
            "a timeout up to the interval",
            "lower `timeout` or raise `interval`",
        ));
    }
}

pub(super) fn restart(container: &Container, problems: &mut Vec<Problem>) {
    let Some(policy) = &container.restart_policy else {
        return;
    };
    let count = policy.ignored_exit_codes.len();
    if count > MOST_EXIT_CODES {
        problems.push(problem(
            "ecs.restart-exit-codes",
            "the restart policy ignores too many exit codes",
            count.to_string(),
            format!("at most {MOST_EXIT_CODES}"),
            "name fewer",
        ));
    }
}
