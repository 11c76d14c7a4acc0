//! Where the sources are wrong, or disagree, and what is right.
//!
//! Every entry has a name and a reason. One that changes nothing any more is an error, so that none outlives the
//! mistake it was written for.

use super::database::{PropertyType, Relation};
use super::draft::{Draft, DraftProperty};

/// One decision about one property of one type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fixup {
    pub(super) name: &'static str,
    pub(super) reason: &'static str,
    /// Such as `AWS::DynamoDB::Table`.
    pub(super) resource: &'static str,
    /// `Property` of the resource itself, or `Part.Property`.
    pub(super) property: &'static str,
    pub(super) change: Change,
}

/// What a [`Fixup`] decides.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// The sources disagree on whether it must be given; this is right.
    Required(bool),
    /// cfn-lint has another type; the database is right.
    KeepType,
    /// A property of several types is the list among them.
    ListAlternative,
    /// It takes these values, which neither source lists.
    Values(&'static [&'static str]),
    /// It takes this attribute (resource, attribute) too, which neither source says.
    Relate(&'static str, &'static str),
    /// It does not take this attribute (resource, attribute), though a source says so.
    Unrelate(&'static str, &'static str),
}

/// A resource and its attribute.
type Name = (&'static str, &'static str);

/// Two names of one attribute: the first is what the sources say, the second what everything becomes.
pub(super) const ALIASES: &[(Name, Name)] = &[
    // Both are the id of a security group, `sg-…`.
    (
        ("AWS::EC2::SecurityGroup", "GroupId"),
        ("AWS::EC2::SecurityGroup", "Id"),
    ),
    (
        ("AWS::EC2::VPC", "DefaultSecurityGroup"),
        ("AWS::EC2::SecurityGroup", "Id"),
    ),
];

const KEY_TYPES: Change = Change::Values(&["HASH", "RANGE"]);
const BILLING_MODES: Change = Change::Values(&["PAY_PER_REQUEST", "PROVISIONED"]);
const STREAM_VIEWS: Change =
    Change::Values(&["KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE"]);
const PROJECTIONS: Change = Change::Values(&["ALL", "INCLUDE", "KEYS_ONLY"]);

