//! Variables in files.

use crate::s3::Bucket;
use crate::{Text, Value, join};

/// A file of variables in S3, one `NAME=value` a line, that ECS reads when it starts a container.
///
/// ```
/// use synth::ecs::EnvironmentFile;
/// let file = EnvironmentFile::new("arn:aws:s3:::settings", "orders/main.env");
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html>
#[derive(Debug, Clone, PartialEq)]
pub struct EnvironmentFile {
    /// ARN of the bucket.
    pub bucket_arn: Value<String>,
    /// Key of the object; it ends in `.env`.
    pub key: Text,
}

impl EnvironmentFile {
    /// The object `key` of the bucket with this ARN.
    pub fn new(bucket_arn: impl Into<Value<String>>, key: impl Into<Text>) -> Self {
        Self {
            bucket_arn: bucket_arn.into(),
            key: key.into(),
        }
    }

    /// The object `key` of `bucket`.
    pub fn of(bucket: &Bucket, key: impl Into<Text>) -> Self {
        Self::new(bucket.arn(), key)
    }

    /// The ARN of the object.
    pub(crate) fn arn(&self) -> Value<String> {
        join(
            "",
            [self.bucket_arn.clone(), format!("/{}", self.key).into()],
        )
    }
}
