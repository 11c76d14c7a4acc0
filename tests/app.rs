//! `mycli ls`, `synth`, `diff` and `validate` on apps that are not ours: an app in AWS CDK, `cdk/app.js`.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};

use serde_json::{Value, json};

use crate::installation::{post, request};
use crate::interrupted::{ended, interrupt};
use crate::machine::{Machine, aws, cdk};

const APP: &str = concat!("node ", env!("CARGO_MANIFEST_DIR"), "/cdk/app.js");
const ACCOUNT: &str = "123456789012";

/// A machine on which the app runs, and no credentials for AWS.
fn machine(test: &str) -> Option<Machine> {
    // CDK's own checks of its templates take ten times as long as the rest, and are not what is tested.
    let machine = Machine::new()
        .with("NODE_PATH", cdk(test)?)
        .with("CDK_VALIDATION", "false");
    let cdk_json = json!({ "app": APP }).to_string();
    std::fs::write(machine.work().join("cdk.json"), cdk_json).unwrap();
    Some(machine)
}

/// The same with credentials for the emulator.
fn signed_in(test: &str) -> Option<(Machine, String)> {
    let endpoint = aws(test)?;
    let machine = machine(test)?
        .with("AWS_ENDPOINT_URL", &endpoint)
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test")
        .with("AWS_REGION", "us-east-1");
    Some((machine, endpoint))
}

#[test]
fn stacks_of_stages_are_listed_after_those_they_depend_on() {
    let Some(machine) = machine("stacks_of_stages_are_listed_after_those_they_depend_on") else {
        return;
    };
    let list = machine.run(&["ls"]).exits(0);
    assert_eq!(
        list.text(),
        "Prod/Data (Prod-Data)\nProd/Api (api-prod)\nDev/Data (Dev-Data)\nDev/Api (api-dev)"
    );
    // What the app wrote is there to be read again, without running it.
    let read = machine
        .run(&["ls", "--assembly", "cdk.out", "--long", "Dev/*"])
        .exits(0);
    let text = read.text();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|row| row.split_whitespace().collect())
        .collect();
    assert_eq!(rows[0], ["STACK", "ACCOUNT", "REGION"]);
    assert_eq!(
        rows[1],
        ["Dev/Data", "(Dev-Data)", "111122223333", "us-east-1"]
    );
    let data = machine
        .run(&["ls", "Prod/Api", "-o", "json"])
        .exits(0)
        .data();
    let stack = &data["stacks"][0];
    assert_eq!(stack["stack_name"], "api-prod");
    assert_eq!(stack["depends_on"], json!(["Prod/Data"]));
    assert_eq!(stack["tags"], json!({ "team": "mail" }));
    machine
        .run(&["ls", "Test/*"])
        .exits(2)
        .says(&["Test/*", "Prod/Data", "app.no-such-stack"]);
}

#[test]
fn one_stack_is_printed_and_what_the_app_says_of_it_is_told() {
    let Some(machine) = machine("one_stack_is_printed_and_what_the_app_says_of_it_is_told") else {
        return;
    };
    let synth = machine
        .run(&["synth", "Prod/Api", "-o", "json"])
        .exits(0)
        .says(&["\"Prod/Api: letters take a day"]);
    let template: Value = serde_json::from_slice(&synth.stdout).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    assert!(
        resources
            .values()
            .any(|it| it["Type"] == "AWS::SSM::Parameter"),
        "{template}"
    );
    let yaml = machine
        .run(&["synth", "Prod/Api"])
        .exits(0)
        .says(&["warning: Prod/Api: letters take a day"]);
    assert!(yaml.text().starts_with("Resources:\n"), "{yaml:?}");
    machine.run(&["synth", "Prod/Api", "--strict"]).exits(1);
    let wrong = machine
        .run(&["synth", "-c", "only=error", "-q"])
        .exits(1)
        .says(&["error: Wrong: letters are kept for too long"]);
    assert_eq!(wrong.text(), "");
}

#[test]
fn an_app_that_ends_badly_is_named_with_its_exit_code() {
    let Some(machine) = machine("an_app_that_ends_badly_is_named_with_its_exit_code") else {
        return;
    };
    machine.run(&["ls", "-c", "only=fails"]).exits(2).says(&[
        "the app has no letters",
        "ended with exit code 1",
        "app.failed",
    ]);
    machine
        .run(&["ls", "--app", "no-such-program"])
        .exits(2)
        .says(&["no-such-program", "app.failed"]);
}

