//! Every refusal of AWS, told in the runtime's words. The only place that knows AWS's error codes.

use std::error::Error;

use aws_sdk_ecs::config::http::HttpResponse;
use aws_sdk_ecs::error::{ProvideErrorMetadata, SdkError};
use runtime::ProviderError;
use runtime::port::Problem;

use crate::cloud::Cloud;

const RENEW: &str = "renew them: `aws sso login` for single sign-on, else new keys";
const PROVIDE: &str = "log in (`aws sso login`, `aws configure`), pass `--profile`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

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
fn said(operation: String, code: &str, words: String, status: u16) -> ProviderError {
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
    with_hint(ProviderError::new(problem, operation, words), hint)
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
        let error = ProviderError::new(Problem::ExpiredCredentials, operation, words);
        return with_hint(error, Some(RENEW.to_owned()));
    }
    if lower.contains("credential") {
        let error = ProviderError::new(Problem::NoCredentials, operation, words);
        return with_hint(error, Some(PROVIDE.to_owned()));
    }
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => {
            let words = format!("{host} did not answer: {words}");
            let error = ProviderError::new(Problem::Unreachable, operation, words);
            let hint = "check the network, a proxy, `--region`, and AWS_ENDPOINT_URL";
            with_hint(error, Some(hint.to_owned()))
        }
        SdkError::ConstructionFailure(_) => ProviderError::new(Problem::Invalid, operation, words),
        SdkError::ResponseError(_) | SdkError::ServiceError(_) | _ => {
            let words = format!("{host} gave an answer that cannot be read: {words}");
            ProviderError::new(Problem::Failed, operation, words)
        }
    }
}

fn with_hint(mut error: ProviderError, hint: Option<String>) -> ProviderError {
    error.hint = hint;
    error
}

/// The whole chain of causes, without those that only repeat what stands before them.
fn chain(error: &(dyn Error + 'static)) -> String {
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
