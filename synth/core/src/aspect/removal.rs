//! What becomes of resources that leave the template.

use crate::json::Text;
use crate::options::DeletionPolicy;
use crate::stack::ResourcePart;

/// The types of which CloudFormation takes a snapshot.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>,
/// read 2026-11-23.
const WITH_SNAPSHOT: &[&str] = &[
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

/// The deletion policy of every resource at and below a place, and with it the one for a replacement.
///
/// [`Snapshot`](DeletionPolicy::Snapshot) holds for the types of which there can be one, and leaves others as they are.
/// [`RetainExceptOnCreate`](DeletionPolicy::RetainExceptOnCreate) retains what is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// What happens to a resource that leaves the template.
    pub policy: DeletionPolicy,
    /// Whether it holds only for resources that do not say themselves. Default: no, it holds for all.
    pub only_missing: bool,
    /// Types that are meant, such as `AWS::S3::Bucket`. Default: all.
    pub include: Vec<Text>,
    /// Types that are not meant. Default: none.
    pub exclude: Vec<Text>,
}

impl Removal {
    /// This policy for all resources, whatever they say themselves.
    pub const fn new(policy: DeletionPolicy) -> Self {
        Self {
            policy,
            only_missing: false,
            include: Vec::new(),
            exclude: Vec::new(),
        }
    }

    pub(super) fn apply(&self, part: &mut ResourcePart) {
        let without_snapshot = self.policy == DeletionPolicy::Snapshot
            && !WITH_SNAPSHOT.contains(&part.type_name.as_ref());
        if without_snapshot || !super::takes(&self.include, &self.exclude, &part.type_name) {
            return;
        }
        let replaced = match self.policy {
            DeletionPolicy::RetainExceptOnCreate => DeletionPolicy::Retain,
            same @ (DeletionPolicy::Delete | DeletionPolicy::Retain | DeletionPolicy::Snapshot) => {
                same
            }
        };
        // Of an included template: a policy that is a function.
        let other = |part: &ResourcePart, name: &str| {
            part.attributes.iter().any(|(known, _)| known == name)
        };
        let options = [
            ("DeletionPolicy", self.policy),
            ("UpdateReplacePolicy", replaced),
        ];
        for (name, policy) in options {
            let has_other = other(part, name);
            let slot = if name == "DeletionPolicy" {
                &mut part.options.deletion_policy
            } else {
                &mut part.options.update_replace_policy
            };
            if self.only_missing && (slot.is_some() || has_other) {
                continue;
            }
            *slot = Some(policy);
            part.attributes.retain(|(known, _)| known != name);
        }
    }
}
