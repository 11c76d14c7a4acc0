//! What is wrong with a bucket, as far as it can be known before it is deployed.

use std::collections::BTreeSet;

use synth_core::{Problem, Value};

use super::bucket::BucketProps;
use super::lifecycle::LifecycleRule;

/// Most rules of a bucket, as
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html> says.
const MOST_RULES: usize = 1_000;

/// Reserved by <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.
const RESERVED_BEGINNINGS: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

pub(super) fn problems(props: &BucketProps) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(Value::Known(name)) = &props.bucket_name {
        problems.extend(name_problem(name));
    }
    let mut ids = BTreeSet::new();
    for (position, rule) in props.lifecycle_rules.iter().enumerate() {
        let name = match &rule.id {
            Some(id) => format!("lifecycle rule `{id}`"),
            None => format!("lifecycle rule {}", position + 1),
        };
        check_rule(rule, &name, &mut problems);
        if rule.id.as_ref().is_some_and(|id| !ids.insert(id)) {
            problems.push(Problem {
                code: "s3.lifecycle-id-repeated",
                message: format!("{name} has the name of another rule of the bucket"),
                value: String::new(),
                allowed: "names that differ".to_owned(),
                fix: "rename one, or leave the names out".to_owned(),
            });
        }
    }
    let count = props.lifecycle_rules.len();
    if count > MOST_RULES {
        problems.push(Problem {
            code: "s3.too-many-lifecycle-rules",
            message: format!("the bucket has {count} lifecycle rules"),
            value: String::new(),
            allowed: format!("at most {MOST_RULES}"),
            fix: "say the same for several prefixes by one that they share".to_owned(),
        });
    }
    problems
}

fn name_problem(name: &str) -> Option<Problem> {
    let is_end = |byte: Option<u8>| {
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let is_part = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
    };
    let is_name = (3..=63).contains(&name.len())
        && name.bytes().all(is_part)
        && is_end(name.bytes().next())
        && is_end(name.bytes().last())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !RESERVED_BEGINNINGS
            .iter()
            .any(|beginning| name.starts_with(beginning))
        && !RESERVED_ENDS.iter().any(|end| name.ends_with(end));
    (!is_name).then(|| Problem {
        code: "s3.bucket-name",
        message: "S3 does not take this as the name of a bucket".to_owned(),
        value: name.to_owned(),
        allowed: "3 to 63 lower-case letters, digits, `-` and single `.`, a letter or digit at both ends, no \
                  IP address, nothing that S3 reserves"
            .to_owned(),
        fix: "choose another name, or leave it out: CloudFormation then makes one".to_owned(),
    })
}

fn check_rule(rule: &LifecycleRule, name: &str, problems: &mut Vec<Problem>) {
    let mut report = |code, message: String, value: String, allowed: &str, fix: &str| {
        let (allowed, fix) = (allowed.to_owned(), fix.to_owned());
        problems.push(Problem {
            code,
            message,
            value,
            allowed,
            fix,
        });
    };
    let does_nothing = LifecycleRule {
        id: rule.id.clone(),
        prefix: rule.prefix.clone(),
        ..Default::default()
    };
    if *rule == does_nothing {
        let message = format!("{name} does nothing");
        report(
            "s3.lifecycle-rule-empty",
            message,
            String::new(),
            "",
            "say what it does, or remove it",
        );
    }
    let days = [
        rule.expiration_in_days,
        rule.noncurrent_expiration_in_days,
        rule.abort_upload_in_days,
    ];
    if days.contains(&Some(0)) {
        let message = format!("{name} acts on objects before they are a day old");
        report(
            "s3.lifecycle-days",
            message,
            "0 days".to_owned(),
            "1 day and more",
            "raise the number of days",
        );
    }
    if rule.remove_delete_markers && rule.expiration_in_days.is_some() {
        report(
            "s3.lifecycle-delete-marker",
            format!(
                "{name} has both an expiration and `remove_delete_markers`, and S3 takes one of them"
            ),
            String::new(),
            "one of the two",
            "leave `remove_delete_markers` out: an expiration removes such marks as well",
        );
    }
    let mut before = None;
    for transition in &rule.transitions {
        let class = transition.storage_class.as_text();
        let value = format!("{class} after {} days", transition.after_days);
        if transition.storage_class.waits_a_month() && transition.after_days < 30 {
            let message = format!("{name} moves objects to {class} too early");
            report(
                "s3.transition-too-early",
                message,
                value,
                "30 days and more",
                "raise the number of days",
            );
        } else if before.is_some_and(|days| days >= transition.after_days) {
            let message = format!("{name} has transitions out of order");
            let fix = "put the earliest first, each later than the one before";
            report(
                "s3.transition-order",
                message,
                value,
                "days that increase",
                fix,
            );
        } else if rule
            .expiration_in_days
            .is_some_and(|days| days <= transition.after_days)
        {
            let message = format!("{name} moves objects that it has deleted already");
            report(
                "s3.transition-after-expiration",
                message,
                value,
                "fewer days than the expiration",
                "expire later",
            );
        }
        before = Some(transition.after_days);
    }
}
