//! Takes resources that exist into a stack.

mod additions;
mod error;
mod identify;
mod show;

use std::path::PathBuf;

use runtime::deploy::{
    Plan, PlanError, Progress, ResourceToImport, apply, discard, import_template, plan,
};

use self::additions::{Additions, find};
use self::error::ImportError;
use self::identify::New;
use self::show::{data, text, told};
use super::environment::Environments;
use super::prepare::{DeployArgs, Prepared, prepare};
use crate::app::{self, AppArgs};
use crate::attach::Signals;
use crate::command::Ending;
use crate::failure::Failure;
use crate::install::{ask, left, progress, unchanged, unless_left};
use crate::printer::{Format, Printer};

/// What is to be imported.
#[derive(Debug)]
pub(crate) struct Import {
    /// The stack, as a pattern. It may be left out where the app has one.
    pub(crate) stack: Option<String>,
    pub(crate) app: AppArgs,
    pub(crate) parameters: Vec<(Option<String>, String, String)>,
    /// The file that says which resources exist.
    pub(crate) mapping: Option<PathBuf>,
    /// The file to write that to, instead of importing.
    pub(crate) record: Option<PathBuf>,
    /// Whether what else differs is left for later.
    pub(crate) force: bool,
    pub(crate) dry_run: bool,
    pub(crate) yes: bool,
}

const NOBODY: &str = "confirm with --yes, or look first with --dry-run";

/// Finds out what is new in the stack and which existing resources these are, asks, and imports them.
pub(crate) async fn import(wanted: Import, printer: Printer) -> Ending {
    if !wanted.yes && !wanted.dry_run && wanted.record.is_none() {
        ask::somebody(printer, NOBODY)?;
    }
    let assembly = app::assembly(&wanted.app, printer).await?;
    let patterns: Vec<String> = wanted.stack.iter().cloned().collect();
    let chosen = app::select(&assembly, &patterns, false)?;
    if chosen.len() != 1 {
        return Err(ImportError::OneStack(chosen.len()).into());
    }
    let args = DeployArgs::alone(wanted.app.clone(), wanted.parameters.clone());
    let mut environments = Environments::new(wanted.app.clone(), printer);
    let prepared = prepare(&assembly, &patterns, &args, &mut environments).await?;
    let Some(mut one) = prepared.into_iter().next() else {
        return Err(ImportError::OneStack(0).into());
    };
    let mut signals = Signals::listen_to_leave()?;
    let identifying = identified(&one, &wanted, printer);
    let found = unless_left(&mut signals, identifying).await;
    let found = found.map_err(unchanged)??;
    if let Some(file) = &wanted.record {
        identify::record(file, &found.new)?;
        let file = file.display();
        printer.note(&format!("what is known is in {file}; fill in what is empty, and pass it with --resource-mapping {file}"));
        return Ok(0);
    }
    if found.new.is_empty() {
        printer.note(&format!(
            "{}: there is nothing to import",
            one.artifact.display_name
        ));
        if printer.format == Format::Json {
            printer.data("import", &data(&one, &found, false))?;
        }
        return Ok(0);
    }
    ask_for(&mut one, &found);
    let publishing =
        one.stored
            .publishing(&one.artifact, &one.environment, &mut environments, printer);
    publishing.await?.send(printer).await?;
    let plan = planned(&one, &mut signals).await?;
    if printer.format == Format::Text {
        printer.result(&text(&one, &found))?;
    }
    let agreed = agreed(&wanted, &mut signals).await;
    if wanted.dry_run || agreed.is_err() {
        discard(&one.environment.cloud, plan).await?;
        agreed?;
        if printer.format == Format::Json {
            printer.data("import", &data(&one, &found, false))?;
        }
        return Ok(0);
    }
    carry_out(&one, plan, &mut signals, printer).await?;
    match printer.format {
        Format::Json => printer.data("import", &data(&one, &found, true))?,
        Format::Text => told(&one, &found, printer),
    }
    Ok(0)
}

