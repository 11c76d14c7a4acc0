//! Destroys stacks, each after those that depend on it.

use std::cell::RefCell;

use runtime::deploy::{
    Contents, Doomed, Ended, Progress, Reach, Survey, SurveyRequest, in_order, survey,
};
use runtime::{Blame, Diagnosis};
use runtime_aws::Cloud;
use serde::Serialize;
use serde_json::{Value, json};

use super::environment::Environments;
use crate::app::{self, AppArgs};
use crate::attach::Signals;
use crate::command::Ending;
use crate::failure::Failure;
use crate::install::{Teller, ask, doomed, doomed_data, left, unchanged, unless_left};
use crate::printer::{Format, Printer};

/// Which stacks go, and what of them stays.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that is typed by itself"
)]
pub(crate) struct Wanted {
    /// Names in CloudFormation; or patterns for the stacks of the app, if that is named.
    pub(crate) stacks: Vec<String>,
    pub(crate) of_app: bool,
    pub(crate) app: AppArgs,
    /// Logical ids or types of what goes on existing.
    pub(crate) retain: Vec<String>,
    /// Whether what has to be empty is emptied.
    pub(crate) empty: bool,
    pub(crate) yes: bool,
    pub(crate) dry_run: bool,
}

/// A stack that goes.
struct Going {
    name: String,
    cloud: Cloud,
    survey: Survey,
    /// Positions of those that go before it.
    after: Vec<usize>,
}

/// Why a stack cannot be destroyed.
#[derive(Debug, thiserror::Error)]
#[error("the stack `{stack}` is needed: {} imports `{export}`", importers.join(", "))]
struct Needed {
    stack: String,
    export: String,
    importers: Vec<String>,
}

impl Diagnosis for Needed {
    fn code(&self) -> &'static str {
        "stack.needed"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        let both = self.importers.join(" ");
        Some(format!(
            "destroy them together, `mycli destroy {} {both}`, or change {both} so that it no longer imports it",
            self.stack
        ))
    }
}

/// Shows what is lost, asks, and destroys the stacks.
pub(crate) async fn destroy(wanted: Wanted, printer: Printer) -> Ending {
    if !wanted.yes && !wanted.dry_run {
        ask::somebody(printer, "confirm with --yes, or look first with --dry-run")?;
    }
    let mut signals = Signals::listen_to_leave()?;
    let looking = look(&wanted, printer);
    let going = unless_left(&mut signals, looking)
        .await
        .map_err(unchanged)??;
    let mut told: Vec<Told> = going.iter().map(Told::of).collect();
    if printer.format == Format::Text {
        for one in &going {
            printer.result(&text(one, wanted.empty))?;
        }
    }
    if going.is_empty() {
        printer.note("there is nothing to destroy");
    }
    if wanted.dry_run || going.is_empty() {
        return print(&told, printer, Vec::new());
    }
    if !wanted.yes {
        let question = match going.as_slice() {
            [only] => format!("Destroy the stack `{}`? [y/N]", only.name),
            several => format!("Destroy these {} stacks? [y/N]", several.len()),
        };
        let asked = unless_left(&mut signals, ask::confirm(question, ask::yes)).await;
        asked.map_err(unchanged)??;
    }
    let needs: Vec<Vec<usize>> = going.iter().map(|one| one.after.clone()).collect();
    let is_alone = going.len() == 1;
    let waiting: Vec<RefCell<Option<Going>>> = going
        .into_iter()
        .map(|one| RefCell::new(Some(one)))
        .collect();
    let waiting_for = &waiting;
    let teller = Teller::new(printer);
    let told_by = &teller;
    let destroying = in_order(&needs, super::AT_ONCE, |position| async move {
        let one = waiting_for.get(position);
        match one.and_then(|one| one.borrow_mut().take()) {
            Some(one) => remove(one, is_alone, told_by).await,
            None => Ok(Vec::new()),
        }
    });
    let ended = unless_left(&mut signals, destroying).await;
    let ended = ended.map_err(|code| {
        let what = "CloudFormation goes on with what it was told";
        let hint = "the same command removes the rest".to_owned();
        left(code, what, Some(hint))
    })?;
    drop(teller);
    let mut failures = Vec::new();
    for (one, ended) in told.iter_mut().zip(ended) {
        match ended {
            Ended::Done(kept) => {
                one.destroyed = true;
                for kept in kept {
                    printer.note(&format!("kept: {kept}"));
                }
            }
            Ended::Failed(failure) => failures.push(failure),
            Ended::Skipped(_) => printer.warn(&format!(
                "{} was not destroyed: one that depends on it is still there",
                one.stack
            )),
        }
    }
    print(&told, printer, failures)
}

