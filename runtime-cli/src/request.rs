//! From what was typed, and what stands in files and around, to what is asked for.
//!
//! Each source of settings is a [`Layer`]; the first that says something wins. Variables of the
//! environment are merged name by name.

mod error;
mod layer;
pub(crate) mod output;
pub(crate) mod plan;
mod retry;
pub(crate) mod size;
mod source;
pub(crate) mod token;

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use runtime::Request;
use runtime::wire::order::GitToken;
use runtime::wire::{Command, Source};

pub(crate) use error::RequestError;
use layer::{Layer, layers};
pub(crate) use layer::{Origin, Setting};
use retry::RetryLayer;
pub(crate) use retry::{RetryArgs, RetrySettings};
use size::SizeLayer;

use output::{DEFAULT_LIMIT, OutputArgs};

use crate::config::{ByteSize, Timeout};
use crate::environment::{Environment, NotText};
use crate::git::Detection;
use crate::surroundings::Surroundings;

/// Name of the context that is always there.
pub(crate) const LOCAL: &str = "local";

/// What a run is asked for with, besides its command.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct RequestArgs {
    /// Context to run in: `local`, or an installation from `mycli context list`
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,

    /// Repository to fetch first, as `git clone` takes it
    ///
    /// Default: the remote `origin` of the git repository around the current directory.
    #[arg(long, value_name = "URL")]
    pub(crate) repo: Option<String>,

    /// Branch to check out
    #[arg(long, value_name = "NAME", conflicts_with = "reference")]
    pub(crate) branch: Option<String>,

    /// Branch, tag or commit to check out
    ///
    /// Default: the very commit that is checked out here, or the default branch of --repo.
    #[arg(long = "ref", value_name = "REF")]
    pub(crate) reference: Option<String>,

    /// Pull request, or merge request, to check out the head of
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["branch", "reference", "skip_git"])]
    pub(crate) pr: Option<u64>,

    /// Variable of this environment that holds a token for the repository's server
    ///
    /// It is sent to that server alone, over https, and kept nowhere. Default: `MYCLI_GIT_TOKEN`, where that is set.
    #[arg(long, value_name = "NAME")]
    pub(crate) git_token: Option<String>,

    /// Fetch no source
    #[arg(long, conflicts_with_all = ["repo", "branch", "reference"])]
    pub(crate) skip_git: bool,

    /// Image to run in
    ///
    /// Default: the installation's; on `local` a plain process of this machine.
    #[arg(long, value_name = "IMAGE")]
    pub(crate) image: Option<String>,

    /// Variable for the command; NAME alone takes its value from here
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    pub(crate) env: Vec<String>,

    /// File with variables for the command, as `docker run` takes it: NAME=VALUE a line, or NAME alone; lines that begin with #
    /// say nothing. May be given more than once, and --env counts more
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Vec<PathBuf>,

    /// How long the command may run: 90, 30s, 5m, 1h30m; 0 is no limit
    ///
    /// Default: no limit.
    #[arg(long, value_name = "TIME")]
    pub(crate) timeout: Option<Timeout>,

    #[command(flatten)]
    pub(crate) retry: RetryArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) size: size::SizeArgs,

    /// What to call it, for `mycli list --label`; may be given more than once
    #[arg(long, value_name = "NAME=VALUE", value_parser = label)]
    pub(crate) label: Vec<(String, String)>,
}

/// What is asked for, and where each part of it comes from.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// Name of the context.
    pub(crate) context: Setting<String>,
    /// What is fetched first; the origin is that of the repository.
    pub(crate) source: Option<Setting<Source>>,
    /// Image to run in; the context's own when absent.
    pub(crate) image: Option<Setting<String>>,
    /// Variables for the command.
    pub(crate) env: BTreeMap<String, Setting<String>>,
    /// How long the command may run; no limit when absent.
    pub(crate) timeout: Option<Setting<Timeout>>,
    /// How it is ended, and what is tried again.
    retry: Setting<RetryLayer>,
    /// What it is called.
    labels: BTreeMap<String, String>,
    /// What the person should know.
    pub(crate) remarks: Vec<Remark>,
    /// What the source is fetched with.
    git_token: Option<GitToken>,
    /// How large a place it runs in, and what kind of one.
    pub(crate) place: Setting<size::Place>,
    /// Values that are masked in all output.
    pub(crate) masked: Vec<String>,
    /// Names of variables that were named for that.
    mask: Vec<String>,
    /// How much output is kept.
    pub(crate) output_limit: Setting<ByteSize>,
}

impl Resolved {
    /// What the runtime is asked for.
    pub(crate) fn request(self, command: Command, requested_by: Option<String>) -> Request {
        let env = self.env.into_iter();
        Request {
            command,
            image: self.image.map(|image| image.value),
            source: self.source.map(|source| source.value),
            env: env.map(|(name, setting)| (name, setting.value)).collect(),
            timeout_ms: self.timeout.and_then(|timeout| timeout.value.ms),
            grace_ms: self.retry.value.grace_ms(),
            retry: self.retry.value.retry(),
            labels: self.labels,
            requested_by,
            recorded_by: concat!("mycli ", env!("CARGO_PKG_VERSION")).to_owned(),
            masked: self.masked,
            mask: self.mask,
            output_limit: Some(self.output_limit.value.0),
            terminal: None,
            size: self.place.value.size,
            capacity: self.place.value.capacity,
            arch: self.place.value.arch,
            role: self.place.value.role,
            git_token: self.git_token,
        }
    }
}