#[test]
fn an_interrupted_app_is_stopped() {
    let Some(machine) = machine("an_interrupted_app_is_stopped") else {
        return;
    };
    let mut child = machine.start(&["ls", "-c", "only=waits"]);
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("ready") {
        line.clear();
        assert_ne!(
            told.read_line(&mut line).unwrap(),
            0,
            "the app never started"
        );
    }
    interrupt(&child);
    // The app holds the other end of the pipe: it is closed when both are gone.
    let mut rest = String::new();
    while told.read_line(&mut rest).unwrap() != 0 {}
    ended(child).exits(130);
    assert!(rest.contains("interrupted"), "{rest}");
}

#[test]
fn what_an_app_asks_for_is_looked_up_once_and_kept() {
    let test = "what_an_app_asks_for_is_looked_up_once_and_kept";
    let Some((machine, endpoint)) = signed_in(test) else {
        return;
    };
    let offline = Machine::new()
        .with("NODE_PATH", cdk(test).unwrap())
        .with("CDK_VALIDATION", "false");
    let network = network(&endpoint);
    let parameter =
        r#"{"Name":"/mycli-test/greeting","Type":"String","Value":"hello","Overwrite":true}"#;
    let target = "X-Amz-Target: AmazonSSM.PutParameter\r\n";
    let kind = "application/x-amz-json-1.1";
    post(&endpoint, "ssm", kind, target, parameter);

    let context = format!("network={network}");
    let words = ["synth", "-c", "only=lookups", "-c", &context, "-o", "json"];
    let synth = machine.run(&words).exits(0);
    let template: Value = serde_json::from_slice(&synth.stdout).unwrap();
    let outputs = &template["Outputs"];
    assert_eq!(outputs["Greeting"]["Value"], "hello");
    let image = outputs["Image"]["Value"].as_str().unwrap();
    assert!(image.starts_with("ami-"), "{image}");
    let zones = outputs["Zones"]["Value"].as_str().unwrap();
    assert!(zones.starts_with("us-east-1a,us-east-1b"), "{zones}");
    let subnets = outputs["Subnets"]["Value"].as_str().unwrap();
    assert!(subnets.starts_with("subnet-"), "{subnets}");

    let file = "cdk.context.json";
    let kept = std::fs::read_to_string(machine.work().join(file)).unwrap();
    let keys: serde_json::Map<String, Value> = serde_json::from_str(&kept).unwrap();
    let keys: Vec<&str> = keys
        .keys()
        .map(|key| key.split(':').next().unwrap())
        .collect();
    assert_eq!(
        keys,
        ["ami", "availability-zones", "ssm", "vpc-provider"],
        "{kept}"
    );

    // With what was kept, another machine needs no AWS; without, it says what it lacks.
    let known = ["CDK_DEFAULT_ACCOUNT", "CDK_DEFAULT_REGION"];
    let offline = offline.with(known[0], ACCOUNT).with(known[1], "us-east-1");
    let words = [&words[..], &["--no-lookups", "--app", APP]].concat();
    offline.run(&words).exits(2).says(&[
        "availability-zones:account=123456789012",
        "app.lookups-disabled",
    ]);
    std::fs::write(offline.work().join(file), &kept).unwrap();
    let again = offline.run(&words).exits(0);
    assert_eq!(again.stdout, synth.stdout);
}

/// Makes a VPC with an isolated subnet in each of two zones.
fn network(endpoint: &str) -> String {
    let ec2 = |query: &str, field: &str| {
        let kind = "application/x-www-form-urlencoded";
        let answer = post(
            endpoint,
            "ec2",
            kind,
            "",
            &format!("{query}&Version=2016-11-15"),
        );
        let value = answer.split_once(&format!("<{field}>"));
        let value = value.and_then(|(_, rest)| rest.split_once('<'));
        value
            .unwrap_or_else(|| panic!("{query}: {answer}"))
            .0
            .to_owned()
    };
    let vpc = ec2("Action=CreateVpc&CidrBlock=10.7.0.0/16", "vpcId");
    for (third, zone) in [(0, 'a'), (1, 'b')] {
        ec2(
            &format!(
                "Action=CreateSubnet&VpcId={vpc}&CidrBlock=10.7.{third}.0/24&AvailabilityZone=us-east-1{zone}"
            ),
            "subnetId",
        );
    }
    vpc
}

