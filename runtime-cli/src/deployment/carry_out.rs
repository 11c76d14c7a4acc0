//! Deploys stacks, and tells what became of each.

use std::collections::BTreeMap;
use std::path::Path;

use runtime::deploy::{Ended, Plan, PlanRequest};
use runtime_aws::Cloud;
use serde::Serialize;
use serde_json::json;

use super::outline::{Outline, Standing};
use super::run::{Deployed, Left, run};
use crate::attach::Signals;
use crate::command::Ending;
use crate::failure::{Failure, OwnError};
use crate::install::left;
use crate::printer::{Format, Printer};
use crate::render::one_line;

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
