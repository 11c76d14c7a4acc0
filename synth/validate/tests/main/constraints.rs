//! Each kind of constraint, with a value that has it and one that breaks it.

use synth_core::parse;
use synth_validate::{Options, Severity, Violation, validate};

/// The violations of one resource.
fn of(type_name: &str, properties: &str) -> Vec<Violation> {
    in_template(&format!(
        r#"{{"Resources": {{"One": {{"Type": "{type_name}", "Properties": {properties}}}}}}}"#
    ))
}

fn in_template(template: &str) -> Vec<Violation> {
    validate(&parse(template).unwrap(), &Options::default())
}

/// The code and the path of each violation.
fn told(violations: &[Violation]) -> Vec<String> {
    let lines = violations.iter();
    lines
        .map(|one| format!("{} {}", one.problem.code, one.property_path))
        .collect()
}

#[test]
fn a_good_value_passes_and_a_broken_one_is_named() {
    const QUEUE: &str = "AWS::SQS::Queue";
    const TABLE: &str = "AWS::DynamoDB::Table";
    const BUCKET: &str = "AWS::S3::Bucket";
    const GROUP: &str = "AWS::Logs::LogGroup";
    const FUNCTION: &str = "AWS::Lambda::Function";
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            QUEUE,
            r#"{"QueueName": "a"}"#,
            r#"{"QueueNames": "a"}"#,
            "property.unknown Properties/QueueNames",
        ),
        (
            QUEUE,
            r#"{"DelaySeconds": 900}"#,
            r#"{"DelaySeconds": 901}"#,
            "property.range Properties/DelaySeconds",
        ),
        (
            QUEUE,
            r#"{"DelaySeconds": "5"}"#,
            r#"{"DelaySeconds": "five"}"#,
            "property.kind Properties/DelaySeconds",
        ),
        (
            QUEUE,
            r#"{"FifoQueue": "true", "QueueName": "a.fifo"}"#,
            r#"{"FifoQueue": "yes"}"#,
            "property.kind Properties/FifoQueue",
        ),
        (
            QUEUE,
            r#"{"Tags": [{"Key": "a", "Value": "b"}]}"#,
            r#"{"Tags": [{"Value": "b"}]}"#,
            "property.missing Properties/Tags/0/Key",
        ),
        (
            QUEUE,
            r#"{"Tags": [{"Key": "a", "Value": "b"}, {"Key": "b", "Value": "b"}]}"#,
            r#"{"Tags": [{"Key": "a", "Value": "b"}, {"Key": "a", "Value": "c"}]}"#,
            "property.unique Properties/Tags/1",
        ),
        (
            QUEUE,
            "{}",
            r#"{"Arn": "arn:aws:sqs:us-east-1:123456789012:a"}"#,
            "property.read-only Properties/Arn",
        ),
        (
            GROUP,
            r#"{"RetentionInDays": 30}"#,
            r#"{"RetentionInDays": 17}"#,
            "property.enum Properties/RetentionInDays",
        ),
        (
            GROUP,
            r#"{"LogGroupName": "a/b"}"#,
            r#"{"LogGroupName": "a b"}"#,
            "property.pattern Properties/LogGroupName",
        ),
        (
            "AWS::EC2::Subnet",
            r#"{"VpcId": "vpc-01234567", "CidrBlock": "10.0.0.0/24"}"#,
            r#"{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}"#,
            "property.format Properties/VpcId",
        ),
        (
            BUCKET,
            r#"{"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 1}]}}"#,
            r#"{"LifecycleConfiguration": {"Rules": "none"}}"#,
            "property.kind Properties/LifecycleConfiguration/Rules",
        ),
        (
            FUNCTION,
            r#"{"Role": "arn:aws:iam::123456789012:role/a", "Code": {"ZipFile": "x"}, "Handler": "a.b", "Runtime": "python3.13"}"#,
            r#"{"Role": "arn:aws:iam::123456789012:role/a", "Code": {"ZipFile": "x"}, "Handler": "a.b", "Runtime": "python3.13", "Layers": "a"}"#,
            "property.kind Properties/Layers",
        ),
        (
            TABLE,
            r#"{"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}"#,
            r#"{"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "BillingMode": "PROVISIONED"}"#,
            "property.missing Properties/ProvisionedThroughput",
        ),
        (
            "AWS::ECS::TaskDefinition",
            r#"{"RequiresCompatibilities": ["FARGATE"], "Cpu": "256", "Memory": "512", "NetworkMode": "awsvpc", "ContainerDefinitions": [{"Name": "a", "Image": "b"}]}"#,
            r#"{"RequiresCompatibilities": ["FARGATE"], "Cpu": "256", "Memory": "8192", "NetworkMode": "awsvpc", "ContainerDefinitions": [{"Name": "a", "Image": "b"}]}"#,
            "property.choice Properties",
        ),
    ];
    for (type_name, good, broken, expected) in cases {
        let found = of(type_name, good);
        assert!(found.is_empty(), "{type_name} {good}: {:?}", told(&found));
        let found = told(&of(type_name, broken));
        assert!(
            found.iter().any(|line| line == expected),
            "{type_name} {broken}: {found:?}"
        );
    }
}

