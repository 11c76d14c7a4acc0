//! What tasks run on.

use super::range::InRange;
use crate::cfn::ecs::cluster::CapacityProviderStrategyItem;
use crate::cfn::ecs::cluster_capacity_provider_associations::CapacityProviderStrategy;
use crate::cfn::refs::ecs::CapacityProviderName;
use crate::{Id, List, Problem, Property};

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

impl Strategy {
    pub(crate) fn item(&self) -> CapacityProviderStrategyItem {
        CapacityProviderStrategyItem {
            base: (self.base > 0).then_some(self.base).into(),
            capacity_provider: self.provider.as_text().into(),
            weight: self.weight.get().into(),
        }
    }

    pub(crate) fn associated(&self) -> CapacityProviderStrategy {
        CapacityProviderStrategy {
            base: (self.base > 0).then_some(self.base).into(),
            capacity_provider: self.provider.as_text().into(),
            weight: self.weight.get().into(),
        }
    }
}

pub(crate) fn providers() -> Property<List<Id<CapacityProviderName>>> {
    [Provider::Fargate, Provider::FargateSpot]
        .map(|provider| Id::literal(provider.as_text()))
        .into()
}

pub(crate) fn check(strategy: &[Strategy]) -> Vec<Problem> {
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
