//! `mycli validate` as it is typed.

use std::io::Write as _;
use std::process::Stdio;

use crate::machine::{Machine, Run};

const BAD: &str =
    "Resources:\n  Inbox:\n    Type: AWS::SQS::Queue\n    Properties: {DelaySeconds: 9000}\n";
const GOOD: &str = r#"{"Resources": {"Inbox": {"Type": "AWS::SQS::Queue"}}}"#;

fn machine() -> Machine {
    let machine = Machine::new();
    for (name, text) in [("bad.yaml", BAD), ("good.json", GOOD)] {
        std::fs::write(machine.work().join(name), text).unwrap();
    }
    machine
}

#[test]
fn errors_in_templates_exit_with_one_and_stand_at_their_line() {
    let machine = machine();
    let run = machine.run(&["validate", "bad.yaml", "good.json"]).exits(1);
    let text = run.text();
    assert!(text.contains("error[property.range]"), "{text}");
    assert!(text.contains("bad.yaml:4:32"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    run.says(&["1 error and 0 warnings in 2 templates"]);
    let run = machine.run(&["validate", "good.json"]).exits(0);
    assert_eq!(run.stdout, b"");
    let run = machine.run(&["validate", "-q", "good.json"]).exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn programs_get_json_and_sarif() {
    let machine = machine();
    let json = machine
        .run(&["validate", "-o", "json", "bad.yaml"])
        .exits(1);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let finding = &json["data"]["templates"][0]["findings"][0];
    assert_eq!(finding["code"], "property.range");
    assert_eq!(
        (&finding["line"], &finding["column"]),
        (&4.into(), &32.into())
    );
    let sarif = machine
        .run(&["validate", "-o", "sarif", "bad.yaml"])
        .exits(1);
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "property.range");
}

#[test]
fn a_template_can_come_through_a_pipe() {
    let machine = machine();
    let mut command = machine.command(&["validate", "-"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(BAD.as_bytes())
        .unwrap();
    let run: Run = child.wait_with_output().unwrap().into();
    let run = run.exits(1);
    assert!(run.text().contains("<stdin>:4:32"), "{run:?}");
}

#[test]
fn what_cannot_be_read_is_named_and_exits_with_two() {
    let machine = machine();
    machine
        .run(&["validate", "good.json", "missing.yaml"])
        .exits(2)
        .says(&["missing.yaml", "validate.unreadable"]);
    machine
        .run(&["validate", "."])
        .exits(2)
        .says(&["`.` is a directory", "validate.directory"]);
    machine.run(&["validate"]).exits(2).says(&[
        "<TEMPLATE|->",
        "--app",
        "validate.nothing-to-check",
    ]);
}

#[test]
fn warnings_count_when_they_are_to() {
    let machine = machine();
    let text = "Resources: {A: {Type: 'AWS::EC2::Volume', Properties: {AvailabilityZone: us-east-1a, Size: 1}}}";
    std::fs::write(machine.work().join("disk.yaml"), text).unwrap();
    let run = machine.run(&["validate", "disk.yaml"]).exits(0);
    assert!(
        run.text().contains("warning[security.unencrypted]"),
        "{run:?}"
    );
    machine.run(&["validate", "--strict", "disk.yaml"]).exits(1);
    let run = machine.run(&["validate", "--strict", "--no-security", "disk.yaml"]);
    assert_eq!(run.exits(0).stdout, b"");
}