#[test]
fn a_violation_says_what_is_allowed_and_what_to_do() {
    let found = in_template(
        r#"{"Resources": {"Inbox": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"DelaySecond": 1},
            "Metadata": {"aws:cdk:path": "Mail/Inbox/Resource"}
        }}}"#,
    );
    let [one] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(one.logical_id, "Inbox");
    assert_eq!(one.construct_path, "Mail/Inbox/Resource");
    assert_eq!(one.severity, Severity::Error);
    assert_eq!(one.problem.fix, "did you mean `DelaySeconds`?");
}

#[test]
fn what_a_function_gives_is_not_known_and_both_branches_are() {
    let unknown =
        r#"{"DelaySeconds": {"Ref": "Delay"}, "QueueName": {"Fn::Sub": "a-${AWS::Region}"}}"#;
    assert!(of("AWS::SQS::Queue", unknown).is_empty());
    let branches = r#"{"DelaySeconds": {"Fn::If": ["IsSlow", 5000, {"Ref": "AWS::NoValue"}]}}"#;
    let found = told(&of("AWS::SQS::Queue", branches));
    assert_eq!(found, ["property.range Properties/DelaySeconds/Fn::If/1"]);
    let other = r#"{"DelaySeconds": {"Fn::If": ["IsSlow", 5, 5000]}}"#;
    let found = told(&of("AWS::SQS::Queue", other));
    assert_eq!(found, ["property.range Properties/DelaySeconds/Fn::If/2"]);
}

#[test]
fn no_value_is_as_if_nobody_had_given_it() {
    let absent = r#"{"VpcId": {"Ref": "AWS::NoValue"}}"#;
    let found = told(&of("AWS::EC2::Subnet", absent));
    assert!(
        found.contains(&"property.missing Properties/VpcId".to_owned()),
        "{found:?}"
    );
}

#[test]
fn types_that_only_their_owner_knows_are_let_through() {
    for name in [
        "Custom::Thing",
        "AWS::CloudFormation::CustomResource",
        "Acme::Cloud::Thing",
        "Acme::Cloud::Thing::MODULE",
    ] {
        assert!(of(name, r#"{"Anything": 1}"#).is_empty(), "{name}");
    }
}

#[test]
fn a_type_nobody_knows_is_a_warning_with_a_suggestion() {
    let found = of("AWS::SQS::Queues", "{}");
    assert_eq!(told(&found), ["resource.unknown-type Type"]);
    assert_eq!(found[0].severity, Severity::Warning);
    assert_eq!(found[0].problem.fix, "did you mean `AWS::SQS::Queue`?");
}

#[test]
fn a_type_that_ended_is_an_error_and_one_that_will_end_a_warning() {
    let found = of("AWS::QLDB::Stream", "{}");
    assert!(
        found
            .iter()
            .any(|one| one.problem.code == "resource.ending" && one.severity == Severity::Error)
    );
}

#[test]
fn a_region_without_the_type_is_a_warning() {
    let template = parse(r#"{"Resources": {"One": {"Type": "AWS::AppRunner::Service"}}}"#).unwrap();
    let options = Options {
        regions: vec!["cn-north-1".to_owned()],
    };
    let found = validate(&template, &options);
    assert!(
        found
            .iter()
            .any(|one| one.problem.code == "resource.region" && one.severity == Severity::Warning)
    );
}
