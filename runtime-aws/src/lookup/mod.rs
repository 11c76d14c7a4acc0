//! Values of an account that an app asks for while it synthesizes, in the shapes that AWS CDK keeps them.
//!
//! EC2 and SSM are asked without their SDK crates, whose build would cost more than the rest of the program:
//! [`ask`] signs requests itself, `xml` reads EC2's answers. What is looked up is one function a provider.

pub(crate) mod ask;
mod vpc;
pub(crate) mod xml;

use runtime::ProviderError;
use runtime::port::Problem;
use serde_json::{Value, json};

use crate::cloud::{Cloud, Options, connect};
use ask::{ec2, ssm_parameter};

/// What is answered here, for whoever asks for something else.
const PROVIDERS: [&str; 4] = ["ami", "availability-zones", "ssm", "vpc-provider"];

/// A question of an app, as the `missing` of a cloud assembly has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// Who knows: `ami`, `availability-zones`, `ssm` or `vpc-provider`.
    pub provider: String,
    /// What is asked; an object with at least `account` and `region`.
    pub props: Value,
}

/// Asks AWS what `lookup` wants to know.
///
/// In the region of the question; in its account with the caller's credentials, or with the role `lookupRoleArn` of the
/// question where they are another account's.
pub async fn look_up(options: Options, lookup: &Lookup) -> Result<Value, ProviderError> {
    let Lookup { provider, props } = lookup;
    if !PROVIDERS.contains(&provider.as_str()) {
        let message = "this kind of value cannot be looked up";
        let hint = format!(
            "there are lookups for {}; add the value with -c KEY=VALUE, or write it in cdk.context.json",
            PROVIDERS.join(", ")
        );
        return Err(refused(provider, message).with_hint(hint));
    }
    let region = text(props, "region").map(str::to_owned);
    let cloud = connect(Options {
        region: region.or(options.region),
        profile: options.profile,
        ..Options::default()
    });
    let cloud = in_account(cloud.await?, provider, props).await?;
    match provider.as_str() {
        "availability-zones" => availability_zones(&cloud).await,
        "ssm" => ssm(&cloud, props).await,
        "ami" => ami(&cloud, props).await,
        _ => vpc::vpc(&cloud, props).await,
    }
}

/// The cloud with credentials for the account that is asked about.
async fn in_account(cloud: Cloud, provider: &str, props: &Value) -> Result<Cloud, ProviderError> {
    let Some(account) = text(props, "account") else {
        return Ok(cloud);
    };
    let own = cloud.identity().await?.account;
    if account == own {
        return Ok(cloud);
    }
    let Some(role) = text(props, "lookupRoleArn") else {
        let message = format!("it is asked of account {account}, the credentials are {own}'s");
        let hint = format!("pass a --profile of account {account}");
        return Err(refused(provider, &message).with_hint(hint));
    };
    let role = role.replace("${AWS::Partition}", "aws");
    let credentials = aws_config::sts::AssumeRoleProvider::builder(role)
        .configure(&cloud.config)
        .session_name("mycli-lookup")
        .build()
        .await;
    let provider = aws_sdk_ecs::config::SharedCredentialsProvider::new(credentials);
    let config = cloud.config.to_builder().credentials_provider(provider);
    let region = cloud.region().to_owned();
    Ok(Cloud::new(config.build(), region))
}

/// Names of the zones that can be used.
async fn availability_zones(cloud: &Cloud) -> Result<Value, ProviderError> {
    let zones = ec2(cloud, "DescribeAvailabilityZones", &[]).await?;
    let zones = zones.list("availabilityZoneInfo").iter();
    let zones = zones.filter(|zone| zone.text("zoneState") == Some("available"));
    let names: Vec<&str> = zones.filter_map(|zone| zone.text("zoneName")).collect();
    Ok(json!(names))
}

/// Value of a parameter; `dummyValue` where there is none and that is to be ignored.
async fn ssm(cloud: &Cloud, props: &Value) -> Result<Value, ProviderError> {
    let name = text(props, "parameterName");
    let name = name.ok_or_else(|| refused("ssm", "the question has no `parameterName`"))?;
    match ssm_parameter(cloud, name).await {
        Err(error) if error.problem == Problem::NotFound => {
            let ignored = props.get("ignoreErrorOnMissingContext") == Some(&Value::Bool(true));
            if let Some(dummy) = props.get("dummyValue").filter(|_| ignored) {
                return Ok(dummy.clone());
            }
            let message = format!("there is no parameter `{name}` in {}", cloud.region());
            Err(ProviderError { message, ..error })
        }
        found => found.map(Value::String),
    }
}

/// Id of the youngest image that fits.
async fn ami(cloud: &Cloud, props: &Value) -> Result<Value, ProviderError> {
    let mut parameters = Vec::new();
    let owners = props.get("owners").and_then(Value::as_array);
    let owners = owners.into_iter().flatten().filter_map(Value::as_str);
    for (index, owner) in owners.enumerate() {
        parameters.push((format!("Owner.{}", index + 1), owner.to_owned()));
    }
    parameters.extend(filters(props.get("filters")));
    let images = ec2(cloud, "DescribeImages", &parameters).await?;
    // Dates are of one form, so that they sort as text.
    let youngest = images.list("imagesSet").iter().max_by_key(|image| {
        let date = image.text("creationDate").unwrap_or_default();
        (date, std::cmp::Reverse(image.text("imageId")))
    });
    let id = youngest.and_then(|image| image.text("imageId"));
    id.map(|id| json!(id)).ok_or_else(|| {
        let message = format!("no image in {} fits", cloud.region());
        ProviderError::new(Problem::NotFound, "look up `ami`", message)
            .with_hint("check the owners and the filters of the machine image")
    })
}

/// The parameters for filters: an object of names, each with a value or a list of them.
fn filters(filters: Option<&Value>) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let filters = filters.and_then(Value::as_object).into_iter().flatten();
    for (index, (name, values)) in filters.enumerate() {
        let filter = format!("Filter.{}", index + 1);
        parameters.push((format!("{filter}.Name"), name.clone()));
        let values = values
            .as_array()
            .map_or(std::slice::from_ref(values), Vec::as_slice);
        for (index, value) in values.iter().enumerate() {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            parameters.push((format!("{filter}.Value.{}", index + 1), value));
        }
    }
    parameters
}

fn text<'a>(props: &'a Value, name: &str) -> Option<&'a str> {
    props.get(name)?.as_str()
}

fn refused(provider: &str, message: &str) -> ProviderError {
    ProviderError::new(Problem::Invalid, format!("look up `{provider}`"), message)
}
