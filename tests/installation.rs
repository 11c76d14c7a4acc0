//! The journey on AWS: init, exec, read back, cancel, destroy; against the emulator, in real containers.
//!
//! Two things are the tests' own, because the emulator has no registry that its engine pulls from:
//! the pushed agent's image is pulled from the emulator and tagged with the name that the task
//! definition has for it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::machine::{Machine, Run, emulator};

pub(crate) const REGION: &str = "us-east-1";
const IMAGE: &str = "mycli-test/busybox:1";

#[test]
fn the_journey_on_aws_ends_where_it_began() {
    let test = "the_journey_on_aws_ends_where_it_began";
    let Some(endpoint) = emulator(test) else {
        return;
    };
    let machine = machine(&endpoint, "journey");

    let plan = init(&machine, &["--dry-run"]).exits(0);
    assert!(plan.text().contains("AWS::ECS::Cluster"), "{plan:?}");
    let plan = init(&machine, &["--dry-run", "-o", "json"]).exits(0).data();
    assert_eq!(
        (&plan["action"], &plan["applied"]),
        (&"create".into(), &false.into())
    );
    assert!(
        stack(&endpoint, "journey").is_none(),
        "a dry run made a stack"
    );
    init(&machine, &["--yes"])
        .exits(0)
        .says(&["AWS::DynamoDB::Table"]);
    take_agent_image(&endpoint, "journey");
    let again = init(&machine, &["--yes"]).exits(0);
    assert!(again.text().contains("as it should be"), "{again:?}");
    let again = init(&machine, &["--yes", "-o", "json"]).exits(0).data();
    assert_eq!(
        (&again["action"], &again["context"]),
        (&"none".into(), &"journey".into())
    );
    assert!(again["outputs"]["AgentRepository"].is_string(), "{again}");

    runs_and_is_read_back(&machine);
    is_cancelled(&machine);
    is_ended_when_it_runs_too_long(&machine);
    runs_in_another_image(&machine);
    fails_with_the_cause(&machine);

    machine
        .run(&["destroy", "--name", "journey"])
        .exits(2)
        .says(&["--yes"]);
    let region = ["--region", REGION];
    let destroy = ["destroy", "--name", "journey", "--yes"];
    let destroy = [&destroy[..], &region[..], &["-o", "json"]].concat();
    let lost = machine
        .run(&[&destroy[..], &["--dry-run"]].concat())
        .exits(0);
    assert_eq!(lost.data()["applied"], false);
    assert!(
        stack(&endpoint, "journey").is_some(),
        "a dry run removed it"
    );
    assert_eq!(machine.run(&destroy).exits(0).data()["applied"], true);
    assert!(
        stack(&endpoint, "journey").is_none(),
        "the stack is still there"
    );
    for status in ["ACTIVE", "INACTIVE"] {
        let left = task_definitions(&endpoint, status);
        assert!(!left.contains("journey-execution"), "left behind: {left}");
    }
    machine
        .run(&["exec", "--", "true"])
        .exits(0)
        .says(&["local"]);
}

fn runs_and_is_read_back(machine: &Machine) {
    let script = "echo out; echo err >&2; exit 7";
    let run = machine.run(&["exec", "--", "sh", "-c", script]).exits(7);
    assert_eq!(run.stdout, b"out\n", "{run:?}");
    assert!(run.stderr.contains("err\n"), "{run:?}");
    assert_eq!(machine.run(&["logs", "@last"]).stdout, b"out\n");
    let status = machine.status("@last");
    assert_eq!(status["state"], "failed");
    assert_eq!(status["exit_code"], 7);
    let list = machine.json(&["list", "-o", "json"]);
    assert_eq!(list["data"]["executions"][0]["id"], status["id"]);
    machine.run(&["wait", "@last"]).exits(7);
    let many = machine.run(&["exec", "-q", "--", "seq", "20000"]).exits(0);
    let wanted = crate::machine::numbers(20_000);
    assert!(
        many.stdout == wanted.into_bytes(),
        "{} bytes came",
        many.stdout.len()
    );
}

fn is_cancelled(machine: &Machine) {
    let script = "trap 'echo cleaned; exit 3' INT; echo ready; while :; do sleep 0.1; done";
    let id = machine
        .run(&["exec", "-d", "--", "sh", "-c", script])
        .exits(0)
        .text();
    machine.until(&id, |status| status["state"] == "running");
    machine.run(&["cancel", &id]).exits(0);
    machine.run(&["wait", &id]).exits(130);
    assert_eq!(machine.run(&["logs", &id]).stdout, b"ready\ncleaned\n");
    assert_eq!(machine.status(&id)["state"], "cancelled");
}

fn is_ended_when_it_runs_too_long(machine: &Machine) {
    let run = machine.run(&["exec", "--timeout", "1", "--", "sleep", "600"]);
    run.exits(124).says(&["timed out"]);
    assert_eq!(machine.status("@last")["state"], "timed_out");
}

