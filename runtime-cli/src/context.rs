//! Contexts: from a name to a place that runs commands.

use std::collections::BTreeMap;

use runtime::site::Starts;
use runtime::{Ambient, Blame, Diagnosis, ExecutionId, ProviderError, Site};
use runtime_aws::{Aws, Options};
use runtime_local::Local;
use stacks::platform::Installation;

use crate::config::User;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::install::version;
use crate::request::LOCAL;
use crate::surroundings::Surroundings;

/// Opens the context of that name. `flagged` when a flag chose it, so that commands which are
/// proposed to the person need the flag too.
pub(crate) async fn open(
    around: &Surroundings,
    name: &str,
    flagged: bool,
) -> Result<Place, Failure> {
    let backend = if name == LOCAL {
        let data = around.environment.data_directory();
        Backend::Local(Box::new(Local::open(&data, crate::agent::program())?))
    } else {
        let installed = around.user.contexts.get(name);
        let installed = installed.ok_or_else(|| NoSuchContext::new(name, &around.user))?;
        version::check(&installed.outputs, &installed.installation)?;
        let cloud = runtime_aws::connect(Options {
            region: Some(installed.region.clone()),
            profile: installed.profile.clone(),
            ..Options::default()
        })
        .await?;
        let installation = read_installation(name, &installed.outputs)?;
        Backend::Aws(Box::new(Aws::open(&cloud, installation)), Box::new(cloud))
    };
    Ok(Place {
        name: name.to_owned(),
        flagged,
        backend,
    })
}

/// What an installation's outputs say of it.
pub(crate) fn read_installation(
    name: &str,
    outputs: &BTreeMap<String, String>,
) -> Result<Installation, IncompleteContext> {
    Installation::from_outputs(outputs).map_err(|source| IncompleteContext {
        name: name.to_owned(),
        source,
    })
}

/// A place that runs commands.
pub(crate) struct Place {
    /// Name of its context.
    pub(crate) name: String,
    flagged: bool,
    backend: Backend,
}

enum Backend {
    Local(Box<Local>),
    Aws(Box<Aws>, Box<runtime_aws::Cloud>),
}

impl Place {
    /// What the runtime's verbs work on.
    pub(crate) fn site(&self) -> Site<'_> {
        match &self.backend {
            Backend::Local(local) => Site {
                history: local.as_ref(),
                backend: local.as_ref(),
                ambient: &System,
                starts: Starts::Nothing,
            },
            Backend::Aws(aws, _) => Site {
                history: aws.as_ref(),
                backend: aws.as_ref(),
                ambient: &System,
                starts: Starts::Nothing,
            },
        }
    }

    /// The AWS account that goes with it; on `local` that of the environment.
    pub(crate) async fn cloud(&self) -> Result<runtime_aws::Cloud, ProviderError> {
        match &self.backend {
            Backend::Local(_) => runtime_aws::connect(Options::default()).await,
            Backend::Aws(_, cloud) => Ok(cloud.as_ref().clone()),
        }
    }

    /// What to type for another look at an execution.
    pub(crate) fn again(&self, verb: &str, id: &ExecutionId) -> String {
        if self.flagged {
            format!("mycli {verb} {id} --context {}", self.name)
        } else {
            format!("mycli {verb} {id}")
        }
    }

    /// Who asks for executions here, as the place knows them.
    pub(crate) async fn caller(&self, environment: &Environment) -> Option<String> {
        match &self.backend {
            Backend::Local(_) => environment.user_name(),
            Backend::Aws(_, cloud) => cloud.identity().await.ok().map(|identity| identity.arn),
        }
    }
}

/// The clock and the dice of this machine.
#[derive(Debug)]
pub(crate) struct System;

impl Ambient for System {
    fn now_ms(&self) -> u64 {
        u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default()
    }

    fn random(&self) -> u64 {
        use std::hash::{BuildHasher, RandomState};
        // The standard library seeds every hasher from the system's randomness.
        RandomState::new().hash_one(jiff::Timestamp::now().as_nanosecond())
    }
}

/// There is no context of that name.
#[derive(Debug, thiserror::Error)]
#[error("there is no context `{name}`")]
pub(crate) struct NoSuchContext {
    /// What was asked for.
    pub(crate) name: String,
    /// Names of installations there are.
    pub(crate) known: Vec<String>,
}

impl NoSuchContext {
    /// `name` is not among the contexts of `user`.
    pub(crate) fn new(name: &str, user: &User) -> Self {
        Self {
            name: name.to_owned(),
            known: user.contexts.keys().cloned().collect(),
        }
    }
}

impl Diagnosis for NoSuchContext {
    fn code(&self) -> &'static str {
        "context.missing"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        let known: Vec<&str> = self.known.iter().map(String::as_str).collect();
        let known = [&[LOCAL], known.as_slice()].concat();
        Some(match crate::config::nearest(&self.name, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "there is {}; `mycli context add` makes another installation known",
                known.join(", ")
            ),
        })
    }
}

/// What is known of an installation lacks something.
#[derive(Debug, thiserror::Error)]
#[error("the context `{name}` is incomplete")]
pub(crate) struct IncompleteContext {
    name: String,
    source: stacks::platform::MissingOutput,
}

impl Diagnosis for IncompleteContext {
    fn code(&self) -> &'static str {
        "context.incomplete"
    }

    fn blame(&self) -> Blame {
        Blame::Cloud
    }

    fn hint(&self) -> Option<String> {
        Some("bring the installation up to date with `mycli init`".to_owned())
    }
}
