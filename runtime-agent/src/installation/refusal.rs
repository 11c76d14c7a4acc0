//! What an answer of AWS that is not a success means.

use serde::Deserialize;

use crate::store::StoreError;

/// What to do about a refusal.
pub(super) enum Refusal {
    /// Try the same again.
    Busy(String),
    /// Try again with new credentials.
    Credentials(String),
    /// There is no use in trying again soon.
    Final(StoreError),
}

/// The error that DynamoDB answers with.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "__type")]
    kind: Option<String>,
    #[serde(alias = "Message")]
    message: Option<String>,
}

/// Judges an answer by its status and by the name of the error in it.
pub(super) fn judge(doing: &str, status: u16, body: &[u8]) -> Refusal {
    let (kind, message) = words(body);
    let doing = doing.to_owned();
    let message = match (kind.is_empty(), message.is_empty()) {
        (true, _) => format!("HTTP status {status}"),
        (false, true) => kind.clone(),
        (false, false) => format!("{kind}: {message}"),
    };
    match kind.as_str() {
        "ConditionalCheckFailedException" => Refusal::Final(StoreError::Conflict { doing }),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            Refusal::Credentials(message)
        }
        "ThrottlingException"
        | "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "LimitExceededException"
        | "TransactionInProgressException"
        | "SlowDown"
        | "RequestTimeout" => Refusal::Busy(message),
        _ if status >= 500 || status == 429 || status == 408 => Refusal::Busy(message),
        // A role takes some seconds to be what it says, so access may come yet.
        _ if status == 403 => Refusal::Final(StoreError::Unreachable { doing, message }),
        _ => Refusal::Final(StoreError::Refused { doing, message }),
    }
}

/// Name and text of the error in DynamoDB's JSON or in the XML of S3.
fn words(body: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(body);
    if let Ok(said) = serde_json::from_str::<Said>(&text) {
        let kind = said.kind.unwrap_or_default();
        let kind = kind.rsplit('#').next().unwrap_or_default().to_owned();
        return (kind, said.message.unwrap_or_default());
    }
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        let (value, _) = rest.split_once(&format!("</{name}>"))?;
        Some(value.to_owned())
    };
    (
        element("Code").unwrap_or_default(),
        element("Message").unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_as_each_service_writes_them() {
        let dynamodb = br#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}"#;
        assert!(matches!(
            judge("put", 400, dynamodb),
            Refusal::Busy(message) if message == "ThrottlingException: slow"
        ));
        let s3 = b"<Error><Code>NoSuchBucket</Code><Message>gone</Message></Error>";
        assert!(matches!(
            judge("get", 404, s3),
            Refusal::Final(StoreError::Refused { message, .. }) if message == "NoSuchBucket: gone"
        ));
        assert!(matches!(judge("get", 503, b"<html>"), Refusal::Busy(_)));
    }
}
