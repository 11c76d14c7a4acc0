//! From what was typed to the assembly: finds the app, runs it, looks up what it asks for, reads what it wrote.

mod context_file;
mod error;
mod known;
mod lookup;
mod project;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use runtime_local::App;
use serde_json::{Map, Value};
use synth::{CloudAssembly, StackArtifact};

use crate::attach::Signals;
use crate::failure::{Failure, OwnError};
use crate::printer::Printer;
use error::{AppFailed, NoApp, NotMatched, Unreadable};
use project::Project;

/// Where the stacks come from, and with whose eyes AWS is seen.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct AppArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// AWS region for lookups, and for stacks that take the caller's
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// Profile of the AWS configuration for lookups
    #[arg(long, value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
}

/// Where the stacks come from.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct SourceArgs {
    /// Command that writes the assembly, in any language, or a directory that holds one; default: `app` in cdk.json, else
    /// what is in cdk.out
    #[arg(short, long, value_name = "COMMAND")]
    pub(crate) app: Option<String>,

    /// Directory that holds an assembly; no app is run
    #[arg(long, value_name = "DIR", conflicts_with = "app")]
    pub(crate) assembly: Option<PathBuf>,

    /// Tell the app a value of its context; may be given more than once
    #[arg(short = 'c', long = "context", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) context: Vec<(String, String)>,

    /// Directory the app writes to; default: `output` in cdk.json, else cdk.out
    #[arg(long, value_name = "DIR")]
    pub(crate) output_dir: Option<PathBuf>,

    /// Ask AWS for nothing: fail where the app needs a value that cdk.context.json does not hold
    #[arg(long)]
    pub(crate) no_lookups: bool,
}

/// Where an app writes unless it is told another place, as CDK has it.
const OUTPUT_DIR: &str = "cdk.out";

/// Whether anything says what the assembly is.
pub(crate) fn is_named(args: &AppArgs) -> Result<bool, Failure> {
    let here = std::env::current_dir().map_err(OwnError::doing("find the current directory"))?;
    let source = &args.source;
    Ok(source.app.is_some()
        || source.assembly.is_some()
        || is_assembly(Path::new(OUTPUT_DIR))
        || Project::read(&here)?.app.is_some())
}

fn is_assembly(directory: &Path) -> bool {
    directory.join("manifest.json").is_file()
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        Some(_) | None => Err("write KEY=VALUE".to_owned()),
    }
}

/// The assembly that `args` mean: read where there is one, else written by the app first.
///
/// Where nobody names an app or a directory, it is the one in `cdk.out`.
/// What the app prints goes to the standard error. Values it asks for are looked up in AWS, kept in
/// `cdk.context.json` of the current directory, and the app is run again.
pub(crate) async fn assembly(args: &AppArgs, printer: Printer) -> Result<CloudAssembly, Failure> {
    let here = std::env::current_dir().map_err(OwnError::doing("find the current directory"))?;
    let project = Project::read(&here)?;
    let source = &args.source;
    let written = source.assembly.clone().or_else(|| {
        let Some(app) = source.app.as_deref().or(project.app.as_deref()) else {
            return is_assembly(Path::new(OUTPUT_DIR)).then(|| PathBuf::from(OUTPUT_DIR));
        };
        let directory = here.join(app);
        directory.is_dir().then_some(PathBuf::from(app))
    });
    if let Some(directory) = written {
        let assembly = read(&directory)?;
        if !assembly.missing.is_empty() {
            let keys: Vec<&str> = assembly.missing.iter().map(|it| it.key.as_str()).collect();
            printer.warn(&format!(
                "the assembly was written without values it needs: {}",
                keys.join(", ")
            ));
        }
        return Ok(assembly);
    }
    let command = source.app.clone().or_else(|| project.app.clone());
    let command = command.ok_or(NoApp)?;
    let output_dir = source.output_dir.clone().or_else(|| project.output.clone());
    let output_dir = output_dir.unwrap_or_else(|| PathBuf::from(OUTPUT_DIR));
    let variables = known::variables(args).await;
    let mut missing_before = BTreeSet::new();
    loop {
        let kept = context_file::read(&here)?;
        let app = App {
            command: command.clone(),
            directory: here.clone(),
            output_dir: output_dir.clone(),
            context: context(kept, &project, args),
            variables: variables.clone(),
        };
        run(&app).await?;
        let assembly = read(&output_dir)?;
        let missing: BTreeSet<String> = assembly.missing.iter().map(|it| it.key.clone()).collect();
        if missing.is_empty() {
            return Ok(assembly);
        }
        lookup::fill(&here, &assembly.missing, &missing_before, args, printer).await?;
        missing_before = missing;
    }
}

/// The stacks that `patterns` mean; all of them where there is none or `all` is set.
pub(crate) fn select<'a>(
    assembly: &'a CloudAssembly,
    patterns: &[String],
    all: bool,
) -> Result<Vec<&'a StackArtifact>, Failure> {
    Ok(assembly.select(patterns, all).map_err(NotMatched)?)
}

/// Construct paths of a stack's resources by logical id, as templates say them: `Prod/Api/Bucket/Resource`.
pub(crate) fn construct_paths(stack: &StackArtifact) -> Result<BTreeMap<String, String>, Failure> {
    let paths = stack.construct_paths().map_err(unreadable)?.into_iter();
    let paths = paths.map(|(id, path)| (id, path.trim_start_matches('/').to_owned()));
    Ok(paths.collect())
}

/// What an assembly's file could not be read for, as the program tells it.
pub(crate) fn unreadable(error: synth::AssemblyError) -> Failure {
    Unreadable(error).into()
}

fn read(directory: &Path) -> Result<CloudAssembly, Failure> {
    CloudAssembly::read(directory).map_err(unreadable)
}

async fn run(app: &App) -> Result<(), Failure> {
    let mut signals = Signals::listen_to_leave()?;
    let mut exit_code = 130;
    let stop = async {
        exit_code = signals.next().await.exit_code();
    };
    let ended = app.run(stop).await;
    ended.map_err(|error| AppFailed::new(&app.command, error).failure(exit_code))
}

/// What the app is told: `-c` before `cdk.json` before `cdk.context.json`, as CDK has it.
fn context(kept: Map<String, Value>, project: &Project, args: &AppArgs) -> Map<String, Value> {
    let mut context = kept;
    context.extend(project.context.clone());
    let typed = args.source.context.iter().cloned();
    context.extend(typed.map(|(key, value)| (key, Value::from(value))));
    context.extend(project.switches());
    context
}
