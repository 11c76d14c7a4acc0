//! What `mycli destroy` does.

use runtime::deploy::{DATA_TYPES, DestroyError, Reach, SurveyRequest, survey};
use runtime_aws::Options;
use serde::Serialize;
use serde_json::Value;

use super::init::watch;
use super::interrupt::{left, unchanged, unless_left};
use super::{ask, progress, show};
use crate::attach::Signals;
use crate::command::Ending;
use crate::command::destroy::DestroyArgs;
use crate::config::user::{Installed, User};
use crate::failure::Failure;
use crate::printer::{Format, Printer};
use crate::surroundings::Surroundings;

/// Name of an installation that nobody named.
const DEFAULT_NAME: &str = "mycli";

/// Shows what is lost, asks, and removes an installation.
pub(crate) async fn destroy(args: DestroyArgs, printer: Printer) -> Ending {
    if !args.yes && !args.dry_run {
        let hint = "confirm with --yes and --name, or look first with --dry-run";
        ask::somebody(printer, hint)?;
    }
    let around = Surroundings::read()?;
    let target = target(&args, &around);
    let mut signals = Signals::listen_to_leave()?;
    let options = Options {
        region: target.region,
        profile: target.profile,
        ..Options::default()
    };
    let connecting = Box::pin(runtime_aws::connect(options));
    let cloud = unless_left(&mut signals, connecting).await;
    let cloud = cloud.map_err(unchanged)??;
    watch(&cloud, &target.name, &mut signals, printer).await?;
    let request = SurveyRequest {
        stack: target.name.clone(),
        keep: if args.keep_data {
            DATA_TYPES.map(str::to_owned).to_vec()
        } else {
            Vec::new()
        },
        families: vec![stacks::platform::family(&target.name)],
        reach: Reach::Everything,
    };
    let surveyed = unless_left(&mut signals, survey(&cloud, &cloud, request)).await;
    let survey = match surveyed.map_err(unchanged)? {
        Err(error @ DestroyError::NoStack { .. }) => {
            if !args.dry_run {
                forget(around, &target.name, cloud.region())?;
            }
            return Err(error.into());
        }
        survey => survey?,
    };
    let mut told = Told {
        stack: target.name.clone(),
        region: cloud.region().to_owned(),
        action: "remove",
        applied: false,
        resources: show::doomed_data(survey.resources()),
        task_definitions: survey.task_definitions().to_vec(),
    };
    if printer.format == Format::Text {
        printer.result(&show::survey(&survey, &target.name, cloud.region()))?;
    }
    if args.dry_run {
        return told.print(printer);
    }
    if !args.yes {
        let name = &target.name;
        let question = format!("Type the name of the installation, `{name}`, to remove it:");
        let asking = ask::confirm(question, |answer| answer == name);
        let asked = unless_left(&mut signals, asking).await;
        asked.map_err(unchanged)??;
    }
    let mut sink = |step: &_| progress::say(printer, step);
    let destroying = runtime::deploy::destroy(&cloud, &cloud, survey, &mut sink);
    let destroyed = unless_left(&mut signals, destroying).await;
    let destroyed = destroyed.map_err(|code| half_way(code, &target.name, cloud.region()))??;
    for kept in &destroyed.kept {
        printer.note(&format!(
            "kept: {} ({})",
            kept.physical_id, kept.resource_type
        ));
    }
    forget(around, &target.name, cloud.region())?;
    printer.note(&format!("the installation {} is gone", target.name));
    told.applied = true;
    told.print(printer)
}

/// What is lost and whether it is gone, for programs. Field names are a promise.
#[derive(Debug, Serialize)]
struct Told {
    stack: String,
    region: String,
    action: &'static str,
    applied: bool,
    resources: Vec<Value>,
    task_definitions: Vec<String>,
}

impl Told {
    fn print(&self, printer: Printer) -> Ending {
        if printer.format == Format::Json {
            printer.data("removal", self)?;
        }
        Ok(0)
    }
}

/// That the person left while things were being removed.
fn half_way(exit_code: u8, name: &str, region: &str) -> Failure {
    let what =
        format!("`{name}` may be half removed; CloudFormation goes on with what it was told");
    let hint = format!("`mycli destroy --name {name} --region {region}` removes the rest");
    left(exit_code, what, Some(hint))
}

/// Which installation is meant.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    name: String,
    region: Option<String>,
    profile: Option<String>,
}

fn target(args: &DestroyArgs, around: &Surroundings) -> Target {
    let contexts = &around.user.contexts;
    let chosen = contexts.get(&around.context(None));
    let fits = |installed: &&Installed| {
        args.name
            .as_ref()
            .is_none_or(|name| *name == installed.installation)
            && args
                .region
                .as_ref()
                .is_none_or(|region| *region == installed.region)
    };
    let known = chosen.filter(|it| fits(it)).or_else(|| {
        // A name that nobody typed is the chosen context's, never another one's.
        contexts.values().find(|it| args.name.is_some() && fits(it))
    });
    let name = args
        .name
        .clone()
        .or(known.map(|it| it.installation.clone()));
    Target {
        name: name.unwrap_or_else(|| DEFAULT_NAME.to_owned()),
        region: args.region.clone().or(known.map(|it| it.region.clone())),
        profile: args
            .profile
            .clone()
            .or(known.and_then(|it| it.profile.clone())),
    }
}

/// Removes the contexts of an installation that is gone.
fn forget(mut around: Surroundings, installation: &str, region: &str) -> Result<(), Failure> {
    if forget_in(&mut around.user, installation, region) {
        around.user.write(&around.user_path)?;
    }
    Ok(())
}

fn forget_in(user: &mut User, installation: &str, region: &str) -> bool {
    let before = user.contexts.len();
    user.contexts
        .retain(|_, it| (it.installation.as_str(), it.region.as_str()) != (installation, region));
    let contexts = &user.contexts;
    user.context = user
        .context
        .take()
        .filter(|name| contexts.contains_key(name) || name == crate::request::LOCAL);
    user.contexts.len() != before
}