#[test]
fn an_app_is_compared_with_what_is_deployed() {
    let Some((machine, endpoint)) = signed_in("an_app_is_compared_with_what_is_deployed") else {
        return;
    };
    let prefix = format!("prefix=P{}", std::process::id());
    let stores = |command: &str, size: &'static str, more: &[&str]| {
        let words = [command, "-c", "only=stores", "-c", &prefix, "-c", size];
        machine.run(&[&words[..], more].concat())
    };
    let new = stores("diff", "size=0", &["-o", "json"]).exits(0).data();
    assert_eq!(new["stacks"][0]["changes"]["summary"]["add"], 2, "{new}");

    let template = stores("synth", "size=0", &["-o", "json"]).exits(0).text();
    let name = format!("P{}Stores", std::process::id());
    create(&endpoint, &name, &template);

    let same = stores("diff", "size=0", &["--fail-on", "any-change"]).exits(0);
    assert!(same.text().contains("no differences"), "{same:?}");
    let changed = stores("diff", "size=1", &["--fail-on", "destructive"]).exits(0);
    assert!(changed.text().contains("DelaySeconds"), "{changed:?}");
    let replaced = stores("diff", "size=2", &["--fail-on", "destructive"]).exits(1);
    let text = replaced.text();
    assert!(
        text.contains("KeySchema") && text.contains("replace"),
        "{text}"
    );
}

/// Deploys a template, without the program that is tested.
fn create(endpoint: &str, name: &str, template: &str) {
    let body = form(template);
    let query =
        format!("Action=CreateStack&Version=2010-05-15&StackName={name}&TemplateBody={body}");
    let kind = "application/x-www-form-urlencoded";
    let made = post(endpoint, "cloudformation", kind, "", &query);
    assert!(made.starts_with("HTTP/1.1 200"), "{made}");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !crate::installation::stack(endpoint, name)
        .is_some_and(|it| it.contains("CREATE_COMPLETE"))
    {
        assert!(
            std::time::Instant::now() < deadline,
            "the stack is not made"
        );
    }
}

