//! What a stack becomes.

use synth_core::{
    Condition, DeletionPolicy, Handle, Id, Json, Mapping, Options, Output, Override, Parameter,
    ParameterKind, Raw, Stack, StackProps, Value, find_in_map, find_in_map_or, pseudo,
};

use crate::fixture::{Function, Role, Vpc, VpcId};

fn stack(props: StackProps) -> Stack {
    Stack::new("App", props)
}

fn vpc() -> Vpc {
    Vpc {
        cidr_block: "10.0.0.0/16".into(),
    }
}

/// The compact text of one section, or of one entry of it.
fn section(stack: Stack, names: &[&str]) -> String {
    let template = stack.synthesize().unwrap();
    names
        .iter()
        .fold(template.body(), |tree, name| tree.get(name).unwrap())
        .to_compact()
}

#[test]
fn a_template_has_every_section_in_the_order_people_read() {
    let mut stack = stack(StackProps {
        description: "A network".into(),
        metadata: vec![("Team".into(), "platform".into())],
        ..StackProps::default()
    });
    let mut scope = stack.scope();
    let stage = scope.parameter(
        "Stage",
        Parameter {
            allowed_values: vec!["dev".into(), "prod".into()],
            default: Some("dev".into()),
            ..Parameter::new(ParameterKind::TEXT)
        },
    );
    let blocks = scope.mapping(
        "Blocks",
        Mapping {
            rows: vec![("dev".into(), vec![("Block".into(), "10.0.0.0/16".into())])],
        },
    );
    let is_prod = scope.condition("IsProd", Condition::equals(&stage, "prod"));
    let in_map: Value<String> = find_in_map(&blocks, &stage, "Block");
    let block = is_prod.choose("10.9.0.0/16", in_map);
    let vpc = scope.child("Network").add_with(
        "Vpc",
        &Vpc {
            cidr_block: block.into(),
        },
        Options {
            deletion_policy: Some(DeletionPolicy::Retain),
            update_replace_policy: Some(DeletionPolicy::Retain),
            metadata: vec![("Note".into(), "kept".into())],
            ..Options::default()
        },
    );
    scope.output(
        "VpcId",
        Output {
            description: "The network".into(),
            export: Some("network".into()),
            condition: Some(is_prod),
            ..Output::new(vpc.reference())
        },
    );
    insta::assert_snapshot!(stack.synthesize().unwrap().to_yaml(), @r#"
    Description: A network
    Metadata:
      Team: platform
    Parameters:
      Stage:
        Type: String
        Default: dev
        AllowedValues:
          - dev
          - prod
    Mappings:
      Blocks:
        dev:
          Block: "10.0.0.0/16"
    Conditions:
      IsProd:
        Fn::Equals:
          - Ref: Stage
          - prod
    Resources:
      NetworkVpcFAC8F4A5:
        Type: AWS::EC2::VPC
        Properties:
          CidrBlock:
            Fn::If:
              - IsProd
              - "10.9.0.0/16"
              - Fn::FindInMap:
                  - Blocks
                  - Ref: Stage
                  - Block
        DeletionPolicy: Retain
        UpdateReplacePolicy: Retain
        Metadata:
          Note: kept
    Outputs:
      VpcId:
        Description: The network
        Value:
          Ref: NetworkVpcFAC8F4A5
        Export:
          Name: network
        Condition: IsProd
    "#);
}

#[test]
fn parameters_carry_their_constraints_and_their_type() {
    let mut stack = stack(StackProps::default());
    let mut scope = stack.scope();
    let vpc: Value<Id<VpcId>> = scope.parameter(
        "VpcId",
        Parameter::new(ParameterKind::named("AWS::EC2::VPC::Id")),
    );
    scope.parameter(
        "Secret",
        Parameter {
            min_length: Some(8),
            max_length: Some(64),
            allowed_pattern: Some("[a-z]+".into()),
            constraint_description: Some("lower case letters".into()),
            no_echo: true,
            ..Parameter::new(ParameterKind::TEXT)
        },
    );
    let role = Id::literal("arn");
    scope.add(
        "Function",
        &Function {
            role: role.into(),
            vpc: vpc.into(),
            ..Function::default()
        },
    );
    insta::assert_snapshot!(section(stack, &["Parameters"]), @r#"{"VpcId":{"Type":"AWS::EC2::VPC::Id"},"Secret":{"Type":"String","AllowedPattern":"[a-z]+","ConstraintDescription":"lower case letters","MinLength":8,"MaxLength":64,"NoEcho":true}}"#);
}

#[test]
fn conditions_nest_and_name_each_other() {
    let mut stack = stack(StackProps::default());
    let mut scope = stack.scope();
    let is_us = scope.condition("IsUs", Condition::equals(pseudo::region(), "us-east-1"));
    let is_aws = Condition::equals(pseudo::partition(), "aws");
    let both = Condition::all([(&is_us).into(), Condition::not(is_aws)]);
    let either = scope.condition("Either", Condition::any([both, (&is_us).into()]));
    let options = Options {
        condition: Some(either),
        ..Options::default()
    };
    scope.add_with("Vpc", &vpc(), options);
    insta::assert_snapshot!(section(stack, &["Conditions"]), @r#"{"IsUs":{"Fn::Equals":[{"Ref":"AWS::Region"},"us-east-1"]},"Either":{"Fn::Or":[{"Fn::And":[{"Condition":"IsUs"},{"Fn::Not":[{"Fn::Equals":[{"Ref":"AWS::Partition"},"aws"]}]}]},{"Condition":"IsUs"}]}}"#);
}

#[test]
fn waiting_for_a_construct_is_waiting_for_every_resource_below_it() {
    let mut stack = stack(StackProps::default());
    let mut scope = stack.scope();
    let network = scope.child("Network").construct();
    let options = Options {
        depends_on: vec![(&network).into()],
        ..Options::default()
    };
    scope.add_with("Late", &vpc(), options);
    scope.add("NetworkOfAnother", &vpc());
    let mut below = scope.child("Network");
    below.add("B", &vpc());
    below.child("Inner").add("A", &vpc());
    let text = section(stack, &["Resources", "Late", "DependsOn"]);
    assert_eq!(text, r#"["NetworkB0B1163E7","NetworkInnerA20744573"]"#);
}

#[test]
fn everything_in_a_scope_after_something_waits_for_it() {
    let mut stack = stack(StackProps::default());
    let mut scope = stack.scope();
    let gateway = scope.add("Gateway", &vpc());
    let mut later = scope.child("Later").after(&gateway);
    later.child("Deep").add("Vpc", &vpc());
    let template = stack.synthesize().unwrap();
    let (_, deep) = &template.body().get("Resources").unwrap().entries().unwrap()[1];
    assert_eq!(
        deep.get("DependsOn").unwrap().to_compact(),
        r#"["Gateway"]"#
    );
}

#[test]
fn any_type_can_be_declared_by_name_and_any_property_overridden() {
    let mut stack = stack(StackProps::default());
    let mut scope = stack.scope();
    let vpc = scope.add("Vpc", &vpc());
    let properties = Json::object([
        ("Vpc", (&vpc).into()),
        (
            "Rules",
            Json::Array(vec![Json::object([("Status", "Off".into())])]),
        ),
        ("Unwanted", true.into()),
    ]);
    let change = |path: &'static str, value: Option<Json>| Override {
        path: path.into(),
        value,
    };
    let overrides = vec![
        change("Rules.0.Status", Some("On".into())),
        change("Rules.1", Some("next".into())),
        change("Made.On.The.Way", Some(1.into())),
        change("Unwanted", None),
    ];
    let raw: Handle<Raw> = scope.add_raw(
        "Thing",
        Raw {
            type_name: "Custom::Thing".into(),
            properties,
        },
        Options {
            logical_id: Some("Chosen".into()),
            overrides,
            ..Options::default()
        },
    );
    scope.output("Thing", Output::new(raw.reference::<String>()));
    insta::assert_snapshot!(section(stack, &["Resources", "Chosen"]), @r#"{"Type":"Custom::Thing","Properties":{"Vpc":{"Ref":"Vpc"},"Rules":[{"Status":"On"},"next"],"Made":{"On":{"The":{"Way":1}}}}}"#);
}

#[test]
fn a_lookup_with_a_default_declares_the_transform_it_needs() {
    let mut stack = stack(StackProps::default());
    let mut scope = stack.scope();
    let map = scope.mapping(
        "Map",
        Mapping {
            rows: vec![("a".into(), Vec::new())],
        },
    );
    let block: Value<String> = find_in_map_or(&map, pseudo::region(), "Block", "10.0.0.0/16");
    scope.add(
        "Vpc",
        &Vpc {
            cidr_block: block.into(),
        },
    );
    assert_eq!(
        section(stack, &["Transform"]),
        r#""AWS::LanguageExtensions""#
    );
}

#[test]
fn resources_say_their_path_when_asked_to() {
    let mut stack = stack(StackProps {
        path_metadata: true,
        ..StackProps::default()
    });
    stack.child("Network").add("Vpc", &vpc());
    let template = stack.synthesize().unwrap();
    let (_, vpc) = &template.body().get("Resources").unwrap().entries().unwrap()[0];
    let metadata = vpc.get("Metadata").unwrap().to_compact();
    assert_eq!(metadata, r#"{"aws:cdk:path":"App/Network/Vpc"}"#);
}

#[test]
fn a_role_without_properties_has_no_properties_section() {
    let mut stack = stack(StackProps::default());
    stack.scope().add("Vpc", &Vpc::default());
    assert_eq!(
        section(stack, &["Resources", "Vpc"]),
        r#"{"Type":"AWS::EC2::VPC"}"#
    );
    assert!(Role::default().path.is_absent());
}

#[test]
fn yaml_escapes_letters_that_it_would_take_otherwise() {
    let mut stack = Stack::new("Odd", StackProps::default());
    let text = "a: \u{7f}\u{85}\u{9b}\u{2028}\u{feff}\u{1b}é";
    let properties = Json::object([("Text", Json::from(text))]);
    let queue = Raw {
        type_name: "AWS::SQS::Queue".into(),
        properties,
    };
    stack.scope().add_raw("Queue", queue, Options::default());
    let yaml = stack.synthesize().unwrap().to_yaml();
    let line = yaml.lines().last().unwrap().trim();
    assert_eq!(line, r#"Text: "a: \u007f\u0085\u009b\u2028\ufeff\u001bé""#);
}
