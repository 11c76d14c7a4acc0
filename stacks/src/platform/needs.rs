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
            &["dynamodb:Query"],
            format!("{rows}/index/{}", table::BY_OPEN),
            vec![],
        ),
        need(
            &["dynamodb:PutItem", "dynamodb:UpdateItem"],
            rows,
            of_executions,
        ),
        need(
            &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            format!("arn:{partition}:s3:::{bucket}/orders/0"),
            vec![],
        ),
        need(
            &["s3:GetObject"],
            format!("arn:{partition}:s3:::{bucket}/archive/0"),
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
        need(&["ecs:ListTasks"], "*".to_owned(), in_cluster()),
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use synth::Json;

    use super::super::{Settings, installation::output, stack};
    use super::*;

    /// Actions that the policy of that description allows in the stack as it is deployed by default.
    fn allowed(description: &str) -> BTreeSet<String> {
        let template = stack(&Settings::default()).synthesize().unwrap();
        let resources = template.body().get("Resources").and_then(Json::entries);
        let properties = resources
            .unwrap()
            .iter()
            .map(|(_, it)| it.get("Properties"));
        let policy = properties
            .flatten()
            .find(|it| it.get("Description").and_then(Json::as_text) == Some(description));
        let statements = policy.unwrap().get("PolicyDocument").unwrap();
        let statements = statements.get("Statement").unwrap().items().unwrap();
        let actions = statements.iter().map(|it| it.get("Action").unwrap());
        let actions = actions.flat_map(|it| it.items().unwrap_or(std::slice::from_ref(it)));
        actions.map(|it| it.as_text().unwrap().to_owned()).collect()
    }

    #[test]
    fn what_is_needed_is_what_the_runners_policy_allows() {
        let text = |name: &str| (name.to_owned(), "1".to_owned());
        let outputs: BTreeMap<String, String> = [
            output::CLUSTER,
            output::TASK_FAMILY,
            output::SUBNETS,
            output::SECURITY_GROUP,
            output::ASSIGN_PUBLIC_IP,
            output::TABLE,
            output::BUCKET,
            output::AGENT_REPOSITORY,
            output::LOG_GROUP,
            output::DEFAULT_IMAGE,
            output::HISTORY_RETENTION,
        ]
        .into_iter()
        .map(text)
        .collect();
        let installation = Installation::from_outputs(&outputs).unwrap();
        let place = Place {
            partition: "aws".to_owned(),
            region: "eu-central-1".to_owned(),
            account: "123456789012".to_owned(),
        };
        let roles = ["arn:aws:iam::123456789012:role/task".to_owned()];
        let needs = runner_needs(&installation, &roles, &place);
        let actions = needs.iter().flat_map(|need| need.actions);
        let mut actions: BTreeSet<String> = actions.map(|it| (*it).to_owned()).collect();
        // For making an installation known; commands run without it.
        actions.insert("cloudformation:DescribeStacks".to_owned());
        assert_eq!(actions, allowed("Starts and cancels executions"));
    }
}
