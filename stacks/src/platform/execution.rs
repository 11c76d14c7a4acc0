//! What an execution is to ECS: a task of two containers, and the roles it has.

use synth::ecs::{
    AwsLogs, Capacity, Cluster, ClusterProps, Container, Dependency, DependencyCondition,
    FargateSize, GraceSeconds, Image, InRange, LogDriver, LogMode, Mount, Provider, Strategy,
    TaskDefinition, TaskDefinitionProps, Volume,
};
use synth::iam::{PolicyDocument, Role, RoleProps, Statement, Trust};
use synth::{Id, Problem, Scope, Value, join, pseudo};

use super::people::agent_keys;
use super::settings::Settings;
use super::storage::Storage;

/// The service that starts containers.
const TASKS: &str = "ecs-tasks.amazonaws.com";

/// Tag of the agent's image in its repository; each `mycli init` moves it to its own agent.
const AGENT_TAG: &str = "current";

/// Where the volume with the agent and the workspace is mounted.
const MOUNT_POINT: &str = "/mycli";

/// The longest that Fargate lets a container stop: what AWS stops has time to clean up.
const LONGEST_STOP: GraceSeconds = InRange::of::<120>();

/// Family of the base task definition of the installation `name`; the copies' begin with it.
pub fn family(name: &str) -> String {
    format!("{name}-execution")
}

/// What an execution is to ECS.
pub(super) struct Execution {
    /// Where tasks run.
    pub(super) cluster: Cluster,
    /// Family of the base task definition.
    pub(super) family: String,
    /// What the agent, and so the command, may do.
    pub(super) task_role: Role,
    /// What ECS may do to start a task.
    pub(super) start_role: Role,
}

impl Execution {
    /// Adds the cluster, both roles and the base task definition.
    pub(super) fn new(scope: &mut Scope<'_>, settings: &Settings, storage: &Storage) -> Self {
        let family = family(&settings.name);
        let on_demand = Strategy {
            provider: Provider::Fargate,
            weight: InRange::of::<1>(),
            base: 0,
        };
        let cluster = Cluster::new(
            scope.child("Cluster"),
            ClusterProps {
                capacity: Capacity::Fargate(vec![on_demand]),
                ..ClusterProps::default()
            },
        );
        let containers = [installer(storage), command(settings, storage)];
        let role = |policy, description: &'static str| RoleProps {
            policy,
            permissions_boundary: settings
                .permissions_boundary
                .clone()
                .map(|arn| Id::literal(arn).into()),
            description: Some(description.into()),
            ..RoleProps::new(Trust::service(TASKS))
        };
        let task_role = Role::new(
            scope.child("TaskRole"),
            role(agent_policy(storage), "What an execution may do in AWS"),
        );
        let start_role = Role::new(
            scope.child("ExecutionRole"),
            role(
                start_policy(&containers, settings),
                "What ECS may do to start an execution",
            ),
        );
        let size = size(scope, settings);
        TaskDefinition::new(
            scope.child("Task"),
            TaskDefinitionProps {
                size,
                family: Some(family.clone().into()),
                task_role: task_role.arn().into(),
                execution_role: start_role.arn().into(),
                volumes: vec![Volume::new("mycli")],
                ..TaskDefinitionProps::new(containers)
            },
        );
        Self {
            cluster,
            family,
            task_role,
            start_role,
        }
    }

    /// ARN of the cluster, as a condition takes it.
    pub(super) fn cluster_arn(&self) -> Value<String> {
        self.cluster.arn().into()
    }

    /// ARNs of all tasks of the cluster.
    pub(super) fn tasks(&self) -> Value<String> {
        of_ecs([
            Value::from("task/"),
            self.cluster.name().into(),
            Value::from("/*"),
        ])
    }

    /// ARNs of all revisions of the base task definition and of its copies.
    pub(super) fn task_definitions(&self) -> [Value<String>; 2] {
        let family = &self.family;
        [
            of_ecs([Value::from(format!("task-definition/{family}:*"))]),
            of_ecs([Value::from(format!("task-definition/{family}-????????:*"))]),
        ]
    }
}

