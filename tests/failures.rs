//! Each failure names the thing, the cause and the next step, and leaves the history true.

use crate::machine::{Machine, Run};

#[test]
fn an_id_that_is_not_there_says_how_to_find_one() {
    Machine::new()
        .run(&["status", "zzzz"])
        .exits(2)
        .says(&["zzzz", "mycli list"]);
    Machine::new().run(&["logs", "@last"]).exits(2);
}

#[test]
fn a_full_disk_is_named() {
    let machine = Machine::new();
    let full: Run = machine
        .command(&["exec", "--", "true"])
        .env("MYCLI_DATA_DIR", "/dev/full/data")
        .output()
        .unwrap()
        .into();
    assert!(matches!(full.code, Some(4 | 125)), "{full:?}");
    full.says(&["/dev/full"]);
}

#[test]
fn a_variable_that_is_not_set_is_refused_before_anything_starts() {
    let machine = Machine::new();
    machine
        .run(&["exec", "-e", "NOT_SET", "--", "true"])
        .exits(125)
        .says(&["NOT_SET"]);
    assert_eq!(
        machine.json(&["list", "-o", "json"])["data"]["executions"][0],
        serde_json::Value::Null
    );
}

#[test]
fn aws_without_credentials_says_what_is_missing() {
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .with("AWS_EC2_METADATA_DISABLED", "true");
    let run = machine
        .run(&["init", "--yes", "--region", "us-east-1"])
        .exits(3);
    run.says(&["credentials", "hint"]);
}

#[test]
fn an_unreachable_endpoint_is_named() {
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test");
    machine
        .run(&["init", "--yes", "--region", "us-east-1"])
        .exits(4)
        .says(&["127.0.0.1:1"]);
}

#[test]
fn init_without_a_terminal_wants_yes() {
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test");
    machine
        .run(&["init", "--region", "us-east-1"])
        .exits(2)
        .says(&["--yes"]);
}
