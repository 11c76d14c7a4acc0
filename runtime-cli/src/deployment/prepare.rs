//! What is asked of CloudFormation for each stack, from the assembly and what was typed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use runtime::deploy::{ChangeSetOptions, PlanRequest};
use synth_core::{CloudAssembly, StackArtifact};

use super::environment::{Environment, Environments};
use super::error::DeployError;
use super::store::{Stored, store};
use crate::app::{self, AppArgs};
use crate::failure::{Failure, OwnError};

/// How stacks are deployed.
#[derive(Debug, Clone, Default, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that is typed by itself"
)]
pub(crate) struct DeployArgs {
    /// Leave out the stacks that the chosen ones depend on
    #[arg(short, long)]
    exclusively: bool,

    /// Value of a parameter, for one stack or for all that have it; may be given more than once. One that is not given
    /// keeps the value it has
    #[arg(long, value_name = "[STACK:]NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(Option<String>, String, String)>,

    /// Tag for every stack and its resources, over those of the app; may be given more than once
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    tags: Vec<(String, String)>,

    /// Role with which CloudFormation changes resources. Default: the app's, else that of the last deployment
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,

    /// Topic that gets the events of every stack; may be given more than once
    #[arg(long, value_name = "ARN")]
    notification_arns: Vec<String>,

    /// Keep what worked when something fails: with this flag again, the next deployment takes up from there; `mycli rollback`
    /// undoes it
    #[arg(long)]
    no_rollback: bool,

    /// Count resources as done before they are known to be stable
    #[arg(long)]
    express: bool,

    /// Take in resources that exist already under the names in the template
    #[arg(long)]
    import_existing_resources: bool,

    /// Alarm that undoes the deployment when it goes off; may be given more than once
    #[arg(long, value_name = "ARN")]
    rollback_alarm: Vec<String>,

    /// For how many minutes after the deployment the alarms are watched: 0 to 180
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(0..=180))]
    monitoring_minutes: Option<u16>,

    /// File with the stack policy, which says what an update may touch
    #[arg(long, value_name = "FILE")]
    stack_policy: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) app: AppArgs,
}

impl DeployArgs {
    /// For one stack by itself, as it comes.
    pub(super) fn alone(app: AppArgs, parameters: Vec<(Option<String>, String, String)>) -> Self {
        Self {
            exclusively: true,
            parameters,
            tags: Vec::new(),
            role_arn: None,
            notification_arns: Vec::new(),
            no_rollback: false,
            express: false,
            import_existing_resources: false,
            rollback_alarm: Vec::new(),
            monitoring_minutes: None,
            stack_policy: None,
            app,
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        Some(_) | None => Err("write KEY=VALUE".to_owned()),
    }
}

pub(crate) fn parameter(text: &str) -> Result<(Option<String>, String, String), String> {
    let (name, value) = pair(text).map_err(|_| "write [STACK:]NAME=VALUE".to_owned())?;
    Ok(match name.rsplit_once(':') {
        Some((stack, name)) => (Some(stack.to_owned()), name.to_owned(), value),
        None => (None, name, value),
    })
}

/// A stack, and everything that CloudFormation is asked for it.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) artifact: StackArtifact,
    pub(super) environment: Environment,
    pub(super) stored: Stored,
    pub(crate) request: PlanRequest,
    /// Positions of the stacks that are deployed before it.
    pub(super) depends_on: Vec<usize>,
}

