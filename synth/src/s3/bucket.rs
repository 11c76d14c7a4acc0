//! The bucket itself.

use synth_core::{DeletionPolicy, Handle, Id, Options, Scope, Text, Value};

use super::check;
use super::lifecycle::{LifecycleRule, Transition};
use super::policy::{BucketPolicy, BucketPolicyProps};
use crate::absent::some;
use crate::cfn::refs::kms::KeyArn;
use crate::cfn::refs::s3::{BucketArn, BucketName};
use crate::cfn::s3::{self as l1, bucket};
use crate::iam::PolicyDocument;

/// Whose key encrypts new objects. There is no bucket that does not encrypt them.
#[derive(Debug, Clone, PartialEq)]
pub enum Encryption {
    /// A key of S3, at no cost.
    S3Managed,
    /// The account's key for S3, `aws/s3`, whose use CloudTrail records. Other accounts cannot read
    /// such objects.
    KmsManaged,
    /// A KMS key. Grants on the bucket include its use.
    CustomerManaged {
        /// ARN of the key.
        key: Value<Id<KeyArn>>,
        /// Whether S3 asks KMS once for many objects, which costs less. Then CloudTrail names the
        /// bucket, not the object.
        bucket_key: bool,
    },
}

/// Which ways of making objects public are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockPublicAccess {
    /// All of them.
    All,
    /// ACLs. A policy can make objects public.
    AclsOnly,
    /// None.
    Nothing,
}

/// Whose an object is that another account has put, and whether there are ACLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectOwnership {
    /// The bucket's account; there are no ACLs.
    BucketOwnerEnforced,
    /// The bucket's account, if whoever put it says so; there are ACLs.
    BucketOwnerPreferred,
    /// The account that put it; there are ACLs.
    ObjectWriter,
}

impl ObjectOwnership {
    const fn as_text(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }
}

/// What a [`Bucket`] needs to know.
#[derive(Debug, Clone)]
pub struct BucketProps {
    /// Its name, unique among all accounts. Default: CloudFormation makes one.
    pub bucket_name: Option<Value<String>>,
    /// Whose key encrypts new objects. Default: [`Encryption::S3Managed`].
    pub encryption: Encryption,
    /// Which ways of making objects public are closed. Default: [`BlockPublicAccess::All`].
    pub block_public_access: BlockPublicAccess,
    /// Whether requests that are not encrypted on their way are refused, as the child `Policy`.
    /// Default: yes.
    pub enforce_tls: bool,
    /// Whether objects that are overwritten or deleted stay as versions. Default: no.
    pub versioned: bool,
    /// What becomes of objects as they age, at most 1,000 rules. Default: they stay.
    pub lifecycle_rules: Vec<LifecycleRule>,
    /// Whose objects are. Default: nothing is said, which S3 takes as
    /// [`ObjectOwnership::BucketOwnerEnforced`].
    pub object_ownership: Option<ObjectOwnership>,
    /// What becomes of it when it leaves the stack or is replaced. Default:
    /// [`DeletionPolicy::Retain`].
    ///
    /// A bucket that has objects cannot be deleted; deleting the stack then fails.
    pub removal: DeletionPolicy,
    /// Its tags. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

impl Default for BucketProps {
    fn default() -> Self {
        Self {
            bucket_name: None,
            encryption: Encryption::S3Managed,
            block_public_access: BlockPublicAccess::All,
            enforce_tls: true,
            versioned: false,
            lifecycle_rules: Vec::new(),
            object_ownership: None,
            removal: DeletionPolicy::Retain,
            tags: Vec::new(),
        }
    }
}

/// A bucket.
///
/// Declares `Resource` (`AWS::S3::Bucket`), encrypted, closed to the public and retained unless
/// told otherwise, and `Policy/Resource` (`AWS::S3::BucketPolicy`) when it enforces TLS.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// The bucket; its `Ref` is its name.
    pub bucket: Handle<l1::Bucket>,
    /// The policy that enforces TLS.
    pub policy: Option<BucketPolicy>,
    pub(super) is_versioned: bool,
    pub(super) encryption: Encryption,
}

