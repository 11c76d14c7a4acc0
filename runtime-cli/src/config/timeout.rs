//! How long a command may run, as people write it.

use std::borrow::Cow;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A timeout, or the wish to have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timeout {
    /// In milliseconds; no limit when absent.
    pub(crate) ms: Option<u64>,
}

/// What a timeout may look like, for messages.
const ALLOWED: &str = "seconds such as 90, or a duration such as 30s, 5m or 1h30m; 0 is no limit";

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let refused = || format!("`{text}` is not a timeout: write {ALLOWED}");
        let ms = if let Ok(seconds) = text.parse::<u64>() {
            seconds.checked_mul(1000).ok_or_else(refused)?
        } else {
            let duration: jiff::SignedDuration = text.parse().map_err(|_| refused())?;
            u64::try_from(duration.as_millis()).map_err(|_| refused())?
        };
        Ok(Self {
            ms: Some(ms).filter(|ms| *ms > 0),
        })
    }
}

impl std::fmt::Display for Timeout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.ms {
            None => f.pad("none"),
            Some(ms) => f.pad(&crate::render::duration(ms)),
        }
    }
}

impl<'de> Deserialize<'de> for Timeout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

impl Serialize for Timeout {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.ms {
            Some(ms) if ms % 1000 != 0 => serializer.collect_str(&format_args!("{ms}ms")),
            ms => serializer.serialize_u64(ms.unwrap_or_default() / 1000),
        }
    }
}

impl schemars::JsonSchema for Timeout {
    fn schema_name() -> Cow<'static, str> {
        "Timeout".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Seconds, or a duration such as 30s, 5m or 1h30m; 0 is no limit",
            "oneOf": [{ "type": "integer", "minimum": 0 }, { "type": "string" }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_seconds_or_a_duration_with_its_unit() {
        let table = [
            ("90", Some(90_000)),
            ("30s", Some(30_000)),
            ("5m", Some(300_000)),
            ("1h", Some(3_600_000)),
            ("1h30m", Some(5_400_000)),
            ("250ms", Some(250)),
            ("0", None),
            ("0s", None),
        ];
        for (text, ms) in table {
            assert_eq!(text.parse(), Ok(Timeout { ms }), "{text}");
        }
        for text in [
            "",
            "-5",
            "-5s",
            "soon",
            "5x",
            "1.5.2",
            "99999999999999999999",
        ] {
            assert!(text.parse::<Timeout>().is_err(), "{text}");
        }
    }
}
