//! The same infrastructure as AWS CDK (aws-cdk-lib 2.276.0) declares for the same construct paths.

use synth::dynamodb::{Attribute, GlobalIndex, Projection, Table, TableProps};
use synth::iam::{PolicyDocument, Role, RoleProps, Statement, Trust};
use synth::logs::{LogGroup, LogGroupProps, Retention};
use synth::s3::{Bucket, BucketProps};
use synth::{DeletionPolicy, Stack};

use crate::show::{logical_ids, resources};

fn tasks(policy: PolicyDocument) -> RoleProps {
    RoleProps {
        policy,
        ..RoleProps::new(Trust::service("ecs-tasks.amazonaws.com"))
    }
}

fn log_group(retention: Retention) -> LogGroupProps {
    LogGroupProps {
        retention,
        removal: DeletionPolicy::Delete,
        ..LogGroupProps::default()
    }
}

fn platform(stack: &mut Stack) {
    let removal = DeletionPolicy::Delete;
    let table = TableProps {
        sort_key: Some(Attribute::text("sk")),
        time_to_live_attribute: Some("ttl".into()),
        recovery_in_days: Some(35),
        removal,
        global_indexes: vec![
            GlobalIndex::new("first", Attribute::text("firstPk"))
                .sorted_by(Attribute::text("firstSk")),
            GlobalIndex {
                projection: Projection::KeysOnly,
                ..GlobalIndex::new("second", Attribute::text("secondPk"))
            },
        ],
        ..TableProps::new(Attribute::text("pk"))
    };
    let table = Table::new(stack.child("Table"), table);
    let state = TableProps {
        removal,
        ..TableProps::new(Attribute::text("id"))
    };
    let state = Table::new(stack.child("State"), state);
    let versioned = BucketProps {
        versioned: true,
        ..BucketProps::default()
    };
    let bucket = Bucket::new(stack.child("Bucket"), versioned);
    let output = LogGroup::new(stack.child("Output"), log_group(Retention::OneMonth));
    let runner_output = LogGroup::new(stack.child("RunnerOutput"), log_group(Retention::OneWeek));

    let mut policy = PolicyDocument::new();
    table.grant_read_write(&mut policy);
    bucket.grant_read_write(&mut policy, "*");
    Role::new(stack.child("TaskRole"), tasks(policy));

    let mut policy = PolicyDocument::new();
    output.grant_write(&mut policy);
    policy.add(Statement::allow(["ecr:GetAuthorizationToken"], ["*"]));
    Role::new(stack.child("ExecutionRole"), tasks(policy));

    let mut policy = PolicyDocument::new();
    state.grant_read(&mut policy);
    Role::new(stack.child("Runner").child("TaskRole"), tasks(policy));
    let mut policy = PolicyDocument::new();
    runner_output.grant_write(&mut policy);
    Role::new(stack.child("Runner").child("ExecutionRole"), tasks(policy));
}

#[test]
fn the_same_paths_have_the_same_logical_ids_as_in_cdk() {
    let cdk = "\
TableCD117FA1
State1C20CC9A
Bucket83908E77
BucketPolicyE9A3008A
OutputAB65CDDE
RunnerOutput881516DC
TaskRole30FC0FBB
TaskRoleDefaultPolicy07FC53DE
ExecutionRole605A040B
ExecutionRoleDefaultPolicyA5B92313
RunnerTaskRole9AB1A828
RunnerTaskRoleDefaultPolicy1C7A0A05
RunnerExecutionRole286966D7
RunnerExecutionRoleDefaultPolicy1095AE4E
";
    assert_eq!(logical_ids(platform), cdk);
}

