//! Task definitions that are declared elsewhere.

use super::role::SERVICE;
use super::task_definition::TaskDefinition;
use crate::cfn::refs::ecs::TaskDefinitionArn;
use crate::cfn::refs::iam::RoleArn;
use crate::iam::{Condition, PolicyDocument, Statement};
use crate::{Id, Value};

/// A task definition by its ARN and roles, wherever it was declared.
///
/// ```
/// use synth::ecs::{TaskDefinition, TaskDefinitionRef};
/// use synth::iam::PolicyDocument;
/// use synth::Id;
///
/// let task = TaskDefinitionRef {
///     task_role: Some(Id::literal("arn:aws:iam::123456789012:role/task").into()),
///     ..TaskDefinition::from_arn("arn:aws:ecs:eu-west-1:123456789012:task-definition/report:3")
/// };
/// let mut policy = PolicyDocument::new();
/// task.grant_run(&mut policy);
/// assert_eq!(policy.statements().len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TaskDefinitionRef {
    /// The ARN of a revision.
    pub arn: Value<Id<TaskDefinitionArn>>,
    /// The role of the containers, if it is known.
    pub task_role: Option<Value<Id<RoleArn>>>,
    /// The role of ECS, if it is known.
    pub execution_role: Option<Value<Id<RoleArn>>>,
}

impl TaskDefinitionRef {
    pub(super) fn from_arn(arn: impl Into<Value<String>>) -> Self {
        Self {
            arn: arn.into().map(Id::literal),
            task_role: None,
            execution_role: None,
        }
    }

    /// Lets `policy` run this revision: `ecs:RunTask`, and `iam:PassRole` for its roles, to ECS alone.
    pub fn grant_run(&self, policy: &mut PolicyDocument) {
        for role in self.execution_role.iter().chain(&self.task_role) {
            policy.add(Statement {
                conditions: vec![Condition::string_equals("iam:PassedToService", [SERVICE])],
                ..Statement::allow(["iam:PassRole"], [role])
            });
        }
        policy.add(Statement::allow(["ecs:RunTask"], [&self.arn]));
    }
}

impl From<&TaskDefinition> for TaskDefinitionRef {
    fn from(task: &TaskDefinition) -> Self {
        Self {
            arn: task.arn(),
            task_role: Some(task.task_role.clone()),
            execution_role: task.execution_role.clone(),
        }
    }
}
