//! What is refused, and what the person who wrote it reads.

use synth_core::{
    Condition, ConditionHandle, Intrinsic, Json, Options, Output, Override, Parameter,
    ParameterKind, Problem, Raw, Stack, StackProps, sub,
};

use crate::fixture::{Function, Role, Vpc};

fn empty(name: &str) -> Stack {
    Stack::new(name, StackProps::default())
}

fn vpc() -> Vpc {
    Vpc {
        cidr_block: "10.0.0.0/16".into(),
    }
}

fn raw(properties: Json) -> Raw {
    Raw {
        type_name: "Custom::Thing".into(),
        properties,
    }
}

fn problems_of(stack: Stack) -> String {
    stack.synthesize().unwrap_err().to_string()
}

fn codes_of(stack: Stack) -> Vec<&'static str> {
    stack
        .synthesize()
        .unwrap_err()
        .0
        .iter()
        .map(|placed| placed.problem.code)
        .collect()
}

#[test]
fn all_problems_are_reported_at_once_each_with_its_path() {
    let mut stack = empty("App");
    let mut network = stack.child("Network");
    network.add("Vpc", &vpc());
    network.add("Vpc", &vpc());
    network.problem(Problem {
        code: "ec2.cidr",
        message: "the block is larger than a VPC can be".to_owned(),
        value: "10.0.0.0/8".to_owned(),
        allowed: "/16 to /28".to_owned(),
        fix: "choose a smaller block".to_owned(),
    });
    network.child("Code").add("Function", &Function::default());
    insta::assert_snapshot!(problems_of(stack), @"
    App/Network: the block is larger than a VPC can be
      value: 10.0.0.0/8
      allowed: /16 to /28
      fix: choose a smaller block
      code: ec2.cidr
    App/Network/Vpc: something was added at this path before
      value: App/Network/Vpc
      allowed: one thing at each path
      fix: give one of the two another id
      code: core.taken-path
    App/Network/Code/Function: `Role`: a property that CloudFormation requires is not set
      fix: set it
      code: core.missing-property
    ");
}

#[test]
fn a_missing_property_is_named_where_it_is_missing() {
    let mut stack = empty("App");
    let rule = Json::object([(
        "Inner",
        Json::Array(vec![
            Json::Null,
            synth_core::Data::to_json(&Role::default()),
        ]),
    )]);
    stack
        .scope()
        .add_raw("Thing", raw(rule), Options::default());
    let message = stack.synthesize().unwrap_err().0[0].problem.message.clone();
    assert!(
        message.starts_with("`Inner.1.AssumeRolePolicyDocument`"),
        "{message}"
    );
}

#[test]
fn two_paths_that_meet_in_one_id_are_both_named() {
    let mut stack = empty("App");
    let mut scope = stack.scope();
    scope.add("A-B", &vpc());
    scope.add("AB", &vpc());
    insta::assert_snapshot!(problems_of(stack), @"
    App/AB: this path and `App/A-B` meet in one logical id
      value: AB
      allowed: a logical id of its own for each path
      fix: rename one of the two, or set `Options::logical_id`
      code: core.taken-logical-id
    ");
}

#[test]
fn references_to_nothing_are_found_wherever_they_are_written() {
    let mut stack = empty("App");
    let mut scope = stack.scope();
    let properties = Json::object([
        ("A", Json::object([("Ref", "Nowhere".into())])),
        (
            "B",
            Json::object([("Fn::GetAtt", Json::array(["Gone", "Arn"]))]),
        ),
        ("C", Json::object([("Fn::GetAtt", "Lost.Arn".into())])),
        (
            "D",
            sub::<String>("${AWS::Region} ${!Kept} ${Absent} ${Missing.Arn}", []).into(),
        ),
        (
            "E",
            sub(
                "${Given}",
                [("Given", Intrinsic::call("Ref", "Unknown").into())],
            )
            .into(),
        ),
        ("F", Json::object([("Ref", "AWS::Regoin".into())])),
        (
            "G",
            Intrinsic::call("Fn::If", Json::array(["NoCondition", "a", "b"])).into(),
        ),
        (
            "H",
            Intrinsic::call("Fn::FindInMap", Json::array(["NoMap", "a", "b"])).into(),
        ),
    ]);
    scope.add_raw("Thing", raw(properties), Options::default());
    let problems = stack.synthesize().unwrap_err().0;
    let lines: Vec<_> = problems
        .iter()
        .map(|placed| format!("{} {}", placed.problem.code, placed.problem.value))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    core.dangling-reference Nowhere
    core.dangling-reference Gone
    core.dangling-reference Lost
    core.dangling-reference Absent
    core.dangling-reference Missing
    core.dangling-reference Unknown
    core.dangling-reference AWS::Regoin
    core.dangling-condition NoCondition
    core.dangling-mapping NoMap
    ");
}

#[test]
fn a_handle_of_another_stack_is_refused_even_when_the_ids_are_the_same() {
    let mut one = empty("One");
    let theirs = one.scope().add("Vpc", &vpc());
    let mut two = empty("Two");
    let mut scope = two.scope();
    scope.add("Vpc", &vpc());
    scope.add(
        "Thing",
        &Vpc {
            cidr_block: theirs.cidr_block().into(),
        },
    );
    insta::assert_snapshot!(problems_of(two), @"
    Two/Thing: this refers to a part of the stack `One`
      value: One/Vpc
      allowed: parts of the same stack
      fix: synthesize both stacks as one `App`, which carries the value across
      code: core.cross-stack-reference
    ");
}

#[test]
fn a_dependency_on_another_stack_is_refused() {
    let mut one = empty("One");
    let theirs = one.scope().add("Vpc", &vpc());
    let whole = one.scope().construct();
    let condition = one.scope().condition("C", Condition::equals("a", "a"));
    let mut two = empty("Two");
    let depends_on = vec![(&theirs).into(), (&whole).into()];
    let condition: Option<ConditionHandle> = Some(condition);
    two.scope().add_with(
        "Vpc",
        &vpc(),
        Options {
            depends_on,
            condition,
            ..Options::default()
        },
    );
    assert_eq!(codes_of(two), ["core.cross-stack-reference"; 3]);
}

#[test]
fn a_circle_is_told_edge_by_edge() {
    let mut stack = empty("App");
    let mut scope = stack.scope();
    let reference = |id: &'static str| Json::object([("Ref", id.into())]);
    let rules = Json::object([("Rules", Json::Array(vec![reference("B")]))]);
    let b = scope.add_raw(
        "B",
        raw(Json::object([("Peer", reference("C"))])),
        Options::default(),
    );
    scope.add_raw("A", raw(rules), Options::default());
    let depends_on = vec![(&b).into()];
    scope.add_raw(
        "C",
        raw(Json::Object(Vec::new())),
        Options {
            depends_on,
            ..Options::default()
        },
    );
    scope.add_raw("Self", raw(reference("Self")), Options::default());
    insta::assert_snapshot!(problems_of(stack), @"
    App/B: these resources wait for each other
      value: B -(Peer)-> C -(DependsOn)-> B
      allowed: an order in which each can be created
      fix: take one of these references out, or move it to a resource of its own
      code: core.cycle
    App/Self: these resources wait for each other
      value: Self -(Properties)-> Self
      allowed: an order in which each can be created
      fix: take one of these references out, or move it to a resource of its own
      code: core.cycle
    ");
}

#[test]
fn quotas_of_cloudformation_are_kept() {
    let mut stack = Stack::new(
        "App",
        StackProps {
            description: "d".repeat(1025).into(),
            ..StackProps::default()
        },
    );
    let mut scope = stack.scope();
    for number in 0..501 {
        scope.add(&format!("Vpc{number}"), &vpc());
    }
    for number in 0..201 {
        scope.parameter(&format!("P{number}"), Parameter::new(ParameterKind::TEXT));
        scope.output(&format!("O{number}"), Output::new("x"));
    }
    let problems = stack.synthesize().unwrap_err().0;
    let told: Vec<_> = problems
        .iter()
        .map(|placed| format!("{}, {}", placed.problem.value, placed.problem.allowed))
        .collect();
    assert_eq!(
        told,
        [
            "501, at most 500",
            "201, at most 200",
            "201, at most 200",
            "1025, at most 1024"
        ]
    );
}

#[test]
fn a_key_of_a_mapping_with_too_many_attributes_is_refused() {
    let mut stack = empty("App");
    let row = (0..201).map(|number| (format!("Key{number}").into(), "x".into()));
    let mapping = synth_core::Mapping {
        rows: vec![("Row".into(), row.collect())],
    };
    let mut scope = stack.scope();
    scope.add("Vpc", &vpc());
    scope.mapping("Sizes", mapping);
    assert_eq!(codes_of(stack), ["core.limit"]);
}

#[test]
fn a_template_that_cloudformation_would_not_read_is_refused() {
    let mut stack = empty("App");
    let mut scope = stack.scope();
    for number in 0..11 {
        scope.add(
            &format!("Vpc{number}"),
            &Vpc {
                cidr_block: "x".repeat(100_000).into(),
            },
        );
    }
    assert_eq!(codes_of(stack), ["core.limit"]);
}

#[test]
fn an_empty_stack_is_refused() {
    assert_eq!(codes_of(empty("App")), ["core.empty-stack"]);
}

#[test]
fn an_export_name_is_used_once() {
    let mut stack = empty("App");
    let mut scope = stack.scope();
    scope.add("Vpc", &vpc());
    scope.output(
        "A",
        Output {
            export: Some("shared".into()),
            ..Output::new("1")
        },
    );
    scope.output(
        "B",
        Output {
            export: Some("shared".into()),
            ..Output::new("2")
        },
    );
    assert_eq!(codes_of(stack), ["core.taken-export"]);
}

#[test]
fn conditions_cannot_ask_resources() {
    let mut stack = empty("App");
    let mut scope = stack.scope();
    let vpc = scope.add("Vpc", &vpc());
    scope.condition("Bad", Condition::equals(vpc.reference(), "vpc-1"));
    assert_eq!(codes_of(stack), ["core.condition-on-resource"]);
}

#[test]
fn names_that_cloudformation_or_a_path_cannot_hold_are_refused() {
    let mut stack = empty("1st_stack");
    let mut scope = stack.scope();
    scope.add("a/b", &vpc());
    scope.add("Default", &vpc());
    let logical_id = Some("with-dash".into());
    scope.add_with(
        "C",
        &vpc(),
        Options {
            logical_id,
            ..Options::default()
        },
    );
    let path = "CidrBlock.0".into();
    let overrides = vec![Override { path, value: None }];
    scope.add_with(
        "D",
        &vpc(),
        Options {
            overrides,
            ..Options::default()
        },
    );
    let codes = codes_of(stack);
    assert_eq!(
        codes,
        [
            "core.stack-name",
            "core.construct-id",
            "core.logical-id",
            "core.logical-id",
            "core.override-path"
        ]
    );
}

#[test]
fn what_is_declared_as_moved_keeps_its_ids_and_is_there() {
    let mut stack = empty("App");
    let mut scope = stack.child("New");
    scope.moved("Old/Queue", "Queue");
    scope.moved("Old/Topic", "Topic");
    let nothing = || raw(Json::object::<&str>([]));
    let id = scope.logical_id("Queue");
    scope.add_raw("Queue", nothing(), Options::default());
    scope
        .child("Queue")
        .add_raw("Policy", nothing(), Options::default());
    let mut before = empty("App");
    let mut old = before.child("Old");
    assert_eq!(id, old.logical_id("Queue"));
    old.add_raw("Queue", nothing(), Options::default());
    old.child("Queue")
        .add_raw("Policy", nothing(), Options::default());
    let template = before.synthesize().unwrap();
    insta::assert_snapshot!(problems_of(stack), @"
    App/New/Topic: this is declared as moved, and nothing is there
      value: Old/Topic
      fix: call `moved` before the construct is added, with its new id, or remove the call
      code: core.moved-unused
    ");
    assert!(template.to_json().contains(&id));
}
