//! How a command is ended, and what is tried again.

use runtime::retry::{ExitCodes, MAX_ATTEMPTS, Retry};
use runtime::wire::order::DEFAULT_GRACE_MS;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::Timeout;

/// How a command is ended, and what is tried again, as flags.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct RetryArgs {
    /// How long the command has to end after SIGINT, before it gets SIGTERM and, ten seconds later, SIGKILL
    ///
    /// What AWS itself stops, such as Spot capacity, has two minutes at most. Default: 2m.
    #[arg(long, value_name = "TIME")]
    grace: Option<Timeout>,

    /// How many attempts at most, where no capacity, a network or a registry that does not answer keeps the command from being started
    ///
    /// What has run is not run again unless the flags below say so. Default: 3.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_ATTEMPTS)))]
    attempts: Option<u32>,

    /// Run it again when it exits with one of these: 75, or 75,100-103
    #[arg(long, value_name = "CODES")]
    retry_on_exit: Option<ExitCodes>,

    /// Run it again when what it ran on was taken away, such as Spot capacity
    #[arg(long)]
    retry_interrupted: bool,
}

/// The same, as one source of settings says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RetryLayer {
    pub(super) grace: Option<Timeout>,
    pub(super) attempts: Option<u32>,
    pub(super) on_exit: Option<ExitCodes>,
    pub(super) interrupted: Option<bool>,
}

impl From<&RetryArgs> for RetryLayer {
    fn from(flags: &RetryArgs) -> Self {
        Self {
            grace: flags.grace,
            attempts: flags.attempts,
            on_exit: flags.retry_on_exit.clone(),
            interrupted: flags.retry_interrupted.then_some(true),
        }
    }
}

impl From<RetrySettings> for RetryLayer {
    fn from(settings: RetrySettings) -> Self {
        Self {
            grace: settings.grace,
            attempts: settings.attempts,
            on_exit: settings.on_exit.map(|codes| codes.0),
            interrupted: settings.interrupted,
        }
    }
}

impl RetryLayer {
    /// Of two sources what either says; the stronger one first.
    pub(super) fn or(self, weaker: Self) -> Self {
        Self {
            grace: self.grace.or(weaker.grace),
            attempts: self.attempts.or(weaker.attempts),
            on_exit: self.on_exit.or(weaker.on_exit),
            interrupted: self.interrupted.or(weaker.interrupted),
        }
    }

    /// What is tried again in the end.
    pub(super) fn retry(&self) -> Retry {
        let default = Retry::default();
        Retry {
            attempts: self.attempts.unwrap_or(default.attempts),
            on_exit: self.on_exit.clone().unwrap_or_default(),
            interrupted: self.interrupted.unwrap_or_default(),
        }
    }

    /// How long the command has after SIGINT in the end, in milliseconds.
    pub(super) fn grace_ms(&self) -> u64 {
        self.grace
            .map_or(DEFAULT_GRACE_MS, |grace| grace.ms.unwrap_or_default())
    }
}

/// The same, as it stands in `.mycli.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetrySettings {
    /// How long the command has to end after SIGINT, before it gets SIGTERM and, ten seconds later, SIGKILL. Default: 2m.
    pub(crate) grace: Option<Timeout>,
    /// How many attempts at most, 1 to 10. Default: 3.
    pub(crate) attempts: Option<u32>,
    /// Exit codes after which the command is run again, such as `75,100-103`. Default: none.
    pub(crate) on_exit: Option<Codes>,
    /// Whether it is run again when what it ran on was taken away. Default: no.
    pub(crate) interrupted: Option<bool>,
}

/// Exit codes, in a form that has a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Codes(ExitCodes);

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Codes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ExitCodes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Exit codes from 1 to 255, such as 75 or 75,100-103",
            "type": ["string", "integer"],
        })
    }
}