/// Puts the agent, and an empty workspace that anybody may write to, on the shared volume.
fn installer(storage: &Storage) -> Container {
    Container {
        essential: false,
        command: vec!["install".into(), MOUNT_POINT.into()],
        entry_point: vec!["/mycli-agent".into()],
        logging: Some(logging(storage, "agent")),
        mounts: vec![Mount::new("mycli", MOUNT_POINT)],
        ..Container::new("agent", Image::ecr(&storage.repository, AGENT_TAG))
    }
}

/// The container that the command runs in, with the agent as its first process.
fn command(settings: &Settings, storage: &Storage) -> Container {
    Container {
        entry_point: vec![format!("{MOUNT_POINT}/agent").into()],
        command: vec!["run".into(), "--installation".into()],
        environment: vec![
            ("AWS_REGION".into(), pseudo::region()),
            ("MYCLI_BUCKET".into(), storage.bucket.name().into()),
            (
                "MYCLI_RETENTION_DAYS".into(),
                settings.history_retention_in_days.to_string().into(),
            ),
            ("MYCLI_TABLE".into(), storage.table.name().into()),
        ],
        depends_on: vec![Dependency::new("agent", DependencyCondition::Success)],
        logging: Some(logging(storage, "command")),
        mounts: vec![Mount::new("mycli", MOUNT_POINT)],
        stop_timeout: Some(LONGEST_STOP),
        ..Container::new("command", Image::registry(settings.default_image.clone()))
    }
}

/// The container's own crashes only, so it may wait until they are written.
fn logging(storage: &Storage, stream_prefix: &'static str) -> LogDriver {
    AwsLogs {
        mode: LogMode::Blocking,
        ..AwsLogs::new(&storage.log_group, stream_prefix)
    }
    .into()
}

/// An agent reads and deletes its order, and writes its own record and its chunks and archive; no row.
fn agent_policy(storage: &Storage) -> PolicyDocument {
    [
        Statement {
            conditions: vec![agent_keys()],
            ..Statement::allow(
                [
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ],
                [storage.table.arn()],
            )
        },
        Statement::allow(
            ["s3:GetObject", "s3:DeleteObject"],
            [storage.bucket.objects("orders/*")],
        ),
        Statement::allow(["s3:PutObject"], [storage.bucket.objects("archive/*")]),
    ]
    .into_iter()
    .collect()
}

fn start_policy(containers: &[Container], settings: &Settings) -> PolicyDocument {
    let mut policy = PolicyDocument::new();
    for container in containers {
        container.grant_start(&mut policy);
    }
    if !settings.image_repositories.is_empty() {
        policy.add(Statement::allow(
            [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            settings.image_repositories.iter().cloned(),
        ));
    }
    policy
}

fn size(scope: &mut Scope<'_>, settings: &Settings) -> FargateSize {
    FargateSize::new(settings.cpu, settings.memory_mib).unwrap_or_else(|refusal| {
        scope.problem(Problem {
            code: "platform.size",
            message: refusal.to_string(),
            value: format!("cpu: {}, memory_mib: {}", settings.cpu, settings.memory_mib),
            allowed: "a pair that Fargate sells".to_owned(),
            fix: "correct `cpu` or `memory_mib` in the settings".to_owned(),
        });
        FargateSize::SMALLEST
    })
}

/// An ARN of ECS in this account and region.
fn of_ecs<const N: usize>(name: [Value<String>; N]) -> Value<String> {
    let start = [
        Value::from("arn:"),
        pseudo::partition(),
        Value::from(":ecs:"),
        pseudo::region(),
        Value::from(":"),
        pseudo::account_id(),
        Value::from(":"),
    ];
    join("", start.into_iter().chain(name))
}
