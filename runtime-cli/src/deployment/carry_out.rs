//! Deploys the stacks, each after those it depends on, and tells how they come on.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use runtime::deploy::{
    Ended, Plan, PlanRequest, Progress, Rollback, Stacks as _, apply, discard, in_order, plan,
    rollback_of,
};
use runtime_aws::Cloud;
use serde::Serialize;
use serde_json::json;

use super::outline::{Outline, Standing};
use crate::attach::Signals;
use crate::command::Ending;
use crate::failure::{Failure, OwnError};
use crate::install::{Teller, left};
use crate::printer::{Format, Printer};
use crate::render::one_line;

/// How long after the first Ctrl-C a second one cancels.
const SECOND_THOUGHTS: Duration = Duration::from_secs(3);

/// A stack to be deployed.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) cloud: Cloud,
    pub(crate) request: PlanRequest,
    pub(crate) depends_on: Vec<usize>,
    pub(crate) todo: Todo,
}

/// What is left to do for a stack.
#[derive(Debug)]
pub(crate) enum Todo {
    /// Nothing. Its outputs.
    Nothing(BTreeMap<String, String>),
    /// To apply this.
    Apply(Box<Plan>),
    /// To make the change set, and to apply it.
    PlanAndApply,
}

impl From<Outline> for Job {
    fn from(outline: Outline) -> Self {
        Self {
            name: outline.name().to_owned(),
            cloud: outline.prepared.environment.cloud,
            request: outline.prepared.request,
            depends_on: outline.prepared.depends_on,
            todo: match outline.standing {
                Standing::Same(outputs) => Todo::Nothing(outputs),
                Standing::Planned(plan) => Todo::Apply(plan),
                Standing::Later => Todo::PlanAndApply,
            },
        }
    }
}

/// A stack that was deployed.
#[derive(Debug, Default)]
struct Deployed {
    changed: bool,
    outputs: BTreeMap<String, String>,
}

/// What became of a stack, for programs. Field names are a promise.
#[derive(Debug, Clone, Serialize)]
struct Told {
    name: String,
    stack: String,
    region: String,
    /// `unchanged`, `deployed`, `failed` or `skipped`.
    outcome: &'static str,
    outputs: BTreeMap<String, String>,
    /// What went wrong, as every error is told.
    error: Option<serde_json::Value>,
}

/// Deploys them all, at most `at_once` at a time.
pub(crate) async fn carry_out(
    jobs: Vec<Job>,
    at_once: usize,
    outputs_file: Option<&Path>,
    signals: &mut Signals,
    printer: Printer,
) -> Ending {
    let needs: Vec<Vec<usize>> = jobs.iter().map(|job| job.depends_on.clone()).collect();
    let told: Vec<Told> = jobs.iter().map(Told::of).collect();
    let clouds: Vec<Cloud> = jobs.iter().map(|job| job.cloud.clone()).collect();
    let is_alone = jobs.len() == 1;
    let waiting: Vec<RefCell<Option<Job>>> = jobs
        .into_iter()
        .map(|job| RefCell::new(Some(job)))
        .collect();
    let teller = Teller::new(printer);
    let told_by = &teller;
    let running: RefCell<BTreeSet<usize>> = RefCell::default();
    let is_left = Cell::new(false);
    let (waiting_for, running_by, left_by) = (&waiting, &running, &is_left);
    let ended = {
        let deploying = in_order(&needs, at_once, |position| async move {
            let job = waiting_for.get(position).filter(|_| !left_by.get());
            let Some(job) = job.and_then(|job| job.borrow_mut().take()) else {
                return Ok(Deployed::default());
            };
            running_by.borrow_mut().insert(position);
            let deployed = deploy(job, is_alone, told_by).await;
            running_by.borrow_mut().remove(&position);
            deployed
        });
        tokio::pin!(deploying);
        let code = tokio::select! {
            ended = &mut deploying => Ok(ended),
            reaction = signals.next() => Err(reaction.exit_code()),
        };
        match code {
            Ok(ended) => ended,
            Err(code) => {
                is_left.set(true);
                let names = |of: &BTreeSet<usize>| -> Vec<String> {
                    let told = of.iter().filter_map(|position| told.get(*position));
                    told.map(|one| one.stack.clone()).collect()
                };
                teller.past(|| printer.note(
                    "not watching any more, and beginning no further stack; once more, now, cancels what is under way",
                ));
                let again = tokio::select! {
                    _ = &mut deploying => false,
                    _ = signals.next() => true,
                    () = tokio::time::sleep(SECOND_THOUGHTS) => false,
                };
                let under_way = running.borrow().clone();
                if again {
                    cancel(&under_way, &clouds, &told, printer).await?;
                }
                tidy(&waiting).await?;
                return Err(interrupted(code, &names(&under_way), again));
            }
        }
    };
    drop(teller);
    finish(told, ended, outputs_file, printer)
}

