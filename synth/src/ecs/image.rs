//! Where containers come from.

use crate::ecr::Repository;
use crate::{Value, join, pseudo};

/// The image of a container.
///
/// ```
/// use synth::ecs::Image;
/// let public = Image::registry("public.ecr.aws/docker/library/alpine:3.20");
/// let login = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:login-AbCdEf";
/// let private = Image::registry_with_credentials("registry.example.com/app:7", login);
/// ```
#[derive(Debug, Clone)]
pub struct Image {
    /// `repository:tag` or `repository@sha256:…`.
    pub name: Value<String>,
    /// ARN of the ECR repository that it is pulled from, for the execution role. Nothing: it is in another registry.
    pub repository_arn: Option<Value<String>>,
    /// ARN of the secret with `username` and `password` for the registry. Nothing: anyone may pull it, or it is in ECR.
    pub credentials: Option<Value<String>>,
}

impl Image {
    /// An image that anyone may pull, as `repository:tag` or `repository@sha256:…`.
    ///
    /// One that is known to be in a private ECR repository, by `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`, is pulled from
    /// there: the execution role is allowed to.
    pub fn registry(name: impl Into<Value<String>>) -> Self {
        let name = name.into();
        let repository_arn = name.known().and_then(|name| private_repository(name));
        Self {
            name,
            repository_arn,
            credentials: None,
        }
    }

    /// An image of a registry that asks who pulls; `secret_arn` is a secret of Secrets Manager, a JSON object with
    /// `username` and `password`.
    pub fn registry_with_credentials(
        name: impl Into<Value<String>>,
        secret_arn: impl Into<Value<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            repository_arn: None,
            credentials: Some(secret_arn.into()),
        }
    }

    /// The image with this tag, or this digest as `sha256:…`, in an ECR repository.
    pub fn ecr(repository: &Repository, tag_or_digest: &str) -> Self {
        let mark = if tag_or_digest.starts_with("sha256:") {
            '@'
        } else {
            ':'
        };
        let name = join(
            "",
            [repository.uri(), format!("{mark}{tag_or_digest}").into()],
        );
        Self {
            name,
            repository_arn: Some(repository.arn()),
            credentials: None,
        }
    }
}

/// The ARN of the repository in `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG`.
fn private_repository(image: &str) -> Option<Value<String>> {
    let (host, path) = image.split_once('/')?;
    let (account, host) = host.split_once(".dkr.ecr.")?;
    let (region, domain) = host.split_once('.')?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if !is_account || !domain.starts_with("amazonaws.com") {
        return None;
    }
    let name = path.split(['@', ':']).next()?;
    let parts = [
        "arn:".into(),
        pseudo::partition(),
        format!(":ecr:{region}:{account}:repository/{name}").into(),
    ];
    Some(join("", parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(image: &str) -> Option<String> {
        let arn = Image::registry(image.to_owned()).repository_arn?;
        Some(arn.to_json().to_compact())
    }

    #[test]
    fn an_image_of_ecr_is_recognised_by_its_name() {
        let found = arn("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1");
        assert_eq!(
            found.as_deref(),
            Some(
                r#"{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":ecr:eu-west-1:123456789012:repository/team/app"]]}"#
            )
        );
        assert_eq!(
            arn("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@sha256:00"),
            found
        );
        for other in [
            "alpine",
            "docker.io/library/alpine:3",
            "public.ecr.aws/docker/library/alpine:3.20",
            "1234.dkr.ecr.eu-west-1.amazonaws.com/app",
        ] {
            assert_eq!(arn(other), None, "{other}");
        }
    }
}
