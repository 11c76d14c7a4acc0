//! Signed requests to the query protocol (EC2, IAM) and to JSON 1.1 (SSM, Service Quotas), over the HTTP client of the SDK.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use runtime::ProviderError;
use runtime::port::Problem;
use serde_json::{Value, json};

use super::xml::{self, Element};
use crate::buckets::partition;
use crate::cloud::{CONNECT_TIMEOUT, Cloud, READ_TIMEOUT};
use crate::refusal;

/// Version of EC2's interface. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html>
const EC2_VERSION: &str = "2016-11-15";

/// Version of IAM's interface. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>
const IAM_VERSION: &str = "2010-05-08";

/// How often a request is made at most, and how long the first wait is.
const ATTEMPTS: u32 = 4;
const BACKOFF: Duration = Duration::from_millis(300);

/// Calls `action` of EC2.
pub(crate) async fn ec2(
    cloud: &Cloud,
    action: &str,
    parameters: &[(String, String)],
) -> Result<Element, ProviderError> {
    query(cloud, ("ec2", EC2_VERSION), action, parameters).await
}

/// Calls `action` of IAM.
pub(crate) async fn iam(
    cloud: &Cloud,
    action: &str,
    parameters: &[(String, String)],
) -> Result<Element, ProviderError> {
    query(cloud, ("iam", IAM_VERSION), action, parameters).await
}

async fn query(
    cloud: &Cloud,
    (service, version): (&'static str, &str),
    action: &str,
    parameters: &[(String, String)],
) -> Result<Element, ProviderError> {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("Action", action);
    body.append_pair("Version", version);
    body.extend_pairs(parameters);
    let operation = format!("{service}:{action}");
    let request = Request {
        service,
        operation: operation.clone(),
        headers: vec![("content-type", "application/x-www-form-urlencoded")],
        body: body.finish(),
    };
    let (status, answer) = request.send(cloud).await?;
    let failed = |words: String| ProviderError::new(Problem::Failed, operation.clone(), words);
    match xml::parse(&answer) {
        Ok(element) if status == 200 => Ok(element),
        Ok(element) => {
            let (code, words) = element.error().unwrap_or(("", "no reason is given"));
            Err(refusal::said(operation, code, words.to_owned(), status))
        }
        Err(_) if status != 200 => Err(refusal::said(
            operation,
            "",
            format!("HTTP status {status}"),
            status,
        )),
        Err(words) => Err(failed(format!("the answer cannot be read: {words}"))),
    }
}

/// Reads a parameter of SSM, not decrypted.
pub(super) async fn ssm_parameter(cloud: &Cloud, name: &str) -> Result<String, ProviderError> {
    let operation = "ssm:GetParameter";
    let target = ("ssm", "AmazonSSM.GetParameter");
    let answer = json_1_1(cloud, target, operation, &json!({ "Name": name })).await?;
    let value = answer.pointer("/Parameter/Value").and_then(Value::as_str);
    value
        .map(str::to_owned)
        .ok_or_else(|| ProviderError::new(Problem::Failed, operation, "the answer has no value"))
}

/// Calls `target` of a service that speaks JSON 1.1.
pub(crate) async fn json_1_1(
    cloud: &Cloud,
    (service, target): (&'static str, &'static str),
    operation: &str,
    body: &Value,
) -> Result<Value, ProviderError> {
    let request = Request {
        service,
        operation: operation.to_owned(),
        headers: vec![
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target),
        ],
        body: body.to_string(),
    };
    let (status, answer) = request.send(cloud).await?;
    let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    if status != 200 {
        let code = text("__type").unwrap_or_default();
        let words = text("message").or_else(|| text("Message"));
        let words = words.map_or_else(
            || format!("HTTP status {status} {code}").trim_end().to_owned(),
            str::to_owned,
        );
        return Err(refusal::said(operation.to_owned(), code, words, status));
    }
    Ok(answer)
}