/// Finds the stacks, and what would be lost with each.
async fn look(wanted: &Wanted, printer: Printer) -> Result<Vec<Going>, Failure> {
    let mut environments = Environments::new(wanted.app.clone(), printer);
    let mut places = Vec::new();
    if wanted.of_app {
        let assembly = app::assembly(&wanted.app, printer).await?;
        for stack in app::select(&assembly, &wanted.stacks, false)? {
            let environment = environments.of(stack).await?;
            let needs = assembly.dependencies(stack);
            let needs = needs.map(|need| need.stack_name.clone()).collect();
            places.push((stack.stack_name.clone(), environment.cloud, needs));
        }
    } else {
        let cloud = environments.own(wanted.app.region.clone()).await?;
        for name in &wanted.stacks {
            places.push((name.clone(), cloud.clone(), Vec::<String>::new()));
        }
    }
    let mut going: Vec<Going> = Vec::new();
    let mut needed_by = Vec::new();
    for (name, cloud, needs) in places {
        let request = SurveyRequest {
            stack: name.clone(),
            keep: wanted.retain.clone(),
            families: Vec::new(),
            reach: Reach::Stack {
                empty: wanted.empty,
            },
        };
        let survey = match survey(&cloud, &cloud, request).await {
            Err(runtime::deploy::DestroyError::NoStack { .. }) if wanted.of_app => {
                printer.note(&format!("{name} is not deployed"));
                continue;
            }
            survey => survey?,
        };
        needed_by.push(needs);
        going.push(Going {
            name,
            cloud,
            survey,
            after: Vec::new(),
        });
    }
    let names: Vec<String> = going.iter().map(|one| one.name.clone()).collect();
    for (position, one) in going.iter_mut().enumerate() {
        for (export, importers) in one.survey.dependants() {
            let (inside, outside): (Vec<_>, Vec<_>) =
                importers.iter().cloned().partition(|it| names.contains(it));
            if !outside.is_empty() {
                return Err(Needed {
                    stack: one.name.clone(),
                    export: export.clone(),
                    importers: outside,
                }
                .into());
            }
            let inside = inside.iter();
            one.after.extend(
                inside.filter_map(|importer| names.iter().position(|name| name == importer)),
            );
        }
        let needs_it = needed_by.iter().enumerate();
        let needs_it = needs_it.filter(|(_, needs)| needs.contains(&one.name));
        one.after.extend(needs_it.map(|(other, _)| other));
        one.after.sort_unstable();
        one.after.dedup();
        one.after.retain(|other| *other != position);
    }
    Ok(going)
}

async fn remove(going: Going, is_alone: bool, teller: &Teller) -> Result<Vec<String>, Failure> {
    let name = going.name;
    let mut sink = |step: &Progress| teller.tell(&name, is_alone, step);
    let cloud = &going.cloud;
    let destroyed = runtime::deploy::destroy(cloud, cloud, going.survey, &mut sink).await?;
    let kept = destroyed.kept.into_iter();
    Ok(kept
        .map(|kept| format!("{} ({})", kept.physical_id, kept.resource_type))
        .collect())
}

/// What is lost with a stack, and what stands in the way.
fn text(going: &Going, empties: bool) -> String {
    let resources = going.survey.resources();
    let region = going.cloud.region();
    let table = doomed(resources, 0);
    let mut text = format!(
        "To destroy the stack `{}` in {region}:\n{table}",
        going.name
    );
    if !empties {
        for one in resources.iter().filter(|one| has_to_be_empty(one)) {
            let id = &one.resource.logical_id;
            text.extend([
                id.as_str(),
                " is not empty, and CloudFormation will not delete it: --empty empties it, --retain ",
                id,
                " keeps it\n",
            ]);
        }
    }
    text
}

/// Whether what a resource holds keeps it from being deleted.
fn has_to_be_empty(doomed: &Doomed) -> bool {
    let kind = doomed.resource.resource_type.as_str();
    let holds = matches!(doomed.contents, Contents::Things { count: 1.., .. });
    holds && !doomed.kept && matches!(kind, "AWS::S3::Bucket" | "AWS::ECR::Repository")
}

/// What is lost and whether it is gone, for programs. Field names are a promise.
#[derive(Debug, Serialize)]
struct Told {
    stack: String,
    region: String,
    destroyed: bool,
    resources: Vec<Value>,
}

impl Told {
    fn of(going: &Going) -> Self {
        Self {
            stack: going.name.clone(),
            region: going.cloud.region().to_owned(),
            destroyed: false,
            resources: doomed_data(going.survey.resources()),
        }
    }
}

fn print(told: &[Told], printer: Printer, failures: Vec<Failure>) -> Ending {
    match printer.format {
        Format::Json => printer.data("destruction", &json!({ "stacks": told }))?,
        Format::Text => {
            for one in told.iter().filter(|one| one.destroyed) {
                printer.note(&format!("{}: destroyed", one.stack));
            }
        }
    }
    let mut failures = failures.into_iter();
    let Some(first) = failures.next() else {
        return Ok(0);
    };
    for failure in failures {
        printer.failure(&failure);
    }
    Err(first)
}
