//! What a task is made of.

use super::checks::{check, is_child_id, name_problem};
use super::container::Container;
use super::definition;
use super::driver::LogDriver;
use super::logs::{AwsLogs, LogDestination};
use super::platform::{Architecture, OperatingSystem, PidMode, runtime_platform};
use super::range::DiskGib;
use super::role::{ExecutionRole, TaskRole};
use super::size::FargateSize;
use super::task_definition_ref::TaskDefinitionRef;
use super::volume::Volume;
use crate::cfn::ecs;
use crate::cfn::ecs::task_definition::EphemeralStorage;
use crate::cfn::refs::ecs::TaskDefinitionArn;
use crate::cfn::refs::iam::RoleArn;
use crate::iam::PolicyDocument;
use crate::logs::LogGroup;
use crate::{Handle, Id, Scope, Text, Value};

/// What a [`TaskDefinition`] needs to know.
#[derive(Debug, Clone)]
pub struct TaskDefinitionProps {
    /// What runs in the task: 1–10 containers, at least one of them essential.
    pub containers: Vec<Container>,
    /// CPU and memory. Default: [`FargateSize::SMALLEST`].
    pub size: FargateSize,
    /// The name that all revisions share: up to 255 letters, digits, `_` and `-`.
    ///
    /// Default: the name that AWS CDK makes of the stack's name and the construct path.
    pub family: Option<Text>,
    /// What the containers may do in AWS. Default: a role that may do nothing.
    pub task_role: TaskRole,
    /// What ECS may do to start them: pull, log, read secrets. See [`Container::grant_start`].
    ///
    /// Default: a role that may do just that, or none when that is nothing.
    pub execution_role: ExecutionRole,
    /// Disks that the containers can mount.
    pub volumes: Vec<Volume>,
    /// The processor; the images must be for it. Default: that of ECS, [`Architecture::X86_64`].
    pub architecture: Option<Architecture>,
    /// The operating system; the images must be for it. Default: that of ECS, [`OperatingSystem::Linux`].
    pub operating_system: Option<OperatingSystem>,
    /// The task's own disk, images included. Default: that of ECS, 20 GiB.
    pub disk: Option<DiskGib>,
    /// Whose processes a container sees. Default: its own alone.
    pub pid_mode: Option<PidMode>,
    /// Whether AWS Fault Injection Service may disturb the task. Default: no.
    pub fault_injection: bool,
    /// Its tags. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

impl TaskDefinitionProps {
    /// The smallest task with these containers.
    pub fn new(containers: impl Into<Vec<Container>>) -> Self {
        Self {
            containers: containers.into(),
            size: FargateSize::SMALLEST,
            family: None,
            task_role: TaskRole::default(),
            execution_role: ExecutionRole::default(),
            volumes: Vec::new(),
            architecture: None,
            operating_system: None,
            disk: None,
            pid_mode: None,
            fault_injection: false,
            tags: Vec::new(),
        }
    }
}

/// A task definition for Fargate.
///
/// Declares `Resource` (`AWS::ECS::TaskDefinition`: `FARGATE`, `awsvpc`); unless roles are given, `TaskRole` and, when there
/// is something to allow, `ExecutionRole`, each with `Resource` (`AWS::IAM::Role`) and, when it may do something,
/// `DefaultPolicy/Resource` (`AWS::IAM::Policy`); and for each container with a log group of its own
/// `CONTAINER/LogGroup/Resource` (`AWS::Logs::LogGroup`).
///
/// ```
/// use synth::ecs::{AwsLogs, Container, FargateSize, Image, TaskDefinition, TaskDefinitionProps};
/// use synth::iam::{PolicyDocument, Statement};
/// use synth::{Stack, StackProps};
///
/// let mut stack = Stack::new("Jobs", StackProps::default());
/// let image = Image::registry("public.ecr.aws/docker/library/alpine:3.20");
/// let main = Container { logging: Some(AwsLogs::own("main").into()), ..Container::new("main", image) };
/// let mut policy = PolicyDocument::new();
/// policy.add(Statement::allow(["s3:GetObject"], ["arn:aws:s3:::orders/*"]));
/// let props = TaskDefinitionProps {
///     size: FargateSize::of::<512, 1024>(),
///     task_role: policy.into(),
///     ..TaskDefinitionProps::new([main])
/// };
/// let task = TaskDefinition::new(stack.child("Task"), props);
/// # assert!(stack.synthesize().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct TaskDefinition {
    /// The task definition; its `Ref` is the ARN of the newest revision.
    pub task_definition: Handle<ecs::TaskDefinition>,
    /// The role of the containers.
    pub task_role: Value<Id<RoleArn>>,
    /// The role of ECS.
    pub execution_role: Option<Value<Id<RoleArn>>>,
}

