//! Pseudo parameters: what CloudFormation knows about the stack it deploys.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>

use crate::intrinsic::Intrinsic;
use crate::list::List;
use crate::value::Value;

/// Every pseudo parameter, for checking names in templates.
pub const NAMES: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

fn parameter<T>(name: &'static str) -> Value<T> {
    Value::Unknown(Intrinsic::call("Ref", name))
}

/// The account the stack is deployed to, twelve digits.
pub fn account_id() -> Value<String> {
    parameter("AWS::AccountId")
}

/// Within a condition's `choose`: as if the property had not been set.
pub fn no_value<T>() -> Value<T> {
    parameter("AWS::NoValue")
}

/// The SNS topics that hear of the stack's events.
pub fn notification_arns() -> Value<List<String>> {
    parameter("AWS::NotificationARNs")
}

/// The first part of an ARN after `arn:`, such as `aws`, `aws-cn` or `aws-us-gov`.
pub fn partition() -> Value<String> {
    parameter("AWS::Partition")
}

/// The region the stack is deployed to, such as `eu-west-1`.
pub fn region() -> Value<String> {
    parameter("AWS::Region")
}

/// The stack's ARN.
pub fn stack_id() -> Value<String> {
    parameter("AWS::StackId")
}

/// The stack's name as it is deployed.
pub fn stack_name() -> Value<String> {
    parameter("AWS::StackName")
}

/// The domain of AWS in this partition, such as `amazonaws.com`.
pub fn url_suffix() -> Value<String> {
    parameter("AWS::URLSuffix")
}
