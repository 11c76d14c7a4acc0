//! What a person reads of a deployment before it is begun.

use runtime::deploy::{Action, Plan};
use serde_json::{Value, json};
use synth_diff::{Action as Drawn, Effect, Tally, draw};

use super::outline::{Outline, Standing};
use crate::difference;
use crate::failure::Failure;
use crate::install::changes_data;
use crate::render::one_line;

/// What would change, stack by stack, and a line for all of it.
pub(crate) fn outline(outlines: &[Outline], quiet: bool) -> String {
    let mut text = String::new();
    for outline in outlines.iter().filter(|it| it.changes()) {
        for one in &outline.compared {
            text.push_str(&draw::stack(&one.name, &one.changes));
        }
        for remark in remarks(outline, outlines) {
            text.extend(["  ", &remark, "\n"]);
        }
    }
    if !quiet {
        let same = outlines.iter().filter(|it| !it.changes()).count();
        let tallies = outlines.iter().flat_map(|it| &it.compared);
        let sum = tallies.fold(Tally::default(), |sum, one| sum + one.changes.tally());
        let changing = outlines.len() - same;
        let line = match changing {
            0 if same == 1 => "nothing to change: the stack is as it should be\n".to_owned(),
            0 => format!("nothing to change: {same} stacks are as they should be\n"),
            _ => format!(
                "\n{changing} of {} stacks to deploy: {sum}\n",
                outlines.len()
            ),
        };
        text.push_str(&line);
    }
    text
}

/// What there is to know of a stack beside its template.
fn remarks(outline: &Outline, all: &[Outline]) -> Vec<String> {
    let mut remarks = Vec::new();
    match &outline.standing {
        Standing::Same(_) => {}
        Standing::Later => {
            let needs = outline.prepared.depends_on.iter();
            let needs = needs.filter_map(|position| all.get(*position));
            let needs: Vec<&str> = needs.filter(|it| it.changes()).map(Outline::name).collect();
            remarks.push(format!(
                "its change set is made after {}, of which it takes values",
                needs.join(", ")
            ));
        }
        Standing::Planned(plan) => {
            if let Some(leftover) = plan.leftover() {
                let reason = leftover.reason.as_deref().map(one_line).unwrap_or_default();
                remarks.push(format!(
                    "it is deleted and made anew: it is in {} ({reason})",
                    leftover.state
                ));
            }
            remarks.extend(replaced(outline, plan).map(|id| {
                format!("CloudFormation may replace {id}, which the template alone does not show")
            }));
        }
    }
    remarks
}

/// What the change set replaces although the templates do not show it.
fn replaced<'a>(outline: &'a Outline, plan: &'a Plan) -> impl Iterator<Item = &'a str> {
    let shown = |id: &str| {
        let outer = outline.compared.first();
        let resources = outer.map(|one| one.changes.resources.as_slice());
        resources
            .unwrap_or_default()
            .iter()
            .any(|it| it.logical_id == id && it.action != Drawn::Change(Effect::InPlace))
    };
    plan.changes()
        .iter()
        .filter(|it| matches!(it.action, Action::Replace { .. }))
        .map(|it| it.logical_id.as_str())
        .filter(move |id| !shown(id))
}

/// The same for programs.
pub(crate) fn outline_data(outlines: &[Outline]) -> Result<Value, Failure> {
    let stacks = outlines.iter().map(|outline| {
        let request = &outline.prepared.request;
        let (action, changes, change_set) = match &outline.standing {
            Standing::Same(_) => ("none", Vec::new(), None),
            Standing::Later => ("later", Vec::new(), None),
            Standing::Planned(plan) => (
                match plan {
                    plan if plan.leftover().is_some() => "replace",
                    plan if plan.creates() => "create",
                    _ => "update",
                },
                changes_data(plan.changes()),
                plan.change_set().map(|(id, _)| id.to_owned()),
            ),
        };
        Ok(json!({
            "name": outline.name(),
            "stack": request.stack,
            "region": outline.prepared.environment.cloud.region(),
            "account": outline.prepared.environment.account,
            "action": action,
            "change_set": change_set,
            "resources": changes,
            "templates": difference::data(&outline.compared, false)?.get("stacks"),
        }))
    });
    let stacks = stacks.collect::<Result<Vec<_>, Failure>>()?;
    Ok(json!({ "stacks": stacks }))
}
