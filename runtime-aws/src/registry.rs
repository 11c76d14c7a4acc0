//! A repository of images, over the OCI distribution protocol.
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>

use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use runtime::ProviderError;
use runtime::port::Problem;

use crate::cloud::{CONNECT_TIMEOUT, Cloud, READ_TIMEOUT};

/// A repository, and the right to write to it.
pub(crate) struct Repository {
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
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build();
        let connector =
            aws_smithy_http_client::default_connector(&settings, cloud.config.sleep_impl());
        let connector = connector.ok_or_else(|| {
            ProviderError::new(Problem::Failed, operation, "this build has no HTTPS client")
        })?;
        Ok(Self {
            connector,
            registry,
            name: name.to_owned(),
            authorization: format!("Basic {token}"),
        })
    }

    /// Digest of the image that has this tag, if one has.
    pub(crate) async fn tagged(
        &self,
        tag: &str,
        media_type: &str,
    ) -> Result<Option<String>, ProviderError> {
        let path = format!("/v2/{}/manifests/{tag}", self.name);
        let accept = ("accept", media_type);
        let answer = self.ask("HEAD", &path, &[accept], Vec::new()).await?;
        match answer.status {
            404 => Ok(None),
            200 => Ok(answer.digest),
            _ => Err(self.refused("HEAD", &path, &answer)),
        }
    }

    /// Uploads a blob, unless it is there.
    pub(crate) async fn put_blob(&self, digest: &str, blob: &[u8]) -> Result<(), ProviderError> {
        let path = format!("/v2/{}/blobs/{digest}", self.name);
        let answer = self.ask("HEAD", &path, &[], Vec::new()).await?;
        if (200..400).contains(&answer.status) {
            return Ok(());
        }
        let path = format!("/v2/{}/blobs/uploads/", self.name);
        let answer = self.ask("POST", &path, &[], Vec::new()).await?;
        let location = self.location("POST", &path, &answer)?;
        let bytes = ("content-type", "application/octet-stream");
        let answer = self
            .ask("PATCH", &location, &[bytes], blob.to_vec())
            .await?;
        let location = self.location("PATCH", &location, &answer)?;
        let separator = if location.contains('?') { '&' } else { '?' };
        let location = format!("{location}{separator}digest={digest}");
        let answer = self.ask("PUT", &location, &[], Vec::new()).await?;
        match answer.status {
            201 | 204 => Ok(()),
            _ => Err(self.refused("PUT", &location, &answer)),
        }
    }

    /// Uploads a manifest under a tag.
    pub(crate) async fn put_manifest(
        &self,
        tag: &str,
        media_type: &str,
        manifest: &[u8],
    ) -> Result<(), ProviderError> {
        let path = format!("/v2/{}/manifests/{tag}", self.name);
        let kind = ("content-type", media_type);
        let answer = self.ask("PUT", &path, &[kind], manifest.to_vec()).await?;
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

    /// Makes a request to `place`: a path of the registry, or a whole URL that it named.
    async fn ask(
        &self,
        method: &str,
        place: &str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, ProviderError> {
        let url = if place.starts_with('/') {
            format!("{}{place}", self.registry)
        } else {
            place.to_owned()
        };
        let failed = |problem, words: String| {
            ProviderError::new(problem, format!("push to `{}`: {method}", self.name), words)
        };
        let mut request = HttpRequest::new(SdkBody::from(body));
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
        let answer = self.connector.call(request).await.map_err(|error| {
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
        let problem = match answer.status {
            401 | 403 => Problem::Denied,
            404 => Problem::NotFound,
            429 => Problem::Throttled,
            400..=499 => Problem::Invalid,
            _ => Problem::Failed,
        };
        let body = String::from_utf8_lossy(&answer.body);
        let operation = format!("push to `{}`: {method} {place}", self.name);
        let words = format!("HTTP status {} {body}", answer.status);
        ProviderError::new(problem, operation, words.trim_end())
    }
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
