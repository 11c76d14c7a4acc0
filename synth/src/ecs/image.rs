//! Where containers come from.

use crate::ecr::Repository;
use crate::{Value, join};

/// The image of a container.
#[derive(Debug, Clone)]
pub struct Image {
    /// `repository:tag` or `repository@sha256:…`.
    pub name: Value<String>,
    /// ARN of the ECR repository that it is pulled from, for the execution role. Nothing: anyone may pull it.
    pub repository_arn: Option<Value<String>>,
}

impl Image {
    /// An image that anyone may pull, as `repository:tag` or `repository@sha256:…`.
    pub fn registry(name: impl Into<Value<String>>) -> Self {
        Self {
            name: name.into(),
            repository_arn: None,
        }
    }

    /// The image with this tag in an ECR repository.
    pub fn ecr(repository: &Repository, tag: &str) -> Self {
        let name = join("", [repository.uri(), format!(":{tag}").into()]);
        Self {
            name,
            repository_arn: Some(repository.arn()),
        }
    }
}
