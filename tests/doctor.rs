//! `mycli doctor`, on a machine that has nothing and on one with an installation that is broken on purpose.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::Command;

use serde_json::Value;

use crate::installation::{init, machine, post};
use crate::interrupted::request;
use crate::machine::{Machine, Run, aws};

/// No engine listens there, wherever the test runs.
const NO_ENGINE: &str = "unix:///nonexistent/engine.sock";

/// What `doctor` found, by the check.
fn found(run: &Run, check: &str) -> Value {
    let data = run.data();
    let findings = data["findings"].as_array().unwrap();
    let mut of_check = findings.iter().filter(|it| it["check"] == check);
    let finding = of_check.next().cloned().unwrap_or_default();
    assert!(of_check.next().is_none(), "{check} twice: {data}");
    finding
}

#[track_caller]
fn is(run: &Run, check: &str, verdict: &str, says: &str) {
    let finding = found(run, check);
    assert_eq!(finding["verdict"], verdict, "{check}: {finding}");
    let told = format!("{} {}", finding["what"], finding["fix"]);
    assert!(told.contains(says), "{check}: {told}");
}

#[test]
fn a_machine_with_nothing_is_told_what_to_do_first() {
    let machine = Machine::new().with("DOCKER_HOST", NO_ENGINE);
    let run = machine.run(&["doctor", "--json"]).exits(0);
    is(&run, "configuration", "ok", "no files");
    is(&run, "data", "ok", "no history yet");
    is(&run, "engine", "warn", "DOCKER_HOST");
    is(&run, "git", "skipped", "not in a git repository");
    is(&run, "installation", "skipped", "`mycli init` makes one");
    assert_eq!(run.data()["findings"].as_array().unwrap().len(), 5);
    let text = machine.run(&["doctor"]).exits(0).text();
    assert!(text.ends_with("2 ok, 1 to look at, 2 skipped"), "{text}");
    assert!(!machine.data().join("history.sqlite3").exists());
}

#[test]
fn settings_that_cannot_be_read_are_a_finding() {
    let machine = Machine::new().with("DOCKER_HOST", NO_ENGINE);
    std::fs::write(machine.work().join(".mycli.yaml"), "imag: a\n").unwrap();
    let run = machine.run(&["doctor", "-o", "json"]).exits(1);
    is(&run, "configuration", "fail", ".mycli.yaml");
    is(
        &run,
        "installation",
        "skipped",
        "`configuration` comes first",
    );
    is(&run, "data", "ok", "");
    let run = Machine::new()
        .run(&["doctor", "--json", "--context", "tem"])
        .exits(1);
    is(&run, "installation", "fail", "no context `tem`");
}

#[test]
fn a_remote_that_cannot_be_reached_is_told_without_its_password() {
    let machine = Machine::new().with("DOCKER_HOST", NO_ENGINE);
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@t"])
            .args(arguments)
            .current_dir(machine.work())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    git(&["init", "--quiet"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "one"]);
    git(&[
        "remote",
        "add",
        "origin",
        "http://me:s3cret@127.0.0.1:9/a.git",
    ]);
    let run = machine.run(&["doctor", "--json"]).exits(0);
    is(
        &run,
        "git",
        "warn",
        "http://127.0.0.1:9/a.git cannot be reached",
    );
    let all = format!("{run:?}");
    assert!(!all.contains("s3cret"), "{all}");
    let itself = machine.work().join(".git");
    git(&["remote", "set-url", "origin", itself.to_str().unwrap()]);
    let run = machine.run(&["doctor", "--json"]).exits(0);
    is(&run, "git", "ok", "can be reached");
}

#[test]
fn an_installation_is_well_until_it_is_broken() {
    let test = "an_installation_is_well_until_it_is_broken";
    let Some(endpoint) = aws(test) else {
        return;
    };
    let machine = machine(&endpoint, "checkup").with("DOCKER_HOST", NO_ENGINE);
    init(&machine, &["--yes"]).exits(0);

    let run = machine.run(&["doctor", "--json"]).exits(0);
    is(&run, "installation", "ok", "checkup");
    is(&run, "region", "ok", "us-east-1");
    is(&run, "clock", "ok", "as AWS's does");
    is(&run, "credentials", "ok", "123456789012");
    is(&run, "stack", "ok", "CREATE_COMPLETE");
    is(&run, "version", "ok", "which this is");
    is(&run, "drift", "skipped", "doctor --drift");
    is(&run, "agent", "ok", "sha256:");
    is(&run, "network", "ok", "internet gateway");
    // The emulator has no quotas.
    is(&run, "quota", "skipped", "could not be told");
    let shown = machine.run(&["doctor"]).exits(0).text();
    assert!(shown.contains("✓ credentials"), "{shown}");

    remove_agent(&endpoint, &machine);
    let run = machine.run(&["doctor", "--json"]).exits(1);
    is(&run, "agent", "fail", "`mycli init` pushes it");
    is(&run, "network", "ok", "");
    init(&machine, &["--yes"]).exits(0);
    machine.run(&["doctor"]).exits(0);

    let machine = machine
        .with("AWS_ACCESS_KEY_ID", "")
        .with("AWS_SECRET_ACCESS_KEY", "")
        .with("AWS_EC2_METADATA_DISABLED", "true");
    let run = machine.run(&["doctor", "--json"]).exits(1);
    is(&run, "credentials", "fail", "aws sso login");
    is(&run, "clock", "ok", "");
    let rest = [
        "stack",
        "version",
        "drift",
        "agent",
        "network",
        "permissions",
        "quota",
    ];
    for check in rest {
        is(&run, check, "skipped", "`credentials` comes first");
    }
    assert_eq!(run.data()["fail"], 1);
}