/// What is new, and which existing resources that is.
async fn identified(
    one: &Prepared,
    wanted: &Import,
    printer: Printer,
) -> Result<Additions, Failure> {
    let mut found = find(one).await?;
    if !found.others.is_empty() && !wanted.force {
        return Err(ImportError::Differs {
            stack: one.artifact.display_name.clone(),
            what: found.others,
        }
        .into());
    }
    let others = std::mem::take(&mut found.others);
    found.left.extend(others);
    if let Some(file) = &wanted.mapping {
        let (mapping, name) = (identify::read(file)?, file.display().to_string());
        let stack = &one.artifact.display_name;
        identify::apply(&mapping, &name, stack, &mut found.new)?;
    }
    let missing: Vec<String> = found.new.iter().filter_map(missing).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    if ask::somebody(printer, "").is_ok() {
        let (asked, open) = found
            .new
            .into_iter()
            .partition(|one| !one.identifier.is_empty());
        let left_out: Vec<New> = open;
        for one in &left_out {
            printer.warn(&format!(
                "{} is left out: what it is known by is not known",
                one.name()
            ));
        }
        found.new = identify::ask(asked).await?;
        return Ok(found);
    }
    if wanted.record.is_some() {
        return Ok(found);
    }
    Err(ImportError::Unidentified { missing }.into())
}

/// What is not known of a resource, as a person reads it.
fn missing(one: &New) -> Option<String> {
    if one.known().is_some() {
        return None;
    }
    let open = one.identifier.iter().filter(|(_, value)| value.is_none());
    let open: Vec<&str> = open.map(|(name, _)| name.as_str()).collect();
    Some(match open.as_slice() {
        [] => one.name(),
        open => format!("{}: {}", one.name(), open.join(", ")),
    })
}

/// Puts the import in the place of the deployment that was prepared.
fn ask_for(one: &mut Prepared, found: &Additions) {
    let ids = found
        .new
        .iter()
        .map(|new| new.logical_id.as_str())
        .collect();
    let deployed = found.deployed.as_ref();
    let before = deployed.map(|(_, template)| template);
    let template = import_template(before, &one.stored.template, &ids);
    one.stored
        .replace_template(template, &one.artifact, &one.environment);
    let request = &mut one.request;
    request.template = one.stored.template.to_string();
    request.template_url.clone_from(&one.stored.template_url);
    let resources = found.new.iter().filter_map(|new| {
        Some(ResourceToImport {
            logical_id: new.logical_id.clone(),
            resource_type: new.resource_type.clone(),
            identifier: new.known()?,
        })
    });
    request.options.import = resources.collect();
    if let Some((stack, _)) = deployed {
        // All else stays as it is deployed.
        let held = &stack.parameters;
        request
            .parameters
            .retain(|name, _| !held.contains_key(name));
        request.tags.clone_from(&stack.tags);
        request.options.notification_arns = None;
        request.protected = None;
    }
}

/// The change set. A person who leaves has to wait until it can be taken back.
async fn planned(one: &Prepared, signals: &mut Signals) -> Result<Plan, Failure> {
    let cloud = &one.environment.cloud;
    let planning = plan(cloud, one.request.clone());
    tokio::pin!(planning);
    match unless_left(signals, &mut planning).await {
        Ok(plan) => plan.map_err(refused),
        Err(code) => {
            discard(cloud, planning.await?).await?;
            Err(unchanged(code))
        }
    }
}

/// Says where to look when CloudFormation does not find what is to be imported.
fn refused(error: PlanError) -> Failure {
    let is_refused = matches!(error, PlanError::Refused { .. });
    let failure = Failure::from(error);
    if is_refused {
        failure.hinting(
            "see that each exists in this account and region, that it is in no stack, and that its type can be imported"
                .to_owned(),
        )
    } else {
        failure
    }
}

async fn agreed(wanted: &Import, signals: &mut Signals) -> Result<(), Failure> {
    if wanted.yes || wanted.dry_run {
        return Ok(());
    }
    let asking = ask::confirm("Import these? [y/N]".to_owned(), ask::yes);
    unless_left(signals, asking).await.map_err(unchanged)?
}

async fn carry_out(
    one: &Prepared,
    plan: Plan,
    signals: &mut Signals,
    printer: Printer,
) -> Result<(), Failure> {
    let stack = &one.request.stack;
    let mut sink = |step: &Progress| progress::tell_of(printer, stack, true, step);
    let importing = apply(&one.environment.cloud, plan, &mut sink);
    let imported = unless_left(signals, importing).await;
    let imported = imported.map_err(|code| {
        let hint = format!("`mycli watch {stack}` shows how it ends");
        left(code, "CloudFormation goes on with the import", Some(hint))
    })?;
    imported?;
    Ok(())
}
