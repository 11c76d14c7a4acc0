//! What running executions takes, for asking IAM whether somebody may: what the runner's policy allows, with names for what
//! its ARNs leave open.

use super::deployer::Place;
use super::installation::Installation;
use super::table;

/// Actions that are done to one thing, and what is true when they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Actions, as IAM names them.
    pub actions: &'static [&'static str],
    /// ARN of what they are done to, or `*` where AWS offers nothing narrower.
    pub resource: String,
    /// Condition keys that the policy asks for: name, type and value.
    pub context: Vec<(&'static str, &'static str, String)>,
}

/// Rights that whoever runs executions in `installation` needs. `roles` are those that its tasks have.
pub fn runner_needs(installation: &Installation, roles: &[String], place: &Place) -> Vec<Need> {
    let Place {
        partition,
        region,
        account,
    } = place;
    let arn = |service: &str, rest: String| {
        format!("arn:{partition}:{service}:{region}:{account}:{rest}")
    };
    let Installation {
        cluster,
        task_family,
        table,
        bucket,
        log_group,
        ..
    } = installation;
    let rows = arn("dynamodb", format!("table/{table}"));
    let definitions = || arn("ecs", format!("task-definition/{task_family}:1"));
    let task = || arn("ecs", format!("task/{cluster}/0"));
    let in_cluster = || {
        let cluster = arn("ecs", format!("cluster/{cluster}"));
        vec![("ecs:cluster", "string", cluster)]
    };
    let made_by = |action: &str| vec![("ecs:CreateAction", "string", action.to_owned())];
    let of_executions = vec![(
        "dynamodb:LeadingKeys",
        "stringList",
        "executions".to_owned(),
    )];
    let need = |actions, resource, context| Need {
        actions,
        resource,
        context,
    };
    let mut needs = vec![
        need(
            &["dynamodb:GetItem", "dynamodb:Query"],
            rows.clone(),
            vec![],
        ),
        need(
            &["dynamodb:Query"],
            format!("{rows}/index/{}", table::BY_CREATED),
            vec![],
        ),
        need(
            &["dynamodb:PutItem", "dynamodb:UpdateItem"],
            rows,
            of_executions,
        ),
        need(
            &["s3:PutObject", "s3:DeleteObject"],
            format!("arn:{partition}:s3:::{bucket}/orders/0"),
            vec![],
        ),
        need(&["ecs:RunTask"], definitions(), in_cluster()),
        need(&["ecs:RegisterTaskDefinition"], definitions(), vec![]),
        need(
            &["ecs:TagResource"],
            definitions(),
            made_by("RegisterTaskDefinition"),
        ),
        need(&["ecs:DescribeTasks", "ecs:StopTask"], task(), in_cluster()),
        need(&["ecs:TagResource"], task(), made_by("RunTask")),
        need(&["ecs:DescribeTaskDefinition"], "*".to_owned(), vec![]),
        need(
            &["logs:GetLogEvents"],
            arn("logs", format!("log-group:{log_group}:log-stream:0")),
            vec![],
        ),
    ];
    needs.extend(roles.iter().map(|role| {
        let to = "ecs-tasks.amazonaws.com".to_owned();
        let context = vec![("iam:PassedToService", "string", to)];
        need(&["iam:PassRole"], role.clone(), context)
    }));
    needs
}