/// Every decision, by type.
pub(super) const FIXUPS: &[Fixup] = &[
    Fixup {
        name: "dynamodb-table-key-schema-is-a-list",
        reason: "the schema also allows an object, the form of 2012 that the documentation no longer shows",
        resource: "AWS::DynamoDB::Table",
        property: "KeySchema",
        change: Change::ListAlternative,
    },
    Fixup {
        name: "dynamodb-table-billing-modes",
        reason: "only the text says which there are",
        resource: "AWS::DynamoDB::Table",
        property: "BillingMode",
        change: BILLING_MODES,
    },
    Fixup {
        name: "dynamodb-global-table-billing-modes",
        reason: "only the text says which there are",
        resource: "AWS::DynamoDB::GlobalTable",
        property: "BillingMode",
        change: BILLING_MODES,
    },
    Fixup {
        name: "dynamodb-table-key-types",
        reason: "cfn-lint says it by position in the list, which is not a list of values",
        resource: "AWS::DynamoDB::Table",
        property: "KeySchema.KeyType",
        change: KEY_TYPES,
    },
    Fixup {
        name: "dynamodb-table-stream-views",
        reason: "only the text says which there are",
        resource: "AWS::DynamoDB::Table",
        property: "StreamSpecification.StreamViewType",
        change: STREAM_VIEWS,
    },
    Fixup {
        name: "dynamodb-global-table-stream-views",
        reason: "only the text says which there are",
        resource: "AWS::DynamoDB::GlobalTable",
        property: "StreamSpecification.StreamViewType",
        change: STREAM_VIEWS,
    },
    Fixup {
        name: "dynamodb-table-projections",
        reason: "only the text says which there are",
        resource: "AWS::DynamoDB::Table",
        property: "Projection.ProjectionType",
        change: PROJECTIONS,
    },
    Fixup {
        name: "dynamodb-global-table-projections",
        reason: "only the text says which there are",
        resource: "AWS::DynamoDB::GlobalTable",
        property: "Projection.ProjectionType",
        change: PROJECTIONS,
    },
    Fixup {
        name: "dynamodb-table-classes",
        reason: "only the text says which there are",
        resource: "AWS::DynamoDB::Table",
        property: "TableClass",
        change: Change::Values(&["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
    },
    Fixup {
        name: "dynamodb-replica-stream-policy-is-optional",
        reason: "the database is newer: a stream specification may hold tags alone",
        resource: "AWS::DynamoDB::GlobalTable",
        property: "ReplicaStreamSpecification.ResourcePolicy",
        change: Change::Required(false),
    },
    Fixup {
        name: "ec2-ingress-cidr-is-not-of-a-vpc",
        reason: "a rule may name any range; the relation is a guess from names",
        resource: "AWS::EC2::SecurityGroupIngress",
        property: "CidrIp",
        change: Change::Unrelate("AWS::EC2::VPC", "CidrBlock"),
    },
    Fixup {
        name: "ec2-ingress-group-name-is-not-an-id",
        reason: "the property takes a name, and the relation says the id",
        resource: "AWS::EC2::SecurityGroupIngress",
        property: "GroupName",
        change: Change::Unrelate("AWS::EC2::SecurityGroup", "Id"),
    },
    Fixup {
        name: "ecs-service-cluster-by-arn",
        reason: "the text allows the name or the ARN, the relation only the name",
        resource: "AWS::ECS::Service",
        property: "Cluster",
        change: Change::Relate("AWS::ECS::Cluster", "Arn"),
    },
    Fixup {
        name: "ec2-inline-ingress-group-name-is-not-an-id",
        reason: "the property takes a name, and the relation says the id",
        resource: "AWS::EC2::SecurityGroup",
        property: "Ingress.SourceSecurityGroupName",
        change: Change::Unrelate("AWS::EC2::SecurityGroup", "Id"),
    },
    Fixup {
        name: "ecs-hook-target-is-optional",
        reason: "the database is newer: a hook of another target type has no function to call",
        resource: "AWS::ECS::Service",
        property: "DeploymentLifecycleHook.HookTargetArn",
        change: Change::Required(false),
    },
    Fixup {
        name: "ecs-hook-role-is-optional",
        reason: "the database is newer: a hook of another target type has no function to call",
        resource: "AWS::ECS::Service",
        property: "DeploymentLifecycleHook.RoleArn",
        change: Change::Required(false),
    },
    Fixup {
        name: "iam-policy-groups",
        reason: "AWS::IAM::ManagedPolicy has the same property with the relation",
        resource: "AWS::IAM::Policy",
        property: "Groups",
        change: Change::Relate("AWS::IAM::Group", "GroupName"),
    },
    Fixup {
        name: "iam-policy-roles",
        reason: "AWS::IAM::ManagedPolicy has the same property with the relation",
        resource: "AWS::IAM::Policy",
        property: "Roles",
        change: Change::Relate("AWS::IAM::Role", "RoleName"),
    },
    Fixup {
        name: "iam-policy-users",
        reason: "AWS::IAM::ManagedPolicy has the same property with the relation",
        resource: "AWS::IAM::Policy",
        property: "Users",
        change: Change::Relate("AWS::IAM::User", "UserName"),
    },
    Fixup {
        name: "logs-group-name-is-not-a-function",
        reason: "a log group may be named after a function, and after anything else",
        resource: "AWS::Logs::LogGroup",
        property: "LogGroupName",
        change: Change::Unrelate("AWS::Lambda::Function", "FunctionName"),
    },
    Fixup {
        name: "s3-rule-greater-than-is-a-number",
        reason: "cfn-lint has a text of digits; CloudFormation takes both",
        resource: "AWS::S3::Bucket",
        property: "Rule.ObjectSizeGreaterThan",
        change: Change::KeepType,
    },
    Fixup {
        name: "s3-rule-less-than-is-a-number",
        reason: "cfn-lint has a text of digits; CloudFormation takes both",
        resource: "AWS::S3::Bucket",
        property: "Rule.ObjectSizeLessThan",
        change: Change::KeepType,
    },
];

/// Applies the entries for the type of `draft`, and returns those that changed nothing.
pub(super) fn apply(fixups: &[Fixup], draft: &mut Draft) -> Vec<Fixup> {
    let mut stale = Vec::new();
    let name = draft.resource.name.clone();
    for fixup in fixups.iter().filter(|fixup| fixup.resource == name) {
        let changed =
            find(draft, fixup.property).is_some_and(|property| fixup.change.apply(property));
        if !changed {
            stale.push(*fixup);
        }
    }
    stale
}

fn find<'a>(draft: &'a mut Draft, path: &str) -> Option<&'a mut DraftProperty> {
    let (part, property) = match path.split_once('.') {
        Some((part, property)) => (Some(part), property),
        None => (None, path),
    };
    let structure = draft.structures.iter_mut().find(|structure| match part {
        Some(part) => structure.id.is_some() && structure.name == part,
        None => structure.id.is_none(),
    });
    structure?.properties.get_mut(property)
}

impl Change {
    /// Returns whether there was anything to change.
    fn apply(self, property: &mut DraftProperty) -> bool {
        match self {
            Self::Required(required) => {
                property.source.required = required;
                std::mem::take(&mut property.required_differs)
            }
            Self::KeepType => std::mem::take(&mut property.type_differs),
            Self::ListAlternative => property.take_list(),
            Self::Values(values) => {
                let news = property.values.is_empty() && !property.has_values();
                property
                    .values
                    .extend(values.iter().map(|value| (*value).to_owned()));
                news
            }
            Self::Relate(resource, attribute) => {
                let relation = relation(resource, attribute);
                let news = !property.relations().contains(&relation);
                property.source.relationship_refs.push(relation);
                news
            }
            Self::Unrelate(resource, attribute) => {
                let before = property.source.relationship_refs.len();
                let relation = relation(resource, attribute);
                property
                    .source
                    .relationship_refs
                    .retain(|found| *found != relation);
                property.source.relationship_refs.len() < before
            }
        }
    }
}

fn relation(resource: &str, attribute: &str) -> Relation {
    Relation {
        resource: resource.to_owned(),
        attribute: attribute.to_owned(),
    }
}

impl DraftProperty {
    fn take_list(&mut self) -> bool {
        let PropertyType::Union { types } = &self.source.kind else {
            return false;
        };
        let list = types
            .iter()
            .find(|kind| matches!(kind, PropertyType::Array { .. }))
            .cloned();
        list.is_some_and(|list| {
            self.source.kind = list;
            true
        })
    }
}
