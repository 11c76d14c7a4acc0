//! What `mycli init` does once there is a template.

use std::collections::BTreeMap;

use runtime::deploy::{Stacks as _, settle};
use runtime_aws::Cloud;
use serde::Serialize;
use serde_json::Value;
use stacks::platform::Settings;

use super::interrupt::{left, unchanged, unless_left};
use super::{ask, progress, show, version};
use crate::app::AppArgs;
use crate::attach::Signals;
use crate::command::Ending;
use crate::command::init::InitArgs;
use crate::config::user::{Installed, User};
use crate::context::read_installation;
use crate::deployment::{
    DeployArgs, Environments, Left, Outline, Standing, carry_out_alone, draw, give_up, outline,
    prepare,
};
use crate::failure::Failure;
use crate::platform::Platform;
use crate::printer::{Format, Printer};
use crate::surroundings::Surroundings;

/// Deploys `platform` as `mycli apply` would, and makes it the context that commands run in.
pub(crate) async fn init(
    args: InitArgs,
    settings: Settings,
    platform: Platform,
    printer: Printer,
) -> Ending {
    if !args.yes && !args.dry_run {
        let hint = "confirm with --yes, or look first with --dry-run";
        ask::somebody(printer, hint)?;
    }
    let around = Surroundings::read()?;
    let mut signals = Signals::listen_to_leave()?;
    let name = settings.name.clone();
    let place = AppArgs {
        region: settings.region.clone(),
        profile: args.profile.clone(),
        ..AppArgs::default()
    };
    let mut environments = Environments::new(place, printer);
    let connecting = environments.own(settings.region.clone());
    let cloud = unless_left(&mut signals, connecting).await;
    let cloud = cloud.map_err(unchanged)??;
    watch(&cloud, &name, &mut signals, printer).await?;
    let installed = unless_left(&mut signals, cloud.describe(&name)).await;
    let installed = installed.map_err(unchanged)??;
    let upgrade = version::upgrade(installed.as_ref().map(|stack| &stack.outputs), &name)?;
    // What is published is read from here.
    let written = platform.written()?;
    let arguments = DeployArgs::default();
    let preparing = prepare(written.assembly(), &[], &arguments, &mut environments);
    let prepared = unless_left(&mut signals, preparing).await;
    let mut prepared = prepared.map_err(unchanged)??;
    for one in &mut prepared {
        // No setting says anything of it: it stays as somebody has set it.
        one.request.protected = None;
    }
    let outlines = outline(prepared, environments, &mut signals, printer).await?;
    let mut told = Told::of(&name, &cloud, &outlines);
    if let Some(upgrade) = upgrade {
        printer.note(&upgrade);
    }
    let Some(outline) = reviewed(&args, outlines, &mut signals, printer).await? else {
        return told.print(printer);
    };
    let carried_out = carry_out_alone(outline.into(), &mut signals, printer).await?;
    let outputs = carried_out.map_err(|left| on_its_own(&left, &name))?;
    let installation = read_installation(&name, &outputs)?;
    let repository = &installation.agent_repository;
    let pushing = runtime_aws::push_agent(&cloud, repository, crate::agent::BINARY);
    let pushed = unless_left(&mut signals, pushing).await.map_err(|code| {
        let what = format!("the stack `{name}` is deployed, without the agent");
        left(code, what, Some("`mycli init` pushes the agent".to_owned()))
    })??;
    if pushed.uploaded {
        printer.note(&format!("the agent is in {repository}"));
    }
    told.applied = true;
    told.outputs = Some(outputs.clone());
    let installed = Installed {
        installation: name,
        region: cloud.region().to_owned(),
        profile: args.profile,
        outputs,
    };
    let name = keep(around, installed)?;
    printer.note(&format!(
        "commands run in the context {name} from now on; try: mycli exec -- uname -a"
    ));
    told.context = Some(name);
    told.print(printer)
}

/// What a plan says and what became of it, for programs. Field names are a promise.
#[derive(Debug, Serialize)]
struct Told {
    stack: String,
    region: String,
    /// `none`, `create`, `update`, or `replace` where the remains of an attempt are deleted first.
    action: &'static str,
    applied: bool,
    changes: Vec<Value>,
    /// There once it was applied, as is `context`.
    outputs: Option<BTreeMap<String, String>>,
    context: Option<String>,
}

