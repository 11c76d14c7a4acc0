//! What a test says about a template, and what it reads when that is not so.

use synth::assert::{Assert, Match};
use synth::cfn::dynamodb::Table;
use synth::cfn::ecr::Repository;
use synth::{Json, Options, Output, Raw, Stack, StackProps, Template, parse};

fn queue(properties: &str) -> Raw {
    Raw {
        type_name: "AWS::SQS::Queue".into(),
        properties: parse(properties).unwrap(),
    }
}

fn template() -> Template {
    let mut stack = Stack::new("App", StackProps::default());
    let mut scope = stack.scope();
    let inbox = queue(
        r#"{"VisibilityTimeout": 30, "Tags": [{"Key": "team", "Value": "mail"}, {"Key": "stage", "Value": "test"}]}"#,
    );
    let inbox = scope.add_raw("Inbox", inbox, Options::default());
    let outbox = queue(
        r#"{"VisibilityTimeout": 30, "QueueName": "outbox", "RedrivePolicy": "{\"maxReceiveCount\": 3}"}"#,
    );
    scope.add_raw("Outbox", outbox, Options::default());
    let images = Repository {
        repository_name: "images".into(),
        ..Default::default()
    };
    scope.add("Images", &images);
    scope.output(
        "Url",
        Output::new(inbox.attribute_named::<String>("QueueUrl")),
    );
    stack.synthesize().unwrap()
}

fn json(text: &str) -> Json {
    parse(text).unwrap()
}

/// Whether `like` is true of the value.
fn is(value: &str, like: impl Into<Match>) -> bool {
    Assert::of(json(value)).is(like).is_ok()
}