#[test]
fn a_cloud_that_does_not_answer_is_told_in_time() {
    let test = "a_cloud_that_does_not_answer_is_told_in_time";
    let Some(endpoint) = aws(test) else {
        return;
    };
    let machine = machine(&endpoint, "silent").with("DOCKER_HOST", NO_ENGINE);
    init(&machine, &["--yes"]).exits(0);
    // It takes connections, and says nothing.
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let machine = machine.with("AWS_ENDPOINT_URL", address);
    let begun = std::time::Instant::now();
    let run = machine.run(&["doctor", "--json"]).exits(1);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    is(&run, "credentials", "fail", "no answer within 10 seconds");
    is(&run, "clock", "warn", "no answer within 10 seconds");
}

#[test]
fn whoever_may_not_is_told_and_the_runner_may() {
    let test = "whoever_may_not_is_told_and_the_runner_may";
    let Some(endpoint) = aws(test) else {
        return;
    };
    let machine = machine(&endpoint, "rights-seen").with("DOCKER_HOST", NO_ENGINE);
    init(&machine, &["--yes"]).exits(0);
    let form = "application/x-www-form-urlencoded";
    let iam = |what: &str| {
        let body = format!("{what}&Version=2010-05-08&UserName=seen");
        post(&endpoint, "iam", form, "", &body)
    };
    iam("Action=CreateUser");
    let key = iam("Action=CreateAccessKey");
    let (id, secret) = (
        between(&key, "AccessKeyId"),
        between(&key, "SecretAccessKey"),
    );
    let machine = machine
        .with("AWS_ACCESS_KEY_ID", id)
        .with("AWS_SECRET_ACCESS_KEY", secret);
    let run = machine.run(&["doctor", "--json"]).exits(0);
    is(&run, "credentials", "ok", "user/seen");
    is(&run, "permissions", "warn", "dynamodb:GetItem");
    assert!(!format!("{run:?}").contains(secret), "a secret is shown");

    let query = "Action=ListStackResources&Version=2010-05-15&StackName=rights-seen";
    let listed = post(&endpoint, "cloudformation", form, "", query);
    let mut texts = listed.split(['<', '>']);
    let runner = texts.find(|text| text.contains(":policy/") && text.contains("Runner"));
    let runner = runner.unwrap_or_else(|| panic!("{listed}"));
    iam(&format!("Action=AttachUserPolicy&PolicyArn={runner}"));
    let run = machine.run(&["doctor", "--json"]).exits(0);
    let finding = found(&run, "permissions");
    // The emulator's simulation does not hear what conditions are told, so what has one is left.
    let left = finding["what"]
        .as_str()
        .unwrap()
        .split_once("may not ")
        .unwrap()
        .1;
    assert_eq!(
        left,
        "ecs:ListTasks, ecs:RunTask, ecs:StopTask, ecs:TagResource, iam:PassRole"
    );
}

fn between<'a>(text: &'a str, element: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("<{element}>")).unwrap();
    rest.split_once('<').unwrap().0
}

#[test]
fn a_wrong_clock_and_a_small_quota_are_told() {
    let test = "a_wrong_clock_and_a_small_quota_are_told";
    let Some(endpoint) = aws(test) else {
        return;
    };
    let machine = machine(&endpoint, "odd").with("DOCKER_HOST", NO_ENGINE);
    init(&machine, &["--yes"]).exits(0);
    let quota = r#"{"Quota":{"Value":0.1}}"#;
    let identity = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>a</UserId><Account>123456789012</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>";
    let machine = machine
        .with(
            "AWS_ENDPOINT_URL_STS",
            answering("Date: Mon, 06 Jan 2020 10:00:00 GMT", identity),
        )
        .with(
            "AWS_ENDPOINT_URL_SERVICE_QUOTAS",
            answering("Content-Type: application/json", quota),
        );
    let run = machine.run(&["doctor", "--json"]).exits(1);
    is(&run, "clock", "fail", "ahead of AWS's; AWS refuses");
    is(&run, "credentials", "ok", "user/a");
    is(
        &run,
        "quota",
        "warn",
        "0.1 vCPU at a time, an execution takes 0.25",
    );
}

/// A server that gives every request this answer.
fn answering(header: &str, body: &str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\n{header}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            request(&mut client);
            // Whoever has heard enough is gone.
            let _ = client.write_all(answer.as_bytes());
        }
    });
    address
}

fn remove_agent(endpoint: &str, machine: &Machine) {
    let listed = machine.json(&["outputs", "checkup", "-o", "json"]);
    let uri = listed["data"]["outputs"]["AgentRepository"].as_str();
    let (_, repository) = uri
        .unwrap_or_else(|| panic!("{listed}"))
        .split_once('/')
        .unwrap();
    let body = serde_json::json!({
        "repositoryName": repository, "imageIds": [{ "imageTag": "current" }],
    });
    let answer = post(
        endpoint,
        "ecr",
        "application/x-amz-json-1.1",
        "x-amz-target: AmazonEC2ContainerRegistry_V20150921.BatchDeleteImage\r\n",
        &body.to_string(),
    );
    assert!(answer.contains("imageDigest"), "{answer}");
}
