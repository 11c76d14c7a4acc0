//! Any assembly is planned, applied and destroyed, stack by stack.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::installation::{post, request};
use crate::interrupted::{Gate, ended, interrupt};
use crate::machine::{Machine, Run, aws};

/// A machine with credentials for the emulator.
pub(crate) fn signed_in(test: &str) -> Option<(Machine, String)> {
    let endpoint = aws(test)?;
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", &endpoint)
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test")
        .with("AWS_REGION", "us-east-1");
    Some((machine, endpoint))
}

/// An assembly of two stacks, of which one needs the other, and a third that is long. Names begin with `prefix`.
pub(crate) struct Assembly<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) prefix: &'a str,
}

impl Assembly<'_> {
    pub(crate) fn write(&self, name: &str, value: &Value) {
        let directory = self.machine.work().join("out");
        fs::create_dir_all(directory.join("asset.c0de")).unwrap();
        fs::write(directory.join("asset.c0de/main.py"), "print(1)\n").unwrap();
        fs::write(directory.join(name), value.to_string()).unwrap();
    }

    pub(crate) fn stack(&self, name: &str, needs: &[&str], more: &Value) -> Value {
        let mut properties = json!({
            "templateFile": format!("{name}.template.json"),
            "stackName": format!("{}-{}", self.prefix, name.to_lowercase()),
        });
        let more = more.as_object().cloned().unwrap_or_default();
        properties.as_object_mut().unwrap().extend(more);
        json!({
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": properties,
            "dependencies": needs,
        })
    }

    pub(crate) fn write_all(&self) {
        self.write_data(1);
        let export = format!("{}-queue", self.prefix);
        let bucket = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}";
        let parameter = |value: Value| json!({ "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": value } });
        self.write(
            "Web.template.json",
            &json!({
                "Parameters": {
                    "Size": { "Type": "String", "Default": "1" },
                    "BootstrapVersion": {
                        "Type": "AWS::SSM::Parameter::Value<String>",
                        "Default": "/cdk-bootstrap/hnb659fds/version",
                    },
                },
                "Resources": {
                    "Queue": parameter(json!({ "Fn::ImportValue": export })),
                    "Code": parameter(json!({ "Fn::Sub": format!("s3://{bucket}/c0de.zip") })),
                    "Sized": parameter(json!({ "Ref": "Size" })),
                },
                "Outputs": { "Size": { "Value": { "Ref": "Size" } } },
            }),
        );
        let queue = |at: usize| {
            let tag = json!({ "Key": "long", "Value": "x".repeat(200) });
            let queue = json!({ "Type": "AWS::SQS::Queue", "Properties": { "Tags": [tag] } });
            (format!("Q{at}"), queue)
        };
        let queues: serde_json::Map<String, Value> = (0..200).map(queue).collect();
        self.write("Long.template.json", &json!({ "Resources": queues }));
        let destination = json!({ "bucketName": bucket, "objectKey": "c0de.zip" });
        self.write(
            "Web.assets.json",
            &json!({ "version": "48.0.0", "files": { "c0de": {
                "displayName": "Web/Code",
                "source": { "path": "asset.c0de", "packaging": "zip" },
                "destinations": { "here": destination },
            } } }),
        );
        self.write_manifest(&json!({ "terminationProtection": true }));
    }

    /// `web` is what the manifest says of that stack beside its name.
    pub(crate) fn write_manifest(&self, web: &Value) {
        self.write(
            "manifest.json",
            &json!({ "version": "48.0.0", "artifacts": {
                "Web.assets": { "type": "cdk:asset-manifest", "properties": { "file": "Web.assets.json" } },
                "Web": self.stack("Web", &["Data", "Web.assets"], web),
                "Data": self.stack("Data", &[], &json!({ "tags": { "team": "web" } })),
                "Long": self.stack("Long", &[], &json!({})),
            } }),
        );
    }

    /// `delay` is a property of a queue.
    pub(crate) fn write_data(&self, delay: u32) {
        let export = json!({ "Name": format!("{}-queue", self.prefix) });
        self.write(
            "Data.template.json",
            &json!({
                "Resources": {
                    "Queue": { "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": delay } },
                    "Bucket": { "Type": "AWS::S3::Bucket" },
                },
                "Outputs": { "Arn": { "Value": { "Fn::GetAtt": ["Queue", "Arn"] }, "Export": export } },
            }),
        );
    }
}

