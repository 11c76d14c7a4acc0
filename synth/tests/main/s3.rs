//! Buckets.

use synth::iam::PolicyDocument;
use synth::s3::{
    BlockPublicAccess, Bucket, BucketPolicy, BucketPolicyProps, BucketProps, Encryption,
    LifecycleRule, ObjectOwnership, StorageClass, Transition,
};
use synth::{DeletionPolicy, Id, Stack};

use crate::show::{codes, problems, resources};

fn bucket(props: BucketProps) -> impl FnOnce(&mut Stack) {
    move |stack| {
        Bucket::new(stack.child("Bucket"), props);
    }
}

fn with_rules(lifecycle_rules: Vec<LifecycleRule>) -> impl FnOnce(&mut Stack) {
    bucket(BucketProps {
        lifecycle_rules,
        ..BucketProps::default()
    })
}

#[test]
fn a_bucket_is_encrypted_closed_and_retained_and_wants_tls() {
    insta::assert_snapshot!(resources(bucket(BucketProps::default())), @r#"
    Bucket83908E77 AWS::S3::Bucket Retain Retain
      BucketEncryption {"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}
      PublicAccessBlockConfiguration {"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}
    BucketPolicyE9A3008A AWS::S3::BucketPolicy
      Bucket {"Ref":"Bucket83908E77"}
      PolicyDocument {"Statement":[{"Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":{"AWS":"*"},"Resource":[{"Fn::GetAtt":["Bucket83908E77","Arn"]},{"Fn::Join":["",[{"Fn::GetAtt":["Bucket83908E77","Arn"]},"/*"]]}]}],"Version":"2012-10-17"}
    "#);
}

#[test]
fn a_bucket_with_everything() {
    let rule = LifecycleRule {
        id: Some("old".into()),
        prefix: Some("artifacts/".into()),
        expiration_in_days: Some(365),
        noncurrent_expiration_in_days: Some(30),
        abort_upload_in_days: Some(7),
        transitions: vec![
            Transition {
                storage_class: StorageClass::StandardInfrequentAccess,
                after_days: 30,
            },
            Transition {
                storage_class: StorageClass::DeepArchive,
                after_days: 180,
            },
        ],
        ..LifecycleRule::default()
    };
    let key = Id::literal("arn:aws:kms:eu-west-1:123456789012:key/k").into();
    let props = BucketProps {
        bucket_name: Some("orders-artifacts".into()),
        encryption: Encryption::CustomerManaged {
            key,
            bucket_key: true,
        },
        block_public_access: BlockPublicAccess::AclsOnly,
        enforce_tls: false,
        versioned: true,
        lifecycle_rules: vec![rule],
        object_ownership: Some(ObjectOwnership::BucketOwnerEnforced),
        removal: DeletionPolicy::Delete,
        tags: vec![("team".into(), "orders".into())],
    };
    insta::assert_snapshot!(resources(bucket(props)), @r#"
    Bucket83908E77 AWS::S3::Bucket Delete Delete
      BucketEncryption {"ServerSideEncryptionConfiguration":[{"BucketKeyEnabled":true,"ServerSideEncryptionByDefault":{"KMSMasterKeyID":"arn:aws:kms:eu-west-1:123456789012:key/k","SSEAlgorithm":"aws:kms"}}]}
      BucketName "orders-artifacts"
      LifecycleConfiguration {"Rules":[{"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7},"ExpirationInDays":365,"Id":"old","NoncurrentVersionExpiration":{"NoncurrentDays":30},"Prefix":"artifacts/","Status":"Enabled","Transitions":[{"StorageClass":"STANDARD_IA","TransitionInDays":30},{"StorageClass":"DEEP_ARCHIVE","TransitionInDays":180}]}]}
      OwnershipControls {"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}
      PublicAccessBlockConfiguration {"BlockPublicAcls":true,"BlockPublicPolicy":false,"IgnorePublicAcls":true,"RestrictPublicBuckets":false}
      Tags [{"Key":"team","Value":"orders"}]
      VersioningConfiguration {"Status":"Enabled"}
    "#);
}

#[test]
fn names_that_s3_does_not_take() {
    let named = |name: &str| {
        codes(bucket(BucketProps {
            bucket_name: Some(name.into()),
            ..BucketProps::default()
        }))
    };
    for name in [
        "ab",
        "Orders",
        "or_ders",
        "-orders",
        "orders.",
        "or..ders",
        "10.0.0.1",
        "xn--orders",
        "orders-s3alias",
    ] {
        assert_eq!(named(name), ["s3.bucket-name"], "{name}");
    }
}

#[test]
fn every_problem_of_lifecycle_rules_is_told_at_once() {
    let move_to = |storage_class, after_days| Transition {
        storage_class,
        after_days,
    };
    let rules = vec![
        LifecycleRule {
            id: Some("empty".into()),
            ..LifecycleRule::default()
        },
        LifecycleRule {
            id: Some("empty".into()),
            abort_upload_in_days: Some(0),
            ..LifecycleRule::default()
        },
        LifecycleRule {
            expiration_in_days: Some(60),
            remove_delete_markers: true,
            ..LifecycleRule::default()
        },
        LifecycleRule {
            expiration_in_days: Some(90),
            transitions: vec![
                move_to(StorageClass::StandardInfrequentAccess, 29),
                move_to(StorageClass::GlacierFlexibleRetrieval, 20),
                move_to(StorageClass::DeepArchive, 90),
            ],
            ..LifecycleRule::default()
        },
    ];
    insta::assert_snapshot!(problems(with_rules(rules)), @"
    App/Bucket: lifecycle rule `empty` does nothing
      fix: say what it does, or remove it
      code: s3.lifecycle-rule-empty
    App/Bucket: lifecycle rule `empty` acts on objects before they are a day old
      value: 0 days
      allowed: 1 day and more
      fix: raise the number of days
      code: s3.lifecycle-days
    App/Bucket: lifecycle rule `empty` has the name of another rule of the bucket
      allowed: names that differ
      fix: rename one, or leave the names out
      code: s3.lifecycle-id-repeated
    App/Bucket: lifecycle rule 3 has both an expiration and `remove_delete_markers`, and S3 takes one of them
      allowed: one of the two
      fix: leave `remove_delete_markers` out: an expiration removes such marks as well
      code: s3.lifecycle-delete-marker
    App/Bucket: lifecycle rule 4 moves objects to STANDARD_IA too early
      value: STANDARD_IA after 29 days
      allowed: 30 days and more
      fix: raise the number of days
      code: s3.transition-too-early
    App/Bucket: lifecycle rule 4 has transitions out of order
      value: GLACIER after 20 days
      allowed: days that increase
      fix: put the earliest first, each later than the one before
      code: s3.transition-order
    App/Bucket: lifecycle rule 4 moves objects that it has deleted already
      value: DEEP_ARCHIVE after 90 days
      allowed: fewer days than the expiration
      fix: expire later
      code: s3.transition-after-expiration
    ");
}

#[test]
fn a_bucket_policy_of_ones_own_can_enforce_tls_too() {
    let declared = resources(|stack| {
        let props = BucketProps {
            enforce_tls: false,
            ..BucketProps::default()
        };
        let bucket = Bucket::new(stack.child("Bucket"), props);
        let mut document = PolicyDocument::new();
        bucket.require_tls(&mut document);
        let props = BucketPolicyProps {
            bucket: &bucket,
            document,
        };
        BucketPolicy::new(stack.child("Bucket").child("Policy"), props);
    });
    let automatic = resources(bucket(BucketProps::default()));
    assert_eq!(declared, automatic);
}
