//! A template that exists, taken into a stack.

use synth_core::{Included, Json, Output, Stack, StackProps, Value, parse};

use crate::fixture::{Role, Vpc};

/// Has a bit of everything, with some of what this library has no word for.
const TEMPLATE: &str = r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Description": "what was there before",
  "Metadata": {"AWS::CloudFormation::Interface": {"ParameterGroups": []}},
  "Rules": {"Small": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}},
  "Parameters": {"Size": {"Type": "Number", "Default": "3"}},
  "Mappings": {"Sizes": {"eu-west-1": {"Small": 1}}},
  "Conditions": {
    "Big": {"Fn::Equals": [{"Ref": "Size"}, "9"]},
    "NotBig": {"Fn::Not": [{"Condition": "Big"}]}
  },
  "Resources": {
    "Network": {
      "Type": "AWS::EC2::VPC",
      "Condition": "Big",
      "DependsOn": "Topic",
      "DeletionPolicy": "Retain",
      "UpdateReplacePolicy": {"Fn::If": ["Big", "Retain", "Delete"]},
      "Metadata": {"aws:cdk:path": "Old/Network/Resource"},
      "Properties": {"CidrBlock": {"Ref": "Size"}, "EnableDnsSupport": "true"}
    },
    "Topic": {"Type": "AWS::SNS::Topic"}
  },
  "Outputs": {
    "Arn": {
      "Value": {"Fn::GetAtt": "Network.CidrBlock"},
      "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-arn"}},
      "Condition": "Big"
    }
  }
}"#;

/// Objects are equal whatever the order of their names.
fn sorted(tree: &Json) -> Json {
    if let Some(entries) = tree.entries() {
        let mut entries: Vec<_> = entries
            .iter()
            .map(|(name, value)| (name.clone(), sorted(value)))
            .collect();
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        Json::Object(entries)
    } else if let Some(items) = tree.items() {
        Json::array(items.iter().map(sorted))
    } else {
        tree.clone()
    }
}

fn include(text: &str) -> (Stack, Included) {
    let mut stack = Stack::new("App", StackProps::default());
    let included = Included::new(stack.child("Existing"), parse(text).unwrap());
    (stack, included)
}

/// What the stack makes of a template, beside the template.
#[track_caller]
fn assert_unchanged(text: &str, after: &str) {
    let (stack, _) = include(text);
    let template = stack.synthesize().unwrap();
    assert_eq!(
        sorted(template.body()).to_pretty(1),
        sorted(&parse(after).unwrap()).to_pretty(1)
    );
}

#[test]
fn everything_in_the_template_is_kept() {
    // One that waits for another may say so as a text or as a list.
    let listed = TEMPLATE.replace(r#""DependsOn": "Topic""#, r#""DependsOn": ["Topic"]"#);
    assert_unchanged(TEMPLATE, &listed);
}

#[test]
fn templates_of_this_library_come_back_as_they_were() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../snapshots/templates");
    let mut seen = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = std::fs::read_to_string(path).unwrap();
            assert_unchanged(&text, &text);
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn constructs_beside_it_refer_to_what_is_in_it() {
    let (mut stack, included) = include(TEMPLATE);
    let network = included.resource::<Vpc>("Network").unwrap();
    assert!(included.resource::<Role>("Network").is_none());
    assert!(included.raw("Nothing").is_none());
    let size: Value<String> = included.parameter("Size").unwrap();
    let name = included.condition("NotBig").unwrap().choose(size, "none");
    let vpc = Vpc {
        cidr_block: name.into(),
    };
    stack.scope().add("More", &vpc);
    stack
        .scope()
        .output("Name", Output::new(network.reference()));
    let template = stack.synthesize().unwrap();
    let more = template
        .body()
        .get("Resources")
        .unwrap()
        .get("More")
        .unwrap();
    assert_eq!(
        more.to_compact(),
        r#"{"Type":"AWS::EC2::VPC","Properties":{"CidrBlock":{"Fn::If":["NotBig",{"Ref":"Size"},"none"]}}}"#
    );
}

#[test]
fn a_logical_id_that_is_taken_is_a_problem() {
    let (mut stack, _) = include(TEMPLATE);
    let vpc = Vpc {
        cidr_block: "10.0.0.0/16".into(),
    };
    stack.scope().add("Topic", &vpc);
    let problems = stack.synthesize().unwrap_err().to_string();
    assert!(problems.contains("core.taken-logical-id"), "{problems}");
}

#[test]
fn what_cannot_be_part_of_a_template_is_a_problem() {
    let cases = [
        ("[]", "the template"),
        (r#"{"Resources": []}"#, "Resources"),
        (r#"{"Resources": {"A": {}}}"#, "`Type`"),
        (
            r#"{"Resources": {"A": {"Type": "T", "DependsOn": "B"}}}"#,
            "DependsOn",
        ),
        (
            r#"{"Resources": {"A": {"Type": "T"}}, "Outputs": {"O": 1}}"#,
            "`Value`",
        ),
    ];
    for (text, part) in cases {
        let (stack, _) = include(text);
        let problems = stack.synthesize().unwrap_err().to_string();
        assert!(
            problems.contains("core.malformed-template"),
            "{text}: {problems}"
        );
        assert!(problems.contains(part), "{text}: {problems}");
    }
}

#[test]
fn references_are_checked_unless_macros_or_loops_add_to_the_template() {
    let dangling = r#"{"Resources": {"A": {"Type": "T", "Properties": {"B": {"Ref": "C"}}}}}"#;
    let (stack, _) = include(dangling);
    assert!(
        stack
            .synthesize()
            .unwrap_err()
            .to_string()
            .contains("core.dangling-reference")
    );
    let expanded = dangling.replacen('{', r#"{"Transform": "AWS::Serverless-2016-10-31", "#, 1);
    assert_unchanged(&expanded, &expanded);
    let looped = r#"{"Transform": "AWS::LanguageExtensions", "Resources": {
        "Fn::ForEach::Each": ["X", ["1", "2"], {"Queue${X}": {"Type": "AWS::SQS::Queue"}}],
        "A": {"Type": "T", "Properties": {"B": {"Ref": "Queue1"}}}}}"#;
    assert_unchanged(looped, looped);
}
