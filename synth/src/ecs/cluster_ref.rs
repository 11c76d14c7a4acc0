//! Clusters that are declared elsewhere.

use super::cluster::Cluster;
use crate::cfn::refs::ecs::{ClusterArn, ClusterName};
use crate::iam::{PolicyDocument, Statement};
use crate::{Id, Value, join, pseudo, select, split};

/// A cluster by its name and ARN, wherever it was declared.
///
/// ```
/// use synth::ecs::Cluster;
/// let shared = Cluster::from_arn("arn:aws:ecs:eu-west-1:123456789012:cluster/shared");
/// assert_eq!(shared.name.known().map(|name| name.as_text()), Some("shared"));
/// assert_eq!(
///     shared.tasks("*").known().map(String::as_str),
///     Some("arn:aws:ecs:eu-west-1:123456789012:task/shared/*"),
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterRef {
    /// Its name.
    pub name: Value<Id<ClusterName>>,
    /// Its ARN.
    pub arn: Value<Id<ClusterArn>>,
    /// What ARNs of its region and account begin with: `arn:PARTITION:ecs:REGION:ACCOUNT`.
    start: Value<String>,
}

impl ClusterRef {
    pub(super) fn from_name(name: impl Into<Value<String>>) -> Self {
        let (name, start) = (name.into(), here());
        let arn = join("", [start.clone(), ":cluster/".into(), name.clone()]);
        Self {
            name: name.map(Id::literal),
            arn: arn.map(Id::literal),
            start,
        }
    }

    pub(super) fn from_arn(arn: impl Into<Value<String>>) -> Self {
        let arn = arn.into();
        let name: Value<String> = select(1, split("/", arn.clone()));
        let part = |index| select(index, split(":", arn.clone()));
        Self {
            name: name.map(Id::literal),
            start: join(":", (0..5).map(part)),
            arn: arn.map(Id::literal),
        }
    }

    /// The ARNs of its tasks that fit `pattern`, such as `*`.
    pub fn tasks(&self, pattern: &str) -> Value<String> {
        let name = Value::from(&self.name);
        let parts = [
            self.start.clone(),
            ":task/".into(),
            name,
            format!("/{pattern}").into(),
        ];
        join("", parts)
    }

    /// Lets `policy`, that of a task role, say that its task must not be stopped now: `ecs:UpdateTaskProtection`.
    pub fn grant_task_protection(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(
            ["ecs:UpdateTaskProtection"],
            [self.tasks("*")],
        ));
    }
}

impl From<&Cluster> for ClusterRef {
    fn from(cluster: &Cluster) -> Self {
        Self {
            name: cluster.name(),
            arn: cluster.arn(),
            start: here(),
        }
    }
}

/// The account and region of the stack.
fn here() -> Value<String> {
    let parts = [
        "arn:".into(),
        pseudo::partition(),
        ":ecs:".into(),
        pseudo::region(),
        ":".into(),
        pseudo::account_id(),
    ];
    join("", parts)
}
