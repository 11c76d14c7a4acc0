//! What a bucket itself says about who may do what with it.

use synth_core::{Data, Handle, Scope};

use super::bucket::Bucket;
use crate::cfn::s3 as l1;
use crate::iam::{Condition, PolicyDocument, PolicyKind, Principal, Statement};

/// What a [`BucketPolicy`] needs to know.
#[derive(Debug, Clone)]
pub struct BucketPolicyProps<'a> {
    /// The bucket. It has one policy.
    pub bucket: &'a Bucket,
    /// What it says. At least one statement, each with principals.
    pub document: PolicyDocument,
}

/// The policy of a bucket.
///
/// Declares `Resource` (`AWS::S3::BucketPolicy`). A [`Bucket`] declares one itself when it
/// [enforces TLS](super::BucketProps::enforce_tls); to say more, switch that off, and say it all
/// here:
///
/// ```
/// use synth::iam::PolicyDocument;
/// use synth::s3::{Bucket, BucketPolicy, BucketPolicyProps, BucketProps};
/// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
///
/// let props = BucketProps { enforce_tls: false, ..BucketProps::default() };
/// let bucket = Bucket::new(stack.child("Bucket"), props);
/// let mut document = PolicyDocument::new();
/// bucket.require_tls(&mut document);
/// let scope = stack.child("BucketPolicy");
/// BucketPolicy::new(scope, BucketPolicyProps { bucket: &bucket, document });
/// ```
#[derive(Debug, Clone)]
pub struct BucketPolicy {
    /// The policy.
    pub policy: Handle<l1::BucketPolicy>,
}

impl BucketPolicy {
    /// Adds the policy to `scope`.
    pub fn new(mut scope: Scope<'_>, props: BucketPolicyProps<'_>) -> Self {
        let BucketPolicyProps { bucket, document } = props;
        for problem in document.problems(PolicyKind::Resource) {
            scope.problem(problem);
        }
        let resource = l1::BucketPolicy {
            bucket: (&bucket.bucket).into(),
            policy_document: document.to_json().into(),
        };
        Self {
            policy: scope.add("Resource", &resource),
        }
    }
}

impl Bucket {
    /// Makes `policy`, which is the bucket's own, refuse every request that is not encrypted on its
    /// way.
    pub fn require_tls(&self, policy: &mut PolicyDocument) {
        policy.add(Statement {
            principals: vec![Principal::Any],
            conditions: vec![Condition::boolean("aws:SecureTransport", false)],
            ..Statement::deny(["s3:*"], [self.arn().into(), self.objects("*")])
        });
    }
}
