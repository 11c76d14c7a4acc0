//! Where the output of containers goes.

use super::log_router::FireLens;
use super::logs::AwsLogs;
use super::secret::Secret;
use super::splunk::Splunk;
use crate::{Text, Value};

/// Where the output of a container goes. Fargate has three drivers.
///
/// ```
/// use synth::ecs::{AwsLogs, Container, Image};
/// let web = Container {
///     logging: Some(AwsLogs::own("web").into()),
///     ..Container::new("web", Image::registry("nginx"))
/// };
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html>
#[derive(Debug, Clone)]
pub enum LogDriver {
    /// To CloudWatch Logs.
    AwsLogs(AwsLogs),
    /// Through the task's [`LogRouter`](super::LogRouter).
    FireLens(FireLens),
    /// To Splunk.
    Splunk(Box<Splunk>),
    /// By a name of ECS, for options that the others have no field for. What Fargate does not take, such as `fluentd`,
    /// `gelf`, `json-file`, `journald`, `syslog` and `none`, is refused.
    Named {
        /// Such as `awslogs`.
        driver: Text,
        /// What the driver is told.
        options: Vec<(Text, Value<String>)>,
        /// The same, from secrets.
        secret_options: Vec<(Text, Secret)>,
    },
}

impl From<AwsLogs> for LogDriver {
    fn from(logs: AwsLogs) -> Self {
        Self::AwsLogs(logs)
    }
}

impl From<FireLens> for LogDriver {
    fn from(logs: FireLens) -> Self {
        Self::FireLens(logs)
    }
}

impl From<Splunk> for LogDriver {
    fn from(logs: Splunk) -> Self {
        Self::Splunk(Box::new(logs))
    }
}

impl LogDriver {
    /// What of its options is in secrets.
    pub(crate) fn secrets(&self) -> Vec<&Secret> {
        match self {
            Self::AwsLogs(_) => Vec::new(),
            Self::FireLens(logs) => logs
                .secret_options
                .iter()
                .map(|(_, secret)| secret)
                .collect(),
            Self::Splunk(logs) => vec![&logs.token],
            Self::Named { secret_options, .. } => {
                secret_options.iter().map(|(_, secret)| secret).collect()
            }
        }
    }

    /// The options that [`LogDriver::Named`] says, from secrets or not.
    pub(crate) fn option_names(&self) -> Vec<&str> {
        let Self::Named {
            options,
            secret_options,
            ..
        } = self
        else {
            return Vec::new();
        };
        let plain = options.iter().map(|(name, _)| name.as_ref());
        let secret = secret_options.iter().map(|(name, _)| name.as_ref());
        plain.chain(secret).collect()
    }

    /// The word in the template.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::AwsLogs(_) => "awslogs",
            Self::FireLens(_) => "awsfirelens",
            Self::Splunk(_) => "splunk",
            Self::Named { driver, .. } => driver,
        }
    }
}