/// Takes the stacks that `patterns` mean, and what they depend on, each after those.
pub(crate) async fn prepare(
    assembly: &CloudAssembly,
    patterns: &[String],
    args: &DeployArgs,
    environments: &mut Environments,
) -> Result<Vec<Prepared>, Failure> {
    let positions = chosen(assembly, patterns, args.exclusively)?;
    let policy = match &args.stack_policy {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .map_err(OwnError::doing(format!("read `{}`", path.display())))?,
        ),
        None => None,
    };
    let mut used = vec![false; args.parameters.len()];
    let mut all = Vec::new();
    for position in &positions {
        let Some(artifact) = assembly.stacks.get(*position) else {
            continue;
        };
        let environment = environments.of(artifact).await?;
        let stored = store(artifact, &environment, environments).await?;
        let mut parameters = artifact.parameters.clone();
        for (given, used) in args.parameters.iter().zip(&mut used) {
            let (stack, name, value) = given;
            let is_meant = stack.as_ref().is_none_or(|stack| {
                *stack == artifact.stack_name || *stack == artifact.display_name
            });
            let declared = stored.template.get("Parameters");
            if is_meant && declared.is_some_and(|declared| declared.get(name).is_some()) {
                parameters.insert(name.clone(), value.clone());
                *used = true;
            }
        }
        let request = PlanRequest {
            stack: artifact.stack_name.clone(),
            template: stored.template.to_string(),
            template_url: stored.template_url.clone(),
            parameters,
            tags: tags(artifact, args),
            capabilities: [
                "CAPABILITY_IAM",
                "CAPABILITY_NAMED_IAM",
                "CAPABILITY_AUTO_EXPAND",
            ]
            .map(str::to_owned)
            .to_vec(),
            options: options(artifact, &environment, args),
            protected: Some(artifact.termination_protection),
            policy: policy.clone(),
        };
        let among = |position: &usize| positions.iter().position(|it| it == position);
        all.push(Prepared {
            depends_on: artifact.depends_on.iter().filter_map(among).collect(),
            artifact: artifact.clone(),
            environment,
            stored,
            request,
        });
    }
    let unused = args.parameters.iter().zip(used).find(|(_, used)| !used);
    if let Some(((stack, name, _), _)) = unused {
        let stack = stack.as_ref().map(|stack| format!("{stack}:"));
        let name = format!("{}{name}", stack.unwrap_or_default());
        return Err(DeployError::NoParameter(name).into());
    }
    Ok(all)
}

/// Positions of the stacks that are meant, and of all that they depend on.
fn chosen(
    assembly: &CloudAssembly,
    patterns: &[String],
    exclusively: bool,
) -> Result<Vec<usize>, Failure> {
    let selected = app::select(assembly, patterns, false)?;
    let is_selected = |stack: &StackArtifact| selected.iter().any(|it| std::ptr::eq(*it, stack));
    let mut wanted: Vec<bool> = assembly.stacks.iter().map(is_selected).collect();
    if !exclusively {
        // Each stands after those it depends on.
        for (position, stack) in assembly.stacks.iter().enumerate().rev() {
            if wanted.get(position) == Some(&true) {
                for need in &stack.depends_on {
                    if let Some(need) = wanted.get_mut(*need) {
                        *need = true;
                    }
                }
            }
        }
    }
    let positions = wanted.into_iter().enumerate();
    Ok(positions
        .filter_map(|(position, wanted)| wanted.then_some(position))
        .collect())
}

fn tags(artifact: &StackArtifact, args: &DeployArgs) -> BTreeMap<String, String> {
    let mut tags = artifact.tags.clone();
    tags.extend(args.tags.iter().cloned());
    tags
}

fn options(
    artifact: &StackArtifact,
    environment: &Environment,
    args: &DeployArgs,
) -> ChangeSetOptions {
    // That role was made for whoever assumes the other one.
    let role = artifact
        .execution_role
        .as_ref()
        .filter(|_| environment.role.is_some())
        .map(|role| environment.fill(role));
    let mut topics = artifact.notification_arns.clone();
    topics.extend(args.notification_arns.iter().cloned());
    ChangeSetOptions {
        role: args.role_arn.clone().or(role),
        notification_arns: (!topics.is_empty()).then_some(topics),
        import_existing: args.import_existing_resources,
        import: Vec::new(),
        rollback_alarms: args.rollback_alarm.clone(),
        monitoring_minutes: args.monitoring_minutes,
        keep_on_failure: args.no_rollback,
        express: args.express,
    }
}
