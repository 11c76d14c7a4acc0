//! What is wrong with a table, as far as it can be known before it is deployed.
//!
//! Limits: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>.

use std::collections::{BTreeMap, BTreeSet};

use synth_core::{Problem, Text, Value};

use super::index::{Attribute, AttributeType, Projection};
use super::table::{Billing, TableProps};
use crate::iam::{PolicyDocument, PolicyKind};

const MOST_GLOBAL_INDEXES: usize = 20;
const MOST_LOCAL_INDEXES: usize = 5;
/// Most attributes in each half of the key of a global index:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html>.
const MOST_PARTS: usize = 4;
/// Most attributes that are not keys, over all indexes with [`Projection::Include`].
const MOST_INCLUDED: usize = 100;

pub(super) fn problems(props: &TableProps) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(Value::Known(name)) = &props.table_name {
        problems.extend(name_problem("dynamodb.table-name", "a table", name));
    }
    check_attributes(props, &mut problems);
    check_keys(props, &mut problems);
    check_indexes(props, &mut problems);
    check_time_to_live(props, &mut problems);
    check_recovery(props.recovery_in_days, &mut problems);
    check_billing(props.billing, &mut problems);
    problems.extend(policy_problems(&props.resource_policy));
    problems
}

/// What is wrong with the policy of a table. One without a statement is left out.
pub(super) fn policy_problems(policy: &PolicyDocument) -> Vec<Problem> {
    if policy.is_empty() {
        return Vec::new();
    }
    policy.problems(PolicyKind::Resource)
}

fn name_problem(code: &'static str, what: &str, name: &str) -> Option<Problem> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let is_name = (3..=255).contains(&name.len()) && name.bytes().all(is_part);
    (!is_name).then(|| Problem {
        code,
        message: format!("DynamoDB does not take this as the name of {what}"),
        value: name.to_owned(),
        allowed: "3 to 255 letters, digits and `_.-`".to_owned(),
        fix: "choose another name".to_owned(),
    })
}

fn check_attributes(props: &TableProps, problems: &mut Vec<Problem>) {
    let mut kinds: BTreeMap<&Text, AttributeType> = BTreeMap::new();
    for Attribute { name, kind } in props.attributes() {
        if !(1..=255).contains(&name.len()) {
            problems.push(Problem {
                code: "dynamodb.attribute-name",
                message: "DynamoDB does not take this as the name of an attribute of a key"
                    .to_owned(),
                value: name.to_string(),
                allowed: "1 to 255 bytes".to_owned(),
                fix: "choose another name".to_owned(),
            });
        }
        let known = *kinds.entry(name).or_insert(*kind);
        if known != *kind {
            problems.push(Problem {
                code: "dynamodb.attribute-type-conflict",
                message: format!("the attribute `{name}` has two types"),
                value: format!("{} and {}", known.as_text(), kind.as_text()),
                allowed: "one type in every key of the table".to_owned(),
                fix: "give it the same type everywhere, or use another attribute".to_owned(),
            });
        }
    }
}

fn check_keys(props: &TableProps, problems: &mut Vec<Problem>) {
    let one = std::slice::from_ref;
    let mut check = |what: &str, partition: &[Attribute], sort: &[Attribute]| {
        let repeated = sort
            .iter()
            .find(|part| partition.iter().any(|other| other.name == part.name));
        if let Some(attribute) = repeated {
            problems.push(Problem {
                code: "dynamodb.sort-key-is-partition-key",
                message: format!("{what} is sorted by its partition key"),
                value: attribute.name.to_string(),
                allowed: "two attributes, or a partition key alone".to_owned(),
                fix: "sort by another attribute, or leave the sort key out".to_owned(),
            });
        }
        if !(1..=MOST_PARTS).contains(&partition.len()) || sort.len() > MOST_PARTS {
            problems.push(Problem {
                code: "dynamodb.key-parts",
                message: format!("{what} has a key of too many or too few attributes"),
                value: format!(
                    "{} of the partition key, {} of the sort key",
                    partition.len(),
                    sort.len()
                ),
                allowed: format!(
                    "1 to {MOST_PARTS} in the partition key, at most {MOST_PARTS} in the sort key"
                ),
                fix: "put several facts into one attribute, or leave some out".to_owned(),
            });
        }
    };
    let own = one(&props.partition_key);
    check("the table", own, props.sort_key.as_ref().map_or(&[], one));
    for index in &props.global_indexes {
        let name = format!("the index `{}`", index.index_name);
        check(&name, &index.partition_key, &index.sort_key);
    }
    for index in &props.local_indexes {
        let name = format!("the index `{}`", index.index_name);
        check(&name, own, one(&index.sort_key));
    }
}

