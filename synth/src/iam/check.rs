//! What is wrong with a policy, as far as it can be known before it is deployed.

use std::collections::BTreeSet;

use synth_core::{Data, Json, Problem, Text, Value};

use super::arn;
use super::check_who::{check_conditions, check_principal, check_trust};
use super::document::PolicyDocument;
use super::statement::{Effect, Selection, Statement};

/// What a policy is attached to, which decides what its statements must and must not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind {
    /// To roles, groups and users: says what they may do, never who they are.
    Identity,
    /// To a resource: says who may do what to it. `resources` may be left out where AWS knows them,
    /// as in ECR.
    Resource,
    /// To a role: says who may become it, and names no resource.
    Trust,
}

impl PolicyDocument {
    /// Everything that is wrong with the policy, in the order of its statements.
    ///
    /// Constructs that take a policy call this and report the answer.
    pub fn problems(&self, kind: PolicyKind) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.is_empty() {
            problems.push(Problem {
                code: "iam.policy-empty",
                message: "the policy has no statement".to_owned(),
                value: String::new(),
                allowed: "at least one statement".to_owned(),
                fix: "add a statement, or leave the policy out".to_owned(),
            });
        }
        let mut sids = BTreeSet::new();
        for (position, statement) in self.statements().iter().enumerate() {
            let at = Place {
                position,
                sid: statement.sid.as_ref(),
            };
            check_parts(statement, kind, &at, &mut problems);
            check_actions(statement, kind, &at, &mut problems);
            check_resources(statement, &at, &mut problems);
            check_conditions(&statement.conditions, &at, &mut problems);
            for principal in statement
                .principals
                .iter()
                .chain(&statement.except_principals)
            {
                check_principal(principal, &at, &mut problems);
            }
            if kind == PolicyKind::Trust {
                check_trust(statement, &at, &mut problems);
            }
            if let Some(sid) = &statement.sid {
                check_sid(sid, kind, sids.insert(sid.clone()), &at, &mut problems);
            }
        }
        problems
    }

    /// Characters that certainly count toward a quota: all but white space, unknown values as if
    /// they were empty.
    pub(super) fn least_size(&self) -> usize {
        least_size(&self.to_json())
    }
}

fn least_size(json: &Json) -> usize {
    match json {
        Json::Text(text) => {
            text.chars()
                .filter(|symbol| !symbol.is_whitespace())
                .count()
                + 2
        }
        Json::Array(items) => {
            1 + items
                .iter()
                .map(|item| least_size(item) + 1)
                .sum::<usize>()
                .max(1)
        }
        Json::Object(entries) => match entries.as_slice() {
            [(name, _)] if name == "Ref" || name.starts_with("Fn::") => 2,
            entries => {
                let sizes = entries
                    .iter()
                    .map(|(name, value)| name.len() + 4 + least_size(value));
                1 + sizes.sum::<usize>().max(1)
            }
        },
        Json::Reference(_) => 2,
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) | Json::Missing => 4,
    }
}

/// Which statement of a policy, for people.
pub(super) struct Place<'a> {
    position: usize,
    sid: Option<&'a Text>,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.sid {
            Some(sid) => write!(formatter, "statement `{sid}`"),
            None => write!(formatter, "statement {}", self.position + 1),
        }
    }
}

