//! The sources of settings, one after the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::retry::RetryLayer;
use super::size::SizeLayer;
use super::{RequestArgs, RequestError};
use crate::config::{ByteSize, Timeout};
use crate::environment::Environment;
use crate::surroundings::Surroundings;

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag of the command line.
    Flag,
    /// A variable `MYCLI_…` of the environment.
    Environment,
    /// A file: a project's `.mycli.yaml`, or the user's own.
    File(PathBuf),
    /// The git repository around the current directory.
    Git,
    /// Nobody said anything.
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.pad("flag"),
            Self::Environment => f.pad("environment"),
            Self::File(path) => f.pad(&path.to_string_lossy()),
            Self::Git => f.pad("git"),
            Self::Default => f.pad("default"),
        }
    }
}

/// A value, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

impl<T> Setting<T> {
    /// What counts where nobody said anything.
    pub(super) fn default(value: T) -> Self {
        Self {
            value,
            origin: Origin::Default,
        }
    }
}

/// What one source says.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) origin: Origin,
    pub(super) context: Option<String>,
    pub(super) repo: Option<String>,
    pub(super) branch: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) pr: Option<u64>,
    pub(super) image: Option<String>,
    pub(super) env: BTreeMap<String, Option<String>>,
    pub(super) timeout: Option<Timeout>,
    pub(super) retry: RetryLayer,
    pub(super) size: SizeLayer,
    pub(super) git_token: Option<String>,
    pub(super) mask: Vec<String>,
    pub(super) output_limit: Option<ByteSize>,
}

/// All sources, the strongest first.
pub(super) fn layers(
    flags: &RequestArgs,
    around: &Surroundings,
) -> Result<Vec<Layer>, RequestError> {
    let mut layers = typed(flags)?;
    layers.push(of_environment(&around.environment)?);
    layers.extend(around.project.clone().map(|(path, project)| Layer {
        origin: Origin::File(path),
        context: project.context,
        repo: project.repo,
        branch: project.branch,
        reference: project.reference,
        pr: None,
        image: project.image,
        env: project.env,
        timeout: project.timeout,
        retry: project.retry.into(),
        size: SizeLayer {
            cpu: project.cpu,
            memory: project.memory,
            disk: project.disk,
            arch: project.arch,
            spot: project.spot,
            role: project.role,
        },
        git_token: project.git_token,
        mask: project.mask,
        output_limit: project.output_limit,
    }));
    let user = around.user.clone();
    layers.push(Layer {
        origin: Origin::File(around.user_path.clone()),
        context: user.context,
        repo: None,
        branch: None,
        reference: None,
        pr: None,
        image: user.image,
        env: user.env,
        timeout: user.timeout,
        retry: RetryLayer::default(),
        size: SizeLayer::default(),
        git_token: None,
        mask: Vec::new(),
        output_limit: None,
    });
    Ok(layers)
}

/// What was typed, the strongest first.
pub(super) fn typed(flags: &RequestArgs) -> Result<Vec<Layer>, RequestError> {
    let mut layers = vec![of_flags(flags)?];
    // The last file counts most.
    for path in flags.env_file.iter().rev() {
        layers.push(of_env_file(path)?);
    }
    Ok(layers)
}

fn of_flags(flags: &RequestArgs) -> Result<Layer, RequestError> {
    let mut env = BTreeMap::new();
    for variable in &flags.env {
        let (name, value) = match variable.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (variable.as_str(), None),
        };
        if name.is_empty() {
            let variable = variable.clone();
            return Err(RequestError::NamelessVariable { variable });
        }
        env.insert(name.to_owned(), value);
    }
    Ok(Layer {
        origin: Origin::Flag,
        context: flags.context.clone(),
        repo: flags.repo.clone(),
        branch: flags.branch.clone(),
        reference: flags.reference.clone(),
        pr: flags.pr,
        image: flags.image.clone(),
        env,
        timeout: flags.timeout,
        retry: (&flags.retry).into(),
        size: (&flags.size).into(),
        git_token: flags.git_token.clone(),
        mask: flags.output.mask.clone(),
        output_limit: flags.output.output_limit,
    })
}

/// Variables from a file, in the form of `docker run --env-file`: nothing is quoted, and nothing is put in place of anything.
fn of_env_file(path: &Path) -> Result<Layer, RequestError> {
    let refused = |problem: String| RequestError::EnvFile {
        path: path.to_owned(),
        problem,
    };
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    let mut env = BTreeMap::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (line.trim_end(), None),
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            // The line may hold a secret.
            let problem = "is neither NAME=VALUE nor NAME, where no name holds white space";
            return Err(refused(format!("line {} {problem}", at + 1)));
        }
        env.insert(name.to_owned(), value);
    }
    Ok(Layer {
        origin: Origin::File(path.to_owned()),
        context: None,
        repo: None,
        branch: None,
        reference: None,
        pr: None,
        image: None,
        env,
        timeout: None,
        retry: RetryLayer::default(),
        size: SizeLayer::default(),
        git_token: None,
        mask: Vec::new(),
        output_limit: None,
    })
}

fn of_environment(environment: &Environment) -> Result<Layer, RequestError> {
    let text = |name| environment.text(name).map(str::to_owned);
    let timeout = text("MYCLI_TIMEOUT").map(|text| text.parse()).transpose();
    Ok(Layer {
        origin: Origin::Environment,
        context: text("MYCLI_CONTEXT"),
        repo: text("MYCLI_REPO"),
        branch: text("MYCLI_BRANCH"),
        reference: text("MYCLI_REF"),
        pr: None,
        image: text("MYCLI_IMAGE"),
        env: BTreeMap::new(),
        timeout: timeout.map_err(|problem| RequestError::Timeout { problem })?,
        retry: RetryLayer::default(),
        size: SizeLayer::default(),
        git_token: None,
        mask: Vec::new(),
        output_limit: None,
    })
}
