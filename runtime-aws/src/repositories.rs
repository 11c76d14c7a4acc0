//! Repositories for the images that are published before stacks are deployed.

use std::path::Path;

use async_trait::async_trait;
use aws_sdk_ecr::types::{ImageIdentifier, ImageScanningConfiguration, ImageTagMutability};
use runtime::ProviderError;
use runtime::deploy::{ImageError, Repositories};
use runtime::port::Problem;
use serde_json::json;

use crate::archive::{self, ArchiveError};
use crate::buckets::partition;
use crate::cloud::Cloud;
use crate::push::push_packed;

/// The repositories of one account, in the region of a [`Cloud`]. Every request names the account.
#[derive(Debug, Clone)]
pub struct AccountRepositories {
    cloud: Cloud,
    account: String,
}

impl Cloud {
    /// The repositories of `account`, which has to be that of the credentials.
    pub fn repositories_of(&self, account: impl Into<String>) -> AccountRepositories {
        AccountRepositories {
            cloud: self.clone(),
            account: account.into(),
        }
    }
}

#[async_trait]
impl Repositories for AccountRepositories {
    async fn has_repository(&self, repository: &str) -> Result<bool, ProviderError> {
        let asked = self.cloud.images.describe_repositories();
        let asked = asked
            .registry_id(&self.account)
            .repository_names(repository);
        let found = asked.send().await.map_err(|error| {
            let operation = format!("ecr:DescribeRepositories `{repository}`");
            self.cloud.refusal(operation, &error)
        });
        match found {
            Ok(found) => Ok(!found.repositories().is_empty()),
            Err(refusal) if refusal.problem == Problem::NotFound => Ok(false),
            Err(refusal) => Err(refusal),
        }
    }

    async fn make_repository(&self, repository: &str) -> Result<(), ProviderError> {
        let scanning = ImageScanningConfiguration::builder().scan_on_push(true);
        let asked = self.cloud.images.create_repository();
        let asked = asked
            .registry_id(&self.account)
            .repository_name(repository)
            .image_tag_mutability(ImageTagMutability::Immutable)
            .image_scanning_configuration(scanning.build());
        let made = asked.send().await.map_err(|error| {
            let operation = format!("ecr:CreateRepository `{repository}`");
            self.cloud.refusal(operation, &error)
        });
        match made {
            Ok(_) => Ok(()),
            // Somebody else was faster.
            Err(refusal) if refusal.problem == Problem::Conflict => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    async fn open_repository(&self, repository: &str) -> Result<(), ProviderError> {
        let asked = self.cloud.images.set_repository_policy();
        let asked = asked
            .registry_id(&self.account)
            .repository_name(repository)
            .policy_text(for_services(&self.account, self.cloud.region()));
        asked.send().await.map_err(|error| {
            let operation = format!("ecr:SetRepositoryPolicy of `{repository}`");
            self.cloud.refusal(operation, &error)
        })?;
        Ok(())
    }

    async fn has_image(&self, repository: &str, tag: &str) -> Result<bool, ProviderError> {
        let asked = self.cloud.images.describe_images();
        let asked = asked
            .registry_id(&self.account)
            .repository_name(repository)
            .image_ids(ImageIdentifier::builder().image_tag(tag).build());
        let found = asked.send().await.map_err(|error| {
            let operation = format!("ecr:DescribeImages `{repository}:{tag}`");
            self.cloud.refusal(operation, &error)
        });
        match found {
            Ok(found) => Ok(!found.image_details().is_empty()),
            Err(refusal) if refusal.problem == Problem::NotFound => Ok(false),
            Err(refusal) => Err(refusal),
        }
    }

    async fn push_image(
        &self,
        repository: &str,
        tag: &str,
        archive: &Path,
    ) -> Result<(), ImageError> {
        let path = archive.to_owned();
        let read = tokio::task::spawn_blocking(move || archive::read(&path)).await;
        let shown = archive.display().to_string();
        let packed = match read.map_err(std::io::Error::other) {
            Ok(Ok(packed)) => packed,
            Ok(Err(ArchiveError::Wrong(reason))) => {
                return Err(ImageError::Archive {
                    archive: shown,
                    reason,
                });
            }
            Ok(Err(ArchiveError::Files(source))) | Err(source) => {
                return Err(ImageError::Files {
                    operation: format!("read `{shown}`"),
                    source,
                });
            }
        };
        let uri = format!("{}/{repository}", self.host());
        Ok(push_packed(&self.cloud, &uri, tag, &packed).await?)
    }
}

impl AccountRepositories {
    /// Name of the region.
    pub fn region(&self) -> &str {
        self.cloud.region()
    }

    /// The registry of the account.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html>
    fn host(&self) -> String {
        let region = self.cloud.region();
        let suffix = match partition(region) {
            "aws-cn" => "amazonaws.com.cn",
            _ => "amazonaws.com",
        };
        format!("{}.dkr.ecr.{region}.{suffix}", self.account)
    }
}

/// A policy that lets those services of the account pull that do not do so with a role of the template, as that of the
/// repository of `cdk bootstrap` does.
/// <https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions>
fn for_services(account: &str, region: &str) -> String {
    let partition = partition(region);
    let statement = |service: &str, source: String| {
        json!({
            "Effect": "Allow",
            "Principal": { "Service": format!("{service}.amazonaws.com") },
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Condition": { "StringLike": { "aws:sourceArn": source } },
        })
    };
    let arn =
        |service: &str, what: &str| format!("arn:{partition}:{service}:{region}:{account}:{what}");
    json!({
        "Version": "2012-10-17",
        "Statement": [
            statement("lambda", arn("lambda", "function:*")),
            statement("emr-serverless", arn("emr-serverless", "/applications/*")),
        ],
    })
    .to_string()
}
