//! A repository of images, over the OCI distribution protocol.
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>

use std::time::Duration;

use aws_sdk_s3::primitives::{ByteStream, FsBuilder, Length, SdkBody};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use runtime::ProviderError;
use runtime::port::Problem;

use crate::archive::Blob;
use crate::cloud::{CONNECT_TIMEOUT, Cloud, READ_TIMEOUT};
use crate::refusal;

/// The slowest that blobs may be sent, in bytes a second. A registry answers when it has all of one.
const SLOWEST: u64 = 64 * 1024;

/// How much of a file is read at once, in bytes.
const READ_AT_ONCE: usize = 256 * 1024;

/// A repository, and the right to write to it.
pub(crate) struct Repository {
    cloud: Cloud,
    connector: SharedHttpConnector,
    /// Scheme and host.
    registry: String,
    name: String,
    authorization: String,
}

/// What a registry answered.
struct Answer {
    status: u16,
    location: Option<String>,
    digest: Option<String>,
    body: Vec<u8>,
}

impl Repository {
    /// Opens the repository of that URI (`HOST/NAME`).
    ///
    /// ECR's registry is the URI's host. Where AWS's endpoint is set to something else, such as an
    /// emulator, the registry is there too.
    pub(crate) async fn open(cloud: &Cloud, uri: &str) -> Result<Self, ProviderError> {
        let operation = "ecr:GetAuthorizationToken";
        let granted = cloud.images.get_authorization_token().send().await;
        let granted = granted.map_err(|error| cloud.refusal(operation, &error))?;
        let token = granted
            .authorization_data()
            .first()
            .and_then(|data| data.authorization_token())
            .ok_or_else(|| ProviderError::new(Problem::Failed, operation, "there is no token"))?;
        let (host, name) = uri.split_once('/').ok_or_else(|| {
            let message = "a repository's URI is a host, a slash and a name";
            ProviderError::new(
                Problem::Invalid,
                format!("open the repository `{uri}`"),
                message,
            )
        })?;
        let registry = match cloud.endpoint("ecr") {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None => format!("https://{host}"),
        };
        Ok(Self {
            cloud: cloud.clone(),
            connector: connector(cloud, READ_TIMEOUT)?,
            registry,
            name: name.to_owned(),
            authorization: format!("Basic {token}"),
        })
    }

    /// Digest of the image that has this tag, if one has. Of those media types, with a comma between them.
    pub(crate) async fn tagged(
        &self,
        tag: &str,
        media_types: &str,
    ) -> Result<Option<String>, ProviderError> {
        let path = format!("/v2/{}/manifests/{tag}", self.name);
        let accept = ("accept", media_types);
        let answer = self.ask("HEAD", &path, &[accept], SdkBody::empty()).await?;
        match answer.status {
            404 => Ok(None),
            200 => Ok(answer.digest),
            _ => Err(self.refused("HEAD", &path, &answer)),
        }
    }

    /// Uploads a blob, unless it is there.
    pub(crate) async fn put_blob(&self, digest: &str, blob: &[u8]) -> Result<(), ProviderError> {
        if self.has_blob(digest).await? {
            return Ok(());
        }
        let body = SdkBody::from(blob);
        self.upload(digest, body, &self.connector).await
    }

    /// Uploads a part of a file, unless it is there. It is not held in memory.
    pub(crate) async fn put_file(&self, blob: &Blob) -> Result<(), ProviderError> {
        if self.has_blob(&blob.digest).await? {
            return Ok(());
        }
        let body = FsBuilder::new()
            .path(blob.file())
            .offset(blob.offset)
            .length(Length::Exact(blob.size))
            .buffer_size(READ_AT_ONCE)
            .build()
            .await
            .map_err(|error| {
                let operation = format!("read `{}`", blob.file().display());
                ProviderError::new(Problem::Invalid, operation, refusal::chain(&error))
            })?;
        let patience = READ_TIMEOUT + Duration::from_secs(blob.size / SLOWEST);
        let connector = connector(&self.cloud, patience)?;
        self.upload(&blob.digest, body.into_inner(), &connector)
            .await
    }

    async fn has_blob(&self, digest: &str) -> Result<bool, ProviderError> {
        let path = format!("/v2/{}/blobs/{digest}", self.name);
        let answer = self.ask("HEAD", &path, &[], SdkBody::empty()).await?;
        // Who may not look may still be allowed to send.
        Ok((200..400).contains(&answer.status))
    }

