//! The store on AWS, and its faults: nothing is lost, nothing is there twice.

use std::process::{Command, Stdio};

use runtime_wire::{Body, Order, Outcome, Phase};
use serde_json::json;

use crate::aws::{Aws, Fault};
use crate::place::{Left, script, until};

/// The agent for `order`, as a container starts it.
fn agent(aws: &Aws, order: &Order) -> Command {
    let path = "/bucket/orders/e1.json".to_owned();
    aws.state()
        .objects
        .insert(path, serde_json::to_vec(order).unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_mycli-agent"));
    command
        .args(["run", "--installation"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("MYCLI_EXECUTION", "e1")
        .env("MYCLI_TABLE", "table")
        .env("MYCLI_BUCKET", "bucket")
        .env(
            "MYCLI_WORKSPACE",
            std::env::temp_dir().join(format!("w{}", std::process::id())),
        )
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "AKID")
        .env("AWS_SECRET_ACCESS_KEY", "hidden")
        .env("AWS_ENDPOINT_URL", aws.serve())
        .stderr(Stdio::null());
    command
}

/// Runs `order` with `faults`, and checks that what is kept is whole.
fn run(aws: &Aws, order: &Order, faults: &[(&'static str, Fault)]) -> Left {
    aws.state().faults = faults.to_vec();
    let status = agent(aws, order).status().unwrap();
    let frames = aws.frames("e1");
    for (frame, seq) in frames.iter().zip(1..) {
        assert_eq!(frame.seq, seq);
    }
    let left = Left {
        exit_code: status.code(),
        frames,
    };
    let milestones = aws.milestones("e1");
    assert_eq!(milestones.last(), left.frames.last(), "{left:?}");
    assert!(aws.state().faults.is_empty(), "not all faults happened");
    left
}

#[test]
fn an_execution_is_carried_out() {
    let aws = Aws::default();
    let left = run(&aws, &script("echo out; echo err >&2; env; exit 7"), &[]);
    assert_eq!(left.outcome(), &Outcome::exited(7));
    assert!(left.text().starts_with("out\n"));
    let ours: Vec<&str> = left
        .text()
        .leak()
        .lines()
        .filter(|line| line.starts_with("MYCLI_"))
        .collect();
    assert_eq!(ours, ["MYCLI_EXECUTION=e1"]);
    assert_eq!(left.stderr(), b"err\n");
    assert_eq!(aws.milestones("e1")[0].body, Body::Phase(Phase::Running));
    assert!(!aws.state().objects.contains_key("/bucket/orders/e1.json"));
    assert_eq!(aws.archived("e1"), left.frames);
    let agent = aws.state().items[&("agent#e1".to_owned(), "agent".to_owned())].clone();
    assert!(agent["heartbeat_ms"]["N"].is_string(), "{agent}");
    let last = left.frames.last().unwrap().seq.to_string();
    assert_eq!(agent["archived"]["N"], last);
}

#[test]
fn faults_of_the_store_lose_nothing() {
    for fault in [
        Fault::Throttled,
        Fault::Failed,
        Fault::Reset,
        Fault::Unanswered,
    ] {
        let faults: Vec<_> = ["GET", "PutItem", "PutItem", "UpdateItem", "UpdateItem"]
            .map(|operation| (operation, fault))
            .into_iter()
            // An order that was deleted and whose answer was lost is deleted.
            .chain([("DELETE", fault)])
            .collect();
        let aws = Aws::default();
        let left = run(&aws, &script("seq 100000; exit 9"), &faults);
        assert_eq!(left.outcome(), &Outcome::exited(9), "{fault:?}");
        assert!(
            left.text()
                .lines()
                .map(|line| line.parse::<u32>().unwrap())
                .eq(1..=100_000)
        );
    }
}

#[test]
fn output_that_the_table_refuses_is_told_beside_the_exit_code_of_the_command() {
    let (aws, place) = (Aws::default(), tempfile::tempdir().unwrap());
    let go = place.path().join("go");
    let order = script(&format!(
        "echo early; until [ -e {} ]; do sleep 0.01; done; echo late; exit 3",
        go.display()
    ));
    let mut agent = agent(&aws, &order).spawn().unwrap();
    until(|| aws.frames("e1").len() >= 2);
    aws.state().faults = vec![("PutItem", Fault::Denied)];
    std::fs::write(go, "").unwrap();
    assert_eq!(agent.wait().unwrap().code(), Some(125));
    let last = aws.frames("e1").pop().unwrap();
    assert_eq!(aws.milestones("e1").last(), Some(&last));
    let unrecorded = Outcome::unrecorded(
        "storage.failed",
        "cannot call dynamodb:PutItem: AccessDeniedException: no",
        "bring the installation up to date with `mycli init`, and see what the command did before \
         you run it again",
        &Outcome::exited(3),
    );
    assert_eq!(last.body, Body::Ended(unrecorded));
}

#[test]
fn the_flag_in_the_table_cancels() {
    let aws = Aws::default();
    let mut agent = agent(&aws, &script("echo ready; sleep 60"))
        .spawn()
        .unwrap();
    until(|| aws.frames("e1").len() >= 2);
    let key = ("agent#e1".to_owned(), "agent".to_owned());
    aws.state().items.get_mut(&key).unwrap()["cancel_requested"] = json!({"BOOL": true});
    assert_eq!(agent.wait().unwrap().code(), Some(130));
    let last = aws.frames("e1").pop().unwrap();
    assert_eq!(last.body, Body::Ended(Outcome::cancelled()));
}

#[test]
fn an_order_that_another_agent_took_is_left_alone() {
    let aws = Aws::default();
    run(&aws, &script("echo once"), &[]);
    let before = aws.state().items.clone();
    let mut again = agent(&aws, &script("echo twice"));
    aws.state().objects.clear();
    assert_eq!(again.status().unwrap().code(), Some(125));
    assert_eq!(aws.state().items, before);
}

#[test]
fn what_the_environment_lacks_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_mycli-agent"))
        .args(["run", "--installation"])
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(125));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "mycli-agent: the environment has no AWS_REGION\n");
}

#[test]
fn the_archive_is_tried_again_and_its_failure_is_no_failure_of_the_execution() {
    let order = script("seq 50000");
    for fault in [Fault::Failed, Fault::Reset, Fault::Unanswered] {
        let aws = Aws::default();
        let left = run(&aws, &order, &[("PUT", fault), ("PUT", fault)]);
        assert_eq!(left.exit_code, Some(0));
        assert_eq!(aws.archived("e1"), left.frames);
    }
    let aws = Aws::default();
    let left = run(&aws, &order, &[("PUT", Fault::Denied)]);
    assert_eq!(left.exit_code, Some(0));
    assert!(aws.archived("e1").is_empty());
    let agent = aws.state().items[&("agent#e1".to_owned(), "agent".to_owned())].clone();
    assert!(agent["archived"].is_null(), "{agent}");
}

#[test]
fn chunks_are_dropped_before_the_record_that_leads_to_the_archive() {
    let aws = Aws::default();
    run(&aws, &script("echo out"), &[]);
    let items = aws.state().items.clone();
    let expiry = |item: &serde_json::Value| -> u64 {
        item["expires_at"]["N"].as_str().unwrap().parse().unwrap()
    };
    let agent = expiry(&items[&("agent#e1".to_owned(), "agent".to_owned())]);
    for ((pk, _), item) in &items {
        if pk == "frames#e1" {
            let days = (agent - expiry(item)) / (24 * 3600);
            assert!((82..=83).contains(&days), "{days}");
        }
    }
}

#[test]
fn a_million_lines_past_a_private_key_take_little_memory() {
    let aws = Aws::default();
    let mut order =
        script("seq 1000000; head -c 30000000 /dev/urandom; grep VmHWM /proc/$PPID/status >&2");
    let key: Vec<String> = (0..50).map(|n| format!("{n:064x}")).collect();
    order.masked = vec![key.join("\n"), "hunter2".to_owned()];
    order.output_limit = Some(20 << 20);
    let left = run(&aws, &order, &[]);
    assert_eq!(aws.archived("e1"), left.frames);
    let words = String::from_utf8(left.stderr()).unwrap();
    let kib: u64 = words.split_whitespace().nth(1).unwrap().parse().unwrap();
    // The parent of the command is its agent. A part of this is the program itself, unoptimized.
    assert!(kib < 30 * 1024, "{words}");
}
