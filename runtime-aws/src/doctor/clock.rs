//! How far this clock is from AWS's.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use runtime::ProviderError;
use runtime::port::Problem;

use crate::cloud::{CONNECT_TIMEOUT, Cloud, READ_TIMEOUT};
use crate::refusal;

impl Cloud {
    /// How far this clock is ahead of AWS's, in milliseconds; negative where it is behind.
    ///
    /// Asks STS for nothing and reads when it says so: credentials take no part, whose signatures a wrong clock spoils.
    pub async fn clock_ahead_ms(&self) -> Result<i64, ProviderError> {
        let operation = "read AWS's clock";
        let failed = |problem, words: String| ProviderError::new(problem, operation, words);
        let domain = if self.region().starts_with("cn-") {
            "amazonaws.com.cn"
        } else {
            "amazonaws.com"
        };
        let address = self
            .endpoint("sts")
            .unwrap_or_else(|| format!("https://sts.{}.{domain}/", self.region()));
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build();
        let connector =
            aws_smithy_http_client::default_connector(&settings, self.config.sleep_impl());
        let connector = connector
            .ok_or_else(|| failed(Problem::Failed, "this build has no HTTPS client".to_owned()))?;
        let mut request = HttpRequest::empty();
        request
            .set_uri(address.as_str())
            .map_err(|error| failed(Problem::Invalid, error.to_string()))?;
        let asked = Instant::now();
        let answer = connector.call(request).await.map_err(|error| {
            let words = refusal::chain(&error);
            failed(
                Problem::Unreachable,
                format!("{} did not answer: {words}", self.host("sts:")),
            )
            .with_hint("check the network, a proxy, `--region`, and AWS_ENDPOINT_URL")
        })?;
        // The answer was written somewhere between the question and now.
        let now_ms = now_ms() - millis(asked.elapsed().as_millis()) / 2;
        let date = answer.headers().get("date").unwrap_or_default();
        let date = DateTime::from_str(date, DateTimeFormat::HttpDate)
            .map_err(|error| failed(Problem::Invalid, format!("the answer's date: {error}")))?;
        let theirs = date.secs().saturating_mul(1000);
        let ahead = now_ms.saturating_sub(theirs);
        // The header leaves out what is left of the second.
        Ok(if (0..1000).contains(&ahead) { 0 } else { ahead })
    }
}

fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| millis(now.as_millis()))
}

fn millis(millis: u128) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}
