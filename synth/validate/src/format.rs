//! What a text of a certain format looks like.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regress::Regex;

use crate::table::compile;

/// Formats that are a pattern, as cfn-lint has them in `rules/formats/*.py` and `jsonschema/_format.py`.
const PATTERNS: &[(&str, &str)] = &[
    (
        "AWS::ACM::Certificate.Arn",
        r"^arn:aws[a-zA-Z\-]*:acm:[a-z0-9\-]+:\d{12}:certificate/.+$",
    ),
    ("AWS::EC2::Image.Id", r"^ami-([0-9a-z]{8}|[0-9a-z]{17})$"),
    (
        "AWS::EC2::SecurityGroup.Id",
        r"^sg-([a-fA-F0-9]{8}|[a-fA-F0-9]{17})$",
    ),
    (
        "AWS::EC2::SecurityGroup.Name",
        r"^[a-zA-Z0-9 ._\-:\/()#,@\[\]+=&;\{\}!\$\*]+$",
    ),
    (
        "AWS::EC2::Subnet.Id",
        r"^subnet-([0-9A-Fa-f]{8}|[0-9A-Fa-f]{17})$",
    ),
    (
        "AWS::EC2::VPC.Id",
        r"^vpc-([0-9A-Fa-f]{8}|[0-9A-Fa-f]{17})$",
    ),
    (
        "AWS::IAM::Role.Arn",
        r"^arn:aws[a-zA-Z\-]*:iam::\d{12}:role/.+$",
    ),
    ("AWS::KMS::Alias.AliasName", r"^alias/[a-zA-Z0-9:/_\-]+$"),
    (
        "AWS::KMS::Key.Arn",
        r"^arn:aws[a-zA-Z\-]*:kms:[a-z0-9\-]+:\d{12}:(key|alias)/.+$",
    ),
    (
        "AWS::KMS::Key.Id",
        r"^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}|alias/[a-zA-Z0-9/_\-]+)$",
    ),
    (
        "AWS::Lambda::Function.Arn",
        r"^arn:aws[a-zA-Z\-]*:lambda:[a-z0-9\-]+:\d{12}:function:.+(:.+)?$",
    ),
    ("AWS::Lambda::Function.Name", r"^[a-zA-Z0-9_\-]{1,140}$"),
    ("AWS::Logs::LogGroup.Name", r"^[.\-_\/#A-Za-z0-9]{1,512}$"),
    (
        "AWS::S3::Bucket.Name",
        r"^(?![.\-])(?!.*\.\.)(?!.*-\.)(?!.*\.-)[a-z0-9.\-]{3,63}(?<![.\-])$",
    ),
    (
        "AWS::SNS::Topic.Arn",
        r"^arn:aws[a-zA-Z\-]*:sns:[a-z0-9\-]+:\d{12}:.+$",
    ),
    ("date", r"^\d{4}-(0[1-9]|1[0-2])-\d{2}$"),
    (
        "date-time",
        r"^\d{4}-(0[1-9]|1[0-2])-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+\-]([01]\d|2[0-3]):[0-5]\d)$",
    ),
];

/// Says whether a text has a format.
type Parses = fn(&str) -> bool;

/// Those that are more than a pattern.
const PARSED: &[(&str, Parses)] = &[
    ("ipv4", |text| text.parse::<Ipv4Addr>().is_ok()),
    ("ipv4-network", is_ipv4_network),
    ("ipv6", |text| text.parse::<Ipv6Addr>().is_ok()),
    ("ipv6-network", is_ipv6_network),
    ("json", |text| synth_core::parse(text).is_ok()),
];

static COMPILED: LazyLock<BTreeMap<&str, Regex>> = LazyLock::new(|| {
    let patterns = PATTERNS.iter();
    patterns
        .filter_map(|(name, pattern)| Some((*name, compile(pattern).ok()?)))
        .collect()
});

/// Whether anything is known about a format.
pub fn checks_format(format: &str) -> bool {
    PATTERNS.iter().any(|(name, _)| *name == format)
        || PARSED.iter().any(|(name, _)| *name == format)
}

/// The pattern of a format, to show to people; empty when it has none.
pub(crate) fn pattern(format: &str) -> &'static str {
    let known = PATTERNS.iter().find(|(name, _)| *name == format);
    known.map_or("", |(_, pattern)| pattern)
}

/// Whether a text has a format. One that is not known asks for nothing.
pub(crate) fn has(format: &str, text: &str) -> bool {
    if let Some((_, parses)) = PARSED.iter().find(|(name, _)| *name == format) {
        return parses(text);
    }
    let regex = COMPILED.get(format);
    regex.is_none_or(|regex| regex.find(text).is_some())
}

/// An address and a length, without bits behind the length; an address alone is a network of one.
fn is_ipv4_network(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "32"));
    let (Ok(address), Ok(length)) = (address.parse::<Ipv4Addr>(), length.parse::<u32>()) else {
        return false;
    };
    let host = u32::MAX.checked_shr(length).unwrap_or(0);
    length <= 32 && u32::from(address) & host == 0
}

fn is_ipv6_network(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "128"));
    let (Ok(address), Ok(length)) = (address.parse::<Ipv6Addr>(), length.parse::<u32>()) else {
        return false;
    };
    let host = u128::MAX.checked_shr(length).unwrap_or(0);
    length <= 128 && u128::from(address) & host == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(COMPILED.len(), PATTERNS.len());
    }

    #[test]
    fn texts_have_their_format_or_not() {
        let cases = [
            ("ipv4-network", "10.0.0.0/16", "10.0.0.1/16"),
            ("ipv6-network", "2001:db8::/32", "2001:db8::/129"),
            ("date-time", "2026-11-23T01:02:03Z", "2026-11-23"),
            ("AWS::EC2::VPC.Id", "vpc-01234567", "vpc-1"),
            ("AWS::S3::Bucket.Name", "my-bucket", "My_Bucket"),
            (
                "AWS::IAM::Role.Arn",
                "arn:aws:iam::123456789012:role/a",
                "role/a",
            ),
        ];
        for (format, good, bad) in cases {
            assert!(has(format, good), "{format} {good}");
            assert!(!has(format, bad), "{format} {bad}");
        }
        assert!(has("no-such-format", "anything"));
    }
}
