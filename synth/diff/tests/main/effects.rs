//! What each kind of change does: a table of cases.

use synth_core::{Json, parse};
use synth_diff::{Action, Changes, Direction, Effect, Gate, Options, StackSettings, diff};

/// The changes between two templates, given as the entries of `Resources`.
fn between(before: &str, after: &str) -> Changes {
    let template =
        |resources: &str| parse(&format!(r#"{{"Resources": {{{resources}}}}}"#)).unwrap();
    diff(&template(before), &template(after), &Options::default())
}

/// A resource called `id`.
fn one(id: &str, resource_type: &str, properties: &str) -> String {
    format!(r#""{id}": {{"Type": "AWS::{resource_type}", "Properties": {{{properties}}}}}"#)
}

/// The changes of one resource.
fn changed(resource_type: &str, before: &str, after: &str) -> Changes {
    between(
        &one("It", resource_type, before),
        &one("It", resource_type, after),
    )
}

/// `id action`, a line each.
fn told(changes: &Changes) -> String {
    let line = |change: &synth_diff::ResourceChange| {
        let action = match &change.action {
            Action::Add => "add".to_owned(),
            Action::Remove => "remove".to_owned(),
            Action::Move { from, .. } => format!("move from {from}"),
            Action::Change(effect) => effect.name().to_owned(),
        };
        format!("{} {action}", change.logical_id)
    };
    changes
        .resources
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn the_schema_says_what_a_change_does() {
    let cases = [
        (
            "SQS::Queue",
            r#""DelaySeconds": 1"#,
            r#""DelaySeconds": 2"#,
            Effect::InPlace,
        ),
        ("SQS::Queue", r#""FifoQueue": true"#, "", Effect::Replaces),
        (
            "EC2::Subnet",
            r#""VpcId": "a""#,
            r#""VpcId": "b""#,
            Effect::Replaces,
        ),
        (
            "DynamoDB::Table",
            r#""KeySchema": []"#,
            r#""KeySchema": [{"KeyType": "HASH"}]"#,
            Effect::MayReplace,
        ),
        (
            "EC2::Instance",
            r#""InstanceType": "a""#,
            r#""InstanceType": "b""#,
            Effect::MayReplace,
        ),
        ("Made::Up", r#""A": 1"#, r#""A": 2"#, Effect::Unknown),
    ];
    for (resource_type, before, after, effect) in cases {
        let changes = changed(resource_type, before, after);
        assert_eq!(
            changes.resources[0].action,
            Action::Change(effect),
            "{resource_type}"
        );
    }
}

#[test]
fn values_that_come_to_the_same_are_the_same() {
    let cases = [
        (
            "SQS::Queue",
            r#""DelaySeconds": "80""#,
            r#""DelaySeconds": 80"#,
        ),
        (
            "SQS::Queue",
            r#""FifoQueue": "true""#,
            r#""FifoQueue": true"#,
        ),
        (
            "SQS::Queue",
            r#""QueueName": {"Fn::Join": ["-", ["a", "b"]]}"#,
            r#""QueueName": "a-b""#,
        ),
        (
            "SQS::Queue",
            r#""QueueName": {"Fn::Join": ["", ["a", {"Ref": "X"}, {"Fn::GetAtt": ["Y", "Arn"]}]]}"#,
            r#""QueueName": {"Fn::Sub": "a${X}${Y.Arn}"}"#,
        ),
        (
            "SQS::Queue",
            r#""QueueName": {"Fn::Sub": "${X}"}"#,
            r#""QueueName": {"Ref": "X"}"#,
        ),
        (
            "SQS::Queue",
            r#""QueueName": {"Fn::Sub": "${!a}"}"#,
            r#""QueueName": "${a}""#,
        ),
        (
            "SQS::Queue",
            r#""DelaySeconds": {"Ref": "AWS::NoValue"}"#,
            "",
        ),
        (
            "ECS::Service",
            r#""LaunchType": {"Fn::GetAtt": "A.B"}"#,
            r#""LaunchType": {"Fn::GetAtt": ["A", "B"]}"#,
        ),
        (
            "S3::BucketPolicy",
            r#""PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Principal": {"AWS": "*"}}}"#,
            r#""PolicyDocument": {"Statement": [{"Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"], "Effect": "Allow"}]}"#,
        ),
    ];
    for (resource_type, before, after) in cases {
        let changes = changed(resource_type, before, after);
        assert!(changes.is_empty(), "{before} and {after}: {changes:#?}");
    }
}

#[test]
fn replacement_goes_on_to_what_refers_to_it() {
    let template = |cidr: &str| {
        [
            one("Vpc", "EC2::VPC", &format!(r#""CidrBlock": "{cidr}""#)),
            one("Subnet", "EC2::Subnet", r#""VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24""#),
            one("Service", "ECS::Service", r#""NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [{"Fn::Sub": "${Subnet}"}]}}"#),
            one("Queue", "SQS::Queue", ""),
        ]
        .join(",")
    };
    let changes = between(&template("10.0.0.0/16"), &template("10.1.0.0/16"));
    assert_eq!(
        told(&changes),
        "Vpc replaces; Subnet replaces; Service in-place"
    );
    assert_eq!(changes.resources[2].causes[0].on, "Subnet");
}

#[test]
fn a_changed_parameter_reaches_what_uses_it_through_a_condition() {
    let template = |default: &str| {
        parse(&format!(
            r#"{{"Parameters": {{"Stage": {{"Type": "String", "Default": "{default}"}}}},
                "Conditions": {{"IsProd": {{"Fn::Equals": [{{"Ref": "Stage"}}, "prod"]}}}},
                "Resources": {{"Queue": {{"Type": "AWS::SQS::Queue", "Properties": {{
                    "FifoQueue": {{"Fn::If": ["IsProd", true, {{"Ref": "AWS::NoValue"}}]}}}}}}}}}}"#
        ))
        .unwrap()
    };
    let changes = diff(&template("dev"), &template("prod"), &Options::default());
    assert_eq!(told(&changes), "Queue may-replace");
    assert_eq!(changes.entries[0].name, "Stage");
}

#[test]
fn what_leaves_the_stack_says_what_becomes_of_what_it_holds() {
    let table = |rest: &str| format!(r#""T": {{"Type": "AWS::DynamoDB::Table"{rest}}}"#);
    let cases = [
        (table(""), true),
        (table(r#", "DeletionPolicy": "Retain""#), false),
        (table(r#", "DeletionPolicy": "Snapshot""#), false),
        (r#""T": {"Type": "AWS::RDS::DBCluster"}"#.to_owned(), false),
        (r#""T": {"Type": "AWS::IAM::Role"}"#.to_owned(), false),
    ];
    for (before, is_lost) in cases {
        let changes = between(&before, "");
        assert_eq!(changes.resources[0].loss.is_some(), is_lost, "{before}");
    }
}

#[test]
fn what_has_a_name_of_its_own_cannot_be_replaced() {
    let changes = changed(
        "SQS::Queue",
        r#""QueueName": "inbox", "FifoQueue": true"#,
        r#""QueueName": "inbox""#,
    );
    assert!(changes.resources[0].advice[0].contains("`QueueName` (inbox)"));
    let renamed = changed(
        "SQS::Queue",
        r#""QueueName": "inbox""#,
        r#""QueueName": "box""#,
    );
    assert!(renamed.resources[0].advice.is_empty());
}

#[test]
fn resources_with_another_id_alone_are_moved_together() {
    let pair = |queue: &str, policy: &str, seconds: u8| {
        let queue_body = one(
            queue,
            "SQS::Queue",
            &format!(r#""DelaySeconds": {seconds}"#),
        );
        let queues = format!(r#""Queues": [{{"Ref": "{queue}"}}], "PolicyDocument": {{}}"#);
        [queue_body, one(policy, "SQS::QueuePolicy", &queues)].join(",")
    };
    let changes = between(&pair("A", "APolicy", 1), &pair("B", "BPolicy", 1));
    assert_eq!(told(&changes), "B move from A; BPolicy move from APolicy");
    let changes = between(&pair("A", "APolicy", 1), &pair("B", "BPolicy", 2));
    assert_eq!(
        told(&changes),
        "B add; BPolicy add; A remove; APolicy remove"
    );
}

#[test]
fn statements_that_allow_more_are_broadening_wherever_they_stand() {
    let policy = |effect: &str, action: &str, resource: &str| {
        let statement =
            format!(r#"{{"Effect": "{effect}", "Action": {action}, "Resource": "{resource}"}}"#);
        let document =
            format!(r#""Roles": ["r"], "PolicyDocument": {{"Statement": [{statement}]}}"#);
        one("P", "IAM::Policy", &document)
    };
    let get = policy("Allow", r#""s3:GetObject""#, "arn:b");
    let all = policy("Allow", r#""s3:*""#, "arn:b");
    let deny = policy("Deny", r#""s3:*""#, "arn:b");
    let cases = [
        (&get, &all, vec![Direction::Broadening, Direction::Neutral]),
        (&all, &get, vec![Direction::Narrowing, Direction::Neutral]),
        (&get, &String::new(), vec![Direction::Narrowing]),
        (&String::new(), &get, vec![Direction::Broadening]),
        (&deny, &String::new(), vec![Direction::Broadening]),
        (&String::new(), &deny, vec![Direction::Narrowing]),
    ];
    for (before, after, directions) in cases {
        let changes = between(before, after);
        let found: Vec<Direction> = changes.grants.iter().map(|it| it.direction).collect();
        assert_eq!(found, directions, "{before} to {after}");
        let broadens = directions.contains(&Direction::Broadening);
        assert_eq!(changes.hits(Gate::Broadening), broadens);
    }
}

#[test]
fn rules_are_told_by_what_they_let_through() {
    let group = |cidr: &str, to: u16| {
        let rule = format!(
            r#"{{"IpProtocol": "tcp", "FromPort": 443, "ToPort": {to}, "CidrIp": "{cidr}"}}"#
        );
        one(
            "G",
            "EC2::SecurityGroup",
            &format!(r#""SecurityGroupIngress": [{rule}]"#),
        )
    };
    let cases = [
        (
            group("10.0.0.0/8", 443),
            group("10.1.0.0/16", 443),
            vec![Direction::Narrowing, Direction::Neutral],
        ),
        (
            group("10.1.0.0/16", 443),
            group("0.0.0.0/0", 443),
            vec![Direction::Broadening, Direction::Neutral],
        ),
        (
            group("10.1.0.0/16", 443),
            group("10.1.0.0/16", 444),
            vec![Direction::Broadening, Direction::Neutral],
        ),
    ];
    for (before, after, directions) in cases {
        let changes = between(&before, &after);
        let found: Vec<Direction> = changes.rules.iter().map(|it| it.direction).collect();
        assert_eq!(found, directions, "{before} to {after}");
    }
}

#[test]
fn tags_and_values_of_parameters_count_where_both_sides_are_known() {
    let settings = |value: &str| StackSettings {
        tags: Some([("Owner".to_owned(), value.to_owned())].into()),
        parameters: [("Size".to_owned(), value.to_owned())].into(),
        termination_protection: None,
    };
    let template = Json::object::<&str>([]);
    let options = |before, after| Options {
        before,
        after,
        ..Options::default()
    };
    let changes = diff(&template, &template, &options(settings("a"), settings("b")));
    let sections: Vec<&str> = changes
        .entries
        .iter()
        .map(|it| it.section.as_str())
        .collect();
    assert_eq!(sections, ["Tags", "ParameterValues"]);
    let unknown = options(settings("a"), StackSettings::default());
    assert!(diff(&template, &template, &unknown).is_empty());
}
