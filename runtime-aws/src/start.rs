//! Starts tasks, and makes the task definitions that they need.

use aws_sdk_ecs::types::{
    AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, ContainerDefinition,
    ContainerOverride, DesiredStatus, EphemeralStorage, KeyValuePair, LaunchType,
    NetworkConfiguration, Tag, TaskDefinition, TaskDefinitionStatus, TaskOverride,
};
use runtime::port::Problem;
use runtime::size::{FREE_DISK_GIB, Size};
use runtime::{Execution, ProviderError};

use crate::cause;
use crate::image::hex;
use crate::installation::Aws;
use crate::task_definitions::DIGITS;

/// The one variable that an execution sets on its task; all else is in the order.
const EXECUTION: &str = "MYCLI_EXECUTION";

/// What a task says of who started it, before the name of the attempt.
pub(crate) const STARTED_BY: &str = "mycli/";

/// The task definition that the stack has made.
pub(crate) async fn base(aws: &Aws) -> Result<&TaskDefinition, ProviderError> {
    aws.base
        .get_or_try_init(|| async {
            let family = &aws.installation.task_family;
            let found = described(aws, family).await?;
            found.ok_or_else(|| {
                let operation = format!("ecs:DescribeTaskDefinition `{family}`");
                ProviderError::new(
                    Problem::NotFound,
                    operation,
                    "there is no such task definition",
                )
                .with_hint("repair the installation with `mycli init`")
            })
        })
        .await
}

/// The container that the command runs in: the essential one. The other brings the agent.
pub(crate) fn command_container(definition: &TaskDefinition) -> Option<&ContainerDefinition> {
    let mut containers = definition.container_definitions().iter();
    containers.find(|container| container.essential() != Some(false))
}

/// ARN of the task definition for `image`: the stack's own, or a copy of it that is made once.
pub(crate) async fn task_definition(
    aws: &Aws,
    image: Option<&str>,
) -> Result<String, ProviderError> {
    let base = base(aws).await?;
    let arn = base.task_definition_arn().unwrap_or_default();
    let own = command_container(base).and_then(ContainerDefinition::image);
    match image {
        Some(image) if Some(image) != own => copy(aws, base, arn, image).await,
        Some(_) | None => Ok(arn.to_owned()),
    }
}

/// A copy of `base` with another image, named after both, so that it is made once and then found.
async fn copy(
    aws: &Aws,
    base: &TaskDefinition,
    base_arn: &str,
    image: &str,
) -> Result<String, ProviderError> {
    let digits = hex(format!("{base_arn}\n{image}").as_bytes(), DIGITS / 2);
    let family = format!("{}-{digits}", aws.installation.task_family);
    if let Some(found) = described(aws, &family).await? {
        return Ok(found.task_definition_arn.unwrap_or_default());
    }
    let command = command_container(base).and_then(ContainerDefinition::name);
    let containers = base.container_definitions().iter().map(|container| {
        let mut container = container.clone();
        if container.name() == command {
            container.image = Some(image.to_owned());
        }
        container
    });
    let registered = aws
        .cloud
        .tasks
        .register_task_definition()
        .family(&family)
        .set_task_role_arn(base.task_role_arn.clone())
        .set_execution_role_arn(base.execution_role_arn.clone())
        .set_network_mode(base.network_mode.clone())
        .set_container_definitions(Some(containers.collect()))
        .set_volumes(base.volumes.clone())
        .set_requires_compatibilities(base.requires_compatibilities.clone())
        .set_cpu(base.cpu.clone())
        .set_memory(base.memory.clone())
        .set_ephemeral_storage(base.ephemeral_storage.clone())
        .set_runtime_platform(base.runtime_platform.clone())
        .tags(tag("mycli:family", &aws.installation.task_family))
        .send()
        .await
        .map_err(|error| {
            aws.cloud.refusal(
                format!("ecs:RegisterTaskDefinition `{family}` for `{image}`"),
                &error,
            )
        })?;
    let definition = registered.task_definition;
    Ok(definition
        .and_then(|definition| definition.task_definition_arn)
        .unwrap_or_default())
}

/// The youngest active revision of a family, if there is one.
async fn described(aws: &Aws, family: &str) -> Result<Option<TaskDefinition>, ProviderError> {
    let operation = format!("ecs:DescribeTaskDefinition `{family}`");
    let asked = aws
        .cloud
        .tasks
        .describe_task_definition()
        .task_definition(family);
    match asked
        .send()
        .await
        .map_err(|error| aws.cloud.refusal(operation, &error))
    {
        // ECS has no code of its own for this.
        Err(refusal) if refusal.message.contains("Unable to describe") => Ok(None),
        Err(refusal) => Err(refusal),
        Ok(answer) => Ok(answer
            .task_definition
            .filter(|found| found.status() == Some(&TaskDefinitionStatus::Active))),
    }
}

