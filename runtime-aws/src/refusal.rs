//! Every refusal of AWS, told in the runtime's words. The only place that knows AWS's error codes.

use std::error::Error;

use aws_sdk_ecs::config::http::HttpResponse;
use aws_sdk_ecs::error::{ProvideErrorMetadata, SdkError};
use runtime::ProviderError;
use runtime::port::Problem;

use crate::cloud::Cloud;

const RENEW: &str = "renew them: `aws sso login` for single sign-on, else new keys";
pub(crate) const PROVIDE: &str = "log in (`aws sso login`, `aws configure`), pass `--profile`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

impl Cloud {
    /// Tells why `operation`, such as `ecs:RunTask`, was not done.
    pub(crate) fn refusal<E>(
        &self,
        operation: impl Into<String>,
        error: &SdkError<E, HttpResponse>,
    ) -> ProviderError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let operation = operation.into();
        match error {
            SdkError::ServiceError(refused) => {
                let meta = refused.err().meta();
                let status = refused.raw().status().as_u16();
                let code = meta.code().unwrap_or_default();
                let words = meta.message().map_or_else(
                    || format!("HTTP status {status} {code}").trim_end().to_owned(),
                    str::to_owned,
                );
                said(operation, code, words, status)
            }
            SdkError::ConstructionFailure(_)
            | SdkError::TimeoutError(_)
            | SdkError::DispatchFailure(_)
            | SdkError::ResponseError(_)
            | _ => unsaid(&self.host(&operation), operation, error),
        }
    }
}

/// AWS answered, with an error.
pub(crate) fn said(operation: String, code: &str, words: String, status: u16) -> ProviderError {
    let problem = problem(code, &words, status);
    let hint = match problem {
        Problem::ExpiredCredentials => Some(RENEW.to_owned()),
        Problem::Denied => Some(missing_right(&words).unwrap_or_else(|| {
            "check which account and role the credentials belong to: `aws sts get-caller-identity`"
                .to_owned()
        })),
        Problem::Throttled => Some("wait a little and try again".to_owned()),
        Problem::NotFound
        | Problem::Conflict
        | Problem::Invalid
        | Problem::NoCredentials
        | Problem::Unreachable
        | Problem::NoRoom
        | Problem::Failed
        | Problem::Damaged => None,
    };
    let error = ProviderError::new(problem, operation, words);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// What kind of refusal an error code stands for.
fn problem(code: &str, words: &str, status: u16) -> Problem {
    let code = code.rsplit('#').next().unwrap_or(code);
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            Problem::ExpiredCredentials
        }
        "AccessDenied"
        | "AccessDeniedException"
        | "AuthFailure"
        | "IncompleteSignature"
        | "InsufficientCapabilitiesException"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "OptInRequired"
        | "SignatureDoesNotMatch"
        | "UnauthorizedOperation"
        | "UnrecognizedClientException" => Problem::Denied,
        "PriorRequestNotComplete"
        | "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "SlowDown"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException" => Problem::Throttled,
        "ConditionalCheckFailedException"
        | "ConflictException"
        | "OperationAborted"
        | "PlatformTaskDefinitionIncompatibilityException"
        | "TransactionConflictException" => Problem::Conflict,
        "LimitExceeded" | "LimitExceededException" | "ServiceQuotaExceededException" => {
            Problem::NoRoom
        }
        "ValidationError" if words.contains("does not exist") => Problem::NotFound,
        _ if code.contains("NotFound") || code.starts_with("NoSuch") => Problem::NotFound,
        _ if code.contains("AlreadyExists") || code.contains("InUse") => Problem::Conflict,
        _ => match status {
            401 | 403 => Problem::Denied,
            404 => Problem::NotFound,
            409 | 412 => Problem::Conflict,
            429 => Problem::Throttled,
            400..=499 => Problem::Invalid,
            _ => Problem::Failed,
        },
    }
}

/// The right to ask for, where AWS says which one is missing.
fn missing_right(words: &str) -> Option<String> {
    let after = |mark: &str| {
        let rest = words.split_once(mark)?.1;
        rest.split_whitespace().next()
    };
    let action = after("not authorized to perform: ")?.trim_end_matches([',', '.']);
    let who = after("User: ").map_or_else(String::new, |who| format!(" for {who}"));
    let what = after("on resource: ").map_or_else(String::new, |what| {
        format!(" on {}", what.trim_end_matches([',', '.']))
    });
    Some(format!("ask for the right to `{action}`{what}{who}"))
}

