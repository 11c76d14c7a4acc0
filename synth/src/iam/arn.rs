//! The form of ARNs and of names in IAM.

use synth_core::{Id, Problem, Text, Value, join, pseudo};

use crate::cfn::refs::iam::ManagedPolicyPolicyArn;

/// Whether the text has the six parts of an ARN and begins as one.
pub(crate) fn is_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    parts.next() == Some("arn")
        && parts.next().is_some_and(|partition| !partition.is_empty())
        && parts.next().is_some_and(|service| !service.is_empty())
        && parts.nth(2).is_some_and(|resource| !resource.is_empty())
}

/// Whether the text is an account's id.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The problem of a text that should be an ARN; `or` goes before what an ARN looks like.
pub(crate) fn problem(code: &'static str, message: String, value: &str, or: &str) -> Problem {
    Problem {
        code,
        message,
        value: value.to_owned(),
        allowed: format!("{or}`arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`"),
        fix: "take it from a construct, such as `role.arn()`, or write all six parts".to_owned(),
    }
}

/// The ARN of a policy that AWS maintains, such as `service-role/AmazonECSTaskExecutionRolePolicy`.
pub fn aws_managed_policy(name: impl Into<Text>) -> Value<Id<ManagedPolicyPolicyArn>> {
    let path = format!(":iam::aws:policy/{}", name.into());
    join("", ["arn:".into(), pseudo::partition(), path.into()]).map(Id::literal)
}

/// The ARN of a policy of the stack's account that is declared elsewhere, by its path and name, such as
/// `team/deployer`.
pub fn managed_policy_by_name(name: impl Into<Text>) -> Value<Id<ManagedPolicyPolicyArn>> {
    let path = format!(":policy/{}", name.into());
    let account = [":iam::".into(), pseudo::account_id(), path.into()];
    let parts = ["arn:".into(), pseudo::partition()]
        .into_iter()
        .chain(account);
    join("", parts).map(Id::literal)
}

/// The problem of a name, if it has one: `longest` characters of letters, digits and `+=,.@_-`.
pub(crate) fn name_problem(
    code: &'static str,
    what: &str,
    name: &str,
    longest: usize,
) -> Option<Problem> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    let is_name = !name.is_empty() && name.len() <= longest && name.bytes().all(is_part);
    (!is_name).then(|| Problem {
        code,
        message: format!("IAM does not take this as the name of a {what}"),
        value: name.to_owned(),
        allowed: format!("1 to {longest} letters, digits and `+=,.@_-`"),
        fix: "choose another name, or leave it out: CloudFormation then makes one".to_owned(),
    })
}

/// The problem of a path, if it has one: `/`, or text between two slashes, at most 512 characters.
pub(crate) fn path_problem(path: &str) -> Option<Problem> {
    let is_part = |byte: u8| (b'!'..=b'~').contains(&byte);
    let is_path = path.len() <= 512
        && path.starts_with('/')
        && path.ends_with('/')
        && !path.contains("//")
        && path.bytes().all(is_part);
    (!is_path).then(|| Problem {
        code: "iam.path-format",
        message: "IAM does not take this as a path".to_owned(),
        value: path.to_owned(),
        allowed:
            "`/`, or text without spaces that begins and ends with `/`, at most 512 characters"
                .to_owned(),
        fix: "write it with a slash at both ends, such as `/team/`".to_owned(),
    })
}

/// The problem of a description, if it has one: at most 1,000 characters.
pub(crate) fn description_problem(description: &str) -> Option<Problem> {
    const LONGEST: usize = 1_000;
    let length = description.chars().count();
    (length > LONGEST).then(|| Problem {
        code: "iam.description-too-long",
        message: format!("the description has {length} characters"),
        value: description.to_owned(),
        allowed: format!("at most {LONGEST} characters"),
        fix: "shorten it".to_owned(),
    })
}