fn runs_in_another_image(machine: &Machine) {
    let flags = [
        "exec",
        "-q",
        "--image",
        "mycli-test/entrypoint:main-1a2b3c4d",
        "--",
    ];
    let run = machine
        .run(&[&flags[..], &["echo", "mine"]].concat())
        .exits(0);
    assert_eq!(run.stdout, b"mine\n");
    let flags = [
        "exec",
        "-q",
        "--image",
        "mycli-test/no-shell:1",
        "--",
        "echo",
        "no shell",
    ];
    assert_eq!(machine.run(&flags).exits(0).stdout, b"no shell\n");
}

fn fails_with_the_cause(machine: &Machine) {
    let run = machine.run(&["exec", "--image", "localhost:1/absent:1", "--", "true"]);
    run.exits(125).says(&["localhost:1/absent:1"]);
    assert_eq!(machine.status("@last")["state"], "could_not_start");
}

#[test]
fn a_stack_that_rolled_back_is_explained_and_replaced() {
    let test = "a_stack_that_rolled_back_is_explained_and_replaced";
    let Some(endpoint) = emulator(test) else {
        return;
    };
    let machine = machine(&endpoint, "rolled-back");
    // The emulator does not know NAT gateways, so it rolls back a stack that has one.
    let settings =
        format!("name: rolled-back\ndefault_image: {IMAGE}\nsubnets: private_with_nat\n");
    std::fs::write(machine.work().join("settings.yaml"), settings).unwrap();
    let failed = init(&machine, &["--yes"]).exits(4);
    assert!(failed.stderr.contains("error:"), "{failed:?}");
    let settings = format!("name: rolled-back\ndefault_image: {IMAGE}\n");
    std::fs::write(machine.work().join("settings.yaml"), settings).unwrap();
    init(&machine, &["--yes"]).exits(0);
    let destroy = [
        "destroy",
        "--name",
        "rolled-back",
        "--yes",
        "--region",
        REGION,
    ];
    machine.run(&destroy).exits(0);
}

/// A machine with credentials for the emulator and a settings file for an installation.
pub(crate) fn machine(endpoint: &str, name: &str) -> Machine {
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", endpoint)
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test")
        .with("AWS_REGION", REGION);
    let settings = format!("name: {name}\ndefault_image: {IMAGE}\n");
    std::fs::write(machine.work().join("settings.yaml"), settings).unwrap();
    machine
}

pub(crate) fn init(machine: &Machine, flags: &[&str]) -> Run {
    machine.run(&[&["init", "--settings", "settings.yaml"], flags].concat())
}

/// Pulls the image that `init` pushed and gives it the name that the engine is asked for.
pub(crate) fn take_agent_image(endpoint: &str, name: &str) {
    let stack = stack(endpoint, name).unwrap();
    let (_, rest) = stack
        .split_once("<OutputKey>AgentRepository</OutputKey>")
        .unwrap();
    let (_, rest) = rest.split_once("<OutputValue>").unwrap();
    let (uri, _) = rest.split_once("</OutputValue>").unwrap();
    let (_, repository) = uri.split_once('/').unwrap();
    let address = endpoint.trim_start_matches("http://");
    docker(&[
        "pull",
        "--quiet",
        &format!("{address}/{repository}:current"),
    ]);
    docker(&[
        "tag",
        &format!("{address}/{repository}:current"),
        &format!("{uri}:current"),
    ]);
}

/// Runs the engine's own program, and returns what it prints.
pub(crate) fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(output.status.success(), "docker {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What `DescribeStacks` answers for a stack that exists.
pub(crate) fn stack(endpoint: &str, name: &str) -> Option<String> {
    let query = format!("Action=DescribeStacks&Version=2010-05-15&StackName={name}");
    let answer = post(
        endpoint,
        "cloudformation",
        "application/x-www-form-urlencoded",
        "",
        &query,
    );
    answer.starts_with("HTTP/1.1 200").then_some(answer)
}

pub(crate) fn task_definitions(endpoint: &str, status: &str) -> String {
    let target = "AmazonEC2ContainerServiceV20141113.ListTaskDefinitions";
    let target = format!("X-Amz-Target: {target}\r\n");
    let body = format!("{{\"status\":\"{status}\"}}");
    post(
        endpoint,
        "ecs",
        "application/x-amz-json-1.1",
        &target,
        &body,
    )
}

/// Asks the emulator itself. It does not check signatures; the header only names the service.
pub(crate) fn post(endpoint: &str, service: &str, kind: &str, headers: &str, body: &str) -> String {
    let headers = format!("Content-Type: {kind}\r\n{headers}");
    request(endpoint, "POST /", service, &headers, body)
}

/// Sends a request, such as `PUT /bucket`, and gives back the whole answer.
pub(crate) fn request(
    endpoint: &str,
    what: &str,
    service: &str,
    headers: &str,
    body: &str,
) -> String {
    let address = endpoint.trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).unwrap();
    let scope = format!("test/20260101/{REGION}/{service}/aws4_request");
    let length = body.len();
    write!(
        connection,
        "{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         {headers}Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, \
         Signature=0\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}