#[test]
fn what_is_looked_for_decides_what_fits() {
    let cases: [(&str, Match, bool); 24] = [
        (r#"{"A": 1, "B": 2}"#, json(r#"{"A": 1}"#).into(), true),
        (
            r#"{"A": {"B": 1, "C": 2}}"#,
            json(r#"{"A": {"B": 1}}"#).into(),
            true,
        ),
        (
            r#"{"A": [{"B": 1, "C": 2}]}"#,
            json(r#"{"A": [{"B": 1}]}"#).into(),
            true,
        ),
        (r#"{"A": [1, 2]}"#, json(r#"{"A": [1]}"#).into(), false),
        (r#"{"A": [1]}"#, json(r#"{"A": [1, 2]}"#).into(), false),
        (
            r#"{"A": {"B": 1, "C": 2}}"#,
            Match::exactly(json(r#"{"A": {"B": 1}}"#)),
            false,
        ),
        (
            r#"{"A": 1, "B": 2}"#,
            Match::exactly(json(r#"{"B": 2, "A": 1}"#)),
            true,
        ),
        ("{}", Match::object([("A", Match::absent())]), true),
        (
            r#"{"A": null}"#,
            Match::object([("A", Match::absent())]),
            false,
        ),
        (r#"{"A": null}"#, Match::object([("A", Match::any())]), true),
        ("{}", Match::object([("A", Match::any())]), false),
        ("[1, 2, 3]", Match::some_of([1, 3]), true),
        ("[1, 2, 3]", Match::some_of([3, 1]), false),
        ("[1]", Match::some_of([1, 1]), false),
        ("[1, 2, 3]", Match::items([1, 2, 3]), true),
        (r#""eu-west-1""#, Match::regex("^eu-"), true),
        (r#""us-west-1""#, Match::regex("^eu-"), false),
        ("5", Match::regex("5"), false),
        (r#""x""#, Match::regex("("), false),
        (
            r#""{\"A\": 1, \"B\": 2}""#,
            Match::serialized(json(r#"{"A": 1}"#)),
            true,
        ),
        (r#""{""#, Match::serialized(Match::any()), false),
        ("5", Match::not(5), false),
        ("{}", Match::object([("A", Match::not(5))]), true),
        (
            "4",
            Match::that("an even number", |json| matches!(json, Json::Int(4))),
            true,
        ),
    ];
    for (value, like, fits) in cases {
        assert_eq!(is(value, like.clone()), fits, "{value} and {like}");
    }
}

#[test]
fn parts_are_counted_and_found() {
    let template = template();
    let assert = Assert::on(&template);
    let queues = assert.resources_named("AWS::SQS::Queue");
    queues.count(2).unwrap();
    queues
        .count_like(Match::object([("QueueName", Match::any())]), 1)
        .unwrap();
    queues
        .has_none(Match::object([("DelaySeconds", Match::any())]))
        .unwrap();
    queues
        .all(Match::object([("VisibilityTimeout", 30)]))
        .unwrap();
    assert.resources::<Table>().count(0).unwrap();
    assert.all_resources().count(3).unwrap();
    assert.parameters().count(0).unwrap();
    let named = Match::object([("QueueName", Match::regex("box$"))]);
    let found = queues.find(named);
    assert_eq!(found[0].logical_id, "Outbox");
    let whole = assert.resources::<Repository>().whole();
    whole
        .has(Match::object([("Type", "AWS::ECR::Repository")]))
        .unwrap();
    let url = Match::object([("Value", Match::capture("value", Match::any()))]);
    let found = assert.outputs().named("Url").has(url).unwrap();
    assert_eq!(
        found.captured("value").unwrap().to_compact(),
        r#"{"Fn::GetAtt":["Inbox","QueueUrl"]}"#
    );
}

#[test]
fn captures_are_kept_for_what_fits_alone() {
    let template = template();
    let assert = Assert::on(&template);
    let key = Match::object([("Key", Match::capture("key", Match::any()))]);
    let value = Match::object([("Value", Match::capture("key", Match::regex("test")))]);
    let tags = Match::object([("Tags", Match::some_of([key, value]))]);
    let found = assert.resources_named("AWS::SQS::Queue").has(tags).unwrap();
    let keys: Vec<_> = found
        .all_captured("key")
        .filter_map(Json::as_text)
        .collect();
    assert_eq!(keys, ["team", "test"]);
}

#[test]
fn properties_are_read_as_their_type() {
    let template = template();
    let assert = Assert::on(&template);
    let images: Repository = assert.properties("Images").unwrap();
    assert_eq!(images.repository_name.known().unwrap(), "images");
    let error = assert.properties::<Repository>("Inbox").err().unwrap();
    insta::assert_snapshot!(error, @"`AWS::ECR::Repository` named `Inbox`: there is none");
}

#[test]
fn the_nearest_is_shown_with_the_lines_marked_that_differ() {
    let template = template();
    let assert = Assert::on(&template);
    let like = Match::object([
        ("VisibilityTimeout", 60.into()),
        ("QueueName", Match::absent()),
        ("KmsMasterKeyId", Match::regex("^alias/")),
        (
            "Tags",
            json(r#"[{"Key": "owner"}, {"Value": "test"}]"#).into(),
        ),
    ]);
    let error = assert
        .resources_named("AWS::SQS::Queue")
        .has(like)
        .unwrap_err();
    insta::assert_snapshot!(error, @r#"
    `AWS::SQS::Queue`: none of 2 matches; the nearest is `Inbox`
      VisibilityTimeout: wanted 60, found 30
      KmsMasterKeyId: wanted text like `^alias/`, found nothing
      Tags.0.Key: wanted "owner", found "team"

      {
    !   "VisibilityTimeout": 30,
        "Tags": [
          {
    !       "Key": "team",
            "Value": "mail"
          },
          {"Key":"stage","Value":"test"}
        ]
    !   KmsMasterKeyId: nothing
      }
    "#);
    assert_eq!(error.differences()[0].path, ["VisibilityTimeout"]);
    let error = assert
        .resources_named("AWS::SQS::Queue")
        .all(Match::object([("QueueName", "outbox")]));
    insta::assert_snapshot!(error.unwrap_err(), @r#"
    `AWS::SQS::Queue`: 1 of 2 do not match; the nearest is `Inbox`
      QueueName: wanted "outbox", found nothing

      {
        "VisibilityTimeout": 30,
        "Tags": [
          {"Key":"team","Value":"mail"},
          {"Key":"stage","Value":"test"}
        ]
    !   QueueName: nothing
      }
    "#);
}

#[test]
fn what_is_counted_wrongly_is_named() {
    let template = template();
    let assert = Assert::on(&template);
    let queues = assert.resources_named("AWS::SQS::Queue");
    let errors = [
        queues.count(1),
        queues.has_none(Match::object([("QueueName", "outbox")])),
        queues.count_like(Match::object([("DelaySeconds", 5)]), 2),
        assert.resources::<Table>().has(Match::any()).map(drop),
    ];
    let errors = errors.map(|error| format!("{:?}", error.unwrap_err()));
    insta::assert_snapshot!(errors.join("\n"), @r#"
    `AWS::SQS::Queue`: wanted 1, found 2: `Inbox`, `Outbox`
    `AWS::SQS::Queue`: wanted 0 like {QueueName: "outbox"}, found 1: `Outbox`
    `AWS::SQS::Queue`: wanted 2 like {DelaySeconds: 5}, found none
    `AWS::DynamoDB::Table`: there is none
    "#);
}
