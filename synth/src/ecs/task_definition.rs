//! What a task is made of.

use super::checks::{check, name_problem};
use super::container::Container;
use super::definition;
use super::range::DiskGib;
use super::size::FargateSize;
use super::volume::Volume;
use crate::cfn::ecs;
use crate::cfn::ecs::task_definition::{EphemeralStorage, RuntimePlatform};
use crate::cfn::refs::ecs::TaskDefinitionArn;
use crate::cfn::refs::iam::RoleArn;
use crate::iam::{Condition, PolicyDocument, Role, RoleProps, Statement, Trust};
use crate::{Handle, Id, Property, Scope, Text, Value};

/// The service that starts containers, and takes the roles of a task.
const SERVICE: &str = "ecs-tasks.amazonaws.com";

/// What a [`TaskDefinition`] needs to know.
#[derive(Debug, Clone)]
pub struct TaskDefinitionProps {
    /// What runs in the task: one container or more, at least one of them essential.
    pub containers: Vec<Container>,
    /// CPU and memory. Default: [`FargateSize::SMALLEST`].
    pub size: FargateSize,
    /// The name that all revisions share: up to 255 letters, digits, `_` and `-`.
    ///
    /// Default: the stack's name and the construct path, joined by `-`.
    pub family: Option<Text>,
    /// What the containers may do in AWS. Default: nothing; there is no role.
    pub task_role: Option<Value<Id<RoleArn>>>,
    /// What ECS may do to start them: pull, log, read secrets. See [`Container::grant_start`].
    ///
    /// Default: a role that may do just that, or none when that is nothing.
    pub execution_role: Option<Value<Id<RoleArn>>>,
    /// Disks that the containers can mount.
    pub volumes: Vec<Volume>,
    /// The processor; the images must be for it. Default: that of ECS, [`Architecture::X86_64`].
    pub architecture: Option<Architecture>,
    /// The task's own disk, images included. Default: that of ECS, 20 GiB.
    pub disk: Option<DiskGib>,
}

impl TaskDefinitionProps {
    /// The smallest task with these containers.
    pub fn new(containers: impl Into<Vec<Container>>) -> Self {
        Self {
            containers: containers.into(),
            size: FargateSize::SMALLEST,
            family: None,
            task_role: None,
            execution_role: None,
            volumes: Vec::new(),
            architecture: None,
            disk: None,
        }
    }
}

/// A processor, under Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// Intel and AMD.
    X86_64,
    /// Graviton: about 20 % cheaper.
    Arm64,
}

/// A task definition for Fargate on Linux.
///
/// Declares `Resource` (`AWS::ECS::TaskDefinition`: `FARGATE`, `awsvpc`), and unless there is nothing to allow or a role
/// is given, `ExecutionRole/Resource` (`AWS::IAM::Role`) and `ExecutionRole/DefaultPolicy/Resource`
/// (`AWS::IAM::Policy`): may write to the containers' log groups, read their secrets and pull from their repositories.
///
/// ```
/// use synth::ecs::{Container, FargateSize, Image, TaskDefinition, TaskDefinitionProps};
/// use synth::{Stack, StackProps};
///
/// let mut stack = Stack::new("Jobs", StackProps::default());
/// let image = Image::registry("public.ecr.aws/docker/library/alpine:3.20");
/// let props = TaskDefinitionProps {
///     size: FargateSize::of::<512, 1024>(),
///     ..TaskDefinitionProps::new([Container::new("main", image)])
/// };
/// let task = TaskDefinition::new(stack.child("Task"), props);
/// ```
#[derive(Debug, Clone)]
pub struct TaskDefinition {
    /// The task definition; its `Ref` is the ARN of the newest revision.
    pub task_definition: Handle<ecs::TaskDefinition>,
    /// The role of the containers.
    pub task_role: Option<Value<Id<RoleArn>>>,
    /// The role of ECS.
    pub execution_role: Option<Value<Id<RoleArn>>>,
}