/// What has to be there, and what must not.
fn check_parts(
    statement: &Statement,
    kind: PolicyKind,
    at: &Place<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut report = |code, what: &str, allowed: &str, fix: &str| {
        problems.push(Problem {
            code,
            message: format!("{at} {what}"),
            value: String::new(),
            allowed: allowed.to_owned(),
            fix: fix.to_owned(),
        });
    };
    let resources = statement.resources.as_ref().map(Selection::items);
    if statement.actions.items().is_empty() {
        report(
            "iam.no-action",
            "has no action",
            "at least one action",
            "name the actions",
        );
    }
    match resources {
        Some(_) if kind == PolicyKind::Trust => report(
            "iam.resource-in-trust-policy",
            "names resources, but it is about who may become the role",
            "no resources: the role itself is meant",
            "set `resources: None`, or move the statement to a policy of the role",
        ),
        None if kind != PolicyKind::Identity => {}
        None | Some([]) => report(
            "iam.no-resource",
            "has no resource",
            "at least one ARN, or `*`",
            "name what the actions are done to",
        ),
        Some(_) => {}
    }
    let is_exception = !statement.except_principals.is_empty();
    if is_exception
        && (kind != PolicyKind::Resource
            || statement.effect == Effect::Allow
            || !statement.principals.is_empty())
    {
        report(
            "iam.except-principals",
            "means everybody but some, which AWS takes only where a policy of a resource forbids",
            "`Deny`, in the policy of a resource, without `principals`",
            "name those who are meant in `principals`, or forbid with a condition on `aws:PrincipalArn`",
        );
    }
    let is_named = !statement.principals.is_empty();
    match kind {
        PolicyKind::Identity if is_named => report(
            "iam.principal-in-identity-policy",
            "names principals, but whoever has the policy is meant",
            "no principals",
            "remove them, or put the statement into the policy of the resource",
        ),
        PolicyKind::Resource | PolicyKind::Trust if !is_named && !is_exception => report(
            "iam.no-principal",
            "does not say who is meant",
            "at least one principal",
            "name the principals",
        ),
        PolicyKind::Identity | PolicyKind::Resource | PolicyKind::Trust => {}
    }
}

fn check_actions(
    statement: &Statement,
    kind: PolicyKind,
    at: &Place<'_>,
    problems: &mut Vec<Problem>,
) {
    for action in statement.actions.items() {
        if !is_action(action) {
            problems.push(Problem {
                code: "iam.action-format",
                message: format!("{at} has an action that IAM cannot read"),
                value: action.to_string(),
                allowed: "`*`, or a service prefix in lower case, a colon, and letters, digits, `*` and `?`"
                    .to_owned(),
                fix: "write it as `service:Action`, such as `s3:GetObject`".to_owned(),
            });
        } else if kind == PolicyKind::Trust && !action.starts_with("sts:") {
            problems.push(Problem {
                code: "iam.trust-action",
                message: format!(
                    "{at} of a trust policy has an action that is not about becoming the role"
                ),
                value: action.to_string(),
                allowed: "actions of `sts`, such as `sts:AssumeRole`".to_owned(),
                fix: "move it to a policy of the role".to_owned(),
            });
        }
    }
}

/// Whether the text is `*` or `service:Action` with the characters that service prefixes and
/// actions have.
fn is_action(text: &str) -> bool {
    let is_service = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'*' || byte == b'?';
    text == "*"
        || text.split_once(':').is_some_and(|(service, name)| {
            !service.is_empty()
                && !name.is_empty()
                && service.bytes().all(is_service)
                && name.bytes().all(is_name)
        })
}

fn check_resources(statement: &Statement, at: &Place<'_>, problems: &mut Vec<Problem>) {
    let resources = statement
        .resources
        .as_ref()
        .map_or(&[][..], Selection::items);
    for resource in resources.iter().filter_map(Value::known) {
        if resource != "*" && !arn::is_arn(resource) {
            problems.push(arn::problem(
                "iam.resource-format",
                format!("{at} has a resource that is not an ARN"),
                resource,
                "`*`, or ",
            ));
        }
    }
}

fn check_sid(
    sid: &Text,
    kind: PolicyKind,
    is_new: bool,
    at: &Place<'_>,
    problems: &mut Vec<Problem>,
) {
    if !is_new {
        problems.push(Problem {
            code: "iam.sid-repeated",
            message: format!("{at} has the name of another statement in the policy"),
            value: sid.to_string(),
            allowed: "names that differ".to_owned(),
            fix: "rename one, or leave the names out".to_owned(),
        });
    }
    // Some services take more in the policies of their resources.
    let is_plain = sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if kind != PolicyKind::Resource && !is_plain {
        problems.push(Problem {
            code: "iam.sid-format",
            message: format!("{at} has a name that IAM does not take"),
            value: sid.to_string(),
            allowed: "letters and digits".to_owned(),
            fix: "remove the other characters".to_owned(),
        });
    }
}
