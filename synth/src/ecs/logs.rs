//! Where the output of containers goes.

use crate::logs::LogGroup;
use crate::{Text, Value};

/// The `awslogs` driver: output goes to a log group of CloudWatch Logs, in the task's region.
#[derive(Debug, Clone)]
pub struct AwsLogs {
    /// The name of the group.
    pub group: Value<String>,
    /// The ARN of the group and its streams, for the execution role.
    pub group_arn: Value<String>,
    /// The stream is called `prefix/container/task`.
    pub stream_prefix: Text,
    /// What happens to output that cannot be sent at once. Default: [`LogMode::AsAccountSays`].
    pub mode: LogMode,
}

impl AwsLogs {
    /// To `group`, in streams that start with `stream_prefix`.
    pub fn new(group: &LogGroup, stream_prefix: impl Into<Text>) -> Self {
        Self {
            group: group.name().into(),
            group_arn: group.arn().into(),
            stream_prefix: stream_prefix.into(),
            mode: LogMode::AsAccountSays,
        }
    }
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
        /// MiB of memory.
        buffer_mib: u16,
    },
}
