//! `mycli replay`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use runtime::wire::{Command, Revision, Source};
use runtime::{Blame, Diagnosis, Execution, Request};
use serde_json::json;

use super::exec::{Watched, watch};
use super::{Ending, Named, Output};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::printer::{Format, Printer};
use crate::render::{self, table::Table};
use crate::request::output::masked_again;
use crate::request::token::token;
use crate::request::variables_of;
use crate::surroundings::Surroundings;

/// Run the command of an execution again: the same arguments, at the same commit, in the same image
///
/// What it checked out is fetched again by the full id of its commit, and its image by its digest where that is known. Values of
/// variables are never kept: they are taken from --env and --env-file, or from here by name, and one that is missing is an error.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    named: Named,

    /// Other arguments than its own, behind `--`
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,

    /// Variable for the command; NAME alone takes its value from here
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,

    /// File with variables for the command
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,

    /// Change what is run in an editor first: the one that VISUAL or EDITOR names, else vi
    #[arg(long)]
    edit: bool,

    /// Print the id and do not wait for the end
    #[arg(short, long)]
    detach: bool,

    /// Print what would be run, and run nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli replay @last
  mycli replay 7k --env TOKEN --dry-run
  mycli replay 7k -- terraform plan -refresh=false";

/// Exit code of every failure that is not the command's own, as in `mycli exec`.
const NOT_RUN: u8 = 125;

/// Runs `mycli replay`.
pub(crate) async fn run(args: ReplayArgs, printer: Printer) -> Ending {
    let ending = Box::pin(replay(args, printer)).await;
    ending.map_err(|failure| failure.exiting_with(NOT_RUN))
}

async fn replay(args: ReplayArgs, printer: Printer) -> Ending {
    let around = Surroundings::read()?;
    let (place, execution) = args.named.find().await?;
    let given = variables_of(&args.env, &args.env_file, &around.environment)?;
    let mut request = again(&execution, given, &around.environment)?;
    if !args.command.is_empty() {
        request.command = crate::request::command(args.command)?;
    }
    if args.edit {
        request = super::edit::edit(request, &around.environment)?;
    }
    request.requested_by = place.caller(&around.environment).await;
    if args.dry_run {
        return show(printer, &execution, &request).map(|()| 0);
    }
    printer.note(&format!("{}: run again", execution.id));
    let watched = Watched {
        place: Arc::new(place),
        request: Arc::new(request),
        detach: args.detach,
    };
    watch(watched, &around, printer).await
}

/// What `execution` was asked for with, at what it turned out to be.
fn again(
    execution: &Execution,
    mut given: BTreeMap<String, String>,
    environment: &Environment,
) -> Result<Request, MissingVariables> {
    let mut missing = Vec::new();
    for name in &execution.env_names {
        if given.contains_key(name) {
            continue;
        }
        match environment.value(name) {
            Ok(value) => {
                given.insert(name.clone(), value.to_owned());
            }
            Err(_) => missing.push(name.clone()),
        }
    }
    if !missing.is_empty() {
        return Err(MissingVariables { names: missing });
    }
    let repository = execution
        .source
        .as_ref()
        .map(|source| source.repository.as_str());
    let git_token = match repository {
        Some(repository) => token(repository, None, environment).ok().flatten(),
        None => None,
    };
    let mut masked = masked_again(&execution.mask, &given, environment);
    masked.extend(git_token.as_ref().map(|token| token.token.clone()));
    let source = execution.source.clone().map(|source| Source {
        revision: match (&execution.commit, source.revision) {
            (Some(commit), Revision::Named(branch)) => Revision::Commit {
                id: commit.clone(),
                branch: Some(branch),
            },
            (Some(commit), Revision::Default | Revision::PullRequest(_)) => Revision::Commit {
                id: commit.clone(),
                branch: None,
            },
            (_, revision) => revision,
        },
        ..source
    });
    Ok(Request {
        masked,
        git_token,
        mask: execution.mask.clone(),
        output_limit: execution.output_limit,
        terminal: None,
        size: execution.size,
        capacity: execution.capacity,
        arch: execution.arch.clone(),
        role: execution.role.clone(),
        command: execution.command.clone(),
        image: exact_image(execution),
        source,
        env: given,
        timeout_ms: execution.timeout_ms,
        grace_ms: execution.grace_ms,
        retry: execution.retry.clone(),
        labels: execution.labels.clone(),
        requested_by: None,
        recorded_by: concat!("mycli ", env!("CARGO_PKG_VERSION")).to_owned(),
    })
}

