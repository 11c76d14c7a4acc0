//! Where tasks run.

use super::capacity::{self, Capacity, Provider, Strategy};
use super::checks::name_problem;
use super::cluster_ref::ClusterRef;
use super::range::InRange;
use super::session::ExecuteCommand;
use crate::cfn::ecs::cluster::ClusterSettings;
use crate::cfn::ecs::{self, ClusterCapacityProviderAssociations};
use crate::cfn::refs::ecs::{ClusterArn, ClusterName};
use crate::iam::PolicyDocument;
use crate::{Handle, Id, List, Property, Scope, Text, Value};

/// What a [`Cluster`] needs to know. Default: Fargate and Fargate Spot, on demand when nobody says.
#[derive(Debug, Clone)]
pub struct ClusterProps {
    /// Its name, up to 255 letters, digits, `_` and `-`. Changing it replaces the cluster. Default: CloudFormation makes one.
    pub name: Option<Text>,
    /// What tasks run on. Default: [`Capacity::Fargate`] with `FARGATE` as its strategy.
    pub capacity: Capacity,
    /// What CloudWatch measures. Default: as the account says.
    pub insights: Option<ContainerInsights>,
    /// Who watches sessions into containers. Default: the containers' own logging.
    pub execute_command: Option<ExecuteCommand>,
    /// Its tags. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

impl Default for ClusterProps {
    fn default() -> Self {
        let on_demand = Strategy {
            provider: Provider::Fargate,
            weight: InRange::of::<1>(),
            base: 0,
        };
        Self {
            name: None,
            capacity: Capacity::Fargate(vec![on_demand]),
            insights: None,
            execute_command: None,
            tags: Vec::new(),
        }
    }
}

/// How much CloudWatch measures. It costs by the metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerInsights {
    /// Nothing.
    Disabled,
    /// Clusters, services and tasks.
    Enabled,
    /// Containers too.
    Enhanced,
}

/// A place for tasks.
///
/// Declares `Resource` (`AWS::ECS::Cluster`), and for [`Capacity::FargateAssociated`] `Cluster`
/// (`AWS::ECS::ClusterCapacityProviderAssociations`).
///
/// ```
/// use synth::ecs::{Capacity, Cluster, ClusterProps, ContainerInsights, InRange, Provider, Strategy};
/// use synth::{Stack, StackProps};
///
/// let mut stack = Stack::new("Orders", StackProps::default());
/// let spot = Strategy { provider: Provider::FargateSpot, weight: InRange::of::<1>(), base: 0 };
/// let props = ClusterProps {
///     capacity: Capacity::Fargate(vec![spot]),
///     insights: Some(ContainerInsights::Enhanced),
///     ..ClusterProps::default()
/// };
/// let cluster = Cluster::new(stack.child("Cluster"), props);
/// # assert!(stack.synthesize().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The cluster; its `Ref` is its name.
    pub cluster: Handle<ecs::Cluster>,
}

impl Cluster {
    /// Adds the cluster to `scope`.
    pub fn new(mut scope: Scope<'_>, props: ClusterProps) -> Self {
        let name = props.name.as_deref();
        if let Some(problem) =
            name.and_then(|name| name_problem("ecs.cluster-name", "a cluster", name))
        {
            scope.problem(problem);
        }
        let mut cluster = ecs::Cluster {
            tags: crate::tags::of(props.tags),
            cluster_name: props.name.map(Text::into_owned).into(),
            cluster_settings: settings(props.insights),
            configuration: props
                .execute_command
                .map(ExecuteCommand::configuration)
                .into(),
            ..Default::default()
        };
        if let Capacity::Fargate(strategy) | Capacity::FargateAssociated(strategy) = &props.capacity
        {
            for problem in capacity::check(strategy) {
                scope.problem(problem);
            }
        }
        if let Capacity::Fargate(strategy) = &props.capacity {
            cluster.capacity_providers = capacity::providers();
            cluster.default_capacity_provider_strategy = strategy
                .iter()
                .map(Strategy::item)
                .collect::<Vec<_>>()
                .into();
        }
        let cluster = scope.add("Resource", &cluster);
        if let Capacity::FargateAssociated(strategy) = &props.capacity {
            let associations = ClusterCapacityProviderAssociations {
                capacity_providers: capacity::providers(),
                cluster: (&cluster).into(),
                default_capacity_provider_strategy: strategy
                    .iter()
                    .map(Strategy::associated)
                    .collect::<Vec<_>>()
                    .into(),
            };
            scope.add("Cluster", &associations);
        }
        Self { cluster }
    }

    /// The cluster called `name` in the account and region of the stack, declared elsewhere.
    pub fn from_name(name: impl Into<Value<String>>) -> ClusterRef {
        ClusterRef::from_name(name)
    }

    /// The cluster with this ARN, declared elsewhere.
    pub fn from_arn(arn: impl Into<Value<String>>) -> ClusterRef {
        ClusterRef::from_arn(arn)
    }

    /// The ARNs of its tasks that fit `pattern`, such as `*`.
    pub fn tasks(&self, pattern: &str) -> Value<String> {
        ClusterRef::from(self).tasks(pattern)
    }

    /// Lets `policy`, that of a task role, say that its task must not be stopped now: `ecs:UpdateTaskProtection`.
    pub fn grant_task_protection(&self, policy: &mut PolicyDocument) {
        ClusterRef::from(self).grant_task_protection(policy);
    }

    /// Its name.
    pub fn name(&self) -> Value<Id<ClusterName>> {
        self.cluster.reference()
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<Id<ClusterArn>> {
        self.cluster.arn()
    }
}

fn settings(insights: Option<ContainerInsights>) -> Property<List<ClusterSettings>> {
    let value = match insights {
        None => return Property::Absent,
        Some(ContainerInsights::Disabled) => "disabled",
        Some(ContainerInsights::Enabled) => "enabled",
        Some(ContainerInsights::Enhanced) => "enhanced",
    };
    [ClusterSettings {
        name: "containerInsights".into(),
        value: value.into(),
    }]
    .into()
}
