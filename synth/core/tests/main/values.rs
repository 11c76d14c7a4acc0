//! What can be written into a property, and what a template then says.

use synth_core::{
    Data, Id, Intrinsic, Json, List, Property, Stack, StackProps, Value, availability_zones,
    base64, cidr, import_value, join, join_list, pseudo, select, split, sub,
};

use crate::fixture::{Architecture, Environment, Function, Role, Vpc, VpcId};

fn empty() -> Stack {
    Stack::new("App", StackProps::default())
}

/// How a value is written.
fn written<T: Data>(value: &Value<T>) -> String {
    value.to_json().to_compact()
}

#[test]
fn properties_take_literals_references_lists_and_maps() {
    let mut stack = empty();
    let mut scope = stack.scope();
    let vpc = scope.add(
        "Vpc",
        &Vpc {
            cidr_block: "10.0.0.0/16".into(),
        },
    );
    let role = scope.add("Role", &Role::new(Json::Object(Vec::new())));
    let function = Function {
        architectures: vec![Architecture::Arm64].into(),
        environment: Environment {
            variables: [("VPC", vpc.reference())].into(),
        }
        .into(),
        key: role.arn().into(),
        layers: Property::list(["a".into(), vpc.cidr_block()]),
        memory_size: 512.into(),
        role: (&role).into(),
        vpc: (&vpc).into(),
    };
    insta::assert_snapshot!(function.to_json().to_pretty(1).replace("\n   ", " "), @r#"
    {
     "Architectures": [
      "arm64"
     ],
     "Environment": {
      "Variables": { "VPC": {  "Ref": "Vpc" }
      }
     },
     "KmsKeyArn": {
      "Fn::GetAtt": [ "Role", "Arn"
      ]
     },
     "Layers": [
      "a",
      { "Fn::GetAtt": [  "Vpc",  "CidrBlock" ]
      }
     ],
     "MemorySize": 512,
     "Role": {
      "Fn::GetAtt": [ "Role", "Arn"
      ]
     },
     "Vpc": {
      "Ref": "Vpc"
     }
    }
    "#);
}

#[test]
fn an_absent_option_leaves_the_property_out() {
    let layer: Option<Value<String>> = None;
    let memory_size: Option<i64> = Some(128);
    let function = Function {
        layers: layer.map(|one| vec![one]).into(),
        memory_size: memory_size.into(),
        role: Id::literal("arn:aws:iam::123456789012:role/deploy").into(),
        ..Function::default()
    };
    assert_eq!(
        function.to_json().to_compact(),
        r#"{"MemorySize":128,"Role":"arn:aws:iam::123456789012:role/deploy"}"#
    );
}

#[test]
fn an_enum_keeps_a_value_that_is_newer_than_the_library() {
    let property: Property<List<Architecture>> = ["arm64", "riscv64"].into();
    let known = property.known().map(|list| list.to_json().to_compact());
    assert_eq!(known.as_deref(), Some(r#"["arm64","riscv64"]"#));
}

#[test]
fn existing_resources_are_named_by_literals_and_imports() {
    let literal: Property<Id<VpcId>> = Id::literal("vpc-0a1b").into();
    assert_eq!(literal.known().map(Id::as_text), Some("vpc-0a1b"));
    let imported: Property<Id<VpcId>> = import_value("shared-vpc").into();
    assert!(imported.known().is_none() && !imported.is_absent());
}

#[test]
fn texts_that_are_all_known_are_joined_at_once() {
    let parts = || ["arn".into(), "aws".into(), "s3".into()];
    assert_eq!(
        join(":", parts()).known().map(String::as_str),
        Some("arn:aws:s3")
    );
    let mixed = join(
        ":",
        parts()
            .into_iter()
            .chain([pseudo::region(), "x".into(), "y".into()]),
    );
    assert_eq!(
        written(&mixed),
        r#"{"Fn::Join":[":",["arn:aws:s3",{"Ref":"AWS::Region"},"x:y"]]}"#
    );
    assert_eq!(join(":", []).known().map(String::as_str), Some(""));
}

#[test]
fn functions_are_written_as_cloudformation_reads_them() {
    let zones = availability_zones(pseudo::region());
    let blocks = cidr("10.0.0.0/16", 4, 8);
    let lines = [
        written(&select(1, &zones)),
        written(&select(0, split(",", pseudo::stack_id()))),
        written(&blocks),
        written(&join_list("|", &pseudo::notification_arns())),
        written(&sub(
            "${Name}-${AWS::AccountId}",
            [("Name", pseudo::stack_name())],
        )),
        written(&base64(sub::<String>("#!/bin/sh\necho ${AWS::Region}", []))),
        written(&Value::<String>::from(Intrinsic::call(
            "Fn::Length",
            Json::array([1]),
        ))),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r##"
    {"Fn::Select":[1,{"Fn::GetAZs":{"Ref":"AWS::Region"}}]}
    {"Fn::Select":[0,{"Fn::Split":[",",{"Ref":"AWS::StackId"}]}]}
    {"Fn::Cidr":["10.0.0.0/16",4,"8"]}
    {"Fn::Join":["|",{"Ref":"AWS::NotificationARNs"}]}
    {"Fn::Sub":["${Name}-${AWS::AccountId}",{"Name":{"Ref":"AWS::StackName"}}]}
    {"Fn::Base64":{"Fn::Sub":"#!/bin/sh\necho ${AWS::Region}"}}
    {"Fn::Length":[1]}
    "##);
}

#[test]
fn known_lists_are_indexed_and_known_text_is_split_without_cloudformation() {
    let third = select(2, split(",", "a,b,c"));
    assert_eq!(third.known().map(String::as_str), Some("c"));
    assert!(select(3, split(",", "a,b,c")).known().is_none());
}
