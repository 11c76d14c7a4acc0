//! The few calls to AWS that the agent makes: signed, and made again where that may help.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use serde_json::Value;
use ureq::Agent;

use super::credentials::Provider;
use super::needed;
use super::refusal::{Refusal, judge};
use crate::store::StoreError;

/// How often a call is made before it is given up for now.
const ATTEMPTS: u32 = 6;

/// The longest wait before the second attempt; it doubles with each further one.
const BACKOFF: Duration = Duration::from_millis(100);

/// How long a service may take to begin its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// DynamoDB and S3 in one region.
pub(super) struct Aws {
    client: Agent,
    credentials: Provider,
    region: String,
    dynamodb: String,
    /// Where S3 is, when it is not where it always is.
    s3: Option<String>,
}

/// A request before it is signed.
struct Request {
    doing: String,
    service: &'static str,
    method: &'static str,
    uri: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Aws {
    /// Reads `AWS_REGION`, the credentials, `AWS_ENDPOINT_URL` and its kin.
    pub(super) fn from_environment() -> Result<Self, StoreError> {
        let client = crate::http_client::client(Some(PATIENCE));
        let region = needed("AWS_REGION").or_else(|error| match needed("AWS_DEFAULT_REGION") {
            Ok(region) => Ok(region),
            Err(_) => Err(error),
        })?;
        let endpoint = |name| {
            let url = needed(name).or_else(|_| needed("AWS_ENDPOINT_URL")).ok();
            url.map(|url| url.trim_end_matches('/').to_owned())
        };
        Ok(Self {
            dynamodb: endpoint("AWS_ENDPOINT_URL_DYNAMODB")
                .unwrap_or_else(|| format!("https://dynamodb.{region}.{}", domain(&region))),
            s3: endpoint("AWS_ENDPOINT_URL_S3"),
            credentials: Provider::from_environment(client.clone())?,
            client,
            region,
        })
    }

    /// Calls `operation` of DynamoDB.
    pub(super) fn dynamodb(&self, operation: &str, input: &Value) -> Result<Value, StoreError> {
        let request = Request {
            doing: format!("call dynamodb:{operation}"),
            service: "dynamodb",
            method: "POST",
            uri: format!("{}/", self.dynamodb),
            headers: vec![
                ("content-type", "application/x-amz-json-1.0".to_owned()),
                ("x-amz-target", format!("DynamoDB_20120810.{operation}")),
            ],
            body: input.to_string().into_bytes(),
        };
        let (_, body) = self.call(&request)?;
        serde_json::from_slice(&body).map_err(|error| StoreError::Refused {
            doing: request.doing,
            message: format!("the answer is not JSON: {error}"),
        })
    }

    /// Reads an object; nothing when there is none.
    pub(super) fn get_object(
        &self,
        bucket: &str,
        key: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let (status, body) = self.call(&self.object("GET", bucket, key))?;
        Ok((status != 404).then_some(body))
    }

    /// Writes an object: all of `file`, from its beginning.
    pub(super) fn put_object(
        &self,
        bucket: &str,
        key: &str,
        file: &File,
    ) -> Result<(), StoreError> {
        let request = self.object("PUT", bucket, key);
        self.call_with(&request, Some(file)).map(drop)
    }

    /// Deletes an object. That there is none is as good.
    pub(super) fn delete_object(&self, bucket: &str, key: &str) -> Result<(), StoreError> {
        self.call(&self.object("DELETE", bucket, key)).map(drop)
    }

    fn object(&self, method: &'static str, bucket: &str, key: &str) -> Request {
        let region = &self.region;
        let uri = self.s3.as_ref().map_or_else(
            || format!("https://{bucket}.s3.{region}.{}/{key}", domain(region)),
            |endpoint| format!("{endpoint}/{bucket}/{key}"),
        );
        Request {
            doing: format!("{method} s3://{bucket}/{key}"),
            service: "s3",
            method,
            uri,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Makes a call, more than once if need be. Returns the status and the body.
    fn call(&self, request: &Request) -> Result<(u16, Vec<u8>), StoreError> {
        self.call_with(request, None)
    }

    /// As [`Aws::call`], with a file for the body.
    fn call_with(
        &self,
        request: &Request,
        file: Option<&File>,
    ) -> Result<(u16, Vec<u8>), StoreError> {
        let mut heard = String::new();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                std::thread::sleep((BACKOFF * (1 << (attempt - 1))).mul_f64(fastrand::f64()));
            }
            let signed = request.signed(&self.credentials.get()?, &self.region, file.is_some())?;
            match self.exchange(signed, file) {
                Ok((status, body)) if (200..300).contains(&status) => return Ok((status, body)),
                Ok((404, body)) if is_no_such_key(request, &body) => return Ok((404, body)),
                Ok((status, body)) => match judge(&request.doing, status, &body) {
                    Refusal::Busy(message) => heard = message,
                    Refusal::Credentials(message) => {
                        self.credentials.forget();
                        heard = message;
                    }
                    Refusal::Final(error) => return Err(error),
                },
                Err(error) => heard = error.to_string(),
            }
        }
        Err(StoreError::Unreachable {
            doing: request.doing.clone(),
            message: heard,
        })
    }

    fn exchange(
        &self,
        request: http::Request<Vec<u8>>,
        file: Option<&File>,
    ) -> Result<(u16, Vec<u8>), ureq::Error> {
        let mut answer = match file {
            None => self.client.run(request)?,
            Some(mut file) => {
                file.seek(SeekFrom::Start(0))?;
                let (parts, _) = request.into_parts();
                self.client.run(http::Request::from_parts(parts, file))?
            }
        };
        let body = answer.body_mut().read_to_vec()?;
        Ok((answer.status().as_u16(), body))
    }
}

/// S3 says 404 for a missing object and for a missing bucket; only the first is an answer.
fn is_no_such_key(request: &Request, body: &[u8]) -> bool {
    request.service == "s3" && !String::from_utf8_lossy(body).contains("NoSuchBucket")
}

impl Request {
    fn signed(
        &self,
        credentials: &Credentials,
        region: &str,
        has_file: bool,
    ) -> Result<http::Request<Vec<u8>>, StoreError> {
        let failed = |message: String| StoreError::Refused {
            doing: self.doing.clone(),
            message,
        };
        let mut settings = SigningSettings::default();
        if self.service == "s3" {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let identity = credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(self.service)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let body = if has_file {
            // To hash it would be to read it twice; TLS keeps it whole.
            SignableBody::UnsignedPayload
        } else {
            SignableBody::Bytes(&self.body)
        };
        let signable = SignableRequest::new(self.method, &self.uri, headers.clone(), body)
            .map_err(|error| failed(error.to_string()))?;
        let (instructions, _) = sign(signable, &parameters.into())
            .map_err(|error| failed(error.to_string()))?
            .into_parts();
        let mut request = http::Request::builder().method(self.method).uri(&self.uri);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut request = request
            .body(self.body.clone())
            .map_err(|error| failed(error.to_string()))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

/// The domain of a region.
fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    }
}
