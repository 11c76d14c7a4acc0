//! What the resources of a stack hold, and how to empty and remove them.

use async_trait::async_trait;
use runtime::ProviderError;
use runtime::deploy::{Contents, Holdings, StackResource};
use runtime::port::Problem;

use crate::cloud::Cloud;
use crate::{task_definitions, tasks};

/// How many things are counted at most, where counting costs requests.
const COUNTED: i32 = 1000;

#[async_trait]
impl Holdings for Cloud {
    async fn contents(&self, resource: &StackResource) -> Result<Contents, ProviderError> {
        let name = resource.physical_id.as_str();
        let (count, kind, or_more) = match resource.resource_type.as_str() {
            "AWS::S3::Bucket" => {
                let page = self.object_versions(name).await?;
                (page.0.len(), "objects", page.1)
            }
            "AWS::DynamoDB::Table" => {
                let (count, or_more) = self.items(name).await?;
                (count, "items", or_more)
            }
            "AWS::ECR::Repository" => {
                let images = self.images_of(name).await?;
                (images.len(), "images", images.len() >= 100)
            }
            "AWS::ECS::Cluster" => (
                tasks::running(self, name).await?.len(),
                "running tasks",
                false,
            ),
            _ => return Ok(Contents::Nothing),
        };
        Ok(Contents::Things {
            count: u64::try_from(count).unwrap_or(u64::MAX),
            kind,
            or_more,
        })
    }

    async fn empty(&self, resource: &StackResource) -> Result<u64, ProviderError> {
        let name = resource.physical_id.as_str();
        match resource.resource_type.as_str() {
            "AWS::S3::Bucket" => self.empty_bucket(name).await,
            "AWS::ECR::Repository" => self.empty_repository(name).await,
            "AWS::ECS::Cluster" => tasks::stop_all(self, name).await,
            _ => Ok(0),
        }
    }

    async fn remove(&self, resource: &StackResource) -> Result<(), ProviderError> {
        let removed = self.remove_by_type(resource).await;
        match removed {
            Err(error) if error.problem == Problem::NotFound => Ok(()),
            removed => removed,
        }
    }

    async fn task_definitions(&self, family: &str) -> Result<Vec<String>, ProviderError> {
        task_definitions::all(self, family).await
    }

    async fn forget_task_definitions(&self, arns: &[String]) -> Result<(), ProviderError> {
        task_definitions::forget(self, arns).await
    }
}

impl Cloud {
    /// A page of the versions and delete markers in a bucket, and whether there are more.
    async fn object_versions(
        &self,
        bucket: &str,
    ) -> Result<(Vec<aws_sdk_s3::types::ObjectIdentifier>, bool), ProviderError> {
        let operation = format!("s3:ListObjectVersions in `{bucket}`");
        let listed = self
            .objects
            .list_object_versions()
            .bucket(bucket)
            .max_keys(COUNTED);
        let page = listed
            .send()
            .await
            .map_err(|error| self.refusal(&operation, &error))?;
        let versions = page
            .versions()
            .iter()
            .map(|one| (one.key(), one.version_id()));
        let markers = page
            .delete_markers()
            .iter()
            .map(|one| (one.key(), one.version_id()));
        let mut identifiers = Vec::new();
        for (key, version) in versions.chain(markers) {
            let identifier = aws_sdk_s3::types::ObjectIdentifier::builder()
                .key(key.unwrap_or_default())
                // A bucket that never was versioned calls its only version `null`.
                .set_version_id(version.filter(|id| *id != "null").map(str::to_owned))
                .build()
                .map_err(|error| ProviderError::new(Problem::Failed, &operation, error))?;
            identifiers.push(identifier);
        }
        Ok((identifiers, page.is_truncated().unwrap_or_default()))
    }

    async fn empty_bucket(&self, bucket: &str) -> Result<u64, ProviderError> {
        let mut removed = 0;
        loop {
            let (versions, _) = self.object_versions(bucket).await?;
            if versions.is_empty() {
                return Ok(removed);
            }
            let count = versions.len();
            let operation = format!("s3:DeleteObjects in `{bucket}`");
            let these = aws_sdk_s3::types::Delete::builder()
                .set_objects(Some(versions))
                .quiet(true)
                .build()
                .map_err(|error| ProviderError::new(Problem::Failed, &operation, error))?;
            let deleted = self.objects.delete_objects().bucket(bucket).delete(these);
            let answer = deleted
                .send()
                .await
                .map_err(|error| self.refusal(&operation, &error))?;
            if let Some(error) = answer.errors().first() {
                let key = error.key().unwrap_or_default();
                let words = error.message().or(error.code()).unwrap_or_default();
                let problem = match error.code() {
                    Some("AccessDenied") => Problem::Denied,
                    _ => Problem::Failed,
                };
                return Err(ProviderError::new(
                    problem,
                    operation,
                    format!("`{key}`: {words}"),
                ));
            }
            removed += u64::try_from(count).unwrap_or_default();
        }
    }

