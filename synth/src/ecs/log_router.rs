//! Output that a container of the task sends on: `FireLens`.

use super::container::Container;
use super::image::Image;
use super::secret::Secret;
use crate::{Text, Value};

/// The `awsfirelens` driver: output goes through the container of the task that has a [`LogRouter`].
///
/// ```
/// use synth::ecs::{Container, FireLens, Image, LogRouter};
/// let router = Container::log_router(
///     "log-router",
///     Image::registry("public.ecr.aws/aws-observability/aws-for-fluent-bit:stable"),
///     LogRouter::default(),
/// );
/// let app = Container {
///     logging: Some(FireLens::new([("Name", "loki"), ("host", "loki.internal")]).into()),
///     ..Container::new("app", Image::registry("nginx"))
/// };
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html>
#[derive(Debug, Clone, Default)]
pub struct FireLens {
    /// What the router is told, such as `Name`, the name of its output plugin. Default: what its own file says.
    pub options: Vec<(Text, Value<String>)>,
    /// The same, from secrets.
    pub secret_options: Vec<(Text, Secret)>,
}

impl FireLens {
    /// With these options of an output plugin.
    pub fn new<N: Into<Text>, V: Into<Value<String>>>(
        options: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let options = options.into_iter();
        Self {
            options: options
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            secret_options: Vec::new(),
        }
    }
}

/// Makes a container the log router of its task. One in a task.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FirelensConfiguration.html>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogRouter {
    /// The program in its image. Default: Fluent Bit.
    pub kind: LogRouterKind,
    /// Whether lines say the cluster, task and task definition they are from. Default of ECS: yes.
    pub ecs_log_metadata: Option<bool>,
    /// A file of the image with settings beyond those of ECS: an absolute path. Fargate takes none from S3. Default: none.
    pub config_file: Option<Text>,
}

/// The program of a [`LogRouter`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogRouterKind {
    /// Fluent Bit.
    #[default]
    FluentBit,
    /// Fluentd.
    Fluentd,
}

impl LogRouterKind {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::FluentBit => "fluentbit",
            Self::Fluentd => "fluentd",
        }
    }
}

impl Container {
    /// An essential container that the output of the others goes through, with 50 MiB kept for it, as AWS CDK makes it.
    pub fn log_router(name: impl Into<Text>, image: Image, router: LogRouter) -> Self {
        Self {
            memory_reservation_mib: Some(50),
            log_router: Some(router),
            ..Self::new(name, image)
        }
    }
}
