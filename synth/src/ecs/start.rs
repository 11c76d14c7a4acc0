//! What ECS has to be allowed before a container runs.

use super::container::Container;
use super::driver::LogDriver;
use super::logs::{AwsLogs, LogDestination};
use crate::iam::{PolicyDocument, Statement};

impl Container {
    /// Lets `policy` do what ECS has to do before this container runs: pull its image, open its log stream, read its secrets
    /// and its files of variables. Secrets that are encrypted with a key of one's own need `kms:Decrypt` on it besides.
    ///
    /// A log group of the container's own ([`AwsLogs::own`]) is known only to its task definition, whose own execution role
    /// may write to it.
    pub fn grant_start(&self, policy: &mut PolicyDocument) {
        if let Some(secret) = &self.image.credentials {
            policy.add(Statement::allow(
                ["secretsmanager:GetSecretValue"],
                [secret],
            ));
        }
        if let Some(repository) = &self.image.repository_arn {
            let pull = [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ];
            policy.add(Statement::allow(pull, [repository]));
            // The token is the account's, so AWS allows no narrower resource.
            policy.add(Statement::allow(["ecr:GetAuthorizationToken"], ["*"]));
        }
        if let Some(LogDriver::AwsLogs(AwsLogs {
            group: LogDestination::Group(group),
            ..
        })) = &self.logging
        {
            group.grant_write(policy);
        }
        let of_logging = self.logging.iter().flat_map(LogDriver::secrets);
        let of_variables = self.secrets.iter().map(|(_, secret)| secret);
        for secret in of_logging.chain(of_variables) {
            let (action, arn) = secret.access();
            policy.add(Statement::allow([action], [arn]));
        }
        for file in &self.environment_files {
            policy.add(Statement::allow(["s3:GetObject"], [file.arn()]));
            policy.add(Statement::allow(
                ["s3:GetBucketLocation"],
                [&file.bucket_arn],
            ));
        }
    }
}
