//! What every grant permits, as one table that can be read without Rust.

use std::fmt::Write as _;

use synth::dynamodb::{
    Attribute, Encryption, GlobalIndex, StreamView, Table, TableProps, TableReference,
};
use synth::ecr::{Repository, RepositoryProps};
use synth::iam::PolicyDocument;
use synth::logs::{LogGroup, LogGroupProps};
use synth::s3::{Bucket, BucketProps};
use synth::{Id, Stack, StackProps};

use crate::show::statements;

/// A line for each statement of each grant.
struct Grants(String);

impl Grants {
    fn of(&mut self, name: &str, grant: impl FnOnce(&mut PolicyDocument)) {
        let mut policy = PolicyDocument::new();
        grant(&mut policy);
        writeln!(self.0, "{name}").unwrap();
        for statement in statements(&policy).lines() {
            writeln!(self.0, "  {statement}").unwrap();
        }
    }
}

#[test]
fn a_grant_names_actions_and_arns_and_nothing_wider() {
    let mut stack = Stack::new("App", StackProps::default());
    let plain = Table::new(stack.child("T"), TableProps::new(Attribute::text("id")));
    let key = Id::literal("arn:aws:kms:eu-west-1:123456789012:key/k");
    let indexed = TableProps {
        global_indexes: vec![GlobalIndex::new("by-state", Attribute::text("state"))],
        stream: Some(StreamView::NewImage),
        encryption: Encryption::CustomerManaged(key.clone().into()),
        ..TableProps::new(Attribute::text("id"))
    };
    let indexed = Table::new(stack.child("I"), indexed);
    let bucket = Bucket::new(stack.child("B"), BucketProps::default());
    let encrypted = BucketProps {
        versioned: true,
        encryption: synth::s3::Encryption::CustomerManaged {
            key: key.into(),
            bucket_key: true,
        },
        ..BucketProps::default()
    };
    let encrypted = Bucket::new(stack.child("E"), encrypted);
    let group = LogGroup::new(stack.child("L"), LogGroupProps::default());
    let images = Repository::new(stack.child("R"), RepositoryProps::default());

    let mut grants = Grants(String::new());
    grants.of("table: read", |policy| plain.grant_read(policy));
    grants.of("table: write", |policy| plain.grant_write(policy));
    grants.of("table: read and write", |policy| {
        plain.grant_read_write(policy);
    });
    grants.of("table: of one's own", |policy| {
        plain.grant(policy, ["dynamodb:GetItem"]);
    });
    grants.of(
        "table with index, stream and key: read and write",
        |policy| indexed.grant_read_write(policy),
    );
    grants.of("stream: read", |policy| {
        indexed.stream.as_ref().unwrap().grant_read(policy);
    });
    grants.of("table: everything", |policy| plain.grant_full(policy));
    grants.of("table with index and key: everything", |policy| {
        indexed.grant_full(policy);
    });
    grants.of("table: with a key that needs no permission", |policy| {
        plain.grant_on_key(policy, ["kms:Decrypt"]);
    });
    grants.of("table with key: with the key", |policy| {
        indexed.grant_on_key(policy, ["kms:Decrypt"]);
    });
    let referenced = TableReference {
        has_index: true,
        ..TableReference::from_name("orders")
    };
    grants.of("table of another stack with index: read", |policy| {
        referenced.grant_read(policy);
    });
    grants.of("bucket: read", |policy| bucket.grant_read(policy, "*"));
    grants.of("bucket: read a prefix", |policy| {
        bucket.grant_read(policy, "orders/*");
    });
    grants.of("bucket: put", |policy| bucket.grant_put(policy, "orders/*"));
    grants.of("bucket: delete", |policy| {
        bucket.grant_delete(policy, "orders/*");
    });
    grants.of("bucket with versions and key: read and write", |policy| {
        encrypted.grant_read_write(policy, "*");
    });
    grants.of("log group: write", |policy| group.grant_write(policy));
    grants.of("log group: read", |policy| group.grant_read(policy));
    grants.of("repository: pull", |policy| images.grant_pull(policy));
    grants.of("repository: push", |policy| images.grant_push(policy));
    insta::assert_snapshot!(grants.0, @r#"
    table: read
      {"Action":["dynamodb:BatchGetItem","dynamodb:ConditionCheckItem","dynamodb:DescribeTable","dynamodb:GetItem","dynamodb:Query","dynamodb:Scan"],"Effect":"Allow","Resource":{"Fn::GetAtt":["TD925BC7E","Arn"]}}
    table: write
      {"Action":["dynamodb:BatchWriteItem","dynamodb:DeleteItem","dynamodb:DescribeTable","dynamodb:PutItem","dynamodb:UpdateItem"],"Effect":"Allow","Resource":{"Fn::GetAtt":["TD925BC7E","Arn"]}}
    table: read and write
      {"Action":["dynamodb:BatchGetItem","dynamodb:BatchWriteItem","dynamodb:ConditionCheckItem","dynamodb:DeleteItem","dynamodb:DescribeTable","dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query","dynamodb:Scan","dynamodb:UpdateItem"],"Effect":"Allow","Resource":{"Fn::GetAtt":["TD925BC7E","Arn"]}}
    table: of one's own
      {"Action":"dynamodb:GetItem","Effect":"Allow","Resource":{"Fn::GetAtt":["TD925BC7E","Arn"]}}
    table with index, stream and key: read and write
      {"Action":["dynamodb:BatchGetItem","dynamodb:BatchWriteItem","dynamodb:ConditionCheckItem","dynamodb:DeleteItem","dynamodb:DescribeTable","dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query","dynamodb:Scan","dynamodb:UpdateItem"],"Effect":"Allow","Resource":{"Fn::GetAtt":["IBB9E02C4","Arn"]}}
      {"Action":["dynamodb:Query","dynamodb:Scan"],"Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["IBB9E02C4","Arn"]},"/index/*"]]}}
      {"Action":["kms:Decrypt","kms:DescribeKey","kms:Encrypt","kms:GenerateDataKey*","kms:ReEncrypt*"],"Effect":"Allow","Resource":"arn:aws:kms:eu-west-1:123456789012:key/k"}
    stream: read
      {"Action":["dynamodb:DescribeStream","dynamodb:GetRecords","dynamodb:GetShardIterator"],"Effect":"Allow","Resource":{"Fn::GetAtt":["IBB9E02C4","StreamArn"]}}
      {"Action":["kms:Decrypt","kms:DescribeKey"],"Effect":"Allow","Resource":"arn:aws:kms:eu-west-1:123456789012:key/k"}
    table: everything
      {"Action":"dynamodb:*","Effect":"Allow","Resource":{"Fn::GetAtt":["TD925BC7E","Arn"]}}
    table with index and key: everything
      {"Action":"dynamodb:*","Effect":"Allow","Resource":[{"Fn::GetAtt":["IBB9E02C4","Arn"]},{"Fn::Join":["",[{"Fn::GetAtt":["IBB9E02C4","Arn"]},"/index/*"]]}]}
      {"Action":["kms:Decrypt","kms:DescribeKey","kms:Encrypt","kms:GenerateDataKey*","kms:ReEncrypt*"],"Effect":"Allow","Resource":"arn:aws:kms:eu-west-1:123456789012:key/k"}
    table: with a key that needs no permission
    table with key: with the key
      {"Action":"kms:Decrypt","Effect":"Allow","Resource":"arn:aws:kms:eu-west-1:123456789012:key/k"}
    table of another stack with index: read
      {"Action":["dynamodb:BatchGetItem","dynamodb:ConditionCheckItem","dynamodb:DescribeTable","dynamodb:GetItem","dynamodb:Query","dynamodb:Scan"],"Effect":"Allow","Resource":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":dynamodb:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":table/orders"]]}}
      {"Action":["dynamodb:Query","dynamodb:Scan"],"Effect":"Allow","Resource":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":dynamodb:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":table/orders/index/*"]]}}
    bucket: read
      {"Action":"s3:ListBucket","Effect":"Allow","Resource":{"Fn::GetAtt":["B08E7C7AF","Arn"]}}
      {"Action":"s3:GetObject","Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["B08E7C7AF","Arn"]},"/*"]]}}
    bucket: read a prefix
      {"Action":"s3:ListBucket","Condition":{"StringLike":{"s3:prefix":"orders/*"}},"Effect":"Allow","Resource":{"Fn::GetAtt":["B08E7C7AF","Arn"]}}
      {"Action":"s3:GetObject","Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["B08E7C7AF","Arn"]},"/orders/*"]]}}
    bucket: put
      {"Action":["s3:AbortMultipartUpload","s3:PutObject"],"Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["B08E7C7AF","Arn"]},"/orders/*"]]}}
    bucket: delete
      {"Action":"s3:DeleteObject","Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["B08E7C7AF","Arn"]},"/orders/*"]]}}
    bucket with versions and key: read and write
      {"Action":"s3:ListBucket","Effect":"Allow","Resource":{"Fn::GetAtt":["E80549084","Arn"]}}
      {"Action":["s3:AbortMultipartUpload","s3:DeleteObject","s3:GetObject","s3:GetObjectVersion","s3:PutObject"],"Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["E80549084","Arn"]},"/*"]]}}
      {"Action":["kms:Decrypt","kms:GenerateDataKey"],"Effect":"Allow","Resource":"arn:aws:kms:eu-west-1:123456789012:key/k"}
    log group: write
      {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":{"Fn::GetAtt":["L2EA2915D","Arn"]}}
    log group: read
      {"Action":["logs:DescribeLogStreams","logs:FilterLogEvents","logs:GetLogEvents"],"Effect":"Allow","Resource":{"Fn::GetAtt":["L2EA2915D","Arn"]}}
    repository: pull
      {"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Effect":"Allow","Resource":{"Fn::GetAtt":["RC21A1702","Arn"]}}
      {"Action":"ecr:GetAuthorizationToken","Effect":"Allow","Resource":"*"}
    repository: push
      {"Action":["ecr:BatchCheckLayerAvailability","ecr:CompleteLayerUpload","ecr:InitiateLayerUpload","ecr:PutImage","ecr:UploadLayerPart"],"Effect":"Allow","Resource":{"Fn::GetAtt":["RC21A1702","Arn"]}}
      {"Action":"ecr:GetAuthorizationToken","Effect":"Allow","Resource":"*"}
    "#);
}