async fn deploy(job: Job, is_alone: bool, teller: &Teller) -> Result<Deployed, Failure> {
    let name = job.name;
    let mut sink = |step: &Progress| teller.tell(&name, is_alone, step);
    let plan = match job.todo {
        Todo::Nothing(outputs) => {
            return Ok(Deployed {
                changed: false,
                outputs,
            });
        }
        Todo::Apply(plan) => *plan,
        Todo::PlanAndApply => plan(&job.cloud, job.request).await?,
    };
    let changed = !plan.is_empty();
    let outcome = apply(&job.cloud, plan, &mut sink).await?;
    Ok(Deployed {
        changed,
        outputs: outcome.outputs,
    })
}

impl Told {
    fn of(job: &Job) -> Self {
        Self {
            name: job.name.clone(),
            stack: job.request.stack.clone(),
            region: job.cloud.region().to_owned(),
            outcome: "skipped",
            outputs: BTreeMap::new(),
            error: None,
        }
    }
}

/// Says what became of them all, and writes their outputs.
fn finish(
    mut told: Vec<Told>,
    ended: Vec<Ended<Deployed, Failure>>,
    outputs_file: Option<&Path>,
    printer: Printer,
) -> Ending {
    let names: Vec<String> = told.iter().map(|one| one.name.clone()).collect();
    let mut failures = Vec::new();
    for (one, ended) in told.iter_mut().zip(ended) {
        match ended {
            Ended::Done(Deployed { changed, outputs }) => {
                one.outcome = if changed { "deployed" } else { "unchanged" };
                one.outputs = outputs;
            }
            Ended::Failed(failure) => {
                one.outcome = "failed";
                one.error = Some(failure.data());
                failures.push(failure);
            }
            Ended::Skipped(because) => {
                let because = names.get(because).map(String::as_str).unwrap_or_default();
                printer.warn(&format!(
                    "{} was not begun: it needs {because}, which was not deployed",
                    one.name
                ));
            }
        }
    }
    if let Some(path) = outputs_file {
        let outputs: BTreeMap<&str, &BTreeMap<String, String>> = told
            .iter()
            .filter(|one| one.error.is_none() && one.outcome != "skipped")
            .map(|one| (one.stack.as_str(), &one.outputs))
            .collect();
        let text = serde_json::to_string_pretty(&outputs).map_err(std::io::Error::other);
        let written = text.and_then(|text| std::fs::write(path, text + "\n"));
        written.map_err(OwnError::doing(format!("write `{}`", path.display())))?;
    }
    match printer.format {
        Format::Json => printer.data("deployment", &json!({ "stacks": told }))?,
        Format::Text => {
            for one in &told {
                if matches!(one.outcome, "deployed" | "unchanged") {
                    printer.note(&format!("{}: {}", one.name, one.outcome));
                }
                for (name, value) in &one.outputs {
                    let line = format!("{}.{name} = {}\n", one.name, one_line(value));
                    printer.result(&line)?;
                }
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

/// Stops the updates that are under way; what is being made goes on.
async fn cancel(
    under_way: &BTreeSet<usize>,
    clouds: &[Cloud],
    told: &[Told],
    printer: Printer,
) -> Result<(), Failure> {
    for position in under_way {
        let (Some(cloud), Some(one)) = (clouds.get(*position), told.get(*position)) else {
            continue;
        };
        let Some(stack) = cloud.describe(&one.stack).await? else {
            continue;
        };
        match rollback_of(cloud, &stack, Vec::new()).await {
            Ok(Rollback::Cancel) => {
                cloud.cancel_update(&stack.id).await?;
                printer.note(&format!("{}: the update is cancelled", one.name));
            }
            _ => printer.note(&format!(
                "{}: {} cannot be cancelled, and goes on",
                one.name, stack.state
            )),
        }
    }
    Ok(())
}

/// Leaves no change set behind of what was not begun.
async fn tidy(waiting: &[RefCell<Option<Job>>]) -> Result<(), Failure> {
    for job in waiting {
        let job = job.borrow_mut().take();
        if let Some(Job {
            cloud,
            todo: Todo::Apply(plan),
            ..
        }) = job
        {
            discard(&cloud, *plan).await?;
        }
    }
    Ok(())
}

/// That the person stopped watching.
fn interrupted(exit_code: u8, under_way: &[String], cancelled: bool) -> Failure {
    let hint = under_way
        .iter()
        .map(|stack| format!("`mycli watch {stack}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let what = match (under_way.is_empty(), cancelled) {
        (true, _) => "nothing is under way",
        (false, true) => "CloudFormation undoes what was cancelled",
        (false, false) => "CloudFormation goes on with what is under way",
    };
    let hint = (!hint.is_empty()).then(|| format!("{hint} shows how it ends"));
    left(exit_code, what, hint)
}