#[test]
fn a_deployed_stack_says_what_it_offers_and_what_went_wrong() {
    let test = "a_deployed_stack_says_what_it_offers_and_what_went_wrong";
    let Some((machine, endpoint)) = signed_in(test) else {
        return;
    };
    let name = format!("diagnosed-{}", std::process::id());
    let template = json!({
        "Resources": { "Inbox": { "Type": "AWS::SQS::Queue" } },
        "Outputs": { "Where": { "Value": { "Ref": "Inbox" } } },
    });
    create(&endpoint, &name, &template.to_string());
    let all = machine.run(&["outputs", &name]).exits(0).text();
    let url = machine.run(&["outputs", &name, "Where"]).exits(0).text();
    assert!(url.starts_with("http") && all.contains(&url), "{all}");
    machine
        .run(&["outputs", &name, "Who"])
        .exits(2)
        .says(&["stack.no-such-output", "it has Where"]);
    let data = machine
        .run(&["events", &name, "-o", "json"])
        .exits(0)
        .data();
    let ids: Vec<_> = data["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["logical_id"].clone())
        .collect();
    assert!(ids.contains(&json!("Inbox")), "{data}");
    let healthy = machine.run(&["diagnose", &name]).exits(0).text();
    assert!(healthy.contains("nothing is wrong"), "{healthy}");
    machine
        .run(&["diagnose", "not-there"])
        .exits(2)
        .says(&["stack.missing"]);
}

#[test]
fn what_is_in_a_nested_stack_is_compared_with_what_is_deployed_there() {
    let test = "what_is_in_a_nested_stack_is_compared_with_what_is_deployed_there";
    let Some((machine, endpoint)) = signed_in(test) else {
        return;
    };
    let name = format!("N{}Mail", std::process::id());
    let prefix = format!("prefix=N{}", std::process::id());
    let news = |command: &[&str], title: &str| {
        let context = ["-c", "only=news", "-c", &prefix, "-c", title];
        machine.run(&[command, &context[..]].concat())
    };
    let synth = ["synth", "-o", "json", "--output-dir", "main"];
    let template = news(&synth, "title=old").exits(0).text();
    let mut template: Value = serde_json::from_str(&template).unwrap();
    let resources = template["Resources"].as_object_mut().unwrap();
    let (id, stack) = resources
        .iter_mut()
        .find(|(_, it)| it["Type"] == "AWS::CloudFormation::Stack")
        .unwrap();
    assert!(id.starts_with("News"), "{id}");
    let bucket = format!("nested-{}", std::process::id());
    stack["Properties"]["TemplateURL"] = json!(format!("{endpoint}/{bucket}/news.json"));
    let files = std::fs::read_dir(machine.work().join("main")).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    let nested = files.find(|file| file.to_string_lossy().ends_with(".nested.template.json"));
    let nested = std::fs::read_to_string(nested.unwrap()).unwrap();
    for (what, body) in [("", ""), ("/news.json", nested.as_str())] {
        let answer = request(&endpoint, &format!("PUT /{bucket}{what}"), "s3", "", body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    create(&endpoint, &name, &template.to_string());

    let within = format!("{name}/News");
    let changed = news(&["diff", "-o", "json"], "title=new").exits(0).data();
    let stacks = changed["stacks"].as_array().unwrap();
    assert_eq!(stacks[1]["name"], within, "{changed}");
    assert_eq!(stacks[1]["changes"]["summary"]["change"], 1, "{changed}");
    assert!(stacks[1].to_string().contains("DisplayName"), "{changed}");
    // Without AWS, between two assemblies.
    news(&["synth", "-q", "--output-dir", "branch"], "title=new").exits(0);
    let words = ["diff", "--template", "main", "--assembly", "branch"];
    let drawn = machine.run(&words).exits(0).text();
    assert!(
        drawn.contains(&within) && drawn.contains("DisplayName"),
        "{drawn}"
    );
}

#[test]
fn two_assemblies_are_compared_stack_by_stack_without_aws() {
    let Some(machine) = machine("two_assemblies_are_compared_stack_by_stack_without_aws") else {
        return;
    };
    let write = |directory: &str, prefix: &str, size: &str| {
        let words = ["-c", "only=stores", "-c", prefix, "-c", size];
        let words = [&["synth", "-q", "--output-dir", directory], &words[..]].concat();
        machine.run(&words).exits(0);
    };
    write("main", "prefix=Old", "size=0");
    write("branch", "prefix=Old", "size=1");
    let diff = |more: &[&str]| machine.run(&[&["diff", "--template", "main"], more].concat());
    let changed = diff(&["--assembly", "branch", "--fail-on", "any-change"]).exits(1);
    assert!(changed.text().contains("DelaySeconds"), "{changed:?}");
    diff(&["--assembly", "main", "--fail-on", "any-change"]).exits(0);
    // Under another name it is another stack, and the old one is gone with what it stores.
    write("renamed", "prefix=New", "size=0");
    let renamed = diff(&["--assembly", "renamed", "-o", "json"])
        .exits(0)
        .says(&["`OldStores` is no longer in the app"])
        .data();
    let stacks = renamed["stacks"].as_array().unwrap();
    let told = |at: usize, what: &str| stacks[at]["changes"]["summary"][what].clone();
    assert_eq!(
        (stacks[0]["name"].as_str(), told(0, "add")),
        (Some("NewStores"), json!(2))
    );
    assert_eq!(
        (stacks[1]["name"].as_str(), told(1, "remove")),
        (Some("OldStores"), json!(2))
    );
    assert_eq!(told(1, "lost"), 2, "{renamed}");
    let chosen = diff(&["--assembly", "renamed", "NewStores", "-o", "json"])
        .exits(0)
        .data();
    assert_eq!(chosen["stacks"].as_array().unwrap().len(), 1);
}

/// `text` as a form has it.
fn form(text: &str) -> String {
    let mut form = String::new();
    for byte in text.bytes() {
        write!(form, "%{byte:02X}").unwrap();
    }
    form
}

#[test]
fn every_stack_of_an_app_is_checked() {
    let Some(machine) = machine("every_stack_of_an_app_is_checked") else {
        return;
    };
    let run = machine
        .run(&["validate", "--no-security", "-c", "only=error"])
        .exits(1);
    let text = run.text();
    assert!(text.contains("property.range"), "{text}");
    assert!(text.contains("Wrong/Letters"), "{text}");
    assert!(text.contains("Wrong.template.json:"), "{text}");
    // Of the two stages, four stacks and the two that are nested in them.
    machine
        .run(&["validate", "--no-security"])
        .exits(0)
        .says(&["in 6 templates"]);
    machine.run(&["synth", "-q", "-c", "only=error"]).exits(1);
    // The same from what it wrote.
    let again = machine
        .run(&["validate", "--no-security", "--assembly", "cdk.out"])
        .exits(1);
    assert_eq!(again.text(), text);
}
