//! What there is to know of an installation and the way to it. What it means is `runtime::doctor`'s to say.

mod clock;
mod network;
mod permissions;

use aws_sdk_cloudformation::types::StackDriftStatus;
use runtime::ProviderError;
use runtime::doctor::LastDrift;
use runtime::port::Problem;
use serde_json::json;

use crate::cloud::Cloud;
use crate::image::MANIFEST_TYPE;
use crate::lookup::ask::json_1_1;
use crate::push::{AGENT_TAG, agent_digest};
use crate::registry::Repository;

/// How many vCPU tasks may have at a time, as Service Quotas calls it.
/// <https://docs.aws.amazon.com/general/latest/gr/ecs-service.html>
const FARGATE_VCPU: &str = "L-3032A538";

/// The image that executions take the agent from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentImage {
    /// Digest of the image that has the tag; nothing when none has.
    pub found: Option<String>,
    /// Digest of the image that would be pushed.
    pub own: String,
}

/// The task definition that an installation has for executions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseTask {
    /// CPU of an execution, in CPU units (1024 = 1 vCPU).
    pub cpu: Option<u32>,
    /// ARNs of the roles that are passed to it.
    pub roles: Vec<String>,
}

impl Cloud {
    /// What CloudFormation found the last time somebody had it compare the stack with its template.
    pub async fn last_drift(&self, stack: &str) -> Result<LastDrift, ProviderError> {
        let asked = self.stacks.describe_stacks().stack_name(stack).send().await;
        let answer =
            asked.map_err(|error| self.refusal("cloudformation:DescribeStacks", &error))?;
        let information = answer
            .stacks()
            .first()
            .and_then(|it| it.drift_information());
        Ok(match information.and_then(|it| it.stack_drift_status()) {
            Some(StackDriftStatus::InSync) => LastDrift::InSync,
            Some(StackDriftStatus::Drifted) => LastDrift::Drifted(None),
            _ => LastDrift::NeverLooked,
        })
    }

    /// What `repository` (`HOST/NAME`) has for the agent, and what it would have after a push of `agent`.
    pub async fn agent_image(
        &self,
        repository: &str,
        agent: &'static [u8],
    ) -> Result<AgentImage, ProviderError> {
        let own = tokio::task::spawn_blocking(|| agent_digest(agent));
        let found = async {
            let repository = Repository::open(self, repository).await?;
            repository.tagged(AGENT_TAG, MANIFEST_TYPE).await
        };
        let (own, found) = tokio::join!(own, found);
        let own = own.map_err(|error| {
            ProviderError::new(Problem::Failed, "make the agent's image", error)
        })?;
        Ok(AgentImage {
            found: found?,
            own: own?,
        })
    }

    /// The newest task definition of `family`.
    pub async fn base_task(&self, family: &str) -> Result<BaseTask, ProviderError> {
        let asked = self
            .tasks
            .describe_task_definition()
            .task_definition(family);
        let answer = asked.send().await;
        let answer = answer.map_err(|error| {
            self.refusal(format!("ecs:DescribeTaskDefinition `{family}`"), &error)
        })?;
        let task = answer
            .task_definition
            .unwrap_or_else(|| aws_sdk_ecs::types::TaskDefinition::builder().build());
        Ok(BaseTask {
            cpu: task.cpu().and_then(|cpu| cpu.parse().ok()),
            roles: [task.task_role_arn(), task.execution_role_arn()]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
        })
    }

    /// How many vCPU tasks on Fargate may have at a time in this account and region, on demand.
    pub async fn fargate_quota(&self) -> Result<f64, ProviderError> {
        let operation = "servicequotas:GetServiceQuota";
        let target = ("servicequotas", "ServiceQuotasV20190624.GetServiceQuota");
        let quota = json!({ "ServiceCode": "fargate", "QuotaCode": FARGATE_VCPU });
        let answer = json_1_1(self, target, operation, &quota).await?;
        let value = answer
            .pointer("/Quota/Value")
            .and_then(serde_json::Value::as_f64);
        value.ok_or_else(|| ProviderError::new(Problem::Invalid, operation, "there is no value"))
    }
}
