//! `mycli context`

use runtime_aws::Options;
use serde_json::json;

use super::{Ending, Output, block_on};
use crate::config::user::Installed;
use crate::context::{NoSuchContext, read_installation};
use crate::printer::{Format, Printer};
use crate::render::table::Table;
use crate::request::LOCAL;
use crate::surroundings::Surroundings;

/// Show and choose where commands run
///
/// `local` is this machine, and always there. Every other context is an installation on AWS that `mycli init`
/// made.
#[derive(Debug, clap::Args)]
pub(crate) struct ContextArgs {
    #[command(subcommand)]
    command: ContextCommand,

    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, clap::Subcommand)]
enum ContextCommand {
    /// List the contexts
    List,
    /// Make a context the default
    Use {
        /// Name of the context
        name: String,
    },
    /// Make an installation known that somebody else deployed
    ///
    /// Also reads its outputs anew when it is known already.
    Add(AddArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Name of the context
    name: String,
    /// Name of the installation. Default: that of the context
    #[arg(long, value_name = "NAME")]
    installation: Option<String>,
    /// Region it is in. Default: what the AWS command line would take
    #[arg(long)]
    region: Option<String>,
    /// Profile of the AWS configuration to reach it with
    #[arg(long)]
    profile: Option<String>,
}

/// Runs `mycli context`.
pub(crate) fn run(args: ContextArgs, printer: Printer) -> Ending {
    let around = Surroundings::read()?;
    match args.command {
        ContextCommand::List => list(&around, printer),
        ContextCommand::Use { name } => choose(around, name, printer),
        ContextCommand::Add(args) => block_on(add(around, args, printer)),
    }
}

fn list(around: &Surroundings, printer: Printer) -> Ending {
    let chosen = around.context(None);
    let local = (LOCAL, None);
    let installed = around.user.contexts.iter();
    let installed = installed.map(|(name, installed)| (name.as_str(), Some(installed)));
    let contexts = std::iter::once(local).chain(installed);
    if printer.format == Format::Json {
        let rows: Vec<_> = contexts
            .map(|(name, installed)| {
                json!({
                    "name": name,
                    "chosen": name == chosen,
                    "kind": if installed.is_some() { "aws" } else { "local" },
                    "installation": installed.map(|it| &it.installation),
                    "region": installed.map(|it| &it.region),
                    "profile": installed.and_then(|it| it.profile.as_ref()),
                })
            })
            .collect();
        printer.data("contexts", &json!({ "contexts": rows }))?;
        return Ok(0);
    }
    let mut table = Table::new(&["", "NAME", "INSTALLATION", "REGION", "PROFILE"]);
    let or_dash = |text: Option<&String>| text.map_or_else(|| "-".to_owned(), Clone::clone);
    for (name, installed) in contexts {
        table.row(vec![
            if name == chosen { "*" } else { "" }.to_owned(),
            name.to_owned(),
            or_dash(installed.map(|it| &it.installation)),
            or_dash(installed.map(|it| &it.region)),
            or_dash(installed.and_then(|it| it.profile.as_ref())),
        ]);
    }
    printer.result(&table.to_string())?;
    Ok(0)
}

fn choose(mut around: Surroundings, name: String, printer: Printer) -> Ending {
    if name != LOCAL && !around.user.contexts.contains_key(&name) {
        return Err(NoSuchContext::new(&name, &around.user).into());
    }
    printer.note(&format!("commands run in the context {name} from now on"));
    around.user.context = Some(name);
    around.user.write(&around.user_path)?;
    Ok(0)
}

async fn add(mut around: Surroundings, args: AddArgs, printer: Printer) -> Ending {
    let installation = args.installation.unwrap_or_else(|| args.name.clone());
    let cloud = runtime_aws::connect(Options {
        region: args.region,
        profile: args.profile.clone(),
        ..Options::default()
    })
    .await?;
    let outputs = runtime::deploy::outputs(&cloud, &installation).await?;
    read_installation(&args.name, &outputs)?;
    let installed = Installed {
        installation,
        region: cloud.region().to_owned(),
        profile: args.profile,
        outputs,
    };
    around.user.contexts.insert(args.name.clone(), installed);
    around.user.write(&around.user_path)?;
    printer.note(&format!(
        "known now: mycli exec --context {} -- …",
        args.name
    ));
    Ok(0)
}
