//! Where tasks run.

use super::range::InRange;
use crate::cfn::ecs::cluster::{
    CapacityProviderStrategyItem, ClusterConfiguration, ClusterSettings,
    ExecuteCommandConfiguration, ExecuteCommandLogConfiguration,
};
use crate::cfn::ecs::cluster_capacity_provider_associations::CapacityProviderStrategy;
use crate::cfn::ecs::{self, ClusterCapacityProviderAssociations};
use crate::cfn::refs::ecs::{ClusterArn, ClusterName};
use crate::cfn::refs::logs::LogGroupName;
use crate::cfn::refs::s3::BucketName;
use crate::{Handle, Id, List, OneOf, Problem, Property, Scope, Text, Value};

/// What a [`Cluster`] needs to know. Default: Fargate and Fargate Spot, on demand when nobody says.
#[derive(Debug, Clone)]
pub struct ClusterProps {
    /// Its name. Changing it replaces the cluster. Default: CloudFormation makes one.
    pub name: Option<Text>,
    /// What tasks run on. Default: [`Capacity::Fargate`] with `FARGATE` as its strategy.
    pub capacity: Capacity,
    /// What CloudWatch measures. Default: as the account says.
    pub insights: Option<ContainerInsights>,
    /// Who watches sessions into containers. Default: the containers' own logging.
    pub execute_command: Option<ExecuteCommand>,
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
        }
    }
}

/// What the tasks of a cluster run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capacity {
    /// What others associate with the cluster.
    None,
    /// Fargate and Fargate Spot, and which of them when nobody says. An empty strategy leaves that to EC2.
    Fargate(Vec<Strategy>),
    /// The same, declared apart from the cluster as AWS CDK does, for a stack that was CDK's.
    FargateAssociated(Vec<Strategy>),
}

/// A share of the tasks that start without saying where.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategy {
    /// Where they start.
    pub provider: Provider,
    /// Their share, in proportion to the other weights.
    pub weight: InRange<0, 1000>,
    /// How many tasks start here before the weights count: 0–100,000, above 0 for one item only.
    pub base: u32,
}

/// Where a task starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Fargate.
    Fargate,
    /// Fargate Spot: up to 70 % cheaper, and AWS may stop the task with two minutes' notice.
    FargateSpot,
}

impl Provider {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Fargate => "FARGATE",
            Self::FargateSpot => "FARGATE_SPOT",
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

/// Sessions into running containers: `aws ecs execute-command`.
#[derive(Debug, Clone, Default)]
pub struct ExecuteCommand {
    /// The KMS key that encrypts them: its id, alias or ARN. Default: encrypted by TLS alone.
    pub kms_key: Option<Text>,
    /// Where what is typed and answered is kept. Default: where the container's own output goes.
    pub logging: SessionLog,
}

/// Where sessions are kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum SessionLog {
    /// Where the container's own output goes.
    #[default]
    WithContainer,
    /// Nowhere.
    None,
    /// In a log group.
    Group(Value<Id<LogGroupName>>),
    /// In a bucket, below a prefix.
    Bucket {
        /// The name of the bucket.
        name: Value<Id<BucketName>>,
        /// Such as `sessions/`. Default (empty): none.
        prefix: Text,
    },
}

/// A place for tasks.
///
/// Declares `Resource` (`AWS::ECS::Cluster`), and for [`Capacity::FargateAssociated`] `Cluster`
/// (`AWS::ECS::ClusterCapacityProviderAssociations`).
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The cluster; its `Ref` is its name.
    pub cluster: Handle<ecs::Cluster>,
}

