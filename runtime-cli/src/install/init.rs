//! What `mycli init` does once there is a template.

use std::collections::BTreeMap;

use runtime::deploy::{ApplyError, Plan, PlanRequest, discard, settle};
use runtime_aws::{Cloud, Options};
use serde::Serialize;
use serde_json::Value;
use stacks::platform::Settings;

use super::interrupt::{left, unchanged, unless_left};
use super::{ask, progress, show};
use crate::attach::Signals;
use crate::command::Ending;
use crate::command::init::InitArgs;
use crate::config::user::{Installed, User};
use crate::context::read_installation;
use crate::failure::Failure;
use crate::platform::{Platform, SynthFormat};
use crate::printer::{Format, Printer};
use crate::surroundings::Surroundings;

/// Deploys `platform`, and makes it the context that commands run in.
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
    let options = Options {
        region: settings.region.clone(),
        profile: args.profile.clone(),
        ..Options::default()
    };
    let connecting = Box::pin(runtime_aws::connect(options));
    let cloud = unless_left(&mut signals, connecting).await;
    let cloud = cloud.map_err(unchanged)??;
    watch(&cloud, &settings.name, &mut signals, printer).await?;
    let request = PlanRequest {
        stack: settings.name.clone(),
        template: platform.template(SynthFormat::Json),
        parameters: BTreeMap::new(),
        tags: settings.tags.clone(),
        capabilities: vec!["CAPABILITY_NAMED_IAM".to_owned()],
        ..PlanRequest::default()
    };
    let plan = planned(&cloud, request, &mut signals, printer).await?;
    let mut told = Told::of(&plan, &cloud);
    let Some(plan) = reviewed(&args, plan, &cloud, &mut signals, printer).await? else {
        return told.print(printer);
    };
    let outputs = apply(&cloud, plan, &mut signals, printer).await?;
    let installation = read_installation(&settings.name, &outputs)?;
    let repository = &installation.agent_repository;
    let pushing = runtime_aws::push_agent(&cloud, repository, crate::agent::BINARY);
    let pushed = unless_left(&mut signals, pushing).await.map_err(|code| {
        let what = format!(
            "the stack `{}` is deployed, without the agent",
            settings.name
        );
        left(code, what, Some("`mycli init` pushes the agent".to_owned()))
    })??;
    if pushed.uploaded {
        printer.note(&format!("the agent is in {repository}"));
    }
    told.applied = true;
    told.outputs = Some(outputs.clone());
    let installed = Installed {
        installation: settings.name,
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
    /// What `plan` says, before anything of it is done.
    fn of(plan: &Plan, cloud: &Cloud) -> Self {
        Self {
            stack: plan.stack().to_owned(),
            region: cloud.region().to_owned(),
            action: match plan {
                plan if plan.is_empty() => "none",
                plan if plan.leftover().is_some() => "replace",
                plan if plan.creates() => "create",
                _ => "update",
            },
            applied: false,
            changes: show::changes_data(plan.changes()),
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
    let settled = unless_left(signals, settle(cloud, stack, &mut begins, &mut sink)).await;
    if settled.map_err(|code| on_its_own(code, stack))?? {
        printer.note(&format!("what was being done to the stack {stack} is done"));
    }
    Ok(())
}

/// That the person stopped watching.
fn on_its_own(exit_code: u8, stack: &str) -> Failure {
    let what = format!("CloudFormation goes on with the stack `{stack}`");
    let hint = "`mycli init` watches it to its end; `mycli destroy` removes it".to_owned();
    left(exit_code, what, Some(hint))
}

/// Finds out what would change. A person who leaves has to wait until that can be taken back.
async fn planned(
    cloud: &Cloud,
    request: PlanRequest,
    signals: &mut Signals,
    printer: Printer,
) -> Result<Plan, Failure> {
    let planning = runtime::deploy::plan(cloud, request);
    tokio::pin!(planning);
    match unless_left(signals, &mut planning).await {
        Ok(plan) => Ok(plan?),
        Err(code) => {
            printer.note("taking back the change set; once more leaves it behind");
            let taken_back = async { Ok(discard(cloud, planning.await?).await?) };
            match unless_left(signals, taken_back).await {
                Ok(Ok(())) => Err(unchanged(code)),
                Ok(Err(failure)) => Err(failure),
                Err(code) => Err(left_behind(code)),
            }
        }
    }
}

/// That the person would not wait until the change set was gone.
fn left_behind(exit_code: u8) -> Failure {
    let what = "nothing was changed, and a change set may be left behind";
    let hint = "`mycli init` makes its own; `mycli destroy` removes it".to_owned();
    left(exit_code, what, Some(hint))
}

/// Shows the plan, and gives it back once it may be applied.
async fn reviewed(
    args: &InitArgs,
    plan: Plan,
    cloud: &Cloud,
    signals: &mut Signals,
    printer: Printer,
) -> Result<Option<Plan>, Failure> {
    if printer.format == Format::Text {
        printer.result(&show::plan(&plan, cloud.region()))?;
    }
    if plan.is_empty() {
        return Ok((!args.dry_run).then_some(plan));
    }
    if let Some(leftover) = plan.leftover() {
        let reason = leftover.reason.as_deref().unwrap_or("no reason is known");
        printer.warn(&format!(
            "an earlier attempt left the stack in {} ({reason}); its remains are deleted first",
            leftover.state
        ));
    }
    let confirmed = if args.yes || args.dry_run {
        Ok(())
    } else {
        let asking = ask::confirm("Go on? [y/N]".to_owned(), ask::yes);
        let asked = unless_left(signals, asking).await;
        asked.unwrap_or_else(|code| Err(unchanged(code)))
    };
    if args.dry_run || confirmed.is_err() {
        let discarded = unless_left(signals, discard(cloud, plan)).await;
        discarded.map_err(left_behind)??;
        return confirmed.map(|()| None);
    }
    Ok(Some(plan))
}

async fn apply(
    cloud: &Cloud,
    plan: Plan,
    signals: &mut Signals,
    printer: Printer,
) -> Result<BTreeMap<String, String>, Failure> {
    let stack = plan.stack().to_owned();
    let mut sink = |step: &_| progress::say(printer, step);
    let applied = unless_left(signals, runtime::deploy::apply(cloud, plan, &mut sink)).await;
    match applied.map_err(|code| on_its_own(code, &stack))? {
        Ok(outcome) => Ok(outcome.outputs),
        Err(error) => {
            if let ApplyError::Failed { others, .. } = &error {
                for other in others {
                    printer.warn(&format!("failed as well: {other}"));
                }
            }
            Err(error.into())
        }
    }
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