/// The image of `execution`, by its digest where that is known.
fn exact_image(execution: &Execution) -> Option<String> {
    let image = execution.image.as_deref()?;
    let Some(digest) = &execution.image_digest else {
        return Some(image.to_owned());
    };
    if let Some(id) = digest.strip_prefix("local:") {
        return Some(id.to_owned());
    }
    let name = image.split('@').next().unwrap_or(image);
    // A tag is behind the last `/`; before it a colon is that of a port.
    let from = name.rfind('/').map_or(0, |slash| slash + 1);
    let tag = name.get(from..).and_then(|last| last.find(':'));
    let name = tag.and_then(|at| name.get(..from + at)).unwrap_or(name);
    Some(format!("{name}@{digest}"))
}

/// Shows what would be run, and where it differs from what was.
fn show(printer: Printer, execution: &Execution, request: &Request) -> Result<(), Failure> {
    let (command, source) = (&request.command, request.source.as_ref());
    if printer.format == Format::Json {
        let names: Vec<&String> = request.env.keys().collect();
        return printer.data(
            "replay",
            &json!({
                "of": execution.id,
                "command": command,
                "source": source,
                "image": request.image,
                "env_names": names,
                "timeout_ms": request.timeout_ms,
                "grace_ms": request.grace_ms,
                "retry": request.retry,
                "labels": request.labels,
            }),
        );
    }
    let mut table = Table::new(&["SETTING", "VALUE"]);
    let mut row = |name: &str, value: Option<String>| {
        let value = value.unwrap_or_else(|| "-".to_owned());
        table.row(vec![name.to_owned(), value]);
    };
    let kind = match command {
        Command::Argv(_) => "command",
        Command::Script(_) => "script",
    };
    row(kind, Some(render::command(command)));
    row("source", source.map(render::source));
    row("image", request.image.as_deref().map(render::one_line));
    row("timeout", request.timeout_ms.map(render::duration));
    row("grace", Some(render::duration(request.grace_ms)));
    row("attempts", Some(request.retry.attempts.to_string()));
    for name in request.env.keys() {
        row(&format!("env {name}"), Some("(set)".to_owned()));
    }
    for (name, value) in &request.labels {
        row(&format!("label {name}"), Some(render::one_line(value)));
    }
    printer.result(&table.to_string())
}

/// Variables of the execution have no value here.
#[derive(Debug, thiserror::Error)]
#[error("values of variables are never kept, and here there is none for {}", names.join(", "))]
struct MissingVariables {
    names: Vec<String>,
}

impl Diagnosis for MissingVariables {
    fn code(&self) -> &'static str {
        "replay.variables"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some("give them again with --env NAME=VALUE or --env-file FILE".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_found_again_by_what_is_in_it() {
        let exact = |image: &str, digest: Option<&str>| {
            let execution = Execution {
                image: Some(image.to_owned()),
                image_digest: digest.map(str::to_owned),
                ..crate::render::view::tests::running()
            };
            exact_image(&execution).unwrap()
        };
        for (image, digest, expected) in [
            ("a/b:1", None, "a/b:1"),
            ("a/b:1", Some("sha256:c"), "a/b@sha256:c"),
            ("host:5000/a/b", Some("sha256:c"), "host:5000/a/b@sha256:c"),
            (
                "host:5000/a/b:main-1a2b3c4d",
                Some("sha256:c"),
                "host:5000/a/b@sha256:c",
            ),
            ("a@sha256:old", Some("sha256:c"), "a@sha256:c"),
            ("mine:1", Some("local:sha256:c"), "sha256:c"),
        ] {
            assert_eq!(exact(image, digest), expected);
        }
    }
}
