//! What holds for a whole scope, over the constructs and types as they are.

use synth::assert::{Assert, Match};
use synth::cfn::dynamodb::Table as TableResource;
use synth::cfn::ecr::Repository;
use synth::cfn::iam::Role as RoleResource;
use synth::dynamodb::{Attribute, Table, TableProps};
use synth::ec2::{SecurityGroup, SecurityGroupProps, Vpc, VpcProps};
use synth::iam::{Role, RoleProps, Trust};
use synth::{
    Change, Defaults, DeletionPolicy, Included, PermissionsBoundary, Problem, Property, Removal,
    Rule, Stack, StackProps, Tags, parse,
};

fn table(stack: &mut Stack) {
    Table::new(stack.child("Table"), TableProps::new(Attribute::text("id")));
}

#[test]
fn a_development_stack_keeps_nothing_and_says_whose_it_is() {
    let mut stack = Stack::new(
        "App",
        StackProps {
            aspects: vec![
                Tags::new([("team", "orders")]).into(),
                Removal::new(DeletionPolicy::Delete).into(),
                PermissionsBoundary::new("arn:aws:iam::123456789012:policy/Developer").into(),
                Defaults::of(&TableResource {
                    deletion_protection_enabled: false.into(),
                    ..TableResource::new(Property::Absent)
                })
                .into(),
            ],
            ..StackProps::default()
        },
    );
    table(&mut stack);
    let trust = Trust::service("ecs-tasks.amazonaws.com");
    Role::new(stack.child("Role"), RoleProps::new(trust));
    let template = stack.synthesize().unwrap();
    insta::assert_snapshot!(template.to_yaml(), @r#"
    Resources:
      TableCD117FA1:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions:
            - AttributeName: id
              AttributeType: S
          BillingMode: PAY_PER_REQUEST
          KeySchema:
            - AttributeName: id
              KeyType: HASH
          DeletionProtectionEnabled: false
          Tags:
            - Key: team
              Value: orders
        DeletionPolicy: Delete
        UpdateReplacePolicy: Delete
      Role1ABCC5F0:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - Action: sts:AssumeRole
                Effect: Allow
                Principal:
                  Service: ecs-tasks.amazonaws.com
            Version: "2012-10-17"
          PermissionsBoundary: arn:aws:iam::123456789012:policy/Developer
          Tags:
            - Key: team
              Value: orders
        DeletionPolicy: Delete
        UpdateReplacePolicy: Delete
    "#);
}

#[test]
fn rules_and_changes_see_constructs_as_their_types() {
    let mut stack = Stack::new("App", StackProps::default());
    stack.scope().with(Change::of(|table: &mut TableResource| {
        table.table_name = "orders".into();
    }));
    stack
        .scope()
        .with(Rule::of(|table: &TableResource, findings| {
            if let Some(name) = table.table_name.known() {
                findings.problem(Problem {
                    code: "house.no-names",
                    message: "a named table cannot be replaced".to_owned(),
                    value: name.clone(),
                    allowed: String::new(),
                    fix: "leave the name to CloudFormation".to_owned(),
                });
            }
        }));
    table(&mut stack);
    stack
        .child("Table")
        .acknowledge("house.no-names", "another team reads it by name");
    let template = stack.synthesize().unwrap();
    assert!(template.warnings().is_empty());
    let like = Match::object([("TableName", "orders"), ("BillingMode", "PAY_PER_REQUEST")]);
    Assert::on(&template)
        .resources::<TableResource>()
        .has(like)
        .unwrap();
}

#[test]
fn a_trust_that_is_too_wide_is_accepted_with_a_reason() {
    let anyone = |acknowledge: bool| {
        let mut stack = Stack::new("App", StackProps::default());
        let trust = Trust::web_identity("token.actions.githubusercontent.com", Vec::new());
        Role::new(stack.child("Role"), RoleProps::new(trust));
        if acknowledge {
            stack
                .child("Role")
                .acknowledge("iam.trust-too-wide", "a test account without data");
        }
        stack.synthesize()
    };
    assert_eq!(
        anyone(false).unwrap_err().0[0].problem.code,
        "iam.trust-too-wide"
    );
    assert!(anyone(true).unwrap().warnings().is_empty());
}

#[test]
fn an_included_resource_is_changed_as_its_type() {
    let text = r#"{"Resources": {"Images": {"Type": "AWS::ECR::Repository", "Properties": {
        "SomethingNew": {"B": 1, "A": 2}, "RepositoryName": {"Ref": "AWS::StackName"},
        "ImageScanningConfiguration": {"ScanOnPush": "true", "Newer": []}}}}}"#;
    let mut stack = Stack::new("App", StackProps::default());
    let included = Included::new(stack.child("Old"), parse(text).unwrap());
    included.change(&mut stack, "Images", |images: &mut Repository| {
        images.image_tag_mutability = "IMMUTABLE".into();
    });
    let template = stack.synthesize().unwrap();
    let assert = Assert::on(&template);
    let images = assert.all_resources().has(Match::any()).unwrap();
    insta::assert_snapshot!(images.value.to_compact(), @r#"{"SomethingNew":{"B":1,"A":2},"RepositoryName":{"Ref":"AWS::StackName"},"ImageScanningConfiguration":{"ScanOnPush":"true","Newer":[]},"ImageTagMutability":"IMMUTABLE"}"#);
    let images: Repository = assert.properties("Images").unwrap();
    assert!(images.image_scanning_configuration.known().is_some());
    assert.resources::<RoleResource>().count(0).unwrap();
}

/// As AWS CDK names them, stage included: another name would be a change, another description a new group.
#[test]
fn names_and_descriptions_are_construct_paths() {
    let app = synth::App::new(synth::AppProps::default());
    let stage = app.stage("Prod", synth::StageProps::default());
    let mut stack = stage.stack("Net", StackProps::default());
    let vpc = Vpc::new(stack.child("Vpc"), VpcProps::default());
    SecurityGroup::new(stack.child("Group"), SecurityGroupProps::new(&vpc));
    let text = stack.synthesize().unwrap().to_yaml();
    assert!(text.contains("Value: Prod/Net/Vpc\n"), "{text}");
    assert!(
        text.contains("GroupDescription: Prod/Net/Group\n"),
        "{text}"
    );
}
