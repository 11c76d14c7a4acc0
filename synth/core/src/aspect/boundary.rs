//! The most that roles and users may be allowed.

use crate::json::Json;
use crate::overrides;
use crate::problem::Problem;
use crate::stack::{ResourcePart, Stack};
use crate::value::Value;

const PROPERTY: &str = "PermissionsBoundary";

/// A managed policy that limits every `AWS::IAM::Role` and `AWS::IAM::User` at and below a place.
///
/// It replaces another boundary that the author gave one of them, and warns (`core.other-boundary`).
///
/// ```
/// use synth_core::{PermissionsBoundary, Stack, StackProps, Value, sub};
/// let mut stack = Stack::new("App", StackProps::default());
/// let arn: Value<String> = sub::<&str>("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/Developer", []);
/// stack.scope().with(PermissionsBoundary::new(arn));
/// ```
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[derive(Debug, Clone, PartialEq)]
pub struct PermissionsBoundary {
    /// The ARN of the managed policy.
    pub policy_arn: Value<String>,
}

impl PermissionsBoundary {
    /// The managed policy with this ARN.
    pub fn new(policy_arn: impl Into<Value<String>>) -> Self {
        Self {
            policy_arn: policy_arn.into(),
        }
    }

    pub(super) fn apply(&self, part: &mut ResourcePart, stack: &mut Stack) {
        if !matches!(part.type_name.as_ref(), "AWS::IAM::Role" | "AWS::IAM::User") {
            return;
        }
        let arn = Json::from(self.policy_arn.clone());
        let other = part.properties.get(PROPERTY).filter(|other| **other != arn);
        if let Some(other) = other {
            let problem = Problem {
                code: "core.other-boundary",
                message: "the permissions boundary of the place replaces the one given here"
                    .to_owned(),
                value: other.to_compact(),
                allowed: arn.to_compact(),
                fix: "leave `PermissionsBoundary` out here".to_owned(),
            };
            stack.warn(part.target.path(), problem);
        }
        overrides::put(&mut part.properties, PROPERTY, Some(arn));
    }
}