fn check_indexes(props: &TableProps, problems: &mut Vec<Problem>) {
    let mut report = |code, message: String, value: &str, allowed: String, fix: &str| {
        let (value, fix) = (value.to_owned(), fix.to_owned());
        problems.push(Problem {
            code,
            message,
            value,
            allowed,
            fix,
        });
    };
    let counts = [
        ("global", props.global_indexes.len(), MOST_GLOBAL_INDEXES),
        ("local", props.local_indexes.len(), MOST_LOCAL_INDEXES),
    ];
    for (kind, count, most) in counts.into_iter().filter(|(_, count, most)| count > most) {
        let message = format!("the table has {count} {kind} indexes");
        let fix = "serve several questions from one index, with keys that are general";
        report(
            "dynamodb.too-many-indexes",
            message,
            "",
            format!("at most {most}"),
            fix,
        );
    }
    if props.sort_key.is_none() && !props.local_indexes.is_empty() {
        let message = "a table without a sort key has a local index".to_owned();
        let fix = "give the table a sort key, or make the index global";
        report(
            "dynamodb.local-index-without-sort-key",
            message,
            "",
            String::new(),
            fix,
        );
    }
    let mut seen = BTreeSet::new();
    let mut included = 0;
    let mut names = Vec::new();
    for (name, projection) in props.indexes() {
        names.extend(name_problem("dynamodb.index-name", "an index", name));
        if !seen.insert(name) {
            let message = "two indexes have the same name".to_owned();
            report(
                "dynamodb.index-name-repeated",
                message,
                name,
                "names that differ".to_owned(),
                "rename one",
            );
        }
        match projection {
            Projection::Include(attributes) if attributes.is_empty() => {
                let message = format!("the index `{name}` includes no attribute");
                let fix = "name the attributes, or use `Projection::KeysOnly`";
                report(
                    "dynamodb.projection-empty",
                    message,
                    "",
                    "at least one".to_owned(),
                    fix,
                );
            }
            Projection::Include(attributes) => included += attributes.len(),
            Projection::All | Projection::KeysOnly => {}
        }
    }
    if included > MOST_INCLUDED {
        let message = format!("the indexes of the table include {included} attributes");
        let allowed = format!("at most {MOST_INCLUDED} over all of them");
        report(
            "dynamodb.too-many-included",
            message,
            "",
            allowed,
            "use `Projection::All` for one of them",
        );
    }
    problems.append(&mut names);
}

fn check_time_to_live(props: &TableProps, problems: &mut Vec<Problem>) {
    let Some(name) = &props.time_to_live_attribute else {
        return;
    };
    let key = props.attributes().find(|attribute| attribute.name == *name);
    if let Some(kind) = key
        .map(|key| key.kind)
        .filter(|kind| *kind != AttributeType::Number)
    {
        problems.push(Problem {
            code: "dynamodb.time-to-live-type",
            message: "items expire at a time in seconds, and this attribute is a key that is not a number"
                .to_owned(),
            value: format!("{name} ({})", kind.as_text()),
            allowed: "an attribute that is a number".to_owned(),
            fix: "keep the time in an attribute of its own, such as `expires_at`".to_owned(),
        });
    }
}

pub(super) fn check_recovery(days: Option<u8>, problems: &mut Vec<Problem>) {
    if let Some(days) = days.filter(|days| !(1..=35).contains(days)) {
        problems.push(Problem {
            code: "dynamodb.recovery-days",
            message: "a table cannot be restored to a time this long ago".to_owned(),
            value: format!("{days} days"),
            allowed: "1 to 35 days, or `None` for no recovery".to_owned(),
            fix: "choose a number of days in this range".to_owned(),
        });
    }
}

fn check_billing(billing: Billing, problems: &mut Vec<Problem>) {
    let has_zero = match billing {
        Billing::OnDemand {
            most_reads,
            most_writes,
        } => [most_reads, most_writes].contains(&Some(0)),
        Billing::Provisioned { reads, writes } => reads == 0 || writes == 0,
    };
    problems.extend(has_zero.then(no_capacity));
}

/// What is said of a table or an index that could never be read or written.
pub(super) fn no_capacity() -> Problem {
    Problem {
        code: "dynamodb.capacity",
        message: "a table needs at least one unit of capacity".to_owned(),
        value: "0".to_owned(),
        allowed: "1 and above".to_owned(),
        fix: "raise the number of units".to_owned(),
    }
}