/// Something the person should know about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Remark {
    /// It may be of interest.
    Note(String),
    /// It may be wrong.
    Warning(String),
}

/// Finds out what is asked for. `detect` asks git, and is not called when nobody needs its answer.
pub(crate) fn resolve(
    flags: &RequestArgs,
    around: &Surroundings,
    detect: &dyn Fn(&Path) -> Detection,
) -> Result<Resolved, RequestError> {
    let layers = layers(flags, around)?;
    let mut remarks = Vec::new();
    let context = pick(&layers, |layer| layer.context.clone()).unwrap_or_else(|| {
        remarks.push(Remark::Note(
            "no context is chosen: running on this machine (context `local`)".to_owned(),
        ));
        Setting::default(LOCAL.to_owned())
    });
    let image = pick(&layers, |layer| layer.image.clone());
    let source = if flags.skip_git {
        None
    } else {
        source::resolve(&layers, around, detect, &mut remarks)?
    };
    if let Some(source) = &source
        && crate::repository::is_path(&source.value.repository)
        && (context.value != LOCAL || image.is_some())
    {
        return Err(RequestError::RepositoryElsewhere {
            repository: source.value.repository.clone(),
        });
    }
    let named = pick(&layers, |layer| layer.git_token.clone());
    let git_token = match &source {
        Some(source) => {
            let named = named.as_ref().map(|named| named.value.as_str());
            token::token(&source.value.repository, named, &around.environment)?
        }
        None => None,
    };
    let env = variables(&layers, &around.environment)?;
    let mut masked = output::masked(&layers, &env, &around.environment)?;
    masked.extend(git_token.as_ref().map(|token| token.token.clone()));
    let said = |layer: &Layer| layer.size != SizeLayer::default();
    let place = Setting {
        value: layers
            .iter()
            .fold(SizeLayer::default(), |place, layer| {
                place.or(layer.size.clone())
            })
            .place(&context.value, image.is_some(), &mut remarks)?,
        origin: origin(&layers, said),
    };
    let retry = Setting {
        value: layers.iter().fold(RetryLayer::default(), |retry, layer| {
            retry.or(layer.retry.clone())
        }),
        origin: origin(&layers, |layer| layer.retry != RetryLayer::default()),
    };
    Ok(Resolved {
        place,
        context,
        source,
        image,
        masked,
        git_token,
        mask: layers.iter().flat_map(|layer| layer.mask.clone()).collect(),
        env,
        labels: flags.label.iter().cloned().collect(),
        retry,
        timeout: pick(&layers, |layer| layer.timeout).filter(|it| it.value.ms.is_some()),
        remarks,
        output_limit: pick(&layers, |layer| layer.output_limit)
            .unwrap_or(Setting::default(DEFAULT_LIMIT)),
    })
}

/// Values of the variables that flags and files name, `environment` being where a name alone takes its value from.
pub(crate) fn variables_of(
    env: &[String],
    env_file: &[PathBuf],
    environment: &Environment,
) -> Result<BTreeMap<String, String>, RequestError> {
    let flags = RequestArgs {
        env: env.to_vec(),
        env_file: env_file.to_vec(),
        ..RequestArgs::default()
    };
    let variables = variables(&layer::typed(&flags)?, environment)?;
    let values = variables.into_iter();
    Ok(values
        .map(|(name, setting)| (name, setting.value))
        .collect())
}

/// A label, from `NAME=VALUE`.
fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("`{text}` is not a label: write NAME=VALUE")),
    }
}

/// Where the strongest word on something that several sources may say parts of comes from.
fn origin(layers: &[Layer], said: impl Fn(&Layer) -> bool) -> Origin {
    let first = layers.iter().find(|layer| said(layer));
    first.map_or(Origin::Default, |layer| layer.origin.clone())
}

/// The first layer's word on something.
fn pick<T>(layers: &[Layer], part: impl Fn(&Layer) -> Option<T>) -> Option<Setting<T>> {
    layers.iter().find_map(|layer| {
        part(layer).map(|value| Setting {
            value,
            origin: layer.origin.clone(),
        })
    })
}

fn variables(
    layers: &[Layer],
    environment: &Environment,
) -> Result<BTreeMap<String, Setting<String>>, RequestError> {
    let mut variables = BTreeMap::new();
    for layer in layers.iter().rev() {
        for (name, value) in &layer.env {
            let origin = layer.origin.clone();
            let value = match value {
                Some(value) => value.clone(),
                None => match environment.value(name) {
                    Ok(value) => value.to_owned(),
                    Err(why) => {
                        let name = name.clone();
                        let utf8 = why == NotText::Unset;
                        return Err(RequestError::NothingToInherit { name, origin, utf8 });
                    }
                },
            };
            variables.insert(name.clone(), Setting { value, origin });
        }
    }
    Ok(variables)
}

/// What is started: one word with white space in it is a script, anything else an exact argv.
pub(crate) fn command(words: Vec<String>) -> Result<Command, RequestError> {
    match <[String; 1]>::try_from(words) {
        Ok([script]) if script.trim().is_empty() => Err(RequestError::EmptyCommand),
        Ok([script]) if script.contains(char::is_whitespace) => Ok(Command::Script(script)),
        Ok(word) => Ok(Command::Argv(word.into())),
        Err(words) if words.first().is_none_or(String::is_empty) => Err(RequestError::EmptyCommand),
        Err(words) => Ok(Command::Argv(words)),
    }
}

#[cfg(test)]
mod tests;
