//! Buckets for what is published before stacks are deployed.

use std::path::Path;

use async_trait::async_trait;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, PublicAccessBlockConfiguration,
};
use runtime::ProviderError;
use runtime::deploy::Buckets;
use runtime::port::Problem;
use serde_json::json;

use crate::cloud::Cloud;

/// The buckets of one account, in the region of a [`Cloud`].
///
/// Every request names the account: a bucket that somebody else made under a name that is foreseeable is refused.
#[derive(Debug, Clone)]
pub struct AccountBuckets {
    cloud: Cloud,
    account: String,
}

impl Cloud {
    /// The buckets of `account`, which has to be that of the credentials.
    pub fn buckets_of(&self, account: impl Into<String>) -> AccountBuckets {
        AccountBuckets {
            cloud: self.clone(),
            account: account.into(),
        }
    }
}

impl Cloud {
    /// Writes `file` to an object of any bucket that the credentials may write to.
    pub async fn put_file(
        &self,
        bucket: &str,
        key: &str,
        file: &Path,
    ) -> Result<(), ProviderError> {
        let operation = format!("s3:PutObject `{key}` in `{bucket}`");
        let content = ByteStream::from_path(file).await;
        let content =
            content.map_err(|error| ProviderError::new(Problem::Invalid, &operation, error))?;
        let asked = self.objects.put_object().bucket(bucket).key(key);
        let sent = asked.body(content).send().await;
        sent.map(drop)
            .map_err(|error| self.refusal(operation, &error))
    }
}

#[async_trait]
impl Buckets for AccountBuckets {
    async fn has_bucket(&self, bucket: &str) -> Result<bool, ProviderError> {
        let asked = self.cloud.objects.head_bucket().bucket(bucket);
        let asked = asked.expected_bucket_owner(&self.account).send().await;
        match asked {
            Ok(_) => Ok(true),
            Err(error) => match self
                .cloud
                .refusal(format!("s3:HeadBucket of `{bucket}`"), &error)
            {
                refusal if refusal.problem == Problem::NotFound => Ok(false),
                refusal => Err(refusal),
            },
        }
    }

    async fn make_bucket(&self, bucket: &str) -> Result<(), ProviderError> {
        let region = self.cloud.region();
        // That region has no name for itself here.
        let place = (region != "us-east-1").then(|| {
            CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::from(region))
                .build()
        });
        let asked = self.cloud.objects.create_bucket().bucket(bucket);
        let made = asked.set_create_bucket_configuration(place).send().await;
        match made.map_err(|error| {
            self.cloud
                .refusal(format!("s3:CreateBucket `{bucket}`"), &error)
        }) {
            Err(_) if self.has_bucket(bucket).await? => {}
            made => {
                made?;
            }
        }
        Ok(())
    }

    async fn secure_bucket(&self, bucket: &str) -> Result<(), ProviderError> {
        let private = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true)
            .build();
        let asked = self.cloud.objects.put_public_access_block().bucket(bucket);
        let asked = asked.public_access_block_configuration(private);
        let asked = asked.expected_bucket_owner(&self.account).send().await;
        asked.map_err(|error| {
            let operation = format!("s3:PutPublicAccessBlock of `{bucket}`");
            self.cloud.refusal(operation, &error)
        })?;
        let asked = self.cloud.objects.put_bucket_policy().bucket(bucket);
        let asked = asked.policy(tls_only(bucket, self.cloud.region()));
        let asked = asked.expected_bucket_owner(&self.account).send().await;
        asked.map_err(|error| {
            let operation = format!("s3:PutBucketPolicy of `{bucket}`");
            self.cloud.refusal(operation, &error)
        })?;
        Ok(())
    }

    async fn has_object(&self, bucket: &str, key: &str) -> Result<bool, ProviderError> {
        let asked = self.cloud.objects.head_object().bucket(bucket).key(key);
        let asked = asked.expected_bucket_owner(&self.account).send().await;
        match asked {
            Ok(_) => Ok(true),
            Err(error) => match self
                .cloud
                .refusal(format!("s3:HeadObject `{bucket}/{key}`"), &error)
            {
                refusal if refusal.problem == Problem::NotFound => Ok(false),
                refusal => Err(refusal),
            },
        }
    }

    async fn put(&self, bucket: &str, key: &str, file: &Path) -> Result<(), ProviderError> {
        let operation = format!("s3:PutObject `{bucket}/{key}`");
        let content = ByteStream::from_path(file).await;
        let content =
            content.map_err(|error| ProviderError::new(Problem::Invalid, &operation, error))?;
        self.send(bucket, key, content, operation).await
    }

    async fn put_text(&self, bucket: &str, key: &str, text: &str) -> Result<(), ProviderError> {
        let operation = format!("s3:PutObject `{bucket}/{key}`");
        let content = ByteStream::from(text.as_bytes().to_vec());
        self.send(bucket, key, content, operation).await
    }
}

impl AccountBuckets {
    async fn send(
        &self,
        bucket: &str,
        key: &str,
        content: ByteStream,
        operation: String,
    ) -> Result<(), ProviderError> {
        let asked = self.cloud.objects.put_object().bucket(bucket).key(key);
        let asked = asked.expected_bucket_owner(&self.account).body(content);
        let sent = asked.send().await;
        sent.map(|_| ())
            .map_err(|error| self.cloud.refusal(operation, &error))
    }
}

/// A policy that refuses whoever comes without TLS.
fn tls_only(bucket: &str, region: &str) -> String {
    let partition = partition(region);
    let arn = format!("arn:{partition}:s3:::{bucket}");
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, format!("{arn}/*")],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }],
    })
    .to_string()
}

/// The partition that a region is in.
pub fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
