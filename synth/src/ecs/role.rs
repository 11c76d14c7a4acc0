//! The two roles of a task.

use super::checks::problem;
use super::container::Container;
use crate::cfn::refs::iam::RoleArn;
use crate::iam::{PolicyDocument, Role, RoleProps, Trust};
use crate::{Id, Json, Problem, Scope, Value};

/// The service that starts containers, and takes the roles of a task.
pub(super) const SERVICE: &str = "ecs-tasks.amazonaws.com";

/// What the containers of a task may do in AWS.
///
/// A role's ARN and a policy both convert: `task_role: role.arn().into()`, `task_role: policy.into()`.
#[derive(Debug, Clone)]
pub enum TaskRole {
    /// A role of the task's own that may do this.
    Own(PolicyDocument),
    /// A role that is declared elsewhere, which lets ECS tasks have it.
    Given(Value<Id<RoleArn>>),
}

/// What ECS may do to start the containers of a task: pull, log, read secrets.
#[derive(Debug, Clone)]
pub enum ExecutionRole {
    /// A role of the task's own that may do what the containers need ([`Container::grant_start`]) and this beside; none when
    /// that is nothing.
    Own(PolicyDocument),
    /// A role of this app, whose policy has [`Container::grant_start`] of each container.
    Given(Value<Id<RoleArn>>),
    /// A role that exists already and that nothing here can change. Its owner sees to it that it may do what the containers
    /// need: nobody checks.
    Trusted(Value<Id<RoleArn>>),
}

impl Default for TaskRole {
    fn default() -> Self {
        Self::Own(PolicyDocument::new())
    }
}

impl Default for ExecutionRole {
    fn default() -> Self {
        Self::Own(PolicyDocument::new())
    }
}

impl From<Value<Id<RoleArn>>> for TaskRole {
    fn from(arn: Value<Id<RoleArn>>) -> Self {
        Self::Given(arn)
    }
}

impl From<PolicyDocument> for TaskRole {
    fn from(policy: PolicyDocument) -> Self {
        Self::Own(policy)
    }
}

impl From<Value<Id<RoleArn>>> for ExecutionRole {
    fn from(arn: Value<Id<RoleArn>>) -> Self {
        Self::Given(arn)
    }
}

impl From<PolicyDocument> for ExecutionRole {
    fn from(policy: PolicyDocument) -> Self {
        Self::Own(policy)
    }
}

impl TaskRole {
    /// Its ARN; one of the task's own is added to `scope`.
    pub(super) fn arn(self, scope: &mut Scope<'_>) -> Value<Id<RoleArn>> {
        match self {
            Self::Own(policy) => own(scope, "TaskRole", policy),
            Self::Given(arn) => {
                report_trust(scope, &arn);
                arn
            }
        }
    }
}

impl ExecutionRole {
    /// Its ARN; one of the task's own is added to `scope` when there is something to allow.
    pub(super) fn arn(
        self,
        scope: &mut Scope<'_>,
        containers: &[Container],
    ) -> Option<Value<Id<RoleArn>>> {
        match self {
            Self::Own(mut policy) => {
                policy.extend(needed(containers).statements().iter().cloned());
                (!policy.is_empty()).then(|| own(scope, "ExecutionRole", policy))
            }
            Self::Given(arn) => {
                report_trust(scope, &arn);
                if let Some(problem) = rights_problem(&arn, containers) {
                    scope.problem(problem);
                }
                Some(arn)
            }
            Self::Trusted(arn) => Some(arn),
        }
    }
}

fn needed(containers: &[Container]) -> PolicyDocument {
    let mut policy = PolicyDocument::new();
    for container in containers {
        container.grant_start(&mut policy);
    }
    policy
}

fn own(scope: &mut Scope<'_>, id: &str, policy: PolicyDocument) -> Value<Id<RoleArn>> {
    let props = RoleProps {
        policy,
        ..RoleProps::new(Trust::service(SERVICE))
    };
    Role::new(scope.child(id), props).arn()
}

/// A role that is known by its ARN is none of this app: what was written to a policy here never reaches it.
fn rights_problem(arn: &Value<Id<RoleArn>>, containers: &[Container]) -> Option<Problem> {
    let arn = arn.known()?;
    let needed = needed(containers).minimized();
    if needed.is_empty() {
        return None;
    }
    let statements = needed
        .iter()
        .map(|statement| statement.to_json().to_compact());
    Some(problem(
        "ecs.execution-role-rights",
        "nothing here can allow this existing execution role what the containers need to start",
        arn.as_text(),
        statements.collect::<Vec<_>>().join(", "),
        "see to it that the role has these statements, then say `ExecutionRole::Trusted`; or let the task have its own",
    ))
}

fn report_trust(scope: &mut Scope<'_>, role: &Value<Id<RoleArn>>) {
    let trusted = scope
        .resource_of(role)
        .and_then(|(_, properties)| trusted(properties));
    let Some(trusted) = trusted else {
        return;
    };
    if !trusted.iter().any(|principal| principal == SERVICE) {
        scope.problem(problem(
            "ecs.role-trust",
            "the role does not let ECS tasks have it",
            trusted.join(", "),
            SERVICE,
            format!("give it `Trust::service(\"{SERVICE}\")`"),
        ));
    }
}

/// Whom a role in this stack trusts; nothing where that is known only at deployment.
fn trusted(properties: &Json) -> Option<Vec<String>> {
    let statements = properties
        .get("AssumeRolePolicyDocument")?
        .get("Statement")?;
    let mut trusted = Vec::new();
    for statement in one_or_many(statements) {
        if statement.get("Effect").and_then(Json::as_text) != Some("Allow") {
            continue;
        }
        for (kind, principals) in statement.get("Principal")?.entries()? {
            for principal in one_or_many(principals) {
                match (principal.as_text(), kind.as_ref()) {
                    (Some(name), _) => trusted.push(name.to_owned()),
                    (None, "Service") => return None,
                    (None, _) => trusted.push("an account or a provider".to_owned()),
                }
            }
        }
    }
    Some(trusted)
}

fn one_or_many(json: &Json) -> &[Json] {
    json.items().unwrap_or(std::slice::from_ref(json))
}
