//! What is stored as it is.
//!
//! S3 is not here: since January 2023 nothing in it is stored without encryption
//! (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html>).

use super::{Judged, Node};
use crate::template::Report;

/// A property that switches encryption on, where AWS does not do so of itself.
const SWITCHES: [(&str, &str); 11] = [
    ("AWS::DocDB::DBCluster", "StorageEncrypted"),
    ("AWS::EC2::Volume", "Encrypted"),
    ("AWS::EFS::FileSystem", "Encrypted"),
    (
        "AWS::ElastiCache::ReplicationGroup",
        "AtRestEncryptionEnabled",
    ),
    ("AWS::Kinesis::Stream", "StreamEncryption"),
    ("AWS::Neptune::DBCluster", "StorageEncrypted"),
    (
        "AWS::OpenSearchService::Domain",
        "EncryptionAtRestOptions.Enabled",
    ),
    ("AWS::RDS::DBCluster", "StorageEncrypted"),
    ("AWS::RDS::DBInstance", "StorageEncrypted"),
    ("AWS::Redshift::Cluster", "Encrypted"),
    ("AWS::SNS::Topic", "KmsMasterKeyId"),
];

/// Properties that say from where encryption is taken over.
const TAKEN_OVER: [&str; 7] = [
    "DBClusterIdentifier",
    "DBSnapshotIdentifier",
    "GlobalClusterIdentifier",
    "SnapshotId",
    "SnapshotIdentifier",
    "SourceDBClusterIdentifier",
    "SourceDBInstanceIdentifier",
];

pub(super) fn check(resource: &Judged<'_>, report: &mut Report<'_>) {
    let properties = &resource.properties;
    for (_, switch) in SWITCHES.iter().filter(|(kind, _)| *kind == resource.kind) {
        let mut values = vec![properties.clone()];
        for step in switch.split('.') {
            values = values.iter().flat_map(|value| value.get(step)).collect();
        }
        let is_taken_over = TAKEN_OVER
            .iter()
            .any(|name| !properties.get(name).is_empty());
        if values.is_empty() && !is_taken_over {
            report
                .warning(
                    &properties.path,
                    "security.unencrypted",
                    "nothing says that this is stored encrypted",
                    &synth_core::Json::Null,
                )
                .fix(format!("set `{switch}`"));
        }
        off(&values, switch, report);
    }
    match resource.kind {
        "AWS::SQS::Queue" if properties.get("KmsMasterKeyId").is_empty() => {
            let switch = "SqsManagedSseEnabled";
            off(&properties.get(switch), switch, report);
        }
        "AWS::EC2::Instance" | "AWS::AutoScaling::LaunchConfiguration" => {
            volumes(properties, report);
        }
        "AWS::EC2::LaunchTemplate" => {
            for data in properties.get("LaunchTemplateData") {
                volumes(&data, report);
            }
        }
        _ => {}
    }
}

/// Volumes of machines, which take over what the account says unless they say otherwise.
fn volumes(properties: &Node<'_>, report: &mut Report<'_>) {
    let lists = properties.get("BlockDeviceMappings");
    let mappings = lists.iter().flat_map(Node::items);
    for disk in mappings.flat_map(|mapping| mapping.get("Ebs")) {
        off(&disk.get("Encrypted"), "Encrypted", report);
    }
}

fn off(values: &[Node<'_>], switch: &str, report: &mut Report<'_>) {
    for value in values.iter().filter(|value| value.truth() == Some(false)) {
        report
            .error(
                &value.path,
                "security.unencrypted",
                "encryption is switched off",
                value.json,
            )
            .allowed("true")
            .fix(format!("set `{switch}` to true"));
    }
}
