//! Credentials of the task: from the environment, or from the container's own endpoint.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use serde::Deserialize;
use ureq::Agent;

use crate::store::StoreError;

/// How long before they expire credentials are fetched anew.
const MARGIN: Duration = Duration::from_mins(5);

/// Where ECS serves relative URIs.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
const ECS: &str = "http://169.254.170.2";

/// Where credentials come from.
enum Origin {
    Fixed(Credentials),
    Container(String),
}

/// Credentials that are fetched when they are needed, and again before they expire.
pub(super) struct Provider {
    origin: Origin,
    client: Agent,
    last: Mutex<Option<Credentials>>,
}

impl Provider {
    /// Reads `AWS_ACCESS_KEY_ID` and its kin, else `AWS_CONTAINER_CREDENTIALS_*_URI`.
    pub(super) fn from_environment(client: Agent) -> Result<Self, StoreError> {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let origin = match (
            read("AWS_ACCESS_KEY_ID").zip(read("AWS_SECRET_ACCESS_KEY")),
            read("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
            read("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        ) {
            (Some((id, secret)), _, _) => Origin::Fixed(Credentials::new(
                id,
                secret,
                read("AWS_SESSION_TOKEN"),
                None,
                "environment",
            )),
            (None, Some(path), _) => Origin::Container(format!("{ECS}{path}")),
            (None, None, Some(uri)) => Origin::Container(uri),
            (None, None, None) => {
                return Err(StoreError::Environment {
                    name: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                });
            }
        };
        Ok(Self {
            origin,
            client,
            last: Mutex::new(None),
        })
    }

    /// Credentials that are good for some minutes.
    pub(super) fn get(&self) -> Result<Credentials, StoreError> {
        let uri = match &self.origin {
            Origin::Fixed(credentials) => return Ok(credentials.clone()),
            Origin::Container(uri) => uri,
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = last.as_ref().filter(|known| is_fresh(known)) {
            return Ok(known.clone());
        }
        match self.fetch(uri) {
            Ok(fetched) => Ok(last.insert(fetched).clone()),
            // They are good until they expire: the endpoint may be back by then.
            Err(error) => last.clone().ok_or(error),
        }
    }

    /// Forgets credentials that a service did not accept.
    pub(super) fn forget(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn fetch(&self, uri: &str) -> Result<Credentials, StoreError> {
        let unreachable = |message: String| StoreError::Unreachable {
            doing: format!("fetch credentials from `{uri}`"),
            message,
        };
        let mut request = self.client.get(uri);
        if let Some(token) = token()? {
            request = request.header("Authorization", token);
        }
        let mut answer = request
            .call()
            .map_err(|error| unreachable(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(unreachable(answer.status().to_string()));
        }
        let body = answer.body_mut().read_to_vec();
        let body = body.map_err(|error| unreachable(error.to_string()))?;
        // The error would quote the answer, which holds the secret.
        let given: Given =
            serde_json::from_slice(&body).map_err(|_| unreachable("not as expected".to_owned()))?;
        Ok(Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            given.token,
            given.expiration.as_deref().and_then(instant),
            "container",
        ))
    }
}

/// What the endpoint needs to see, if anything.
fn token() -> Result<Option<String>, StoreError> {
    if let Ok(path) = std::env::var("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        return std::fs::read_to_string(&path)
            .map(|token| Some(token.trim().to_owned()))
            .map_err(|error| StoreError::system(format!("read `{path}`"), error));
    }
    Ok(std::env::var("AWS_CONTAINER_AUTHORIZATION_TOKEN").ok())
}

fn is_fresh(credentials: &Credentials) -> bool {
    credentials
        .expiry()
        .is_none_or(|expiry| expiry > SystemTime::now() + MARGIN)
}

/// What the endpoint answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Given {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
    expiration: Option<String>,
}

/// The time that `2026-11-22T20:56:27Z` is.
fn instant(text: &str) -> Option<SystemTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let number = |text: &str| text.parse::<u64>().ok();
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let time = time.split_once('.').map_or(time, |(seconds, _)| seconds);
    let mut time = time.splitn(3, ':').map(number);
    let seconds = time.next()?? * 3600 + time.next()?? * 60 + time.next()??;
    // Days since 1970, with the year beginning in March so that the leap day is its last.
    let (year, month) = if month <= 2 {
        (year.checked_sub(1)?, month + 9)
    } else {
        (year, month - 3)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = (year * 365 + leap_days + (153 * month + 2) / 5 + day).checked_sub(719_469)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(days * 24 * 3600 + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_endpoint_are_understood() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:01Z", 951_825_601),
            ("2026-11-22T20:56:27Z", 1_795_380_987),
            ("2026-03-01T00:00:00.123Z", 1_772_323_200),
        ] {
            let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(instant(text), Some(expected), "{text}");
        }
        assert_eq!(instant("tomorrow"), None);
    }
}
