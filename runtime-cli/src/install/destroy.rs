//! What `mycli destroy` does.

use runtime::deploy::{DATA_TYPES, DestroyError, SurveyRequest};
use runtime_aws::Options;

use super::{ask, progress, show};
use crate::command::Ending;
use crate::command::destroy::DestroyArgs;
use crate::config::user::{Installed, User};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::surroundings::Surroundings;

/// Name of an installation that nobody named.
const DEFAULT_NAME: &str = "mycli";

/// Shows what is lost, asks, and removes an installation.
pub(crate) async fn destroy(args: DestroyArgs, printer: Printer) -> Ending {
    if !args.yes {
        ask::somebody("confirm with --yes and --name")?;
    }
    let around = Surroundings::read()?;
    let target = target(&args, &around);
    let cloud = runtime_aws::connect(Options {
        region: target.region,
        profile: target.profile,
    })
    .await?;
    let keep = if args.keep_data {
        DATA_TYPES.map(str::to_owned).to_vec()
    } else {
        Vec::new()
    };
    let request = SurveyRequest {
        stack: target.name.clone(),
        keep,
    };
    let survey = match runtime::deploy::survey(&cloud, &cloud, request).await {
        Err(error @ DestroyError::NoStack { .. }) => {
            forget(around, &target.name, cloud.region())?;
            return Err(error.into());
        }
        survey => survey?,
    };
    let title = format!(
        "To remove the stack `{}` in {}:\n",
        target.name,
        cloud.region()
    );
    let table = show::doomed(survey.resources(), survey.task_definitions().len());
    printer.result(&format!("{title}{table}"))?;
    if !args.yes {
        let question = format!(
            "Type the name of the installation, `{}`, to remove it:",
            target.name
        );
        ask::confirm(&question, |answer| answer == target.name)?;
    }
    let mut sink = |step: &_| progress::say(printer, step);
    let destroyed = runtime::deploy::destroy(&cloud, &cloud, survey, &mut sink).await?;
    for kept in &destroyed.kept {
        printer.note(&format!(
            "kept: {} ({})",
            kept.physical_id, kept.resource_type
        ));
    }
    forget(around, &target.name, cloud.region())?;
    printer.note(&format!("the installation {} is gone", target.name));
    Ok(0)
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
