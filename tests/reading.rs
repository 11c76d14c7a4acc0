//! What a person reads before a deployment, word for word.

use std::fs;

use serde_json::{Value, json};

use crate::machine::{Machine, aws};

/// An app of one stack, in the words of a template.
fn shall_be(machine: &Machine, template: &Value) {
    let out = machine.work().join("out");
    fs::create_dir_all(&out).unwrap();
    let stack = json!({
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": { "templateFile": "Mail.template.json", "stackName": "read-mail" },
    });
    let manifest = json!({ "version": "48.0.0", "artifacts": { "Mail": stack } });
    fs::write(out.join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(out.join("Mail.template.json"), template.to_string()).unwrap();
}

#[track_caller]
fn reads(machine: &Machine, expected: &str) {
    let plan = machine.run(&["plan", "--assembly", "out"]).exits(0);
    assert_eq!(plan.text(), expected.trim());
}

#[test]
fn a_plan_says_what_changes_what_is_lost_and_who_may_do_more() {
    let test = "a_plan_says_what_changes_what_is_lost_and_who_may_do_more";
    let Some(endpoint) = aws(test) else { return };
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", &endpoint)
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test")
        .with("AWS_REGION", "us-east-1");
    let queue =
        |delay: u32| json!({ "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": delay } });
    let bucket =
        |name: &str| json!({ "Type": "AWS::S3::Bucket", "Properties": { "BucketName": name } });
    shall_be(
        &machine,
        &json!({ "Resources": { "Inbox": queue(1), "Letters": bucket("read-letters") } }),
    );
    let made = "
Mail: 2 to add
[+] AWS::SQS::Queue Inbox
[+] AWS::S3::Bucket Letters

1 of 1 stacks to deploy: 2 to add";
    reads(&machine, made);
    machine
        .run(&["apply", "--assembly", "out", "--yes"])
        .exits(0);
    reads(&machine, "nothing to change: the stack is as it should be");
    let anybody = json!({
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sqs:SendMessage",
        "Resource": { "Fn::GetAtt": ["Inbox", "Arn"] },
    });
    let policy = json!({
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{ "Ref": "Inbox" }],
            "PolicyDocument": { "Version": "2012-10-17", "Statement": [anybody] },
        },
    });
    shall_be(
        &machine,
        &json!({ "Resources": { "Inbox": queue(60), "Letters": bucket("read-other"), "Open": policy } }),
    );
    let changed = "
Mail: 1 to add, 1 to change, 1 to replace; data lost in 1; access broadened by 1
[~] AWS::SQS::Queue Inbox
      DelaySeconds: 1 → 60
[±] AWS::S3::Bucket Letters (replaced; the old one is deleted) what it holds is lost
      BucketName: read-letters → read-other (replaces)
[+] AWS::SQS::QueuePolicy Open
Access
                 EFFECT  WHO  MAY              ON
  +  broadening  Allow   *    sqs:SendMessage  ${Inbox.Arn}

1 of 1 stacks to deploy: 1 to add, 1 to change, 1 to replace; data lost in 1; access broadened by 1";
    reads(&machine, changed);
}
