//! What deploying would change, stack by stack.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use runtime::deploy::{Ended, Plan, Stack, Stacks as _, discard, in_order, plan, same_json};
use serde_json::Value;
use synth_diff::{Options, StackSettings};
use tokio::sync::Mutex;

use super::AT_ONCE;
use super::environment::Environments;
use super::error::DeployError;
use super::prepare::Prepared;
use crate::attach::Signals;
use crate::difference::{After, Compared, Templates};
use crate::failure::Failure;
use crate::install::{left, unchanged, unless_left};
use crate::printer::Printer;

/// A stack, and what would change of it.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(crate) prepared: Prepared,
    /// What differs between the templates, nested ones too.
    pub(crate) compared: Vec<Compared>,
    pub(crate) standing: Standing,
}

/// How it stands with a stack.
#[derive(Debug)]
pub(crate) enum Standing {
    /// Nothing changes. Its outputs.
    Same(BTreeMap<String, String>),
    /// There is a change set, or it is known how to do without.
    Planned(Box<Plan>),
    /// The change set is made when the stacks it depends on are deployed: what they tell is not known yet.
    Later,
}

impl Outline {
    /// Name of the stack, as the app has it.
    pub(crate) fn name(&self) -> &str {
        &self.prepared.artifact.display_name
    }

    /// Whether anything changes.
    pub(crate) fn changes(&self) -> bool {
        !matches!(self.standing, Standing::Same(_))
    }
}

/// Finds out what would change. A person who leaves has to wait until that can be taken back.
pub(crate) async fn outline(
    prepared: Vec<Prepared>,
    environments: Environments,
    signals: &mut Signals,
    printer: Printer,
) -> Result<Vec<Outline>, Failure> {
    let planning = of_all(prepared, environments, printer);
    tokio::pin!(planning);
    match unless_left(signals, &mut planning).await {
        Ok(outlines) => outlines,
        Err(code) => {
            printer.note("taking back the change sets; once more leaves them behind");
            let taken_back = async {
                match planning.await {
                    Ok(outlines) => give_up(outlines).await,
                    // A terminal interrupts what builds images too.
                    Err(failure) => Err(failure.exiting_with(code)),
                }
            };
            match unless_left(signals, taken_back).await {
                Ok(Err(failure)) => Err(failure),
                Ok(Ok(())) => Err(unchanged(code)),
                Err(code) => Err(left(
                    code,
                    "nothing was changed, and change sets may be left behind",
                    Some("`mycli apply` makes its own".to_owned()),
                )),
            }
        }
    }
}

/// Finds out what would change. What is published is published by then; nothing else is changed.
///
/// A stack that is as it should be costs no change set.
async fn of_all(
    prepared: Vec<Prepared>,
    environments: Environments,
    printer: Printer,
) -> Result<Vec<Outline>, Failure> {
    let needs: Vec<Vec<usize>> = prepared.iter().map(|it| it.depends_on.clone()).collect();
    let environments = Mutex::new(environments);
    let changing = RefCell::new(BTreeSet::new());
    let all = &prepared;
    let (environments, changing_by) = (&environments, &changing);
    let ended = in_order(&needs, AT_ONCE, |position| async move {
        let Some(one) = all.get(position) else {
            return Ok((Vec::new(), Standing::Later));
        };
        let waits = one
            .depends_on
            .iter()
            .any(|need| changing_by.borrow().contains(need));
        let found = of_one(one, waits, environments, printer).await;
        if !matches!(found, Ok((_, Standing::Same(_)))) {
            changing_by.borrow_mut().insert(position);
        }
        found
    })
    .await;
    let mut outlines = Vec::new();
    let mut failed = None;
    for (prepared, ended) in prepared.into_iter().zip(ended) {
        match ended {
            Ended::Done((compared, standing)) => outlines.push(Outline {
                prepared,
                compared,
                standing,
            }),
            Ended::Failed(failure) => failed = failed.or(Some(failure)),
            Ended::Skipped(_) => {}
        }
    }
    match failed {
        None => Ok(outlines),
        Some(failure) => {
            give_up(outlines).await?;
            Err(failure)
        }
    }
}

async fn of_one(
    one: &Prepared,
    waits: bool,
    environments: &Mutex<Environments>,
    printer: Printer,
) -> Result<(Vec<Compared>, Standing), Failure> {
    let cloud = &one.environment.cloud;
    let name = &one.artifact.stack_name;
    let deployed = cloud.describe(name).await?;
    let deployed = deployed.filter(|stack| stack.state.is_usable());
    let mut options = Options::default();
    let before = match &deployed {
        Some(stack) => {
            let text = cloud.template(&stack.id).await?;
            if is_same(one, stack, &text) {
                return Ok((Vec::new(), Standing::Same(stack.outputs.clone())));
            }
            options.before = settings(stack);
            Templates::deployed_as(cloud, &stack.id, &text).await?
        }
        None => Templates::nothing(),
    };
    let after = After::of(&one.artifact, &one.stored.template)?;
    if deployed.is_some() {
        options.after = StackSettings {
            tags: Some(one.request.tags.clone()),
            parameters: one.request.parameters.clone(),
            termination_protection: one.request.protected,
        };
    }
    check_indexes(&one.artifact.display_name, &before, &one.stored.template)?;
    let compared = after.since(&before, options);
    let mut environments = environments.lock().await;
    let publishing =
        one.stored
            .publishing(&one.artifact, &one.environment, &mut environments, printer);
    let publishing = publishing.await?;
    drop(environments);
    publishing.send(printer).await?;
    if waits {
        return Ok((compared, Standing::Later));
    }
    let plan = plan(cloud, one.request.clone()).await?;
    if plan.is_empty() {
        let outputs = deployed.map(|stack| stack.outputs).unwrap_or_default();
        return Ok((Vec::new(), Standing::Same(outputs)));
    }
    Ok((compared, Standing::Planned(Box::new(plan))))
}