/// Starts the task of an execution. ECS starts one for each `clientToken`, however often it is asked.
pub(crate) async fn run(
    aws: &Aws,
    execution: &Execution,
    task_definition: &str,
) -> Result<String, ProviderError> {
    let operation = format!("ecs:RunTask in `{}`", aws.installation.cluster);
    let invalid = |error| ProviderError::new(Problem::Failed, &operation, error);
    let spot = execution.capacity.is_spot(execution.attempt);
    let asked = aws
        .cloud
        .tasks
        .run_task()
        .cluster(&aws.installation.cluster)
        .task_definition(task_definition)
        .count(1)
        .set_launch_type((!spot).then_some(LaunchType::Fargate))
        .set_capacity_provider_strategy(
            spot.then(on_spot)
                .transpose()
                .map_err(|error| invalid(error.to_string()))?,
        )
        .network_configuration(network(aws).map_err(|error| invalid(error.to_string()))?)
        .overrides(overrides(base(aws).await?, execution))
        .client_token(execution.attempt_id().as_str())
        .started_by(started_by(execution))
        .set_tags(Some(tags(execution)));
    let answer = match asked
        .send()
        .await
        .map_err(|error| aws.cloud.refusal(&operation, &error))
    {
        Ok(answer) => answer,
        Err(refusal) if refusal.problem == Problem::Conflict => {
            return started(aws, execution).await?.ok_or(refusal);
        }
        Err(refusal) => return Err(with_cause(refusal)),
    };
    if let Some(arn) = answer.tasks().first().and_then(|task| task.task_arn()) {
        return Ok(arn.to_owned());
    }
    let failure = answer.failures().first();
    let reason = failure
        .and_then(|failure| failure.reason())
        .unwrap_or("ECS placed no task");
    let detail = failure
        .and_then(|failure| failure.detail())
        .unwrap_or_default();
    let words = format!("{reason} {detail}");
    Err(with_cause(ProviderError::new(
        Problem::NoRoom,
        operation,
        words.trim_end(),
    )))
}

/// ARN of the task that was started for an execution, if one was and ECS still knows it.
pub(crate) async fn started(
    aws: &Aws,
    execution: &Execution,
) -> Result<Option<String>, ProviderError> {
    for status in [DesiredStatus::Running, DesiredStatus::Stopped] {
        let asked = aws
            .cloud
            .tasks
            .list_tasks()
            .cluster(&aws.installation.cluster)
            .started_by(started_by(execution))
            .desired_status(status);
        let answer = asked
            .send()
            .await
            .map_err(|error| aws.cloud.refusal("ecs:ListTasks", &error))?;
        if let Some(arn) = answer.task_arns().first() {
            return Ok(Some(arn.clone()));
        }
    }
    Ok(None)
}

/// Adds the code and hint of a cause that is known.
fn with_cause(refusal: ProviderError) -> ProviderError {
    match cause::known(&refusal.message) {
        Some((code, hint)) => refusal.with_code(code).with_hint(hint),
        None => refusal,
    }
}

fn network(aws: &Aws) -> Result<NetworkConfiguration, aws_sdk_ecs::error::BuildError> {
    let public = if aws.installation.assign_public_ip {
        AssignPublicIp::Enabled
    } else {
        AssignPublicIp::Disabled
    };
    let vpc = AwsVpcConfiguration::builder()
        .set_subnets(Some(aws.installation.subnets.clone()))
        .security_groups(&aws.installation.security_group)
        .assign_public_ip(public)
        .build()?;
    Ok(NetworkConfiguration::builder()
        .awsvpc_configuration(vpc)
        .build())
}

fn overrides(base: &TaskDefinition, execution: &Execution) -> TaskOverride {
    let name = command_container(base).and_then(ContainerDefinition::name);
    let variable = KeyValuePair::builder()
        .name(EXECUTION)
        .value(execution.attempt_id().as_str())
        .build();
    let container = ContainerOverride::builder()
        .set_name(name.map(str::to_owned))
        .environment(variable)
        .build();
    let size = execution.size;
    let disk = size.disk_gib.filter(|gib| *gib > FREE_DISK_GIB);
    let disk = disk.and_then(|gib| i32::try_from(gib).ok());
    TaskOverride::builder()
        .container_overrides(container)
        .set_cpu(size.cpu.map(|cpu| cpu.to_string()))
        .set_memory(size.memory_mib.map(|memory| memory.to_string()))
        .set_ephemeral_storage(disk.map(|gib| EphemeralStorage::builder().size_in_gib(gib).build()))
        .set_task_role_arn(execution.role.clone())
        .build()
}

/// Spot and nothing else.
fn on_spot() -> Result<Vec<CapacityProviderStrategyItem>, aws_sdk_ecs::error::BuildError> {
    let spot = CapacityProviderStrategyItem::builder()
        .capacity_provider("FARGATE_SPOT")
        .weight(1)
        .build()?;
    Ok(vec![spot])
}

/// How large a task of the installation is where nobody says otherwise.
pub(crate) async fn size(aws: &Aws, wish: Size) -> Result<Size, ProviderError> {
    let base = base(aws).await?;
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    let unasked = wish.cpu.is_none() && wish.memory_mib.is_none();
    Ok(Size {
        cpu: if unasked {
            number(base.cpu())
        } else {
            wish.cpu
        },
        memory_mib: if unasked {
            number(base.memory())
        } else {
            wish.memory_mib
        },
        disk_gib: wish.disk_gib,
    })
}

/// Refuses an architecture that the installation has no agent for.
pub(crate) async fn check_arch(aws: &Aws, asked: &str) -> Result<(), ProviderError> {
    let base = base(aws).await?;
    let own = base
        .runtime_platform()
        .and_then(|platform| platform.cpu_architecture());
    let own = own
        .map_or("X86_64", |architecture| architecture.as_str())
        .to_lowercase();
    if own == asked {
        return Ok(());
    }
    let message = format!("the installation runs on {own}, and has no agent for {asked}");
    Err(
        ProviderError::new(Problem::Invalid, "choose the architecture", message)
            .with_code("arch.no-agent")
            .with_hint("leave --arch out, or use an installation that was made for it"),
    )
}

fn started_by(execution: &Execution) -> String {
    format!("{STARTED_BY}{}", execution.attempt_id())
}

fn tags(execution: &Execution) -> Vec<Tag> {
    let by = execution.requested_by.as_deref();
    let by = by.map(|who| tag("mycli:requested-by", who));
    let mut tags = vec![tag("mycli:execution", execution.id.as_str())];
    tags.extend(by);
    tags
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}
