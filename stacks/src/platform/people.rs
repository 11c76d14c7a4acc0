//! What people may do with an installation: policies to attach to whoever uses it.

use synth::iam::{Condition, ManagedPolicy, ManagedPolicyProps, PolicyDocument, Statement};
use synth::{Scope, Value, join, pseudo};

use super::execution::Execution;
use super::storage::Storage;
use super::table;

/// Partition keys of the table, as patterns: rows, and what agents and cancellers write.
const ROWS: &str = "executions";
const AGENTS: &str = "agent#*";

/// Policies for people, each with all of the one before.
pub(super) struct People {
    /// Reads history and output.
    pub(super) viewer: ManagedPolicy,
    /// Starts and cancels executions.
    pub(super) runner: ManagedPolicy,
    /// Puts a new agent in place, and tidies up task definitions.
    pub(super) operator: ManagedPolicy,
}

impl People {
    /// Adds the three policies.
    pub(super) fn new(scope: &mut Scope<'_>, storage: &Storage, execution: &Execution) -> Self {
        let viewing = viewing(storage, execution);
        let running = running(storage, execution);
        let operating = operating(storage, execution);
        let mut add = |id: &str, description: &'static str, parts: &[&PolicyDocument]| {
            let statements = parts.iter().flat_map(|part| part.statements()).cloned();
            let document = statements.collect();
            let description = Some(description.into());
            let props = ManagedPolicyProps {
                description,
                ..ManagedPolicyProps::new(document)
            };
            ManagedPolicy::new(scope.child(id), props)
        };
        Self {
            viewer: add(
                "Viewer",
                "Reads the history and output of executions",
                &[&viewing],
            ),
            runner: add(
                "Runner",
                "Starts and cancels executions",
                &[&viewing, &running],
            ),
            operator: add(
                "Operator",
                "Starts executions, puts agents in place, tidies up",
                &[&viewing, &running, &operating],
            ),
        }
    }
}

fn viewing(storage: &Storage, execution: &Execution) -> PolicyDocument {
    let index = |name: &'static str| {
        join(
            "/",
            [storage.table.arn().into(), "index".into(), name.into()],
        )
    };
    [
        Statement::allow(["cloudformation:DescribeStacks"], [pseudo::stack_id()]),
        Statement::allow(
            ["dynamodb:GetItem", "dynamodb:Query"],
            [
                storage.table.arn().into(),
                index(table::BY_CREATED),
                index(table::BY_OPEN),
            ],
        ),
        Statement::allow(["ecs:DescribeTasks"], [execution.tasks()]),
        // AWS offers nothing narrower for this action.
        Statement::allow(["ecs:DescribeTaskDefinition"], ["*"]),
        Statement::allow(["s3:GetObject"], [storage.bucket.objects("archive/*")]),
        // The ARN of a group stands for its streams.
        Statement::allow(["logs:GetLogEvents"], [storage.log_group.arn()]),
    ]
    .into_iter()
    .collect()
}

fn running(storage: &Storage, execution: &Execution) -> PolicyDocument {
    let of_this_cluster = || Condition::arn_like("ecs:cluster", [execution.cluster_arn()]);
    let mut document: PolicyDocument = [
        Statement {
            conditions: vec![leading_keys(&[ROWS, AGENTS])],
            ..Statement::allow(
                ["dynamodb:PutItem", "dynamodb:UpdateItem"],
                [Value::<String>::from(storage.table.arn())],
            )
        },
        Statement::allow(
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            [storage.bucket.objects("orders/*")],
        ),
        Statement {
            conditions: vec![of_this_cluster()],
            ..Statement::allow(["ecs:RunTask"], execution.task_definitions())
        },
        Statement {
            conditions: vec![of_this_cluster()],
            ..Statement::allow(["ecs:StopTask"], [execution.tasks()])
        },
        // AWS offers nothing narrower for this action than the cluster.
        Statement {
            conditions: vec![of_this_cluster()],
            ..Statement::allow(["ecs:ListTasks"], ["*"])
        },
        Statement {
            conditions: vec![Condition::string_equals("ecs:CreateAction", ["RunTask"])],
            ..Statement::allow(["ecs:TagResource"], [execution.tasks()])
        },
        Statement {
            conditions: vec![Condition::string_equals(
                "ecs:CreateAction",
                ["RegisterTaskDefinition"],
            )],
            ..Statement::allow(["ecs:TagResource"], execution.task_definitions())
        },
        Statement::allow(["ecs:RegisterTaskDefinition"], execution.task_definitions()),
    ]
    .into_iter()
    .collect();
    execution
        .task_role
        .grant_pass(&mut document, "ecs-tasks.amazonaws.com");
    execution
        .start_role
        .grant_pass(&mut document, "ecs-tasks.amazonaws.com");
    document
}

fn operating(storage: &Storage, execution: &Execution) -> PolicyDocument {
    let mut document: PolicyDocument = [
        Statement::allow(["ecs:DeleteTaskDefinitions"], execution.task_definitions()),
        // AWS offers nothing narrower for these actions.
        Statement::allow(
            ["ecs:DeregisterTaskDefinition", "ecs:ListTaskDefinitions"],
            ["*"],
        ),
    ]
    .into_iter()
    .collect();
    storage.repository.grant_push(&mut document);
    document
}

/// Only items of these partitions.
fn leading_keys(patterns: &[&'static str]) -> Condition {
    Condition::new(
        "ForAllValues:StringLike",
        "dynamodb:LeadingKeys",
        patterns.iter().copied(),
    )
}

/// What an agent writes: its own record, and the chunks of what the command printed.
pub(super) fn agent_keys() -> Condition {
    leading_keys(&[AGENTS, "frames#*"])
}
