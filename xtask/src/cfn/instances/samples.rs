//! What is written by hand: texts of each format, and resources whose rules want values that fit each other.

use serde_json::{Map, Value};

/// A small instance of each type for which none is found by looking.
pub(super) fn given() -> Result<Map<String, Value>, serde_json::Error> {
    serde_json::from_str(include_str!("given.json"))
}

/// A text of a format that is more than a pattern of the table.
pub(super) fn of(format: &str, variant: usize) -> Option<String> {
    let number = format!("{variant:08}");
    let arn = |rest: &str| format!("arn:aws:{rest}{variant}");
    let text = match format {
        "AWS::ACM::Certificate.Arn" => arn("acm:us-east-1:123456789012:certificate/"),
        "AWS::EC2::Image.Id" => format!("ami-{number}"),
        "AWS::EC2::SecurityGroup.Id" => format!("sg-{number}"),
        "AWS::EC2::Subnet.Id" => format!("subnet-{number}"),
        "AWS::EC2::VPC.Id" => format!("vpc-{number}"),
        "AWS::IAM::Role.Arn" => arn("iam::123456789012:role/role"),
        "AWS::KMS::Alias.AliasName" => format!("alias/key{variant}"),
        "AWS::KMS::Key.Arn" => arn("kms:us-east-1:123456789012:key/"),
        "AWS::KMS::Key.Id" => format!("01234567-89ab-cdef-0123-4567{number}"),
        "AWS::Lambda::Function.Arn" => arn("lambda:us-east-1:123456789012:function:function"),
        "AWS::SNS::Topic.Arn" => arn("sns:us-east-1:123456789012:topic"),
        "AWS::SQS::Queue.Arn" => arn("sqs:us-east-1:123456789012:queue"),
        "AWS::Logs::LogGroup.Name" => format!("group{variant}"),
        "AWS::S3::Bucket.Name" => format!("bucket{variant}"),
        "date" => "2026-11-23".to_owned(),
        "date-time" | "timestamp" => format!("2026-11-23T01:02:{:02}Z", variant % 60),
        "ipv4" => format!("10.0.0.{variant}"),
        "ipv4-network" => format!("10.{variant}.0.0/16"),
        "ipv6" => format!("2001:db8::{variant}"),
        "ipv6-network" => format!("2001:db8:{variant}::/64"),
        "json" => r#"{"Key":"Value"}"#.to_owned(),
        "uri" => format!("https://example.com/{variant}"),
        _ => return None,
    };
    Some(text)
}
