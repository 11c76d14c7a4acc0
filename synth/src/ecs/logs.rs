//! The driver that writes to CloudWatch Logs.

use crate::Text;
use crate::logs::{LogGroupProps, LogGroupRef, Retention};

/// The `awslogs` driver: output goes to a log group of CloudWatch Logs, in the task's region.
///
/// ```
/// use synth::ecs::{AwsLogs, LogMode, Multiline};
/// use synth::logs::LogGroup;
/// let shared = AwsLogs::new(LogGroup::from_name("/orders"), "web");
/// let own = AwsLogs {
///     multiline: Multiline::DatetimeFormat("%Y-%m-%d %H:%M:%S".into()),
///     mode: LogMode::NonBlocking { buffer_mib: 4 },
///     ..AwsLogs::own("web")
/// };
/// ```
#[derive(Debug, Clone)]
pub struct AwsLogs {
    /// The group.
    pub group: LogDestination,
    /// The stream is called `prefix/container/task`.
    pub stream_prefix: Text,
    /// Which lines are one event. Default: each.
    pub multiline: Multiline,
    /// What happens to output that cannot be sent at once. Default: [`LogMode::AsAccountSays`].
    pub mode: LogMode,
}

impl AwsLogs {
    /// To `group`, in streams that start with `stream_prefix`.
    pub fn new(group: impl Into<LogGroupRef>, stream_prefix: impl Into<Text>) -> Self {
        Self::to(LogDestination::Group(group.into()), stream_prefix)
    }

    /// To a group of the container's own, in streams that start with `stream_prefix`. It keeps lines for ever and is
    /// retained, as with AWS CDK; [`LogDestination::Own`] says otherwise.
    pub fn own(stream_prefix: impl Into<Text>) -> Self {
        let props = LogGroupProps {
            retention: Retention::Forever,
            ..LogGroupProps::default()
        };
        Self::to(LogDestination::Own(Box::new(props)), stream_prefix)
    }

    fn to(group: LogDestination, stream_prefix: impl Into<Text>) -> Self {
        Self {
            group,
            stream_prefix: stream_prefix.into(),
            multiline: Multiline::None,
            mode: LogMode::AsAccountSays,
        }
    }
}

/// The log group of an [`AwsLogs`].
#[derive(Debug, Clone)]
pub enum LogDestination {
    /// One that is declared elsewhere.
    Group(LogGroupRef),
    /// One that is declared with the container, as its child `LogGroup`.
    Own(Box<LogGroupProps>),
}

/// Which lines are one event. `awslogs` takes one of the two ways to say so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Multiline {
    /// Each.
    #[default]
    None,
    /// An event begins with a time, as `strftime` writes it: `awslogs-datetime-format`.
    DatetimeFormat(Text),
    /// An event begins where this regular expression matches: `awslogs-multiline-pattern`.
    Pattern(Text),
}

/// What the log driver does with output that it cannot send at once.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogMode {
    /// The account setting `defaultLogDriverMode`; where nobody set it, ECS drops output since June 2025.
    AsAccountSays,
    /// The container waits until it is sent. Nothing is lost.
    Blocking,
    /// It is kept in memory up to this many MiB, and dropped beyond.
    NonBlocking {
        /// MiB of memory, at least 1.
        buffer_mib: u16,
    },
}
