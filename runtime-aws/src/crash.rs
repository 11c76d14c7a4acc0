//! What became of a task whose agent left no word.

use aws_sdk_ecs::types::{Container, Task};
use runtime::Execution;
use runtime::wire::{Cause, Outcome};

use crate::cause::{self, Stopped};
use crate::installation::Aws;
use crate::start;

/// How many of the container's last lines are worth showing.
const LINES: i32 = 10;

/// What to record for a task that is over, if its agent left no word.
pub(crate) async fn outcome(aws: &Aws, execution: &Execution, task: &Task) -> Outcome {
    let name = match start::base(aws).await {
        Ok(base) => {
            start::command_container(base).map(|container| container.name().unwrap_or_default())
        }
        // Without it the task's own words are still worth telling.
        Err(_) => None,
    };
    let command = task
        .containers()
        .iter()
        .find(|container| container.name() == name);
    let mut stopped = Stopped {
        code: task
            .stop_code()
            .map_or_else(String::new, |code| code.as_str().to_owned()),
        reason: task.stopped_reason().unwrap_or_default().to_owned(),
        container_reason: reason(command, task.containers()),
        exit_code: command.and_then(Container::exit_code),
        last_lines: Vec::new(),
        cancel_requested: execution.cancel_requested_at_ms.is_some(),
    };
    if stopped.exit_code.is_some() {
        stopped.last_lines = last_lines(aws, task).await.unwrap_or_default();
    }
    let mut outcome = cause::outcome(&stopped);
    if let Cause::NotStarted { code, message, .. } = &mut outcome.cause
        && code.starts_with("image.")
    {
        let image = execution.image.as_ref();
        let image = image.unwrap_or(&aws.installation.default_image);
        *message = format!("cannot start the image `{image}`: {message}");
    }
    outcome
}

/// Why the command's container ended; else why another did, such as one that it waited for.
fn reason(command: Option<&Container>, containers: &[Container]) -> String {
    let mut reasons = command
        .into_iter()
        .chain(containers)
        .filter_map(Container::reason);
    reasons.next().unwrap_or_default().to_owned()
}

/// The last lines that the command's container printed itself; nothing when there are none to be had.
async fn last_lines(aws: &Aws, task: &Task) -> Option<Vec<String>> {
    let base = start::base(aws).await.ok()?;
    let container = start::command_container(base)?;
    let options = container.log_configuration()?.options()?;
    let prefix = options.get("awslogs-stream-prefix")?;
    let id = task.task_arn()?.rsplit('/').next()?;
    let answer = aws
        .cloud
        .logs
        .get_log_events()
        .log_group_name(&aws.installation.log_group)
        .log_stream_name(format!("{prefix}/{}/{id}", container.name()?))
        .limit(LINES)
        .send()
        .await
        .ok()?;
    let lines = answer.events().iter().filter_map(|event| event.message());
    Some(lines.map(|line| line.trim_end().to_owned()).collect())
}
