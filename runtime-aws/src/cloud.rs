//! An AWS account and region, and the credentials to work in it.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use runtime::ProviderError;
use runtime::port::Problem;

use aws_config::identity::IdentityCache;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sdk_sts::error::DisplayErrorContext;

/// How often a request is made at most, the first time included.
const ATTEMPTS: u32 = 4;

/// How long a connection may take. A name that does not resolve and a port that is closed fail at once.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long AWS may be silent within one attempt.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// Which account and region to work in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Default: what the AWS command line would take, from the environment or the profile.
    pub region: Option<String>,
    /// Profile of the shared AWS configuration files. Default: `AWS_PROFILE`, else `default`.
    pub profile: Option<String>,
    /// ARN of a role to assume. Default: none.
    pub role: Option<String>,
}

/// An AWS account and region, and the credentials to work in it.
#[derive(Debug, Clone)]
pub struct Cloud {
    pub(crate) config: SdkConfig,
    region: String,
    pub(crate) stacks: aws_sdk_cloudformation::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
    pub(crate) tables: aws_sdk_dynamodb::Client,
    pub(crate) images: aws_sdk_ecr::Client,
    pub(crate) tasks: aws_sdk_ecs::Client,
    pub(crate) objects: aws_sdk_s3::Client,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// ARN of the user or the assumed role.
    pub arn: String,
    /// Id of the account.
    pub account: String,
}

/// Finds region and credentials as the AWS command line does. Makes no request to AWS's services.
///
/// `AWS_ENDPOINT_URL` and its variants for one service are honoured.
pub async fn connect(options: Options) -> Result<Cloud, ProviderError> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(READ_TIMEOUT)
                .build(),
        );
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = options.region {
        loader = loader.region(Region::new(region));
    }
    let mut config = loader.load().await;
    if let Some(role) = &options.role {
        config = assume(config, role).await?;
    }
    let Some(region) = config.region().map(ToString::to_string) else {
        let mut error =
            ProviderError::new(Problem::Invalid, "find the AWS region", "no region is set");
        error.hint = Some("pass `--region`, or set AWS_REGION".to_owned());
        return Err(error);
    };
    Ok(Cloud::new(config, region))
}

/// The same with the credentials of a role, which are asked for at once.
async fn assume(config: SdkConfig, role: &str) -> Result<SdkConfig, ProviderError> {
    let provider = AssumeRoleProvider::builder(role)
        .session_name("mycli")
        .configure(&config)
        .build()
        .await;
    let shared = SharedCredentialsProvider::new(provider);
    shared.provide_credentials().await.map_err(|error| {
        let words = DisplayErrorContext(&error).to_string();
        ProviderError::new(Problem::Denied, format!("sts:AssumeRole `{role}`"), words)
    })?;
    let cache = IdentityCache::lazy().build();
    Ok(config
        .into_builder()
        .credentials_provider(shared)
        .identity_cache(cache)
        .build())
}

impl Cloud {
    pub(crate) fn new(config: SdkConfig, region: String) -> Self {
        // An emulator on loopback has no DNS names for buckets.
        let objects = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(endpoint(&config, "s3").is_some())
            .build();
        Self {
            region,
            stacks: aws_sdk_cloudformation::Client::new(&config),
            logs: aws_sdk_cloudwatchlogs::Client::new(&config),
            tables: aws_sdk_dynamodb::Client::new(&config),
            images: aws_sdk_ecr::Client::new(&config),
            tasks: aws_sdk_ecs::Client::new(&config),
            objects: aws_sdk_s3::Client::from_conf(objects),
            config,
        }
    }

    /// Name of the region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Where `service` is, when it is not at AWS.
    pub(crate) fn endpoint(&self, service: &str) -> Option<String> {
        endpoint(&self.config, service)
    }

    /// Host that `operation`, such as `ecs:RunTask`, is asked of.
    pub(crate) fn host(&self, operation: &str) -> String {
        let service = operation.split(':').next().unwrap_or_default();
        self.endpoint(service).unwrap_or_else(|| match service {
            "ecr" => format!("api.ecr.{}.amazonaws.com", self.region),
            _ => format!("{service}.{}.amazonaws.com", self.region),
        })
    }

    /// Who asks, by `sts:GetCallerIdentity`, which needs no permission.
    pub async fn identity(&self) -> Result<Identity, ProviderError> {
        let identity = aws_sdk_sts::Client::new(&self.config)
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| self.refusal("sts:GetCallerIdentity", &error))?;
        Ok(Identity {
            arn: identity.arn.unwrap_or_default(),
            account: identity.account.unwrap_or_default(),
        })
    }
}

/// Where `service` is, when it is not at AWS.
fn endpoint(config: &SdkConfig, service: &str) -> Option<String> {
    // The SDK reads the same variable, and does not tell. It goes by the service's id, which is not always the name that requests
    // are signed with: https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html.
    let id = match service {
        "servicequotas" => "SERVICE_QUOTAS".to_owned(),
        service => service.to_ascii_uppercase(),
    };
    let variable = format!("AWS_ENDPOINT_URL_{id}");
    let own = std::env::var(variable).ok();
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}