struct Request {
    service: &'static str,
    operation: String,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

impl Request {
    /// Sends it, more than once if that may help. Returns the status and the answer.
    async fn send(&self, cloud: &Cloud) -> Result<(u16, String), ProviderError> {
        let mut wait = BACKOFF;
        let mut attempt = 1;
        loop {
            let answer = self.send_once(cloud).await;
            let again = match &answer {
                Ok((status, text)) => {
                    *status >= 500
                        || *status == 429
                        || (*status != 200 && text.contains("LimitExceeded"))
                }
                Err(error) => error.problem == Problem::Unreachable,
            };
            if !again || attempt == ATTEMPTS {
                return answer;
            }
            attempt += 1;
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }

    async fn send_once(&self, cloud: &Cloud) -> Result<(u16, String), ProviderError> {
        let failed = |problem, words: String| ProviderError::new(problem, &*self.operation, words);
        let request = self.signed(cloud).await?;
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build();
        let connector =
            aws_smithy_http_client::default_connector(&settings, cloud.config.sleep_impl());
        let connector = connector
            .ok_or_else(|| failed(Problem::Failed, "this build has no HTTPS client".to_owned()))?;
        let answer = connector.call(request).await.map_err(|error| {
            let words = refusal::chain(&error);
            let host = cloud.host(&self.operation);
            failed(
                Problem::Unreachable,
                format!("{host} did not answer: {words}"),
            )
            .with_hint("check the network, a proxy, `--region`, and AWS_ENDPOINT_URL")
        })?;
        let status = answer.status().as_u16();
        let body = ByteStream::new(answer.into_body()).collect().await;
        let body = body.map_err(|error| {
            failed(
                Problem::Unreachable,
                format!("the answer broke off: {error}"),
            )
        })?;
        Ok((status, String::from_utf8_lossy(&body.to_vec()).into_owned()))
    }

    async fn signed(&self, cloud: &Cloud) -> Result<HttpRequest, ProviderError> {
        let failed = |words: String| ProviderError::new(Problem::Failed, &*self.operation, words);
        let url = self.url(cloud);
        let none = || {
            let words = "there are no credentials";
            ProviderError::new(Problem::NoCredentials, &*self.operation, words)
                .with_hint(refusal::PROVIDE)
        };
        let provider = cloud.config.credentials_provider().ok_or_else(none)?;
        let credentials = provider.provide_credentials().await.map_err(|error| {
            let mut refused = none();
            refused.message = refusal::chain(&error);
            refused
        })?;
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region(cloud))
            .name(self.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let body = SignableBody::Bytes(self.body.as_bytes());
        let headers = self.headers.iter().copied();
        let signable = SignableRequest::new("POST", &url, headers, body)
            .map_err(|error| failed(error.to_string()))?;
        let (instructions, _) = sign(signable, &parameters.into())
            .map_err(|error| failed(error.to_string()))?
            .into_parts();
        let mut request = HttpRequest::new(SdkBody::from(self.body.as_str()));
        let made = request
            .set_method("POST")
            .map_err(|error| error.to_string());
        made.and_then(|()| {
            request
                .set_uri(url.as_str())
                .map_err(|error| error.to_string())
        })
        .map_err(|words| failed(format!("{url}: {words}")))?;
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, *value);
        }
        for (name, value) in instructions.headers() {
            request
                .headers_mut()
                .insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }

    /// Region to sign for. IAM has one in each partition:
    /// <https://docs.aws.amazon.com/general/latest/gr/iam-service.html>.
    fn region<'a>(&self, cloud: &'a Cloud) -> &'a str {
        match (self.service, partition(cloud.region())) {
            ("iam", "aws-cn") => "cn-north-1",
            ("iam", "aws-us-gov") => "us-gov-west-1",
            ("iam", _) => "us-east-1",
            _ => cloud.region(),
        }
    }

    fn url(&self, cloud: &Cloud) -> String {
        let region = cloud.region();
        let host = match (self.service, partition(region)) {
            ("iam", "aws") => "iam.amazonaws.com".to_owned(),
            ("iam", "aws-us-gov") => "iam.us-gov.amazonaws.com".to_owned(),
            (service, "aws-cn") => format!("{service}.{}.amazonaws.com.cn", self.region(cloud)),
            (service, _) => format!("{service}.{region}.amazonaws.com"),
        };
        cloud.endpoint(self.service).map_or_else(
            || format!("https://{host}/"),
            |endpoint| format!("{}/", endpoint.trim_end_matches('/')),
        )
    }
}
