//! Which deployed stack a command is about.

use runtime::deploy::{Stack, Stacks as _};
use runtime::{Blame, Diagnosis};
use runtime_aws::Cloud;

use crate::failure::Failure;

/// A stack that is deployed, whoever deployed it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Deployed {
    /// Name of the stack in CloudFormation, or its ARN, which finds deleted ones too
    #[arg(value_name = "STACK")]
    pub(crate) stack: String,

    /// Region it is in
    ///
    /// Default: what the AWS command line would take.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// Profile of the AWS configuration to reach it with
    #[arg(long, value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
}

impl Deployed {
    /// Where it would be.
    pub(crate) async fn cloud(&self) -> Result<Cloud, Failure> {
        let options = runtime_aws::Options {
            region: self.region.clone(),
            profile: self.profile.clone(),
            ..runtime_aws::Options::default()
        };
        Ok(Box::pin(runtime_aws::connect(options)).await?)
    }

    /// The stack as it stands.
    pub(crate) async fn find(&self) -> Result<(Cloud, Stack), Failure> {
        let cloud = self.cloud().await?;
        let stack = cloud.describe(&self.stack).await?;
        let stack = stack.ok_or_else(|| self.missing())?;
        Ok((cloud, stack))
    }

    /// That it is not there.
    pub(crate) fn missing(&self) -> Failure {
        Missing(self.stack.clone()).into()
    }
}

/// There is no such stack.
#[derive(Debug, thiserror::Error)]
#[error("there is no stack `{0}`")]
struct Missing(String);

impl Diagnosis for Missing {
    fn code(&self) -> &'static str {
        "stack.missing"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some(
            "give its name in CloudFormation, which `mycli ls` shows beside that in the app; name another region with \
             --region"
                .to_owned(),
        )
    }
}