    async fn upload(
        &self,
        digest: &str,
        body: SdkBody,
        connector: &SharedHttpConnector,
    ) -> Result<(), ProviderError> {
        let path = format!("/v2/{}/blobs/uploads/", self.name);
        let answer = self.ask("POST", &path, &[], SdkBody::empty()).await?;
        let location = self.location("POST", &path, &answer)?;
        let bytes = [("content-type", "application/octet-stream")];
        let answer = self.ask_by(connector, "PATCH", &location, &bytes, body);
        let answer = answer.await?;
        let location = self.location("PATCH", &location, &answer)?;
        let separator = if location.contains('?') { '&' } else { '?' };
        let location = format!("{location}{separator}digest={digest}");
        let answer = self.ask_by(connector, "PUT", &location, &[], SdkBody::empty());
        let answer = answer.await?;
        match answer.status {
            201 | 204 => Ok(()),
            _ => Err(self.refused("PUT", &location, &answer)),
        }
    }

    /// Uploads a manifest under a tag, or under its digest.
    pub(crate) async fn put_manifest(
        &self,
        tag: &str,
        media_type: &str,
        manifest: &[u8],
    ) -> Result<(), ProviderError> {
        let path = format!("/v2/{}/manifests/{tag}", self.name);
        let kind = ("content-type", media_type);
        let body = SdkBody::from(manifest);
        let answer = self.ask("PUT", &path, &[kind], body).await?;
        match answer.status {
            200 | 201 => Ok(()),
            _ => Err(self.refused("PUT", &path, &answer)),
        }
    }

    fn location(&self, method: &str, path: &str, answer: &Answer) -> Result<String, ProviderError> {
        match (answer.status, &answer.location) {
            (202, Some(location)) => Ok(location.clone()),
            _ => Err(self.refused(method, path, answer)),
        }
    }

    async fn ask(
        &self,
        method: &str,
        place: &str,
        headers: &[(&'static str, &str)],
        body: SdkBody,
    ) -> Result<Answer, ProviderError> {
        self.ask_by(&self.connector, method, place, headers, body)
            .await
    }

    /// Makes a request to `place`: a path of the registry, or a whole URL that it named.
    async fn ask_by(
        &self,
        connector: &SharedHttpConnector,
        method: &str,
        place: &str,
        headers: &[(&'static str, &str)],
        body: SdkBody,
    ) -> Result<Answer, ProviderError> {
        let url = if place.starts_with('/') {
            format!("{}{place}", self.registry)
        } else {
            place.to_owned()
        };
        let failed = |problem, words: String| {
            ProviderError::new(problem, format!("push to `{}`: {method}", self.name), words)
        };
        let mut request = HttpRequest::new(body);
        let made = request
            .set_method(method)
            .map_err(|error| error.to_string());
        made.and_then(|()| {
            request
                .set_uri(url.as_str())
                .map_err(|error| error.to_string())
        })
        .map_err(|words| failed(Problem::Failed, format!("{url}: {words}")))?;
        request
            .headers_mut()
            .insert("authorization", self.authorization.clone());
        for (name, value) in headers {
            request.headers_mut().insert(*name, (*value).to_owned());
        }
        let answer = connector.call(request).await.map_err(|error| {
            let registry = &self.registry;
            let words = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
            failed(
                Problem::Unreachable,
                format!("{registry} did not answer: {words}"),
            )
            .with_hint("check the network, a proxy, and `--region`")
        })?;
        read(answer)
            .await
            .map_err(|words| failed(Problem::Unreachable, words))
    }

    fn refused(&self, method: &str, place: &str, answer: &Answer) -> ProviderError {
        let body = String::from_utf8_lossy(&answer.body);
        // An upload's place is long, and says nothing to a person.
        let place = place.split('?').next().unwrap_or(place);
        let operation = format!("push to `{}`: {method} {place}", self.name);
        let words = format!("HTTP status {} {body}", answer.status);
        refusal::said(operation, "", words.trim_end().to_owned(), answer.status)
    }
}

/// What makes requests, and waits that long for an answer.
fn connector(cloud: &Cloud, patience: Duration) -> Result<SharedHttpConnector, ProviderError> {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(patience)
        .build();
    let connector = aws_smithy_http_client::default_connector(&settings, cloud.config.sleep_impl());
    connector.ok_or_else(|| {
        let words = "this build has no HTTPS client";
        ProviderError::new(Problem::Failed, "push an image", words)
    })
}

async fn read(answer: HttpResponse) -> Result<Answer, String> {
    let header = |name: &str| answer.headers().get(name).map(str::to_owned);
    let (status, location) = (answer.status().as_u16(), header("location"));
    let digest = header("docker-content-digest");
    let body = ByteStream::new(answer.into_body()).collect().await;
    let body = body.map_err(|error| format!("the answer broke off: {error}"))?;
    Ok(Answer {
        status,
        location,
        digest,
        body: body.to_vec(),
    })
}