impl Cluster {
    /// Adds the cluster to `scope`.
    pub fn new(mut scope: Scope<'_>, props: ClusterProps) -> Self {
        let mut cluster = ecs::Cluster {
            cluster_name: props.name.map(Text::into_owned).into(),
            cluster_settings: settings(props.insights),
            configuration: props.execute_command.map(configuration).into(),
            ..Default::default()
        };
        if let Capacity::Fargate(strategy) | Capacity::FargateAssociated(strategy) = &props.capacity
        {
            for problem in check(strategy) {
                scope.problem(problem);
            }
        }
        if let Capacity::Fargate(strategy) = &props.capacity {
            cluster.capacity_providers = providers();
            cluster.default_capacity_provider_strategy = strategy
                .iter()
                .map(Strategy::item)
                .collect::<Vec<_>>()
                .into();
        }
        let cluster = scope.add("Resource", &cluster);
        if let Capacity::FargateAssociated(strategy) = &props.capacity {
            let associations = ClusterCapacityProviderAssociations {
                capacity_providers: providers(),
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

    /// Its name.
    pub fn name(&self) -> Value<Id<ClusterName>> {
        self.cluster.reference()
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<Id<ClusterArn>> {
        self.cluster.arn()
    }
}

impl Strategy {
    fn item(&self) -> CapacityProviderStrategyItem {
        CapacityProviderStrategyItem {
            base: (self.base > 0).then_some(self.base).into(),
            capacity_provider: self.provider.as_text().into(),
            weight: self.weight.get().into(),
        }
    }

    fn associated(&self) -> CapacityProviderStrategy {
        CapacityProviderStrategy {
            base: (self.base > 0).then_some(self.base).into(),
            capacity_provider: self.provider.as_text().into(),
            weight: self.weight.get().into(),
        }
    }
}

fn providers() -> Property<List<Id<crate::cfn::refs::ecs::CapacityProviderName>>> {
    [Provider::Fargate, Provider::FargateSpot]
        .map(|provider| Id::literal(provider.as_text()))
        .into()
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

fn configuration(sessions: ExecuteCommand) -> ClusterConfiguration {
    let (logging, log) = match sessions.logging {
        SessionLog::WithContainer => ("DEFAULT", None),
        SessionLog::None => ("NONE", None),
        SessionLog::Group(group) => {
            let log = ExecuteCommandLogConfiguration {
                cloud_watch_log_group_name: group.into(),
                ..Default::default()
            };
            ("OVERRIDE", Some(log))
        }
        SessionLog::Bucket { name, prefix } => {
            let log = ExecuteCommandLogConfiguration {
                s3_bucket_name: name.into(),
                s3_key_prefix: (!prefix.is_empty()).then(|| prefix.into_owned()).into(),
                ..Default::default()
            };
            ("OVERRIDE", Some(log))
        }
    };
    let configuration = ExecuteCommandConfiguration {
        kms_key_id: sessions.kms_key.map(OneOf::literal).into(),
        log_configuration: log.into(),
        logging: logging.into(),
    };
    ClusterConfiguration {
        execute_command_configuration: configuration.into(),
        ..Default::default()
    }
}

fn check(strategy: &[Strategy]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |message: &str, value: String, fix: &str| {
        problems.push(Problem {
            code: "ecs.capacity-strategy",
            message: message.to_owned(),
            value,
            allowed: String::new(),
            fix: fix.to_owned(),
        });
    };
    for (position, item) in strategy.iter().enumerate() {
        let name = item.provider.as_text();
        if strategy
            .iter()
            .take(position)
            .any(|other| other.provider == item.provider)
        {
            add(
                "a capacity provider is twice in the strategy",
                name.to_owned(),
                "remove one",
            );
        }
        if item.base > 100_000 {
            add(
                "a base is at most 100000",
                item.base.to_string(),
                "lower it",
            );
        }
    }
    if strategy.iter().filter(|item| item.base > 0).count() > 1 {
        add(
            "only one capacity provider can have a base",
            String::new(),
            "set the other's to 0",
        );
    }
    if !strategy.is_empty() && strategy.iter().all(|item| item.weight.get() == 0) {
        add(
            "no capacity provider has a weight, so no task starts",
            String::new(),
            "give one a weight",
        );
    }
    problems
}