#[test]
fn the_same_infrastructure_with_narrower_grants() {
    insta::assert_snapshot!(resources(platform), @r#"
    TableCD117FA1 AWS::DynamoDB::Table Delete Delete
      AttributeDefinitions [{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},{"AttributeName":"firstPk","AttributeType":"S"},{"AttributeName":"firstSk","AttributeType":"S"},{"AttributeName":"secondPk","AttributeType":"S"}]
      BillingMode "PAY_PER_REQUEST"
      GlobalSecondaryIndexes [{"IndexName":"first","KeySchema":[{"AttributeName":"firstPk","KeyType":"HASH"},{"AttributeName":"firstSk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}},{"IndexName":"second","KeySchema":[{"AttributeName":"secondPk","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]
      KeySchema [{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]
      PointInTimeRecoverySpecification {"PointInTimeRecoveryEnabled":true}
      TimeToLiveSpecification {"AttributeName":"ttl","Enabled":true}
    State1C20CC9A AWS::DynamoDB::Table Delete Delete
      AttributeDefinitions [{"AttributeName":"id","AttributeType":"S"}]
      BillingMode "PAY_PER_REQUEST"
      KeySchema [{"AttributeName":"id","KeyType":"HASH"}]
    Bucket83908E77 AWS::S3::Bucket Retain Retain
      BucketEncryption {"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}
      PublicAccessBlockConfiguration {"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}
      VersioningConfiguration {"Status":"Enabled"}
    BucketPolicyE9A3008A AWS::S3::BucketPolicy
      Bucket {"Ref":"Bucket83908E77"}
      PolicyDocument {"Statement":[{"Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":{"AWS":"*"},"Resource":[{"Fn::GetAtt":["Bucket83908E77","Arn"]},{"Fn::Join":["",[{"Fn::GetAtt":["Bucket83908E77","Arn"]},"/*"]]}]}],"Version":"2012-10-17"}
    OutputAB65CDDE AWS::Logs::LogGroup Delete Delete
      RetentionInDays 30
    RunnerOutput881516DC AWS::Logs::LogGroup Delete Delete
      RetentionInDays 7
    TaskRole30FC0FBB AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}],"Version":"2012-10-17"}
    TaskRoleDefaultPolicy07FC53DE AWS::IAM::Policy
      PolicyDocument {"Statement":[{"Action":["dynamodb:BatchGetItem","dynamodb:BatchWriteItem","dynamodb:ConditionCheckItem","dynamodb:DeleteItem","dynamodb:DescribeTable","dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query","dynamodb:Scan","dynamodb:UpdateItem"],"Effect":"Allow","Resource":{"Fn::GetAtt":["TableCD117FA1","Arn"]}},{"Action":["dynamodb:Query","dynamodb:Scan"],"Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["TableCD117FA1","Arn"]},"/index/*"]]}},{"Action":"s3:ListBucket","Effect":"Allow","Resource":{"Fn::GetAtt":["Bucket83908E77","Arn"]}},{"Action":["s3:AbortMultipartUpload","s3:DeleteObject","s3:GetObject","s3:GetObjectVersion","s3:PutObject"],"Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["Bucket83908E77","Arn"]},"/*"]]}}],"Version":"2012-10-17"}
      PolicyName "TaskRoleDefaultPolicy07FC53DE"
      Roles [{"Ref":"TaskRole30FC0FBB"}]
    ExecutionRole605A040B AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}],"Version":"2012-10-17"}
    ExecutionRoleDefaultPolicyA5B92313 AWS::IAM::Policy
      PolicyDocument {"Statement":[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":{"Fn::GetAtt":["OutputAB65CDDE","Arn"]}},{"Action":"ecr:GetAuthorizationToken","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}
      PolicyName "ExecutionRoleDefaultPolicyA5B92313"
      Roles [{"Ref":"ExecutionRole605A040B"}]
    RunnerTaskRole9AB1A828 AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}],"Version":"2012-10-17"}
    RunnerTaskRoleDefaultPolicy1C7A0A05 AWS::IAM::Policy
      PolicyDocument {"Statement":[{"Action":["dynamodb:BatchGetItem","dynamodb:ConditionCheckItem","dynamodb:DescribeTable","dynamodb:GetItem","dynamodb:Query","dynamodb:Scan"],"Effect":"Allow","Resource":{"Fn::GetAtt":["State1C20CC9A","Arn"]}}],"Version":"2012-10-17"}
      PolicyName "RunnerTaskRoleDefaultPolicy1C7A0A05"
      Roles [{"Ref":"RunnerTaskRole9AB1A828"}]
    RunnerExecutionRole286966D7 AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}],"Version":"2012-10-17"}
    RunnerExecutionRoleDefaultPolicy1095AE4E AWS::IAM::Policy
      PolicyDocument {"Statement":[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":{"Fn::GetAtt":["RunnerOutput881516DC","Arn"]}}],"Version":"2012-10-17"}
      PolicyName "RunnerExecutionRoleDefaultPolicy1095AE4E"
      Roles [{"Ref":"RunnerExecutionRole286966D7"}]
    "#);
}
