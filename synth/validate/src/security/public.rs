//! Buckets and databases that can be reached from outside.

use super::{Judged, Node};
use crate::template::Report;

const BLOCKS: [&str; 4] = [
    "BlockPublicAcls",
    "BlockPublicPolicy",
    "IgnorePublicAcls",
    "RestrictPublicBuckets",
];

const PUBLIC_ACLS: [&str; 3] = ["AuthenticatedRead", "PublicRead", "PublicReadWrite"];

pub(super) fn check(resource: &Judged<'_>, report: &mut Report<'_>) {
    let properties = &resource.properties;
    match resource.kind {
        "AWS::S3::Bucket" => bucket(properties, report),
        "AWS::RDS::DBInstance" | "AWS::Redshift::Cluster" | "AWS::DMS::ReplicationInstance" => {
            let open = properties.get("PubliclyAccessible").into_iter();
            for open in open.filter(|open| open.truth() == Some(true)) {
                report
                    .error(
                        &open.path,
                        "security.public-database",
                        "the internet reaches this",
                        open.json,
                    )
                    .allowed("false")
                    .fix("set `PubliclyAccessible` to false");
            }
        }
        _ => {}
    }
}

fn bucket(properties: &Node<'_>, report: &mut Report<'_>) {
    let acls = properties.get("AccessControl").into_iter();
    let is_public = |acl: &Node<'_>| acl.text().is_some_and(|acl| PUBLIC_ACLS.contains(&acl));
    for acl in acls.filter(is_public) {
        report
            .error(
                &acl.path,
                "security.public-bucket",
                "everybody reads this bucket",
                acl.json,
            )
            .fix("take `AccessControl` out, and hand files out through CloudFront");
    }
    for block in properties.get("PublicAccessBlockConfiguration") {
        for name in BLOCKS {
            let switch = block.get(name).into_iter();
            for off in switch.filter(|switch| switch.truth() == Some(false)) {
                report
                    .error(
                        &off.path,
                        "security.public-bucket",
                        format!("`{name}` is switched off"),
                        off.json,
                    )
                    .allowed("true")
                    .fix(format!("set `{name}` to true, or take it out"));
            }
        }
    }
}
