//! Policies that allow everything, or everybody.

use super::{Judged, Node};
use crate::template::Report;

/// Who a policy speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What the owner of the policy may do.
    Identity,
    /// Who may take a role on.
    Trust,
    /// Who may use the resource.
    Resource,
}

pub(super) fn check<'a>(resource: &Judged<'a>, report: &mut Report<'_>) {
    let own = |name: &str| resource.properties.get(name);
    let mut documents = Vec::new();
    let mut add = |kind: Kind, found: Vec<Node<'a>>| {
        for document in found {
            for statements in document.get("Statement") {
                for statement in statements.items() {
                    documents.push((kind, statement.path.clone(), statement));
                }
            }
        }
    };
    match resource.kind {
        "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => {
            add(Kind::Trust, own("AssumeRolePolicyDocument"));
            for list in own("Policies") {
                for policy in list.items() {
                    add(Kind::Identity, policy.get("PolicyDocument"));
                }
            }
        }
        "AWS::IAM::Policy"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::RolePolicy"
        | "AWS::IAM::UserPolicy"
        | "AWS::IAM::GroupPolicy" => add(Kind::Identity, own("PolicyDocument")),
        "AWS::S3::BucketPolicy"
        | "AWS::SQS::QueuePolicy"
        | "AWS::SNS::TopicPolicy"
        | "AWS::Lambda::LayerVersionPermission" => add(Kind::Resource, own("PolicyDocument")),
        "AWS::KMS::Key" => add(Kind::Resource, own("KeyPolicy")),
        "AWS::ECR::Repository" => add(Kind::Resource, own("RepositoryPolicyText")),
        "AWS::SecretsManager::ResourcePolicy" => add(Kind::Resource, own("ResourcePolicy")),
        "AWS::EFS::FileSystem" => add(Kind::Resource, own("FileSystemPolicy")),
        "AWS::Lambda::Permission" => return permission(&resource.properties, report),
        _ => return,
    }
    for (kind, path, statement) in documents {
        judge(kind, &path, &statement, report);
    }
}

fn judge(kind: Kind, path: &str, statement: &Node<'_>, report: &mut Report<'_>) {
    let allows = statement.get("Effect");
    if !allows.iter().any(|effect| effect.text() == Some("Allow")) {
        return;
    }
    let is_bound = !statement.get("Condition").is_empty();
    if kind == Kind::Identity {
        let all = |name: &str| {
            let values = statement.get(name);
            values
                .iter()
                .flat_map(Node::items)
                .any(|one| matches!(one.text(), Some("*" | "*:*")))
        };
        if all("Action") && all("Resource") && !is_bound {
            report
                .error(
                    path,
                    "security.star-policy",
                    "every action on every resource is allowed",
                    &"*".into(),
                )
                .fix("list the actions that are needed, and the ARNs they are needed on");
        }
        return;
    }
    let principals = statement.get("Principal");
    let everybody = principals.iter().find_map(|principal| {
        let named = principal.get("AWS");
        let named = named.iter().flat_map(Node::items);
        let mut all = principal.items().into_iter().chain(named);
        all.find(|one| one.text() == Some("*"))
    });
    let Some(everybody) = everybody.filter(|_| !is_bound) else {
        return;
    };
    if kind == Kind::Trust {
        report
            .error(
                &everybody.path,
                "security.open-trust",
                "everybody with an AWS account may take this role on",
                everybody.json,
            )
            .fix("name the account, the role or the service that is trusted");
    } else {
        report
            .error(
                &everybody.path,
                "security.public-policy",
                "everybody is allowed to use this",
                everybody.json,
            )
            .fix("name who is allowed, or add a `Condition` on the account or the source");
    }
}

fn permission(properties: &Node<'_>, report: &mut Report<'_>) {
    let is_bound = ["SourceArn", "SourceAccount", "PrincipalOrgID"]
        .into_iter()
        .any(|name| !properties.get(name).is_empty());
    let everybody = properties.get("Principal").into_iter();
    let mut everybody = everybody.filter(|principal| principal.text() == Some("*") && !is_bound);
    if let Some(principal) = everybody.next() {
        report
            .error(
                &principal.path,
                "security.public-policy",
                "everybody is allowed to use this",
                principal.json,
            )
            .fix("name who is allowed, or add `SourceArn` or `SourceAccount`");
    }
}