    /// How many items a table has, up to [`COUNTED`], and whether there are more.
    async fn items(&self, table: &str) -> Result<(usize, bool), ProviderError> {
        let scanned = self
            .tables
            .scan()
            .table_name(table)
            .select(aws_sdk_dynamodb::types::Select::Count)
            .limit(COUNTED);
        let answer = scanned
            .send()
            .await
            .map_err(|error| self.refusal(format!("dynamodb:Scan of `{table}`"), &error))?;
        let count = usize::try_from(answer.count()).unwrap_or_default();
        Ok((count, answer.last_evaluated_key.is_some()))
    }

    /// Up to 100 images of a repository, which is what one request deletes.
    async fn images_of(
        &self,
        repository: &str,
    ) -> Result<Vec<aws_sdk_ecr::types::ImageIdentifier>, ProviderError> {
        let listed = self
            .images
            .list_images()
            .repository_name(repository)
            .max_results(100);
        let answer = listed
            .send()
            .await
            .map_err(|error| self.refusal(format!("ecr:ListImages of `{repository}`"), &error))?;
        Ok(answer.image_ids.unwrap_or_default())
    }

    async fn empty_repository(&self, repository: &str) -> Result<u64, ProviderError> {
        let mut removed = 0;
        loop {
            let images = self.images_of(repository).await?;
            let count = images.len();
            if count == 0 {
                return Ok(removed);
            }
            let operation = format!("ecr:BatchDeleteImage of `{repository}`");
            let deleted = self
                .images
                .batch_delete_image()
                .repository_name(repository)
                .set_image_ids(Some(images));
            let answer = deleted
                .send()
                .await
                .map_err(|error| self.refusal(&operation, &error))?;
            if answer.image_ids().is_empty() {
                let failure = answer.failures().first();
                let words = failure.and_then(|failure| failure.failure_reason());
                let words = words.unwrap_or("no image was deleted");
                return Err(ProviderError::new(Problem::Failed, operation, words));
            }
            removed += u64::try_from(count).unwrap_or_default();
        }
    }

    async fn remove_by_type(&self, resource: &StackResource) -> Result<(), ProviderError> {
        let name = resource.physical_id.as_str();
        match resource.resource_type.as_str() {
            "AWS::S3::Bucket" => {
                self.empty_bucket(name).await?;
                let deleted = self.objects.delete_bucket().bucket(name).send().await;
                let operation = format!("s3:DeleteBucket `{name}`");
                deleted
                    .map(drop)
                    .map_err(|error| self.refusal(operation, &error))
            }
            "AWS::DynamoDB::Table" => {
                let deleted = self.tables.delete_table().table_name(name).send().await;
                let operation = format!("dynamodb:DeleteTable `{name}`");
                deleted
                    .map(drop)
                    .map_err(|error| self.refusal(operation, &error))
            }
            "AWS::ECR::Repository" => {
                let deleted = self
                    .images
                    .delete_repository()
                    .repository_name(name)
                    .force(true);
                let operation = format!("ecr:DeleteRepository `{name}`");
                let deleted = deleted.send().await;
                deleted
                    .map(drop)
                    .map_err(|error| self.refusal(operation, &error))
            }
            "AWS::Logs::LogGroup" => {
                let deleted = self
                    .logs
                    .delete_log_group()
                    .log_group_name(name)
                    .send()
                    .await;
                let operation = format!("logs:DeleteLogGroup `{name}`");
                deleted
                    .map(drop)
                    .map_err(|error| self.refusal(operation, &error))
            }
            other => Err(ProviderError::new(
                Problem::Invalid,
                format!("delete `{name}`"),
                format!(
                    "its stack left it behind, and mycli cannot delete {other}: delete it by hand"
                ),
            )),
        }
    }
}
