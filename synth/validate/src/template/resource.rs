//! What is said of a resource beside its properties.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html>

use synth_core::Json;

use super::Report;
use super::index::{Index, has, names};
use super::shape;

const NAMES: [&str; 11] = [
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Description",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

const DELETION: [&str; 4] = ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"];
const REPLACEMENT: [&str; 3] = ["Delete", "Retain", "Snapshot"];

/// Types that can leave a snapshot behind.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html>
const SNAPSHOT: [&str; 9] = [
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::RDS::GlobalCluster",
];

pub(super) fn check(index: &Index<'_>, report: &mut Report<'_>) {
    for (id, body) in index.resources {
        if id.starts_with("Fn::") || body.entries().is_none() {
            continue;
        }
        let path = format!("Resources/{id}");
        let Some(kind) = body.get("Type").and_then(Json::as_text) else {
            let given = body.get("Type").unwrap_or(&Json::Null);
            let at = format!("{path}/Type");
            report
                .error(&at, "resource.type", format!("`{id}` has no type"), given)
                .fix("add `Type`, such as `AWS::S3::Bucket`");
            continue;
        };
        // A transform knows more names than CloudFormation.
        if !index.is_open {
            shape::names(&path, body, &known(kind), "resource.unknown-name", report);
        }
        policies(&path, kind, body, report);
        waits(index, &path, id, body, report);
        if let Some(condition) = body.get("Condition") {
            let known = condition
                .as_text()
                .is_some_and(|name| has(index.conditions, name));
            if !known && !index.is_open {
                let at = format!("{path}/Condition");
                report
                    .error(
                        &at,
                        "core.dangling-condition",
                        "there is no such condition in the template",
                        condition,
                    )
                    .meant(
                        condition.as_text().unwrap_or_default(),
                        names(index.conditions),
                        "add it to `Conditions`",
                    );
            }
        }
    }
}

/// Only custom resources have versions of what they say.
fn known(kind: &str) -> Vec<&'static str> {
    let mut names = NAMES.to_vec();
    if kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource" {
        names.push("Version");
    }
    names
}

fn policies(path: &str, kind: &str, body: &Json, report: &mut Report<'_>) {
    let policies = [
        ("DeletionPolicy", DELETION.as_slice()),
        ("UpdateReplacePolicy", REPLACEMENT.as_slice()),
    ];
    for (name, allowed) in policies {
        let Some(policy) = body.get(name) else {
            continue;
        };
        let at = format!("{path}/{name}");
        // A function is read where the transform of the language's extensions is on.
        if policy.entries().is_some() {
            continue;
        }
        let given = policy.as_text().unwrap_or_default();
        if !allowed.contains(&given) {
            report
                .error(
                    &at,
                    "resource.policy",
                    format!("`{name}` knows no such value"),
                    policy,
                )
                .allowed(allowed.join(", "))
                .meant(given, allowed.iter().copied(), "write one of these");
        } else if given == "Snapshot" && kind.starts_with("AWS::") && !SNAPSHOT.contains(&kind) {
            report
                .error(
                    &at,
                    "resource.policy",
                    format!("nothing of `{kind}` can be kept as a snapshot"),
                    policy,
                )
                .allowed("Delete, Retain")
                .fix("write `Retain`");
        }
    }
}

fn waits(index: &Index<'_>, path: &str, id: &str, body: &Json, report: &mut Report<'_>) {
    let Some(waits) = body.get("DependsOn") else {
        return;
    };
    let several = waits.items();
    for (at, one) in several
        .unwrap_or(std::slice::from_ref(waits))
        .iter()
        .enumerate()
    {
        let at = match several {
            Some(_) => format!("{path}/DependsOn/{at}"),
            None => format!("{path}/DependsOn"),
        };
        let name = one.as_text();
        if name.is_some_and(|name| name != id && index.position(name).is_some()) || index.is_open {
            continue;
        }
        let message = if name == Some(id) {
            "the resource waits for itself"
        } else {
            "there is no such resource in the template"
        };
        report
            .error(&at, "core.dangling-reference", message, one)
            .allowed("the logical id of another resource")
            .meant(
                name.unwrap_or_default(),
                index.ids().filter(|other| *other != id),
                "take it out",
            );
    }
}