/// No answer of AWS could be read.
fn unsaid<E>(host: &str, operation: String, error: &SdkError<E, HttpResponse>) -> ProviderError
where
    E: Error + 'static,
{
    let words = chain(error);
    let lower = words.to_ascii_lowercase();
    if lower.contains("expired") && (lower.contains("token") || lower.contains("credential")) {
        return ProviderError::new(Problem::ExpiredCredentials, operation, words).with_hint(RENEW);
    }
    if lower.contains("credential") {
        return ProviderError::new(Problem::NoCredentials, operation, words).with_hint(PROVIDE);
    }
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => {
            let words = format!("{host} did not answer: {words}");
            ProviderError::new(Problem::Unreachable, operation, words)
                .with_hint("check the network, a proxy, `--region`, and AWS_ENDPOINT_URL")
        }
        SdkError::ConstructionFailure(_) => ProviderError::new(Problem::Invalid, operation, words),
        SdkError::ResponseError(_) | SdkError::ServiceError(_) | _ => {
            let words = format!("{host} gave an answer that cannot be read: {words}");
            ProviderError::new(Problem::Failed, operation, words)
        }
    }
}

/// The whole chain of causes, without those that only repeat what stands before them.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !words.iter().any(|said| said.contains(&text)) {
            words.push(text);
        }
        next = cause.source();
    }
    if words.is_empty() {
        words.push(error.to_string());
    }
    words.join(": ")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use aws_config::retry::RetryConfig;
    use aws_config::timeout::TimeoutConfig;
    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_sdk_ecs::config::{Credentials, SharedCredentialsProvider};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// An AWS that gives every request this answer, or none at all.
    async fn answering(status: u16, answer: Option<&'static str>) -> Cloud {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                let Some(answer) = answer else { continue };
                let mut request = vec![0; 65536];
                let _ = caller.read(&mut request).await;
                let length = answer.len();
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                );
                let _ = caller.write_all(head.as_bytes()).await;
                let _ = caller.write_all(answer.as_bytes()).await;
            }
        });
        at(&endpoint, true)
    }

    pub(crate) fn at(endpoint: &str, with_credentials: bool) -> Cloud {
        let timeouts = TimeoutConfig::builder()
            .read_timeout(Duration::from_secs(2))
            .build();
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .endpoint_url(endpoint)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::disabled());
        if with_credentials {
            let credentials = Credentials::new("key", "secret", None, None, "test");
            config = config.credentials_provider(SharedCredentialsProvider::new(credentials));
        }
        Cloud::new(config.build(), "eu-west-1".to_owned())
    }

    async fn asked(cloud: &Cloud) -> ProviderError {
        let asked = cloud.tasks.list_tasks().cluster("mycli").send().await;
        cloud.refusal("ecs:ListTasks", &asked.unwrap_err())
    }

    #[tokio::test]
    async fn a_missing_right_is_named_with_its_resource() {
        let answer = r#"{"__type":"AccessDeniedException","message":"User: arn:aws:iam::1:user/eve is not authorized to perform: ecs:ListTasks on resource: arn:aws:ecs:eu-west-1:1:cluster/mycli because no identity-based policy allows the ecs:ListTasks action"}"#;
        let error = asked(&answering(400, Some(answer)).await).await;
        assert_eq!(error.problem, Problem::Denied);
        let hint = "ask for the right to `ecs:ListTasks` on arn:aws:ecs:eu-west-1:1:cluster/mycli for arn:aws:iam::1:user/eve";
        assert_eq!(error.hint.as_deref(), Some(hint));
    }

    #[tokio::test]
    async fn codes_of_aws_become_problems_and_keep_its_words() {
        let answers = [
            ("ExpiredTokenException", Problem::ExpiredCredentials),
            ("UnrecognizedClientException", Problem::Denied),
            ("ThrottlingException", Problem::Throttled),
            ("com.amazonaws#ClusterNotFoundException", Problem::NotFound),
            ("ConflictException", Problem::Conflict),
            ("InvalidParameterException", Problem::Invalid),
            ("LimitExceededException", Problem::NoRoom),
        ];
        for (code, problem) in answers {
            let error = said("ecs:RunTask".to_owned(), code, "its words".to_owned(), 400);
            assert_eq!(
                (error.problem, error.message.as_str()),
                (problem, "its words"),
                "{code}"
            );
        }
        let error = asked(&answering(503, Some("<html>busy</html>")).await).await;
        assert_eq!(error.problem, Problem::Failed, "{error}");
    }

    #[tokio::test]
    async fn an_endpoint_that_is_not_there_is_named() {
        let error = asked(&at("http://127.0.0.1:9", true)).await;
        assert_eq!(error.problem, Problem::Unreachable);
        assert!(
            error
                .message
                .starts_with("http://127.0.0.1:9 did not answer: "),
            "{error}"
        );
    }

    #[tokio::test]
    async fn an_endpoint_that_hangs_up_is_unreachable() {
        let error = asked(&answering(200, None).await).await;
        assert_eq!(error.problem, Problem::Unreachable, "{error}");
    }

    #[tokio::test]
    async fn absent_credentials_say_how_to_log_in() {
        let error = asked(&at("http://127.0.0.1:9", false)).await;
        assert_eq!(error.problem, Problem::NoCredentials, "{error}");
        assert!(error.hint.unwrap().contains("aws sso login"));
    }
}