/// `data` of the last JSON document on standard output, which comes after those that tell of progress.
pub(crate) fn last(run: &Run) -> Value {
    let text = run.text();
    let document: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    document["data"].clone()
}

/// What became of each stack, by its name in the app.
fn outcomes(run: &Run) -> Vec<(String, String)> {
    let data = last(run);
    let stacks = data["stacks"].as_array().unwrap().iter();
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    stacks
        .map(|one| (word(one, "name"), word(one, "outcome")))
        .collect()
}

fn words(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(one, other): &(&str, &str)| ((*one).to_owned(), (*other).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn an_app_is_deployed_in_its_order_and_destroyed_against_it() {
    let Some((machine, _)) = signed_in("an_app_is_deployed_in_its_order_and_destroyed_against_it")
    else {
        return;
    };
    let app = Assembly {
        machine: &machine,
        prefix: "ordered",
    };
    app.write_all();
    let run = |arguments: &[&str]| {
        machine.run(&[&[arguments[0], "--assembly", "out"], &arguments[1..]].concat())
    };

    // Nobody is there to be asked: nothing is left behind.
    let refused = run(&["apply"]).exits(2).says(&["--require-approval"]);
    assert!(
        refused.text().contains("3 of 3 stacks to deploy"),
        "{refused:?}"
    );
    machine.run(&["diagnose", "ordered-data"]).exits(2);

    // Without `cdk bootstrap`: a bucket is made, what is published goes there, and the template says so.
    let deployed = run(&["apply", "--yes", "-o", "json", "-O", "outputs.json"]).exits(0);
    let expected = words(&[
        ("Data", "deployed"),
        ("Web", "deployed"),
        ("Long", "deployed"),
    ]);
    assert_eq!(outcomes(&deployed), expected);
    let text = fs::read_to_string(machine.work().join("outputs.json")).unwrap();
    let outputs: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(outputs["ordered-web"]["Size"], "1");
    run(&["apply", "--yes"]).exits(0).says(&[
        "Data: unchanged",
        "Web: unchanged",
        "Long: unchanged",
    ]);

    // A parameter that nobody names keeps its value.
    run(&[
        "apply",
        "Web",
        "--exclusively",
        "--yes",
        "--parameters",
        "Web:Size=7",
    ])
    .exits(0);
    let kept = last(&run(&["apply", "Web", "--yes", "-o", "json"]).exits(0));
    assert_eq!(kept["stacks"][1]["outputs"]["Size"], "7");
    run(&["apply", "--yes", "--parameters", "Nothing=7"])
        .exits(2)
        .says(&["no stack has the parameter `Nothing`"]);

    // What others need is not destroyed, and what is protected neither.
    machine
        .run(&["destroy", "ordered-data", "--yes"])
        .exits(2)
        .says(&["ordered-web imports `ordered-queue`"]);
    run(&["destroy", "--yes"]).says(&["termination protection is on"]);
    app.write(
        "manifest.json",
        &json!({ "version": "48.0.0", "artifacts": {
            "Web": app.stack("Web", &["Data"], &json!({})),
            "Data": app.stack("Data", &[], &json!({ "tags": { "team": "web" } })),
            "Long": app.stack("Long", &[], &json!({})),
        } }),
    );
    run(&["plan", "Web"]).exits(0);
    run(&["apply", "Web", "--yes"]).exits(0);
    let gone = run(&["destroy", "--yes", "--retain", "Bucket", "-o", "ndjson"]).exits(0);
    let stacks = last(&gone)["stacks"].as_array().unwrap().clone();
    assert!(
        stacks.iter().all(|one| one["destroyed"] == true),
        "{stacks:?}"
    );
    run(&["destroy", "--yes"])
        .exits(0)
        .says(&["there is nothing to destroy"]);
}

#[test]
fn a_plan_in_a_file_is_applied_once_and_only_while_it_holds() {
    let Some((machine, _)) = signed_in("a_plan_in_a_file_is_applied_once_and_only_while_it_holds")
    else {
        return;
    };
    let app = Assembly {
        machine: &machine,
        prefix: "planned",
    };
    app.write_all();
    let plan = |file: &str| {
        machine
            .run(&["plan", "Web", "--assembly", "out", "--out", file])
            .exits(0)
    };
    let planned = plan("first.plan");
    assert!(
        planned.text().contains("its change set is made after Data"),
        "{planned:?}"
    );
    assert!(is_private(&machine.work().join("first.plan")));
    machine
        .run(&["apply", "first.plan"])
        .exits(0)
        .says(&["Data: deployed", "Web: deployed"]);
    let again = machine.run(&["apply", "first.plan"]);
    again.exits(2).says(&["is out of date", "plan again"]);

    // Two plans of one stack: when the one is applied, the other no longer holds.
    app.write_data(2);
    plan("one.plan");
    app.write_data(3);
    plan("other.plan");
    machine.run(&["apply", "other.plan"]).exits(0);
    machine
        .run(&["apply", "one.plan"])
        .exits(2)
        .says(&["is out of date"]);

    // A plan that somebody has changed is none.
    app.write_data(4);
    plan("forged.plan");
    let path = machine.work().join("forged.plan");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replace(r#"DelaySeconds\":4"#, r#"DelaySeconds\":5"#),
    )
    .unwrap();
    machine
        .run(&["apply", "forged.plan"])
        .exits(2)
        .says(&["is not the one that was planned"]);

    let clean = ["destroy", "--yes", "--assembly", "out", "Data", "Web"];
    let protected = machine.run(&clean);
    protected.says(&["termination protection is on"]);
}

#[test]
fn what_was_changed_behind_a_stack_is_told_property_by_property() {
    let Some((machine, endpoint)) =
        signed_in("what_was_changed_behind_a_stack_is_told_property_by_property")
    else {
        return;
    };
    let app = Assembly {
        machine: &machine,
        prefix: "drifted",
    };
    app.write_all();
    machine
        .run(&["apply", "--assembly", "out", "Data", "--yes"])
        .exits(0);
    machine.run(&["drift", "drifted-data"]).exits(0);
    let arn = machine.run(&["outputs", "drifted-data", "Arn"]).exits(0);
    let queue = arn.text().rsplit(':').next().unwrap().to_owned();
    let body = format!(
        "Action=SetQueueAttributes&Version=2012-11-05&QueueUrl={endpoint}/123456789012/{queue}\
         &Attribute.1.Name=DelaySeconds&Attribute.1.Value=9"
    );
    let kind = "application/x-www-form-urlencoded";
    post(&endpoint, "sqs", kind, "", &body);
    let drifted = machine.run(&["drift", "drifted-data"]).exits(1);
    let text = drifted.text();
    assert!(text.contains("DelaySeconds: 1 → 9"), "{text}");
    assert!(
        text.ends_with("drifted-data: 1 drifted, 1 in sync"),
        "{text}"
    );
    machine
        .run(&["watch", "drifted-data"])
        .exits(0)
        .says(&["nothing is being done"]);
    let refused = machine.run(&["rollback", "drifted-data", "--yes"]);
    refused.exits(4).says(&["there is nothing to undo"]);
    machine
        .run(&["destroy", "drifted-data", "--yes"])
        .exits(0)
        .says(&["destroyed"]);
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777 == 0o600
}

#[test]
fn what_cdk_bootstrap_made_is_used() {
    let Some((machine, endpoint)) = signed_in("what_cdk_bootstrap_made_is_used") else {
        return;
    };
    // Another region than the other tests', where there is no such bucket.
    let machine = machine.with("AWS_REGION", "eu-west-1");
    let bucket = "cdk-hnb659fds-assets-123456789012-eu-west-1";
    let location = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>\
                    </CreateBucketConfiguration>";
    request(&endpoint, &format!("PUT /{bucket}"), "s3", "", location);
    let app = Assembly {
        machine: &machine,
        prefix: "bootstrapped",
    };
    app.write_all();
    let role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/deploy";
    let properties = json!({ "stackName": "bootstrapped-web", "assumeRoleArn": role });
    app.write(
        "manifest.json",
        &json!({ "version": "48.0.0", "artifacts": {
            "Web.assets": { "type": "cdk:asset-manifest", "properties": { "file": "Web.assets.json" } },
            "Web": app.stack("Web", &["Web.assets"], &properties),
        } }),
    );
    app.write(
        "Web.template.json",
        &json!({ "Resources": { "Code": { "Type": "AWS::SSM::Parameter", "Properties": {
            "Type": "String",
            "Value": { "Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}" },
        } } }, "Outputs": { "Bucket": { "Value": { "Fn::GetAtt": ["Code", "Value"] } } } }),
    );
    let run = machine
        .run(&["apply", "--assembly", "out", "--yes", "-o", "json"])
        .exits(0)
        .says(&["published Web/Code to cdk-hnb659fds-assets-123456789012-eu-west-1"]);
    assert_eq!(last(&run)["stacks"][0]["outputs"]["Bucket"], bucket);
}

#[test]
fn what_a_newer_program_made_is_not_deployed_over() {
    let Some((machine, _)) = signed_in("what_a_newer_program_made_is_not_deployed_over") else {
        return;
    };
    let app = Assembly {
        machine: &machine,
        prefix: "newer",
    };
    let value = |value: &str| json!({ "Value": value });
    app.write(
        "Team.template.json",
        &json!({
            "Resources": { "Queue": { "Type": "AWS::SQS::Queue" } },
            "Outputs": { "Table": value("t"), "Version": value("99.1.2") },
        }),
    );
    app.write(
        "manifest.json",
        &json!({ "version": "48.0.0", "artifacts": { "Team": app.stack("Team", &[], &json!({})) } }),
    );
    machine
        .run(&["apply", "--assembly", "out", "--yes"])
        .exits(0);
    let told = ["installation.newer", "99.1.2", "use mycli"];
    machine
        .run(&["init", "--name", "newer-team", "--yes"])
        .exits(2)
        .says(&told);
    let gone = machine.run(&["outputs", "newer-team"]).exits(0).text();
    assert!(gone.contains("99.1.2"), "{gone}");
}

#[test]
fn an_interrupted_deployment_begins_no_further_stack_and_is_taken_up() {
    let test = "an_interrupted_deployment_begins_no_further_stack_and_is_taken_up";
    let Some((machine, endpoint)) = signed_in(test) else {
        return;
    };
    let gate = Gate::before(&endpoint, "Action=ExecuteChangeSet");
    let machine = machine.with("AWS_ENDPOINT_URL", &gate.address);
    let app = Assembly {
        machine: &machine,
        prefix: "left",
    };
    app.write_all();
    let apply = ["apply", "--assembly", "out", "Web", "--yes"];
    let child = machine.start(&apply);
    gate.arrived.recv().unwrap();
    interrupt(&child);
    let run = ended(child).exits(130);
    gate.pass.send(()).unwrap();
    run.says(&["beginning no further stack", "`mycli watch left-data`"]);
    machine.run(&["watch", "left-web"]).exits(2);
    machine.run(&apply).exits(0).says(&["Web: deployed"]);
}
