//! Everybody is allowed what they do, and nothing that they never do: against an emulator that enforces IAM.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::installation::{docker, init, machine, post, request, stack, take_agent_image};
use crate::machine::{Machine, strict_emulator};

const NAME: &str = "strict";
const REGION: [&str; 2] = ["--region", crate::installation::REGION];

/// What is allowed and was not seen to be done, and why that is right.
const UNSEEN: [(&str, &[&str], &str); 7] = [
    (
        "deployer",
        &["cloudformation:CancelUpdateStack"],
        "a second Ctrl-C does it, and the emulator's updates are over at once",
    ),
    (
        "deployer",
        &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        "the registry's protocol does it, of which the emulator checks nothing",
    ),
    (
        "deployer",
        &["s3:DeleteObjectVersion"],
        "AWS asks for it where a request names the version `null`, and the emulator does not",
    ),
    (
        "runner",
        &["ecs:TagResource", "iam:PassRole"],
        "ECS asks for it besides ecs:RunTask and ecs:RegisterTaskDefinition, and the emulator does not",
    ),
    (
        "runner",
        &["s3:GetObject"],
        "the archive is read when chunks were dropped, a week later; and an attempt that is started by somebody else takes the \
         order that is left",
    ),
    (
        "viewer",
        &["s3:GetObject"],
        "the archive is read when chunks were dropped, a week later",
    ),
    (
        "task",
        &["dynamodb:GetItem"],
        "an agent that finds no order asks whether it was taken before, and ECS starts none twice here",
    ),
];

#[test]
fn everybody_is_allowed_what_they_do_and_nothing_else() {
    let Some((endpoint, calls)) =
        strict_emulator("everybody_is_allowed_what_they_do_and_nothing_else")
    else {
        return;
    };
    let root = machine(&endpoint, NAME);
    let policy = init(&root, &[&REGION[..], &["--print-policy"]].concat())
        .exits(0)
        .text();
    let mut keys = BTreeMap::new();
    let deployer = identity(&endpoint, "deployer", &mut keys);
    let inline = [("PolicyName", "least"), ("PolicyDocument", &policy)];
    iam(&endpoint, "PutUserPolicy", "deployer", &inline);
    init(&deployer, &["--dry-run"]).exits(0);
    init(&deployer, &["--yes"]).exits(0);
    take_agent_image(&endpoint, NAME);
    init(&deployer, &["--yes", "--tag", "team=a"]).exits(0);

    let outputs = root.json(&["outputs", NAME, "-o", "json"])["data"].clone();
    let runner = identity(&endpoint, "runner", &mut keys);
    let viewer = identity(&endpoint, "viewer", &mut keys);
    for (user, output) in [("runner", "RunnerPolicy"), ("viewer", "ViewerPolicy")] {
        let arn = find(&outputs, output);
        iam(&endpoint, "AttachUserPolicy", user, &[("PolicyArn", &arn)]);
    }
    let add = [&["context", "add", NAME][..], &REGION[..]].concat();
    for machine in [&runner, &viewer] {
        machine.run(&add).exits(0);
        machine.run(&["context", "use", NAME]).exits(0);
    }
    runs(&runner, &viewer, &endpoint, &find(&outputs, "Cluster"));

    let bucket = find(&outputs, "Bucket");
    let put = format!("PUT /{bucket}/orders/left-behind");
    request(&endpoint, &put, "s3", "", "{}");
    let destroy = [&["destroy", "--name", NAME, "--yes"][..], &REGION[..]].concat();
    deployer.run(&destroy).exits(0);
    assert!(stack(&endpoint, NAME).is_none(), "the stack is still there");

    let done = done(&std::fs::read_to_string(calls).unwrap(), &keys);
    let template = init(&root, &["--synth-only"]).exits(0).text();
    let template: Value = serde_json::from_str(&template).unwrap();
    let program: BTreeSet<String> = stacks::platform::program_actions()
        .map(str::to_owned)
        .collect();
    for (who, allowed) in [
        ("deployer", program),
        ("runner", actions(&template, "Runner")),
        ("viewer", actions(&template, "Viewer")),
        ("task", actions(&template, "TaskRole")),
    ] {
        let seen = done.get(who).cloned().unwrap_or_default();
        let unseen = UNSEEN.iter().filter(|(whose, _, _)| *whose == who);
        let unseen: BTreeSet<String> = unseen
            .flat_map(|(_, actions, _)| actions.iter().map(|it| (*it).to_owned()))
            .collect();
        let all: BTreeSet<String> = seen.union(&unseen).cloned().collect();
        assert_eq!(all, allowed, "what the {who} does, and what is allowed");
        assert!(seen.is_disjoint(&unseen), "{who} was seen doing {unseen:?}");
    }
}