impl Told {
    /// What is planned for the stack `name`, before anything of it is done.
    fn of(name: &str, cloud: &Cloud, outlines: &[Outline]) -> Self {
        let planned = outlines.iter().find_map(|outline| match &outline.standing {
            Standing::Planned(plan) => Some(plan),
            Standing::Same(_) | Standing::Later => None,
        });
        Self {
            stack: name.to_owned(),
            region: cloud.region().to_owned(),
            action: match planned {
                None => "none",
                Some(plan) if plan.leftover().is_some() => "replace",
                Some(plan) if plan.creates() => "create",
                Some(_) => "update",
            },
            applied: false,
            changes: planned.map_or_else(Vec::new, |plan| show::changes_data(plan.changes())),
            outputs: None,
            context: None,
        }
    }

    fn print(&self, printer: Printer) -> Ending {
        if printer.format == Format::Json {
            printer.data("installation", self)?;
        }
        Ok(0)
    }
}

/// Watches what is being done to the stack already, if anything is, to its end.
pub(super) async fn watch(
    cloud: &Cloud,
    stack: &str,
    signals: &mut Signals,
    printer: Printer,
) -> Result<(), Failure> {
    let mut sink = |step: &_| progress::say(printer, step);
    let mut begins = |_: &_| ();
    let settling = settle(cloud, stack, &mut begins, &mut sink);
    let settled = unless_left(signals, settling).await;
    let settled = settled.map_err(|exit_code| {
        let what = format!("CloudFormation goes on with the stack `{stack}`");
        left(exit_code, what, Some(GOES_ON.to_owned()))
    })?;
    if settled? {
        printer.note(&format!("what was being done to the stack {stack} is done"));
    }
    Ok(())
}

/// What to do about a stack that nobody watches any more.
const GOES_ON: &str = "`mycli init` watches it to its end; `mycli destroy` removes it";

/// That the person stopped watching the deployment of `stack`.
fn on_its_own(left_behind: &Left, stack: &str) -> Failure {
    let what = format!("{}: the stack `{stack}`", left_behind.what());
    left(left_behind.exit_code, what, Some(GOES_ON.to_owned()))
}

/// Shows the plan, and gives it back once it may be applied.
async fn reviewed(
    args: &InitArgs,
    mut outlines: Vec<Outline>,
    signals: &mut Signals,
    printer: Printer,
) -> Result<Option<Outline>, Failure> {
    if printer.format == Format::Text {
        printer.styled(&draw(&outlines, printer.quiet))?;
    }
    let changes = outlines.iter().any(Outline::changes);
    let confirmed = if args.yes || args.dry_run || !changes {
        Ok(())
    } else {
        let asking = ask::confirm("Go on? [y/N]".to_owned(), ask::yes);
        let asked = unless_left(signals, asking).await;
        asked.unwrap_or_else(|code| Err(unchanged(code)))
    };
    if args.dry_run || confirmed.is_err() {
        let discarded = unless_left(signals, give_up(outlines)).await;
        discarded.map_err(|code| {
            let what = "nothing was changed, and a change set may be left behind";
            left(code, what, Some("`mycli init` makes its own".to_owned()))
        })??;
        return confirmed.map(|()| None);
    }
    Ok(outlines.pop())
}

/// Writes the installation down as the default context, and returns its name.
fn keep(mut around: Surroundings, installed: Installed) -> Result<String, Failure> {
    let name = context_name(&around.user, &installed);
    around.user.contexts.insert(name.clone(), installed);
    around.user.context = Some(name.clone());
    around.user.write(&around.user_path)?;
    Ok(name)
}

/// The installation's own name, unless that is taken by one in another region.
fn context_name(user: &User, installed: &Installed) -> String {
    let own = &installed.installation;
    let taken = user
        .contexts
        .get(own)
        .is_some_and(|other| (&other.region, &other.installation) != (&installed.region, own));
    if taken || own == crate::request::LOCAL {
        format!("{own}-{}", installed.region)
    } else {
        own.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_of_the_same_name_elsewhere_keeps_its_context() {
        let installed = |name: &str, region: &str| Installed {
            installation: name.to_owned(),
            region: region.to_owned(),
            profile: None,
            outputs: BTreeMap::new(),
        };
        let mut user = User::default();
        let here = installed("team", "eu-central-1");
        assert_eq!(context_name(&user, &here), "team");
        user.contexts.insert("team".to_owned(), here.clone());
        assert_eq!(context_name(&user, &here), "team");
        assert_eq!(
            context_name(&user, &installed("team", "us-east-1")),
            "team-us-east-1"
        );
        assert_eq!(
            context_name(&user, &installed("local", "us-east-1")),
            "local-us-east-1"
        );
    }
}
