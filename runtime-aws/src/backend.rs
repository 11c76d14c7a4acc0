//! Commands on ECS Fargate. An execution is a task; its agent is the task's essential container.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_sdk_ecs::types::Task;
use aws_sdk_s3::primitives::ByteStream;
use runtime::port::{Backend, Observed, Problem};
use runtime::wire::Order;
use runtime::{Execution, ProviderError};
use stacks::platform::table::EXPIRES_AT;

use crate::installation::Aws;
use crate::{crash, rows, start, tasks};

/// How old an agent's last sign of life may be, before it is stopped from outside. It writes one
/// every two seconds.
const STALE: Duration = Duration::from_secs(15);

#[async_trait]
impl Backend for Aws {
    async fn start(&self, execution: &Execution, order: &Order) -> Result<String, ProviderError> {
        let task_definition = start::task_definition(self, execution.image.as_deref()).await?;
        self.hand_over(order).await?;
        let started = start::run(self, execution, &task_definition).await;
        if started.is_err() {
            // The order may hold values of variables: nothing is left of it.
            self.take_back(execution).await?;
        }
        started
    }

    async fn observe(&self, execution: &Execution) -> Result<Observed, ProviderError> {
        let arn = match &execution.handle {
            Some(arn) => Some(arn.clone()),
            None => start::started(self, execution).await?,
        };
        let Some(arn) = arn else {
            return Ok(Observed::Absent);
        };
        let Some(task) = self.task(&arn).await? else {
            return Ok(Observed::Absent);
        };
        match task.last_status().unwrap_or_default() {
            "PROVISIONING" | "PENDING" | "ACTIVATING" => Ok(Observed::Provisioning {
                detail: detail(&task),
            }),
            "DEPROVISIONING" | "STOPPED" | "DELETED" => Ok(Observed::Gone {
                outcome: crash::outcome(self, execution, &task).await,
            }),
            _ => Ok(Observed::Alive),
        }
    }

    async fn ask_to_stop(&self, execution: &Execution) -> Result<(), ProviderError> {
        let now = now_ms();
        let update = self
            .cloud
            .tables
            .update_item()
            .table_name(&self.installation.table)
            .set_key(Some(rows::agent_key(execution.id.as_str())))
            .update_expression("SET #cancel = :yes, #expires = if_not_exists(#expires, :expires)")
            .expression_attribute_names("#cancel", rows::CANCEL)
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(
                ":expires",
                rows::expiry(now, self.installation.history_retention_in_days),
            )
            .return_values(ReturnValue::AllNew);
        let answer = update
            .send()
            .await
            .map_err(|error| self.cloud.refusal("dynamodb:UpdateItem", &error))?;
        let heartbeat = answer
            .attributes
            .as_ref()
            .and_then(|item| rows::number(item, rows::HEARTBEAT));
        let stale_ms = u64::try_from(STALE.as_millis()).unwrap_or(u64::MAX);
        let alive = heartbeat.is_some_and(|at_ms| at_ms.saturating_add(stale_ms) > now);
        match &execution.handle {
            // The agent reads the wish with its next heartbeat, and gives the command its grace.
            Some(arn) if !alive => {
                let cluster = &self.installation.cluster;
                tasks::stop(&self.cloud, cluster, arn, "cancelled with mycli").await
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn clean_up(&self, execution: &Execution) -> Result<(), ProviderError> {
        self.take_back(execution).await
    }
}

impl Aws {
    /// Puts the order where the agent takes it from.
    async fn hand_over(&self, order: &Order) -> Result<(), ProviderError> {
        let key = order_key(&order.execution);
        let operation = format!("s3:PutObject `{key}` in `{}`", self.installation.bucket);
        let body = serde_json::to_vec(order)
            .map_err(|error| ProviderError::new(Problem::Failed, &operation, error))?;
        let put = self
            .cloud
            .objects
            .put_object()
            .bucket(&self.installation.bucket)
            .key(key)
            .content_type("application/json")
            .body(ByteStream::from(body));
        let done = put.send().await;
        done.map(drop)
            .map_err(|error| self.cloud.refusal(operation, &error))
    }

    /// Deletes the order, if the agent has not.
    async fn take_back(&self, execution: &Execution) -> Result<(), ProviderError> {
        let key = order_key(execution.id.as_str());
        let operation = format!("s3:DeleteObject `{key}` in `{}`", self.installation.bucket);
        let delete = self
            .cloud
            .objects
            .delete_object()
            .bucket(&self.installation.bucket)
            .key(key);
        let done = delete.send().await;
        done.map(drop)
            .map_err(|error| self.cloud.refusal(operation, &error))
    }

    /// A task; nothing when ECS does not know it any more, which is an hour after its end.
    async fn task(&self, arn: &str) -> Result<Option<Task>, ProviderError> {
        let asked = self
            .cloud
            .tasks
            .describe_tasks()
            .cluster(&self.installation.cluster)
            .tasks(arn);
        let answer = asked.send().await.map_err(|error| {
            self.cloud
                .refusal(format!("ecs:DescribeTasks {arn}"), &error)
        })?;
        Ok(answer.tasks.unwrap_or_default().into_iter().next())
    }
}

fn order_key(id: &str) -> String {
    format!("orders/{id}.json")
}

/// What ECS is doing, in a few words.
fn detail(task: &Task) -> String {
    let status = task.last_status().unwrap_or_default();
    let pulling = task.pull_started_at().is_some() && task.pull_stopped_at().is_none();
    if pulling {
        format!("{status}, pulling the image")
    } else {
        status.to_owned()
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or_default()
}