impl Bucket {
    /// Adds the bucket to `scope`.
    pub fn new(mut scope: Scope<'_>, props: BucketProps) -> Self {
        for problem in check::problems(&props) {
            scope.problem(problem);
        }
        let options = Options {
            deletion_policy: Some(props.removal),
            update_replace_policy: Some(props.removal),
            ..Options::default()
        };
        let bucket = scope.add_with("Resource", &resource(&props), options);
        let is_versioned = props.versioned;
        let mut bucket = Self {
            bucket,
            policy: None,
            is_versioned,
            encryption: props.encryption,
        };
        if props.enforce_tls {
            let mut document = PolicyDocument::new();
            bucket.require_tls(&mut document);
            let policy = BucketPolicyProps {
                bucket: &bucket,
                document,
            };
            bucket.policy = Some(BucketPolicy::new(scope.child("Policy"), policy));
        }
        bucket
    }

    /// The bucket's ARN.
    pub fn arn(&self) -> Value<Id<BucketArn>> {
        self.bucket.arn()
    }

    /// The bucket's name.
    pub fn name(&self) -> Value<Id<BucketName>> {
        self.bucket.reference()
    }
}

fn resource(props: &BucketProps) -> l1::Bucket {
    let ownership = props.object_ownership.map(|ownership| {
        let rule = bucket::OwnershipControlsRule {
            object_ownership: ownership.as_text().into(),
        };
        bucket::OwnershipControls::new(vec![rule])
    });
    let rules = some(props.lifecycle_rules.iter().map(rule).collect());
    l1::Bucket {
        bucket_encryption: encryption(&props.encryption).into(),
        bucket_name: props.bucket_name.clone().into(),
        lifecycle_configuration: rules.map(bucket::LifecycleConfiguration::new).into(),
        ownership_controls: ownership.into(),
        public_access_block_configuration: block(props.block_public_access).into(),
        tags: crate::tags::of(props.tags.clone()),
        versioning_configuration: props.versioned.then(versioning).into(),
        ..l1::Bucket::default()
    }
}

fn block(block: BlockPublicAccess) -> bucket::PublicAccessBlockConfiguration {
    let acls = block != BlockPublicAccess::Nothing;
    let policies = block == BlockPublicAccess::All;
    bucket::PublicAccessBlockConfiguration {
        block_public_acls: acls.into(),
        block_public_policy: policies.into(),
        ignore_public_acls: acls.into(),
        restrict_public_buckets: policies.into(),
    }
}

fn versioning() -> bucket::VersioningConfiguration {
    bucket::VersioningConfiguration::new("Enabled")
}

fn encryption(encryption: &Encryption) -> bucket::BucketEncryption {
    let (algorithm, key, bucket_key) = match encryption {
        Encryption::S3Managed => ("AES256", None, false),
        Encryption::KmsManaged => ("aws:kms", None, false),
        Encryption::CustomerManaged { key, bucket_key } => {
            ("aws:kms", Some(key.clone()), *bucket_key)
        }
    };
    let default = bucket::ServerSideEncryptionByDefault {
        kms_master_key_id: key.into(),
        ..bucket::ServerSideEncryptionByDefault::new(algorithm)
    };
    bucket::BucketEncryption::new(vec![bucket::ServerSideEncryptionRule {
        bucket_key_enabled: bucket_key.then_some(true).into(),
        server_side_encryption_by_default: default.into(),
        ..bucket::ServerSideEncryptionRule::default()
    }])
}

fn rule(rule: &LifecycleRule) -> bucket::Rule {
    let abort = rule
        .abort_upload_in_days
        .map(bucket::AbortIncompleteMultipartUpload::new);
    let noncurrent = rule
        .noncurrent_expiration_in_days
        .map(bucket::NoncurrentVersionExpiration::new);
    bucket::Rule {
        abort_incomplete_multipart_upload: abort.into(),
        expiration_in_days: rule.expiration_in_days.into(),
        expired_object_delete_marker: rule.remove_delete_markers.then_some(true).into(),
        id: rule.id.as_deref().into(),
        noncurrent_version_expiration: noncurrent.into(),
        prefix: rule.prefix.as_deref().into(),
        transitions: some(rule.transitions.iter().copied().map(transition).collect()).into(),
        ..bucket::Rule::new("Enabled")
    }
}

fn transition(transition: Transition) -> bucket::Transition {
    bucket::Transition {
        transition_in_days: transition.after_days.into(),
        ..bucket::Transition::new(transition.storage_class.as_text())
    }
}
