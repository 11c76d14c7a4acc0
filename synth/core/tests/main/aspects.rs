//! What holds for everything at and below a place, and in which order it is applied.

use synth_core::{
    Change, Defaults, DeletionPolicy, Json, Options, PermissionsBoundary, Problem, Raw, Removal,
    Rule, Scope, Stack, StackProps, Tags, parse, pseudo,
};

use crate::fixture::{Role, Vpc};

fn stack() -> Stack {
    Stack::new("App", StackProps::default())
}

fn add(mut scope: Scope<'_>, type_name: &'static str, properties: &str) {
    let resource = Raw {
        type_name: type_name.into(),
        properties: parse(properties).unwrap(),
    };
    scope.add_raw("Resource", resource, Options::default());
}

/// A line for each resource: the id without its hash, and the rest.
fn resources(stack: Stack) -> String {
    let template = stack.synthesize().unwrap();
    let resources = template.body().get("Resources").unwrap();
    let lines = resources.entries().unwrap().iter().map(|(id, body)| {
        let entries = body.entries().unwrap().iter();
        let entries = entries.filter(|(name, _)| name != "Type");
        let rest = Json::object(entries.cloned());
        format!("{id} {}", rest.to_compact())
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn problem(code: &'static str) -> Problem {
    Problem {
        code,
        message: "it is so".to_owned(),
        value: String::new(),
        allowed: String::new(),
        fix: String::new(),
    }
}

#[test]
fn each_type_takes_tags_in_its_own_shape() {
    let mut stack = stack();
    stack
        .scope()
        .with(Tags::new([("team", "mail"), ("a", "b")]));
    stack.scope().with(Tags {
        apply_to_launched_instances: false,
        ..Tags::new([("region", pseudo::region())])
    });
    add(
        stack.child("List"),
        "AWS::SQS::Queue",
        r#"{"Tags": [{"Key": "own", "Value": "1"}]}"#,
    );
    add(
        stack.child("Map"),
        "AWS::SSM::Parameter",
        r#"{"Tags": {"own": "1"}}"#,
    );
    add(stack.child("Named"), "AWS::Cognito::UserPool", "{}");
    add(
        stack.child("Launch"),
        "AWS::AutoScaling::AutoScalingGroup",
        "{}",
    );
    add(stack.child("None"), "AWS::SQS::QueuePolicy", "{}");
    add(stack.child("Custom"), "Custom::Thing", "{}");
    insta::assert_snapshot!(resources(stack), @r#"
    List125D1B59 {"Properties":{"Tags":[{"Key":"a","Value":"b"},{"Key":"own","Value":"1"},{"Key":"region","Value":{"Ref":"AWS::Region"}},{"Key":"team","Value":"mail"}]}}
    Map207736EC {"Properties":{"Tags":{"a":"b","own":"1","region":{"Ref":"AWS::Region"},"team":"mail"}}}
    NamedD2F31604 {"Properties":{"UserPoolTags":{"a":"b","region":{"Ref":"AWS::Region"},"team":"mail"}}}
    LaunchC459D1E1 {"Properties":{"Tags":[{"Key":"a","PropagateAtLaunch":true,"Value":"b"},{"Key":"region","PropagateAtLaunch":false,"Value":{"Ref":"AWS::Region"}},{"Key":"team","PropagateAtLaunch":true,"Value":"mail"}]}}
    NoneF149F709 {}
    Custom8166710A {}
    "#);
}

/// Who wins where several say something of one key.
#[test]
fn the_highest_priority_wins_and_of_equals_the_nearest() {
    let own = r#"{"Tags": [{"Key": "k", "Value": "own"}]}"#;
    let remove = || Tags {
        remove: vec!["k".into()],
        ..Tags::default()
    };
    let with = |priority, tags| Tags {
        priority: Some(priority),
        ..tags
    };
    let (outer, inner) = (
        || Tags::new([("k", "outer")]),
        || Tags::new([("k", "inner")]),
    );
    let cases: [(&str, Vec<Tags>, Vec<Tags>, &str); 9] = [
        ("{}", vec![outer()], vec![inner()], "inner"),
        ("{}", vec![with(101, outer())], vec![inner()], "outer"),
        ("{}", vec![outer(), inner()], vec![], "inner"),
        (own, vec![outer()], vec![], "outer"),
        (own, vec![with(49, outer())], vec![], "own"),
        (own, vec![remove()], vec![], ""),
        ("{}", vec![remove()], vec![inner()], ""),
        ("{}", vec![remove()], vec![with(200, inner())], "inner"),
        ("{}", vec![outer()], vec![remove()], ""),
    ];
    for (properties, above, below, wanted) in cases {
        let mut stack = stack();
        let case = format!("{properties} {above:?} {below:?}");
        // The inner ones first: where they are counts, not when they were given.
        let mut inner = stack.child("A").into_with(below);
        add(inner.child("B"), "AWS::SQS::Queue", properties);
        stack.scope().into_with(above);
        let template = stack.synthesize().unwrap();
        let (_, queue) = &template.body().get("Resources").unwrap().entries().unwrap()[0];
        let tags = queue
            .get("Properties")
            .and_then(|properties| properties.get("Tags"));
        let value = tags.map_or("", |tags| {
            tags.items().unwrap()[0]
                .get("Value")
                .and_then(Json::as_text)
                .unwrap()
        });
        assert_eq!(value, wanted, "{case}");
    }
}

trait IntoWith {
    fn into_with(self, tags: Vec<Tags>) -> Self;
}

impl IntoWith for Scope<'_> {
    fn into_with(self, tags: Vec<Tags>) -> Self {
        tags.into_iter().fold(self, Scope::with)
    }
}

#[test]
fn tags_keep_to_their_place_and_types_and_to_what_is_known() {
    let mut stack = stack();
    stack.child("A").with(Tags::new([("here", "1")]));
    stack.scope().with(Tags {
        include: vec!["AWS::SNS::Topic".into()],
        ..Tags::new([("topic", "1")])
    });
    stack.scope().with(Tags {
        exclude: vec!["AWS::SNS::Topic".into()],
        ..Tags::new([("other", "1")])
    });
    add(stack.child("A"), "AWS::SNS::Topic", "{}");
    add(
        stack.child("A").child("B"),
        "AWS::SQS::Queue",
        r#"{"Tags": [{"Fn::If": ["C", {"Key": "k", "Value": "v"}, {"Ref": "AWS::NoValue"}]}]}"#,
    );
    add(stack.child("AB"), "AWS::SQS::Queue", "{}");
    add(
        stack.child("C"),
        "AWS::SQS::Queue",
        r#"{"Tags": {"Fn::If": ["C", [], []]}}"#,
    );
    let always = synth_core::Condition::equals("a", "a");
    stack.scope().condition("C", always);
    let template = stack.synthesize().unwrap();
    let warnings = template.warnings();
    insta::assert_snapshot!(warnings[0], @r#"
    App/C/Resource: `Tags`: only CloudFormation will know these tags, so none are added
      value: {"Fn::If":["C",[],[]]}
      fix: list the tags
      code: core.unknown-tags
    "#);
    let resources = template.body().get("Resources").unwrap();
    insta::assert_snapshot!(resources.to_compact().replace("},\"", "},\n\""), @r#"
    {"ACCC8ACD5":{"Type":"AWS::SNS::Topic","Properties":{"Tags":[{"Key":"here","Value":"1"},{"Key":"topic","Value":"1"}]}},
    "ABE056643B":{"Type":"AWS::SQS::Queue","Properties":{"Tags":[{"Key":"here","Value":"1"},{"Key":"other","Value":"1"},{"Fn::If":["C",{"Key":"k","Value":"v"},{"Ref":"AWS::NoValue"}]}]}},
    "AB76ED8AE5":{"Type":"AWS::SQS::Queue","Properties":{"Tags":[{"Key":"other","Value":"1"}]}},
    "C375D67C5":{"Type":"AWS::SQS::Queue","Properties":{"Tags":{"Fn::If":["C",[],[]]}}}}
    "#);
}

#[test]
fn the_nearest_removal_policy_holds() {
    let mut stack = Stack::new(
        "App",
        StackProps {
            aspects: vec![Removal::new(DeletionPolicy::Delete).into()],
            ..StackProps::default()
        },
    );
    stack
        .child("Kept")
        .with(Removal::new(DeletionPolicy::RetainExceptOnCreate));
    stack.child("Said").with(Removal {
        only_missing: true,
        ..Removal::new(DeletionPolicy::Retain)
    });
    stack
        .child("Snap")
        .with(Removal::new(DeletionPolicy::Snapshot));
    add(stack.child("Gone"), "AWS::SQS::Queue", "{}");
    add(stack.child("Kept"), "AWS::SQS::Queue", "{}");
    add(stack.child("Said"), "AWS::SQS::Queue", "{}");
    add(stack.child("Snap").child("Queue"), "AWS::SQS::Queue", "{}");
    add(stack.child("Snap").child("Disk"), "AWS::EC2::Volume", "{}");
    insta::assert_snapshot!(resources(stack), @r#"
    Gone1B02B07C {"DeletionPolicy":"Delete","UpdateReplacePolicy":"Delete"}
    Kept118DB03B {"DeletionPolicy":"RetainExceptOnCreate","UpdateReplacePolicy":"Retain"}
    Said53B2E0BC {"DeletionPolicy":"Delete","UpdateReplacePolicy":"Delete"}
    SnapQueue06C0D8AC {"DeletionPolicy":"Delete","UpdateReplacePolicy":"Delete"}
    SnapDisk7CAB4A81 {"DeletionPolicy":"Snapshot","UpdateReplacePolicy":"Snapshot"}
    "#);
    let mut stack = self::stack();
    stack.scope().with(Removal {
        only_missing: true,
        exclude: vec!["AWS::EC2::VPC".into()],
        ..Removal::new(DeletionPolicy::Retain)
    });
    let delete = Options {
        deletion_policy: Some(DeletionPolicy::Delete),
        ..Options::default()
    };
    stack
        .scope()
        .add_with("Role", &Role::new(Json::Null), delete);
    stack.scope().add("Vpc", &Vpc::default());
    insta::assert_snapshot!(resources(stack), @r#"
    Role {"Properties":{"AssumeRolePolicyDocument":null},"DeletionPolicy":"Delete","UpdateReplacePolicy":"Retain"}
    Vpc {}
    "#);
}

#[test]
fn every_role_and_user_gets_the_boundary() {
    let mut stack = stack();
    stack.scope().with(PermissionsBoundary::new("arn:outer"));
    stack.child("B").with(PermissionsBoundary::new("arn:inner"));
    add(stack.child("A"), "AWS::IAM::Role", "{}");
    add(stack.child("B"), "AWS::IAM::User", "{}");
    add(stack.child("C"), "AWS::IAM::Group", "{}");
    add(
        stack.child("D"),
        "AWS::IAM::Role",
        r#"{"PermissionsBoundary": "arn:own"}"#,
    );
    let template = stack.synthesize().unwrap();
    let warnings: Vec<_> = template
        .warnings()
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(warnings.join("\n"), @r#"
    App/D/Resource: the permissions boundary of the place replaces the one given here
      value: "arn:own"
      allowed: "arn:outer"
      fix: leave `PermissionsBoundary` out here
      code: core.other-boundary
    "#);
    insta::assert_snapshot!(template.body().get("Resources").unwrap().to_compact().replace("},\"", "},\n\""), @r#"
    {"ACCC8ACD5":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"arn:outer"}},
    "B08E7C7AF":{"Type":"AWS::IAM::User","Properties":{"PermissionsBoundary":"arn:inner"}},
    "C375D67C5":{"Type":"AWS::IAM::Group"},
    "DCB28BBFE":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"arn:outer"}}}
    "#);
}

#[test]
fn defaults_are_for_what_the_author_left_out() {
    let mut stack = stack();
    stack.scope().with(Defaults::of(&Vpc {
        cidr_block: "10.0.0.0/16".into(),
    }));
    stack.scope().with(Defaults::named(
        "AWS::SQS::Queue",
        parse(r#"{"DelaySeconds": 5, "KmsMasterKeyId": "outer"}"#).unwrap(),
    ));
    stack.child("A").with(Defaults::named(
        "AWS::SQS::Queue",
        parse(r#"{"KmsMasterKeyId": "inner"}"#).unwrap(),
    ));
    // What a struct requires and was not given is no default.
    stack.scope().with(Defaults::of(&Role::default()));
    stack.scope().add("Vpc", &Vpc::default());
    stack.scope().add(
        "Other",
        &Vpc {
            cidr_block: "10.1.0.0/16".into(),
        },
    );
    stack.scope().add(
        "Role",
        &Role {
            path: "/".into(),
            ..Role::new(Json::Null)
        },
    );
    add(
        stack.child("A"),
        "AWS::SQS::Queue",
        r#"{"DelaySeconds": 0}"#,
    );
    add(stack.child("B"), "AWS::SQS::Queue", "{}");
    insta::assert_snapshot!(resources(stack), @r#"
    Vpc {"Properties":{"CidrBlock":"10.0.0.0/16"}}
    Other {"Properties":{"CidrBlock":"10.1.0.0/16"}}
    Role {"Properties":{"AssumeRolePolicyDocument":null,"Path":"/"}}
    ACCC8ACD5 {"Properties":{"DelaySeconds":0,"KmsMasterKeyId":"inner"}}
    B08E7C7AF {"Properties":{"DelaySeconds":5,"KmsMasterKeyId":"outer"}}
    "#);
}

/// The order that the documentation of `Aspect` states.
#[test]
fn changes_come_first_and_rules_see_what_is_written() {
    let mut stack = stack();
    stack.scope().with(Rule::new(|resource, findings| {
        let seen = [
            &resource.properties.to_compact(),
            resource.path,
            resource.logical_id,
        ];
        findings.warning(Problem {
            value: seen.join(" "),
            ..problem("house.seen")
        });
        assert_eq!(
            resource.options.deletion_policy,
            Some(DeletionPolicy::Retain)
        );
    }));
    stack.scope().with(Tags::new([("from", "tags")]));
    stack.scope().with(Removal::new(DeletionPolicy::Retain));
    stack.scope().with(Defaults::named(
        "AWS::SQS::Queue",
        parse(r#"{"A": "default", "B": "default"}"#).unwrap(),
    ));
    stack.child("Inbox").with(Change::new(|draft| {
        draft.options.overrides.push(synth_core::Override {
            path: "Deep.Er".into(),
            value: Some(1.into()),
        });
        *draft.properties = parse(r#"{"A": "first"}"#).unwrap();
    }));
    stack.scope().with(Change::new(|draft| {
        let before = draft.properties.to_compact();
        *draft.properties = Json::object([("A", format!("second, after {before}").into())]);
    }));
    add(stack.child("Inbox"), "AWS::SQS::Queue", "{}");
    let template = stack.synthesize().unwrap();
    insta::assert_snapshot!(template.warnings()[0].problem.value, @r#"{"A":"second, after {\"A\":\"first\"}","Deep":{"Er":1},"B":"default","Tags":[{"Key":"from","Value":"tags"}]} Inbox/Resource InboxA8E05DC3"#);
}

#[test]
fn typed_rules_and_changes_see_their_type_alone() {
    let mut stack = stack();
    stack.scope().with(Change::of(|vpc: &mut Vpc| {
        vpc.cidr_block = "10.9.0.0/16".into();
    }));
    stack.scope().with(Rule::of(|vpc: &Vpc, findings| {
        let value = vpc.cidr_block.known().cloned().unwrap_or_default();
        findings.problem(Problem {
            value,
            ..problem("house.vpc")
        });
    }));
    add(
        stack.child("Vpc"),
        "AWS::EC2::VPC",
        r#"{"Else": 1, "CidrBlock": "10.0.0.0/16"}"#,
    );
    add(
        stack.child("Queue"),
        "AWS::SQS::Queue",
        r#"{"CidrBlock": "x"}"#,
    );
    let error = stack.synthesize().unwrap_err().to_string();
    insta::assert_snapshot!(error, @"
    App/Vpc/Resource: it is so
      value: 10.9.0.0/16
      code: house.vpc
    ");
}
