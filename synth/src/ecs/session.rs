//! Sessions into running containers.

use crate::cfn::ecs::cluster::{
    ClusterConfiguration, ExecuteCommandConfiguration, ExecuteCommandLogConfiguration,
};
use crate::cfn::refs::logs::LogGroupName;
use crate::cfn::refs::s3::BucketName;
use crate::{Id, OneOf, Text, Value};

/// Sessions into running containers: `aws ecs execute-command`.
///
/// ```
/// use synth::ecs::{ExecuteCommand, SessionBucket, SessionLog};
/// use synth::Id;
/// let bucket = SessionBucket { encrypted: true, ..SessionBucket::new(Id::literal("sessions")) };
/// let recorded = ExecuteCommand { kms_key: None, logging: SessionLog::Bucket(bucket) };
/// ```
#[derive(Debug, Clone, Default)]
pub struct ExecuteCommand {
    /// The KMS key that encrypts them: its id, alias or ARN. Default: encrypted by TLS alone.
    pub kms_key: Option<Value<String>>,
    /// Where what is typed and answered is kept. Default: where the container's own output goes.
    pub logging: SessionLog,
}

/// Where sessions are kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum SessionLog {
    /// Where the container's own output goes.
    #[default]
    WithContainer,
    /// Nowhere.
    None,
    /// In a log group.
    Group(SessionGroup),
    /// In a bucket.
    Bucket(SessionBucket),
    /// In both.
    GroupAndBucket(SessionGroup, SessionBucket),
}

/// A log group for sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionGroup {
    /// The name of the group.
    pub name: Value<Id<LogGroupName>>,
    /// Whether sessions are kept only if the group has a key of its own. Default: no.
    pub encrypted: bool,
}

impl SessionGroup {
    /// The group called `name`, encrypted or not.
    pub fn new(name: impl Into<Value<Id<LogGroupName>>>) -> Self {
        Self {
            name: name.into(),
            encrypted: false,
        }
    }
}

/// A bucket for sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionBucket {
    /// The name of the bucket.
    pub name: Value<Id<BucketName>>,
    /// Such as `sessions/`. Default (empty): none.
    pub prefix: Text,
    /// Whether sessions are kept only if the bucket is encrypted. Default: no.
    pub encrypted: bool,
}

impl SessionBucket {
    /// The bucket called `name`, encrypted or not, without a prefix.
    pub fn new(name: impl Into<Value<Id<BucketName>>>) -> Self {
        Self {
            name: name.into(),
            prefix: Text::Borrowed(""),
            encrypted: false,
        }
    }
}

impl ExecuteCommand {
    pub(crate) fn configuration(self) -> ClusterConfiguration {
        let (logging, group, bucket) = match self.logging {
            SessionLog::WithContainer => ("DEFAULT", None, None),
            SessionLog::None => ("NONE", None, None),
            SessionLog::Group(group) => ("OVERRIDE", Some(group), None),
            SessionLog::Bucket(bucket) => ("OVERRIDE", None, Some(bucket)),
            SessionLog::GroupAndBucket(group, bucket) => ("OVERRIDE", Some(group), Some(bucket)),
        };
        let mut log = ExecuteCommandLogConfiguration::default();
        if let Some(group) = group {
            log.cloud_watch_encryption_enabled = group.encrypted.then_some(true).into();
            log.cloud_watch_log_group_name = group.name.into();
        }
        if let Some(bucket) = bucket {
            let prefix = (!bucket.prefix.is_empty()).then(|| bucket.prefix.into_owned());
            log.s3_bucket_name = bucket.name.into();
            log.s3_encryption_enabled = bucket.encrypted.then_some(true).into();
            log.s3_key_prefix = prefix.into();
        }
        let configuration = ExecuteCommandConfiguration {
            kms_key_id: self.kms_key.map(|key| key.map(OneOf::literal)).into(),
            log_configuration: (logging == "OVERRIDE").then_some(log).into(),
            logging: logging.into(),
        };
        ClusterConfiguration {
            execute_command_configuration: configuration.into(),
            ..Default::default()
        }
    }
}