impl TaskDefinition {
    /// Adds the task definition to `scope`.
    pub fn new(mut scope: Scope<'_>, props: TaskDefinitionProps) -> Self {
        report(&mut scope, &props);
        let family = props
            .family
            .as_deref()
            .map_or_else(|| default_family(&scope), str::to_owned);
        if let Some(problem) = name_problem("ecs.family", "a family", &family) {
            scope.problem(problem);
        }
        let execution_role = props
            .execution_role
            .or_else(|| own_role(&mut scope, &props.containers));
        let definition = ecs::TaskDefinition {
            container_definitions: definition::containers(&props.containers),
            cpu: props.size.cpu_units().to_string().into(),
            ephemeral_storage: props.disk.map(storage).into(),
            execution_role_arn: execution_role.clone().into(),
            family: family.into(),
            memory: props.size.memory_mib().to_string().into(),
            network_mode: "awsvpc".into(),
            requires_compatibilities: ["FARGATE"].into(),
            runtime_platform: props.architecture.map(platform).into(),
            task_role_arn: props.task_role.clone().into(),
            volumes: definition::volumes(&props.volumes),
            ..Default::default()
        };
        let task_definition = scope.add("Resource", &definition);
        Self {
            task_definition,
            task_role: props.task_role,
            execution_role,
        }
    }

    /// The ARN of the newest revision.
    pub fn arn(&self) -> Value<Id<TaskDefinitionArn>> {
        self.task_definition.reference()
    }

    /// Lets `policy` run this revision: `ecs:RunTask`, and `iam:PassRole` for its roles.
    pub fn grant_run(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(["ecs:RunTask"], [self.arn()]));
        for role in self.task_role.iter().chain(&self.execution_role) {
            policy.add(Statement {
                conditions: vec![Condition::string_equals("iam:PassedToService", [SERVICE])],
                ..Statement::allow(["iam:PassRole"], [role])
            });
        }
    }
}

impl Container {
    /// Lets `policy` do what ECS has to do before this container runs: pull its image from ECR, open its log stream, read
    /// its secrets. Secrets that are encrypted with a key of one's own need `kms:Decrypt` on it besides.
    pub fn grant_start(&self, policy: &mut PolicyDocument) {
        if let Some(repository) = &self.image.repository_arn {
            // The token is the account's, so AWS allows no narrower resource.
            policy.add(Statement::allow(["ecr:GetAuthorizationToken"], ["*"]));
            let pull = [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ];
            policy.add(Statement::allow(pull, [repository]));
        }
        if let Some(logs) = &self.logging {
            let write = ["logs:CreateLogStream", "logs:PutLogEvents"];
            policy.add(Statement::allow(write, [&logs.group_arn]));
        }
        for (_, secret) in &self.secrets {
            let (action, arn) = secret.access();
            policy.add(Statement::allow([action], [arn]));
        }
    }
}

fn report(scope: &mut Scope<'_>, props: &TaskDefinitionProps) {
    for (container, problem) in check(&props.containers, &props.volumes, props.size) {
        match container {
            Some(name) if !name.is_empty() && !name.contains('/') => {
                scope.child(name).problem(problem);
            }
            Some(_) | None => scope.problem(problem),
        }
    }
}

fn own_role(scope: &mut Scope<'_>, containers: &[Container]) -> Option<Value<Id<RoleArn>>> {
    let mut policy = PolicyDocument::new();
    for container in containers {
        container.grant_start(&mut policy);
    }
    if policy.is_empty() {
        return None;
    }
    let props = RoleProps {
        policy,
        ..RoleProps::new(Trust::service(SERVICE))
    };
    Some(Role::new(scope.child("ExecutionRole"), props).arn())
}

fn default_family(scope: &Scope<'_>) -> String {
    let fits = |symbol: char| symbol.is_ascii_alphanumeric() || symbol == '-' || symbol == '_';
    let path = format!("{}/{}", scope.stack_name(), scope.path());
    path.chars()
        .map(|symbol| if fits(symbol) { symbol } else { '-' })
        .collect()
}

fn storage(disk: DiskGib) -> EphemeralStorage {
    EphemeralStorage {
        size_in_gib: disk.get().into(),
    }
}

fn platform(architecture: Architecture) -> RuntimePlatform {
    let processor = match architecture {
        Architecture::X86_64 => "X86_64",
        Architecture::Arm64 => "ARM64",
    };
    let cpu_architecture = Property::from(processor);
    RuntimePlatform {
        cpu_architecture,
        operating_system_family: "LINUX".into(),
    }
}
