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
use crate::install::{left, progress};
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

/// Why not everything was seen to its end: the person stopped watching.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) exit_code: u8,
    /// The stacks that CloudFormation goes on with.
    pub(crate) under_way: Vec<String>,
    /// Whether it was told to undo them.
    pub(crate) cancelled: bool,
}

/// Deploys them all, at most `at_once` at a time, and says what became of each.
pub(crate) async fn carry_out(
    jobs: Vec<Job>,
    at_once: usize,
    outputs_file: Option<&Path>,
    signals: &mut Signals,
    printer: Printer,
) -> Ending {
    let told: Vec<Told> = jobs.iter().map(Told::of).collect();
    match run(jobs, at_once, signals, printer).await? {
        Ok(ended) => finish(told, ended, outputs_file, printer),
        Err(left) => Err(interrupted(&left)),
    }
}

/// Deploys a stack that no other depends on, and returns its outputs.
pub(crate) async fn carry_out_alone(
    job: Job,
    signals: &mut Signals,
    printer: Printer,
) -> Result<Result<BTreeMap<String, String>, Left>, Failure> {
    let ended = match run(vec![job], 1, signals, printer).await? {
        Ok(ended) => ended,
        Err(left) => return Ok(Err(left)),
    };
    match ended.into_iter().next() {
        Some(Ended::Done(deployed)) => Ok(Ok(deployed.outputs)),
        Some(Ended::Failed(failure)) => Err(failure),
        Some(Ended::Skipped(_)) | None => Ok(Ok(BTreeMap::new())),
    }
}

async fn run(
    jobs: Vec<Job>,
    at_once: usize,
    signals: &mut Signals,
    printer: Printer,
) -> Result<Result<Vec<Ended<Deployed, Failure>>, Left>, Failure> {
    let needs: Vec<Vec<usize>> = jobs.iter().map(|job| job.depends_on.clone()).collect();
    let targets: Vec<Target> = jobs.iter().map(Target::of).collect();
    let is_alone = jobs.len() == 1;
    let waiting: Vec<RefCell<Option<Job>>> = jobs
        .into_iter()
        .map(|job| RefCell::new(Some(job)))
        .collect();
    let running: RefCell<BTreeSet<usize>> = RefCell::default();
    let is_left = Cell::new(false);
    let (waiting_for, running_by, left_by) = (&waiting, &running, &is_left);
    let deploying = in_order(&needs, at_once, |position| async move {
        let job = waiting_for.get(position).filter(|_| !left_by.get());
        let Some(job) = job.and_then(|job| job.borrow_mut().take()) else {
            return Ok(Deployed::default());
        };
        running_by.borrow_mut().insert(position);
        let deployed = deploy(job, is_alone, printer).await;
        running_by.borrow_mut().remove(&position);
        deployed
    });
    tokio::pin!(deploying);
    let exit_code = tokio::select! {
        ended = &mut deploying => return Ok(Ok(ended)),
        reaction = signals.next() => reaction.exit_code(),
    };
    is_left.set(true);
    printer.note(
        "not watching any more, and beginning no further stack; once more, now, cancels what is under way",
    );
    let cancelled = tokio::select! {
        _ = &mut deploying => false,
        _ = signals.next() => true,
        () = tokio::time::sleep(SECOND_THOUGHTS) => false,
    };
    let under_way = running.borrow().clone();
    let under_way: Vec<&Target> = under_way
        .iter()
        .filter_map(|position| targets.get(*position))
        .collect();
    if cancelled {
        cancel(&under_way, printer).await?;
    }
    tidy(&waiting).await?;
    Ok(Err(Left {
        exit_code,
        under_way: under_way.iter().map(|one| one.stack.clone()).collect(),
        cancelled,
    }))
}

/// Where a stack is, once its job is taken.
struct Target {
    name: String,
    stack: String,
    cloud: Cloud,
}

impl Target {
    fn of(job: &Job) -> Self {
        Self {
            name: job.name.clone(),
            stack: job.request.stack.clone(),
            cloud: job.cloud.clone(),
        }
    }
}

async fn deploy(job: Job, is_alone: bool, printer: Printer) -> Result<Deployed, Failure> {
    let name = job.name;
    let mut sink = |step: &Progress| progress::tell_of(printer, &name, is_alone, step);
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
async fn cancel(under_way: &[&Target], printer: Printer) -> Result<(), Failure> {
    for Target { name, stack, cloud } in under_way {
        let Some(stack) = cloud.describe(stack).await? else {
            continue;
        };
        match rollback_of(cloud, &stack, Vec::new()).await {
            Ok(Rollback::Cancel) => {
                cloud.cancel_update(&stack.id).await?;
                printer.note(&format!("{name}: the update is cancelled"));
            }
            _ => printer.note(&format!(
                "{name}: {} cannot be cancelled, and goes on",
                stack.state
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
fn interrupted(left_behind: &Left) -> Failure {
    let stacks = left_behind.under_way.iter();
    let hint: Vec<String> = stacks
        .map(|stack| format!("`mycli watch {stack}`"))
        .collect();
    let hint = hint.join(", ");
    let hint = (!hint.is_empty()).then(|| format!("{hint} shows how it ends"));
    left(left_behind.exit_code, left_behind.what(), hint)
}

impl Left {
    /// What goes on.
    pub(crate) fn what(&self) -> &'static str {
        match (self.under_way.is_empty(), self.cancelled) {
            (true, _) => "nothing is under way",
            (false, true) => "CloudFormation undoes what was cancelled",
            (false, false) => "CloudFormation goes on with what is under way",
        }
    }
}
