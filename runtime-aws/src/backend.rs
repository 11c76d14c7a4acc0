//! Commands on ECS Fargate. An execution is a task; its agent is the task's essential container.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_sdk_ecs::types::Task;
use aws_sdk_s3::primitives::ByteStream;
use runtime::port::{Backend, Holding, Observed, Problem};
use runtime::size::Size;
use runtime::wire::Order;
use runtime::{AttemptId, Execution, ProviderError};
use stacks::platform::table::EXPIRES_AT;

use crate::installation::Aws;
use crate::{crash, rows, start, tasks};

/// How old an agent's last sign of life may be, before it is stopped from outside. It writes one
/// every two seconds.
const STALE: Duration = Duration::from_secs(15);

#[async_trait]
impl Backend for Aws {
    async fn start(&self, execution: &Execution, order: &Order) -> Result<String, ProviderError> {
        if let Some(arch) = &execution.arch {
            start::check_arch(self, arch).await?;
        }
        let task_definition = start::task_definition(self, execution.image.as_deref()).await?;
        self.hand_over(order).await?;
        // What is refused leaves its order, for another attempt; the end of the execution deletes it.
        start::run(self, execution, &task_definition).await
    }

    async fn size(&self, wish: Size) -> Result<Size, ProviderError> {
        start::size(self, wish).await
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
            status @ ("PROVISIONING" | "PENDING" | "ACTIVATING") => {
                let detail = status.to_owned();
                let pulls = task.pull_started_at().is_some() && task.pull_stopped_at().is_none();
                Ok(if pulls {
                    Observed::Pulling { detail }
                } else {
                    Observed::Provisioning { detail }
                })
            }
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
            .set_key(Some(rows::agent_key(execution.attempt_id().as_str())))
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

    async fn order_left(&self, attempt: &AttemptId) -> Result<Option<Order>, ProviderError> {
        let key = order_key(attempt);
        let operation = format!("s3:GetObject `{key}` in `{}`", self.installation.bucket);
        let get = self
            .cloud
            .objects
            .get_object()
            .bucket(&self.installation.bucket)
            .key(key);
        let body = match get.send().await {
            Ok(object) => object.body.collect().await,
            Err(error) => {
                let refusal = self.cloud.refusal(operation, &error);
                return if refusal.problem == Problem::NotFound {
                    Ok(None)
                } else {
                    Err(refusal)
                };
            }
        };
        let failed =
            |error: &dyn std::fmt::Display| ProviderError::new(Problem::Failed, &operation, error);
        let body = body.map_err(|error| failed(&error))?.into_bytes();
        // The error would quote what it could not read, and that may be a secret.
        let order = serde_json::from_slice(&body)
            .map_err(|_| failed(&"it is not an order that this program understands"))?;
        Ok(Some(order))
    }

    async fn kill(&self, execution: &Execution) -> Result<(), ProviderError> {
        let arn = match &execution.handle {
            Some(arn) => Some(arn.clone()),
            None => start::started(self, execution).await?,
        };
        match arn {
            Some(arn) => self.stop(&arn).await,
            None => Ok(()),
        }
    }

    async fn kill_stray(&self, holding: &Holding) -> Result<(), ProviderError> {
        self.stop(&holding.handle).await
    }

    async fn running(&self) -> Result<Vec<Holding>, ProviderError> {
        let cluster = &self.installation.cluster;
        let tasks = tasks::described(&self.cloud, cluster).await?;
        let holding = |task: Task| {
            let by = task.started_by?;
            let attempt = AttemptId::parse(by.strip_prefix(start::STARTED_BY)?)?;
            let handle = task.task_arn?;
            Some(Holding { attempt, handle })
        };
        Ok(tasks.into_iter().filter_map(holding).collect())
    }

    async fn clean_up(&self, execution: &Execution) -> Result<(), ProviderError> {
        let mut cleaned = Ok(());
        for attempt in execution.attempt_ids() {
            cleaned = cleaned.and(self.take_back(&attempt).await);
        }
        cleaned
    }
}

impl Aws {
    /// Puts the order where the agent takes it from.
    async fn hand_over(&self, order: &Order) -> Result<(), ProviderError> {
        let key = format!("{ORDERS}{}.json", order.execution);
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
    async fn take_back(&self, attempt: &AttemptId) -> Result<(), ProviderError> {
        let key = order_key(attempt);
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

    /// Stops a task from outside.
    async fn stop(&self, arn: &str) -> Result<(), ProviderError> {
        let cluster = &self.installation.cluster;
        tasks::stop(&self.cloud, cluster, arn, "ended with mycli").await
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

/// Where in the bucket orders are.
const ORDERS: &str = "orders/";

fn order_key(attempt: &AttemptId) -> String {
    format!("{ORDERS}{attempt}.json")
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or_default()
}
