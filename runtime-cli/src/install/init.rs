//! What `mycli init` does once there is a template.

use runtime::deploy::{ApplyError, Plan, PlanRequest};
use runtime_aws::{Cloud, Options};
use stacks::platform::Settings;

use super::{ask, progress, show};
use crate::command::Ending;
use crate::command::init::InitArgs;
use crate::config::user::{Installed, User};
use crate::context::read_installation;
use crate::failure::Failure;
use crate::platform::{Platform, SynthFormat};
use crate::printer::Printer;
use crate::surroundings::Surroundings;

/// Deploys `platform`, and makes it the context that commands run in.
pub(crate) async fn init(
    args: InitArgs,
    settings: Settings,
    platform: Platform,
    printer: Printer,
) -> Ending {
    if !args.yes && !args.dry_run {
        ask::somebody("confirm with --yes, or look first with --dry-run")?;
    }
    let around = Surroundings::read()?;
    let cloud = runtime_aws::connect(Options {
        region: settings.region.clone(),
        profile: args.profile.clone(),
    })
    .await?;
    let request = PlanRequest {
        stack: settings.name.clone(),
        template: platform.template(SynthFormat::Json),
        parameters: std::collections::BTreeMap::new(),
        tags: settings.tags.clone(),
        capabilities: vec!["CAPABILITY_NAMED_IAM".to_owned()],
    };
    let plan = runtime::deploy::plan(&cloud, request).await?;
    if let Some(plan) = reviewed(&args, plan, &cloud, printer).await? {
        let outputs = apply(&cloud, plan, printer).await?;
        let installation = read_installation(&settings.name, &outputs)?;
        let repository = &installation.agent_repository;
        let pushed = runtime_aws::push_agent(&cloud, repository, crate::agent::BINARY).await?;
        if pushed.uploaded {
            printer.note(&format!("the agent is in {repository}"));
        }
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
    }
    Ok(0)
}

/// Shows the plan, and gives it back once it may be applied.
async fn reviewed(
    args: &InitArgs,
    plan: Plan,
    cloud: &Cloud,
    printer: Printer,
) -> Result<Option<Plan>, Failure> {
    if plan.is_empty() {
        printer.result(&format!(
            "nothing to change: the stack `{}` is as it should be\n",
            plan.stack()
        ))?;
        return Ok((!args.dry_run).then_some(plan));
    }
    let verb = if plan.creates() { "make" } else { "change" };
    let title = format!(
        "To {verb} the stack `{}` in {}:\n",
        plan.stack(),
        cloud.region()
    );
    printer.result(&format!("{title}{}", show::changes(plan.changes())))?;
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
        ask::confirm("Go on? [y/N]", ask::yes)
    };
    if args.dry_run || confirmed.is_err() {
        runtime::deploy::discard(cloud, plan).await?;
        return confirmed.map(|()| None);
    }
    Ok(Some(plan))
}

async fn apply(
    cloud: &Cloud,
    plan: Plan,
    printer: Printer,
) -> Result<std::collections::BTreeMap<String, String>, Failure> {
    let mut sink = |step: &_| progress::say(printer, step);
    match runtime::deploy::apply(cloud, plan, &mut sink).await {
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
            outputs: std::collections::BTreeMap::new(),
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