impl TaskDefinition {
    /// Adds the task definition to `scope`.
    pub fn new(mut scope: Scope<'_>, mut props: TaskDefinitionProps) -> Self {
        report(&mut scope, &props);
        let family = props
            .family
            .as_deref()
            .map_or_else(|| scope.unique_name(), str::to_owned);
        if let Some(problem) = name_problem("ecs.family", "a family", &family) {
            scope.problem(problem);
        }
        let task_role = props.task_role.arn(&mut scope);
        own_log_groups(&mut scope, &mut props.containers);
        let execution_role = props.execution_role.arn(&mut scope, &props.containers);
        let definition = ecs::TaskDefinition {
            container_definitions: definition::containers(&props.containers, &scope.region()),
            cpu: props.size.cpu_units().to_string().into(),
            enable_fault_injection: props.fault_injection.then_some(true).into(),
            ephemeral_storage: props.disk.map(storage).into(),
            execution_role_arn: execution_role.clone().into(),
            family: family.into(),
            memory: props.size.memory_mib().to_string().into(),
            network_mode: "awsvpc".into(),
            pid_mode: props.pid_mode.map(|PidMode::Task| "task").into(),
            requires_compatibilities: ["FARGATE"].into(),
            runtime_platform: runtime_platform(props.architecture, props.operating_system),
            tags: crate::tags::of(props.tags),
            task_role_arn: task_role.clone().into(),
            volumes: definition::volumes(&props.volumes),
            ..Default::default()
        };
        let task_definition = scope.add("Resource", &definition);
        Self {
            task_definition,
            task_role,
            execution_role,
        }
    }

    /// A revision with this ARN, declared elsewhere; say its roles where they are known.
    pub fn from_arn(arn: impl Into<Value<String>>) -> TaskDefinitionRef {
        TaskDefinitionRef::from_arn(arn)
    }

    /// The ARN of the newest revision.
    pub fn arn(&self) -> Value<Id<TaskDefinitionArn>> {
        self.task_definition.reference()
    }

    /// Lets `policy` run this revision: `ecs:RunTask`, and `iam:PassRole` for its roles, to ECS alone.
    pub fn grant_run(&self, policy: &mut PolicyDocument) {
        TaskDefinitionRef::from(self).grant_run(policy);
    }
}

fn report(scope: &mut Scope<'_>, props: &TaskDefinitionProps) {
    for (container, problem) in check(props) {
        match container {
            Some(name) if is_child_id(name) => scope.child(name).problem(problem),
            Some(_) | None => scope.problem(problem),
        }
    }
}

/// Adds the log groups that containers want for themselves.
fn own_log_groups(scope: &mut Scope<'_>, containers: &mut [Container]) {
    for container in containers {
        let Some(LogDriver::AwsLogs(AwsLogs { group, .. })) = &mut container.logging else {
            continue;
        };
        // A container without a usable name was reported; it has no place for a group.
        if let LogDestination::Own(props) = group
            && is_child_id(&container.name)
        {
            let mut place = scope.child(&container.name);
            let own = LogGroup::new(place.child("LogGroup"), (**props).clone());
            *group = LogDestination::Group((&own).into());
        }
    }
}

fn storage(disk: DiskGib) -> EphemeralStorage {
    EphemeralStorage {
        size_in_gib: disk.get().into(),
    }
}
