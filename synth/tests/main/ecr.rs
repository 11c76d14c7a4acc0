//! Repositories of container images.

use synth::ecr::{
    Encryption, Expiry, ImageRule, Images, Repository, RepositoryProps, TagMutability,
};
use synth::iam::{PolicyDocument, Principal, Statement};
use synth::{DeletionPolicy, Stack};

use crate::show::{codes, problems, resources};

fn repository(props: RepositoryProps) -> impl FnOnce(&mut Stack) {
    move |stack| {
        Repository::new(stack.child("Images"), props);
    }
}

#[test]
fn a_repository_is_scanned_and_retained() {
    insta::assert_snapshot!(resources(repository(RepositoryProps::default())), @r#"
    Images2D38C313 AWS::ECR::Repository Retain Retain
      ImageScanningConfiguration {"ScanOnPush":true}
      ImageTagMutability "MUTABLE"
    "#);
}

#[test]
fn a_repository_with_everything() {
    let pull = Statement {
        resources: None,
        principals: vec![Principal::Account("210987654321".into())],
        ..Statement::allow(["ecr:BatchGetImage"], ["*"])
    };
    let rules = vec![
        ImageRule::new(Images::Untagged, Expiry::AfterDays(7)),
        ImageRule::new(
            Images::Tagged(vec!["build-*".into()]),
            Expiry::BeyondNewest(10),
        ),
        ImageRule {
            description: Some("the rest".into()),
            ..ImageRule::new(Images::Any, Expiry::AfterDays(365))
        },
    ];
    let props = RepositoryProps {
        repository_name: Some("orders/api".into()),
        scan_on_push: false,
        tag_mutability: TagMutability::Immutable,
        lifecycle_rules: rules,
        encryption: Encryption::KmsManaged,
        policy: PolicyDocument::from_iter([pull]),
        empty_on_delete: true,
        removal: DeletionPolicy::Delete,
        tags: vec![("team".into(), "orders".into())],
    };
    insta::assert_snapshot!(resources(repository(props)), @r#"
    Images2D38C313 AWS::ECR::Repository Delete Delete
      EmptyOnDelete true
      EncryptionConfiguration {"EncryptionType":"KMS"}
      ImageScanningConfiguration {"ScanOnPush":false}
      ImageTagMutability "IMMUTABLE"
      LifecyclePolicy {"LifecyclePolicyText":"{\"rules\":[{\"rulePriority\":1,\"selection\":{\"tagStatus\":\"untagged\",\"countType\":\"sinceImagePushed\",\"countUnit\":\"days\",\"countNumber\":7},\"action\":{\"type\":\"expire\"}},{\"rulePriority\":2,\"selection\":{\"tagStatus\":\"tagged\",\"tagPatternList\":[\"build-*\"],\"countType\":\"imageCountMoreThan\",\"countNumber\":10},\"action\":{\"type\":\"expire\"}},{\"rulePriority\":3,\"description\":\"the rest\",\"selection\":{\"tagStatus\":\"any\",\"countType\":\"sinceImagePushed\",\"countUnit\":\"days\",\"countNumber\":365},\"action\":{\"type\":\"expire\"}}]}"}
      RepositoryName "orders/api"
      RepositoryPolicyText {"Statement":[{"Action":"ecr:BatchGetImage","Effect":"Allow","Principal":{"AWS":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::210987654321:root"]]}}}],"Version":"2012-10-17"}
      Tags [{"Key":"team","Value":"orders"}]
    "#);
}

#[test]
fn every_problem_of_a_repository_is_told_at_once() {
    let rules = vec![
        ImageRule::new(Images::Any, Expiry::AfterDays(0)),
        ImageRule::new(Images::Untagged, Expiry::AfterDays(1)),
        ImageRule::new(Images::Untagged, Expiry::AfterDays(2)),
        ImageRule::new(Images::Tagged(Vec::new()), Expiry::AfterDays(1)),
        ImageRule::new(
            Images::Tagged(vec!["*a*b*c*d*".into()]),
            Expiry::AfterDays(1),
        ),
    ];
    let props = RepositoryProps {
        repository_name: Some("Orders".into()),
        lifecycle_rules: rules,
        empty_on_delete: true,
        ..RepositoryProps::default()
    };
    insta::assert_snapshot!(problems(repository(props)), @"
    App/Images: lifecycle rule 1 would delete every image at once
      value: 0
      allowed: 1 and above
      fix: raise the number
      code: ecr.lifecycle-count
    App/Images: lifecycle rule 1 is about all images, so those after it are about none
      allowed: `Images::Any` in the last rule only
      fix: move the rule to the end
      code: ecr.lifecycle-order
    App/Images: lifecycle rule 4 is about tagged images and has no pattern
      allowed: at least one pattern
      fix: name the tags, such as `*` for every tag
      code: ecr.lifecycle-without-pattern
    App/Images: lifecycle rule 5 has a pattern that ECR does not take
      value: *a*b*c*d*
      allowed: at most four `*`
      fix: use fewer `*`
      code: ecr.lifecycle-pattern
    App/Images: two lifecycle rules are about untagged images
      allowed: one
      fix: keep the stricter one
      code: ecr.lifecycle-untagged-repeated
    App/Images: ECR does not take this as the name of a repository
      value: Orders
      allowed: 2 to 256 lower-case letters and digits, single `.`, `_` or `-` between them, `/` between parts
      fix: choose another name, or leave it out: CloudFormation then makes one
      code: ecr.repository-name
    App/Images: the repository is emptied when it is deleted, and it is never deleted
      value: empty_on_delete with DeletionPolicy::Retain
      allowed: one of the two
      fix: set `removal: DeletionPolicy::Delete`, or leave `empty_on_delete` out
      code: ecr.empty-on-delete-of-retained
    ");
}

#[test]
fn a_policy_of_a_repository_names_who_is_meant() {
    let policy = PolicyDocument::from_iter([Statement::allow(["ecr:BatchGetImage"], ["*"])]);
    let told = codes(repository(RepositoryProps {
        policy,
        ..RepositoryProps::default()
    }));
    assert_eq!(told, ["iam.no-principal"]);
}