/// Everything a runner does.
fn runs(runner: &Machine, viewer: &Machine, endpoint: &str, cluster: &str) {
    let run = runner.run(&["exec", "-q", "--", "echo", "out"]).exits(0);
    assert_eq!(run.stdout, b"out\n");
    let image = [
        "exec",
        "-q",
        "--image",
        "mycli-test/entrypoint:main-1a2b3c4d",
    ];
    runner.run(&[&image[..], &["--", "true"]].concat()).exits(0);
    let endless = [
        "exec",
        "-d",
        "--",
        "sh",
        "-c",
        "while :; do sleep 0.1; done",
    ];
    let id = runner.run(&endless).exits(0).text();
    runner.until(&id, |status| status["state"] == "running");
    runner.run(&["cancel", &id]).exits(0);
    runner.run(&["wait", &id]).exits(130);
    // One whose agent has not begun is stopped by ECS.
    let id = runner.run(&endless).exits(0).text();
    runner.run(&["cancel", &id]).exits(0);
    runner.run(&["wait", &id]).exits(130);
    // Of an execution whose agent is gone, the container's own last lines are read.
    let id = runner.run(&endless).exits(0).text();
    runner.until(&id, |status| status["state"] == "running");
    kill_containers(endpoint, cluster);
    looks(viewer);
    runner.run(&["wait", &id]).exits(125);
    runner.run(&["reconcile"]).exits(0);
    // Something still runs when the installation goes.
    let id = runner.run(&endless).exits(0).text();
    runner.until(&id, |status| status["state"] == "running");
}

/// Everything a viewer does.
fn looks(viewer: &Machine) {
    let listed = viewer.run(&["list"]).exits(0).text();
    assert!(listed.contains("echo out"), "{listed}");
    viewer.run(&["status", "@last"]).exits(0);
    viewer.run(&["logs", "@last"]).exits(0);
}

/// Kills what the one task of a cluster runs in.
fn kill_containers(endpoint: &str, cluster: &str) {
    let target = "X-Amz-Target: AmazonEC2ContainerServiceV20141113.ListTasks\r\n";
    let body = format!("{{\"cluster\":\"{cluster}\"}}");
    let kind = "application/x-amz-json-1.1";
    let answer = post(endpoint, "ecs", kind, target, &body);
    let (_, tasks) = answer.split_once("\r\n\r\n").unwrap();
    let tasks: Value = serde_json::from_str(tasks.trim()).unwrap();
    let task = tasks["taskArns"][0].as_str().unwrap();
    let (_, id) = task.rsplit_once('/').unwrap();
    // The emulator names a container after the beginning of its task's id.
    let filter = format!("name={}", &id[..8]);
    let listed = docker(&["ps", "--quiet", "--filter", &filter]);
    assert!(!listed.is_empty(), "no container of {task}");
    for container in listed.lines() {
        docker(&["kill", container]);
    }
}

/// A user of the account, on a machine of their own.
fn identity(endpoint: &str, name: &str, keys: &mut BTreeMap<String, String>) -> Machine {
    iam(endpoint, "CreateUser", name, &[]);
    let made = iam(endpoint, "CreateAccessKey", name, &[]);
    let part = |tag: &str| {
        let (_, rest) = made.split_once(&format!("<{tag}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    keys.insert(part("AccessKeyId"), name.to_owned());
    machine(endpoint, NAME)
        .with("AWS_ACCESS_KEY_ID", part("AccessKeyId"))
        .with("AWS_SECRET_ACCESS_KEY", part("SecretAccessKey"))
}

/// Asks IAM as the root user.
fn iam(endpoint: &str, action: &str, user: &str, more: &[(&str, &str)]) -> String {
    let mut body = format!("Action={action}&Version=2010-05-08&UserName={user}");
    for (name, value) in more {
        body.extend(["&", name, "=", &encoded(value)]);
    }
    let kind = "application/x-www-form-urlencoded";
    let answer = post(endpoint, "iam", kind, "", &body);
    assert!(answer.starts_with("HTTP/1.1 200"), "{action}: {answer}");
    answer
}

/// A text as a form holds it.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// The value of an output of a stack, as `mycli outputs` tells it.
fn find(outputs: &Value, name: &str) -> String {
    outputs["outputs"][name].as_str().unwrap().to_owned()
}

/// The actions that each was seen to do. Nothing may have been denied.
fn done(calls: &str, keys: &BTreeMap<String, String>) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut done: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for line in calls.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [who, action, _, verdict] = words[..] else {
            panic!("{line}");
        };
        let who = match keys.get(who).map(String::as_str) {
            Some("deployer") => "deployer",
            Some("runner") => "runner",
            Some("viewer") => "viewer",
            _ => {
                assert!(who.contains(":assumed-role/strict-TaskRole"), "{line}");
                "task"
            }
        };
        // Who may only look tries to write down what they see, and goes on without.
        if (who, action) == ("viewer", "dynamodb:PutItem") {
            continue;
        }
        assert_eq!(verdict, "allowed", "{line}");
        // Nobody needs a right to ask who they are.
        if action != "sts:GetCallerIdentity" {
            done.entry(who).or_default().insert(action.to_owned());
        }
    }
    done
}

/// The actions of the policies of a template whose construct is called `name`.
fn actions(template: &Value, name: &str) -> BTreeSet<String> {
    let resources = template["Resources"].as_object().unwrap();
    let policies = resources.iter().filter(|(id, _)| id.starts_with(name));
    let statements = policies.flat_map(|(_, policy)| {
        let statements = &policy["Properties"]["PolicyDocument"]["Statement"];
        statements.as_array().cloned().unwrap_or_default()
    });
    let actions = statements.flat_map(|statement| {
        let action = &statement["Action"];
        action
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![action.clone()])
    });
    actions.map(|it| it.as_str().unwrap().to_owned()).collect()
}
