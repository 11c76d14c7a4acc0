//! How much, as people write it.

use std::borrow::Cow;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A number of bytes; 0 where there is to be no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ByteSize(pub(crate) u64);

/// What a size may look like, for messages.
const ALLOWED: &str = "bytes, or a number with k, m or g such as 200m; 0 is no limit";

/// Units and their bytes, the largest first.
const UNITS: [(char, u64); 3] = [('g', 1 << 30), ('m', 1 << 20), ('k', 1 << 10)];

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let refused = || format!("`{text}` is not a size: write {ALLOWED}");
        let small = text.to_ascii_lowercase();
        let bare = small.trim_end_matches('b').trim_end_matches('i');
        let unit = UNITS.into_iter().find(|(unit, _)| bare.ends_with(*unit));
        let (number, one) = match unit {
            Some((unit, one)) => (bare.trim_end_matches(unit), one),
            None => (small.as_str(), 1),
        };
        let number: u64 = number.trim_end().parse().map_err(|_| refused())?;
        number.checked_mul(one).map(Self).ok_or_else(refused)
    }
}

impl std::fmt::Display for ByteSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(bytes) = self;
        if *bytes == 0 {
            return f.pad("none");
        }
        let whole = UNITS
            .into_iter()
            .find(|(_, one)| bytes.is_multiple_of(*one));
        match whole {
            Some((unit, one)) => f.pad(&format!("{}{unit}", bytes / one)),
            None => f.pad(&bytes.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

impl schemars::JsonSchema for ByteSize {
    fn schema_name() -> Cow<'static, str> {
        "ByteSize".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Bytes, or a number with k, m or g such as 200m; 0 is no limit",
            "oneOf": [{ "type": "integer", "minimum": 0 }, { "type": "string" }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_bytes_or_a_number_with_its_unit() {
        for (text, bytes, shown) in [
            ("0", 0, "none"),
            ("1000", 1000, "1000"),
            ("2k", 2048, "2k"),
            ("200m", 200 << 20, "200m"),
            ("200MiB", 200 << 20, "200m"),
            ("200 MB", 200 << 20, "200m"),
            ("1024M", 1 << 30, "1g"),
        ] {
            let size: ByteSize = text.parse().unwrap();
            assert_eq!((size, size.to_string().as_str()), (ByteSize(bytes), shown));
        }
        for text in ["", "m", "-1", "1.5m", "much", "1x", "99999999999g", "5i"] {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
    }
}
