//! How large a task definition is at least.

use super::super::container::Container;
use super::problem;
use crate::{Problem, Value};

/// Most bytes of a task definition.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>
const LARGEST: usize = 64 * 1024;

/// Counts what its texts have at least, without the JSON around them.
pub(super) fn problem_of(containers: &[Container]) -> Option<Problem> {
    let size: usize = containers.iter().map(least).sum();
    let largest = containers.iter().max_by_key(|container| least(container))?;
    (size > LARGEST).then(|| {
        problem(
            "ecs.task-definition-size",
            "the task definition is too large to register",
            format!(
                "at least {size} bytes, {} of them in `{}`",
                least(largest),
                largest.name
            ),
            format!("{LARGEST} bytes"),
            "move variables to a file in S3 (`environment_files`) or to a parameter",
        )
    })
}

fn least(container: &Container) -> usize {
    let known = |value: &Value<String>| value.known().map_or(0, String::len);
    let words = container.command.iter().chain(&container.entry_point);
    let pairs = container.environment.iter().chain(&container.docker_labels);
    let secrets = container.secrets.iter();
    words.map(known).sum::<usize>()
        + pairs
            .map(|(name, value)| name.len() + known(value))
            .sum::<usize>()
        + secrets.map(|(name, _)| name.len()).sum::<usize>()
}
