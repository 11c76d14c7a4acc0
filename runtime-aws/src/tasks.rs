//! Tasks of a cluster, whoever started them.

use std::time::Duration;

use aws_sdk_ecs::types::{DesiredStatus, Task};
use runtime::ProviderError;
use runtime::port::Problem;

use crate::cloud::Cloud;

/// Tasks have up to two minutes to stop, and ECS needs a little for itself.
const STOP_TIMEOUT: Duration = Duration::from_mins(3);

/// How many tasks one request describes at most.
const PAGE: usize = 100;

/// ARNs of the tasks of a cluster that run or shall run.
pub(crate) async fn running(cloud: &Cloud, cluster: &str) -> Result<Vec<String>, ProviderError> {
    let mut arns = Vec::new();
    let mut token = None;
    loop {
        let page = cloud
            .tasks
            .list_tasks()
            .cluster(cluster)
            .desired_status(DesiredStatus::Running)
            .set_next_token(token)
            .send()
            .await
            .map_err(|error| cloud.refusal(format!("ecs:ListTasks of `{cluster}`"), &error))?;
        arns.extend(page.task_arns.unwrap_or_default());
        token = page.next_token;
        if token.is_none() {
            return Ok(arns);
        }
    }
}

/// The tasks of a cluster that run or shall run.
pub(crate) async fn described(cloud: &Cloud, cluster: &str) -> Result<Vec<Task>, ProviderError> {
    let mut tasks = Vec::new();
    for these in running(cloud, cluster).await?.chunks(PAGE) {
        tasks.extend(describe(cloud, cluster, these).await?);
    }
    Ok(tasks)
}

/// Stops every task of a cluster, and waits until they have stopped. Returns how many there were.
pub(crate) async fn stop_all(cloud: &Cloud, cluster: &str) -> Result<u64, ProviderError> {
    let arns = running(cloud, cluster).await?;
    for arn in &arns {
        stop(cloud, cluster, arn, "the installation is being destroyed").await?;
    }
    let since = tokio::time::Instant::now();
    for these in arns.chunks(PAGE) {
        while !all_stopped(cloud, cluster, these).await? {
            if since.elapsed() > STOP_TIMEOUT {
                return Err(ProviderError::new(
                    Problem::Failed,
                    format!("stop the tasks of `{cluster}`"),
                    format!("some still run after {} s", STOP_TIMEOUT.as_secs()),
                ));
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
    Ok(u64::try_from(arns.len()).unwrap_or(u64::MAX))
}

/// Stops a task. One that has stopped, or that ECS does not know any more, is no error.
pub(crate) async fn stop(
    cloud: &Cloud,
    cluster: &str,
    arn: &str,
    reason: &str,
) -> Result<(), ProviderError> {
    let stopped = cloud
        .tasks
        .stop_task()
        .cluster(cluster)
        .task(arn)
        .reason(reason)
        .send()
        .await;
    match stopped.map_err(|error| cloud.refusal(format!("ecs:StopTask {arn}"), &error)) {
        Err(refusal) if refusal.message.contains("not found") => Ok(()),
        Err(refusal) => Err(refusal),
        Ok(_) => Ok(()),
    }
}

async fn all_stopped(cloud: &Cloud, cluster: &str, arns: &[String]) -> Result<bool, ProviderError> {
    let tasks = describe(cloud, cluster, arns).await?;
    let stopped = |task: &Task| task.last_status() == Some("STOPPED");
    Ok(tasks.iter().all(stopped))
}

async fn describe(
    cloud: &Cloud,
    cluster: &str,
    arns: &[String],
) -> Result<Vec<Task>, ProviderError> {
    let asked = cloud
        .tasks
        .describe_tasks()
        .cluster(cluster)
        .set_tasks(Some(arns.to_vec()));
    let answer = asked
        .send()
        .await
        .map_err(|error| cloud.refusal(format!("ecs:DescribeTasks of `{cluster}`"), &error))?;
    Ok(answer.tasks.unwrap_or_default())
}