fn settings(stack: &Stack) -> StackSettings {
    let parameters = stack.parameters.clone().into_iter();
    StackSettings {
        tags: Some(stack.tags.clone()),
        parameters: parameters.filter(|(_, value)| value != "****").collect(),
        termination_protection: Some(stack.protected),
    }
}

/// Whether a deployed stack is as it should be, as far as can be told without a change set.
fn is_same(one: &Prepared, stack: &Stack, template: &str) -> bool {
    let request = &one.request;
    let parameters = request.parameters.iter();
    let topics = request.options.notification_arns.as_ref();
    // After a failure that was not undone, the template says what should have been.
    let is_whole = stack.state.is_success() || stack.state.0 == "UPDATE_ROLLBACK_COMPLETE";
    is_whole
        && request.policy.is_none()
        && request
            .options
            .role
            .as_ref()
            .is_none_or(|role| stack.role.as_ref() == Some(role))
        && topics.is_none_or(|topics| *topics == stack.notification_arns)
        && request
            .protected
            .is_none_or(|wanted| wanted == stack.protected)
        && request.tags == stack.tags
        && parameters
            .into_iter()
            .all(|(name, value)| stack.parameters.get(name) == Some(value))
        && same_json(template, &request.template)
}

/// Refuses what DynamoDB refuses when CloudFormation is half way through: more than one index made or deleted in an update.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html>
fn check_indexes(stack: &str, before: &Templates, after: &Value) -> Result<(), Failure> {
    let resources = after.get("Resources").and_then(Value::as_object);
    for (id, resource) in resources.into_iter().flatten() {
        let Some(old) = before.resource(id) else {
            continue;
        };
        let (old, new) = (indexes(&old), indexes(resource));
        let changed: Vec<String> = old.symmetric_difference(&new).cloned().collect();
        if changed.len() > 1 {
            return Err(DeployError::Indexes {
                stack: stack.to_owned(),
                table: id.clone(),
                indexes: changed,
            }
            .into());
        }
    }
    Ok(())
}

/// Names of the global secondary indexes of a table; none of anything else.
fn indexes(resource: &Value) -> BTreeSet<String> {
    let kind = resource.get("Type").and_then(Value::as_str);
    if !matches!(
        kind,
        Some("AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable")
    ) {
        return BTreeSet::new();
    }
    let indexes = resource
        .get("Properties")
        .and_then(|it| it.get("GlobalSecondaryIndexes"));
    let indexes = indexes.and_then(Value::as_array).into_iter().flatten();
    indexes
        .filter_map(|index| index.get("IndexName").map(Value::to_string))
        .collect()
}

/// Gives a deployment up, and leaves no change set of it behind.
pub(crate) async fn give_up(outlines: Vec<Outline>) -> Result<(), Failure> {
    for outline in outlines {
        if let Standing::Planned(plan) = outline.standing {
            discard(&outline.prepared.environment.cloud, *plan).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use runtime::Diagnosis as _;
    use serde_json::json;
    use synth_core::parse;

    use super::*;

    fn table(kind: &str, names: &[&str]) -> Value {
        let indexes = names.iter().map(|name| json!({ "IndexName": name }));
        let indexes: Vec<Value> = indexes.collect();
        let properties = json!({ "GlobalSecondaryIndexes": indexes });
        json!({ "Resources": { "Letters": { "Type": kind, "Properties": properties } } })
    }

    #[test]
    fn a_table_changes_one_index_at_a_time() {
        let dynamo = "AWS::DynamoDB::Table";
        for (kind, before, after, is_refused) in [
            (dynamo, &[][..], &["a"][..], false),
            (dynamo, &["a"], &[], false),
            (dynamo, &["a", "b"], &["b", "a"], false),
            (dynamo, &["a"], &["b"], true),
            (dynamo, &[], &["a", "b"], true),
            ("AWS::DynamoDB::GlobalTable", &["a", "b"], &[], true),
            ("Custom::Table", &["a", "b"], &[], false),
        ] {
            let text = table(kind, before).to_string();
            let old = Templates::alone(parse(&text).unwrap());
            let checked = check_indexes("Mail", &old, &table(kind, after));
            assert_eq!(checked.is_err(), is_refused, "{before:?} to {after:?}");
        }
        // One that is made has all its indexes at once.
        let made = check_indexes("Mail", &Templates::nothing(), &table(dynamo, &["a", "b"]));
        assert!(made.is_ok());
        let error = DeployError::Indexes {
            stack: "Mail".to_owned(),
            table: "Letters".to_owned(),
            indexes: vec!["a".to_owned(), "b".to_owned()],
        };
        assert!(
            error
                .hint()
                .is_some_and(|hint| hint.contains("then with the next"))
        );
    }
}
