//! What is wrong with whom a statement is about, and with when it applies.

use std::collections::BTreeSet;

use synth_core::{Problem, Value};

use super::arn;
use super::check::Place;
use super::condition::{self, Condition};
use super::principal::Principal;
use super::statement::{Effect, Statement};

pub(super) fn check_principal(principal: &Principal, at: &Place<'_>, problems: &mut Vec<Problem>) {
    match principal {
        Principal::Service(name) if !is_service_principal(name) => problems.push(Problem {
            code: "iam.service-principal",
            message: format!("{at} names a service as no service is named"),
            value: name.to_string(),
            allowed: "the service's domain, in lower case, such as `ecs-tasks.amazonaws.com`"
                .to_owned(),
            fix: "look the name up in the service's guide, under service-linked roles".to_owned(),
        }),
        Principal::Arn(Value::Known(text)) if !arn::is_arn(text) => problems.push(arn::problem(
            "iam.principal-format",
            format!("{at} has a principal that is not an ARN"),
            text,
            "",
        )),
        Principal::Account(Value::Known(id)) if !arn::is_account(id) => problems.push(Problem {
            code: "iam.account-format",
            message: format!("{at} names an account as no account is named"),
            value: id.clone(),
            allowed: "twelve digits".to_owned(),
            fix: "write the account's id; for a role or user use `Principal::Arn`".to_owned(),
        }),
        Principal::Service(_)
        | Principal::Arn(_)
        | Principal::Account(_)
        | Principal::ThisAccount
        | Principal::Federated(_)
        | Principal::CanonicalUser(_)
        | Principal::Any => {}
    }
}

/// Domains that AWS names its services under.
const SERVICE_DOMAINS: [&str; 4] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazon.com",
    ".aws.internal",
];

fn is_service_principal(name: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    name.bytes().all(is_part)
        && SERVICE_DOMAINS.iter().any(|domain| {
            name.strip_suffix(domain)
                .is_some_and(|service| !service.is_empty())
        })
}

pub(super) fn check_conditions(
    conditions: &[Condition],
    at: &Place<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for Condition {
        operator,
        key,
        values,
    } in conditions
    {
        let mut report = |code, what: &str, value: &str, allowed: &str, fix: &str| {
            problems.push(Problem {
                code,
                message: format!("{at} {what}"),
                value: value.to_owned(),
                allowed: allowed.to_owned(),
                fix: fix.to_owned(),
            });
        };
        if !condition::is_operator(operator) {
            report(
                "iam.condition-operator",
                "has a condition operator that IAM does not have",
                operator,
                "such as `StringEquals`, `ArnLike`, `Bool`, with `IfExists` or `ForAnyValue:` where wanted",
                "use one of the operators of IAM, spelt as there",
            );
        }
        if !key.contains(':') {
            report(
                "iam.condition-key",
                "has a condition key without a prefix",
                key,
                "`aws:` or a service prefix or an identity provider's domain, a colon, and a name",
                "write it as in the service's list of condition keys, such as `aws:SourceArn`",
            );
        }
        if values.is_empty() {
            report(
                "iam.condition-without-value",
                "has a condition that compares with nothing",
                key,
                "at least one value",
                "name the values",
            );
        }
        if !seen.insert((operator, key)) {
            report(
                "iam.condition-repeated",
                "has two conditions with the same operator and key, and a policy can hold one",
                key,
                "one condition for each operator and key",
                "put the values into one condition, of which one must fit",
            );
        }
    }
}

/// Trust that is wider than anybody means it.
pub(super) fn check_trust(statement: &Statement, at: &Place<'_>, problems: &mut Vec<Problem>) {
    if statement.effect == Effect::Deny || !statement.conditions.is_empty() {
        return;
    }
    let wide = statement
        .principals
        .iter()
        .find_map(|principal| match principal {
            Principal::Any => Some("everybody on AWS"),
            Principal::Federated(_) => Some("everybody whom the identity provider knows"),
            Principal::Service(_)
            | Principal::Arn(_)
            | Principal::Account(_)
            | Principal::ThisAccount
            | Principal::CanonicalUser(_) => None,
        });
    if let Some(who) = wide {
        problems.push(Problem {
            code: "iam.trust-too-wide",
            message: format!("{at} lets {who} become the role"),
            value: String::new(),
            allowed: "such a principal only with a condition".to_owned(),
            fix: "add a condition that says which of them, such as the subject of the token"
                .to_owned(),
        });
    }
}
