//! `mycli doctor`, on a machine that has nothing and on one with an installation that is broken on purpose.

use std::process::Command;

use serde_json::Value;

use crate::installation::{init, machine, post};
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
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let machine = machine.with("AWS_ENDPOINT_URL", address);
    let begun = std::time::Instant::now();
    let run = machine.run(&["doctor", "--json"]).exits(1);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    is(&run, "credentials", "fail", "no answer within 10 seconds");
    is(&run, "clock", "warn", "no answer within 10 seconds");
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
