//! Resources that exist are taken into stacks, new ones too, and nothing else changes.

use std::fs;

use serde_json::{Value, json};

use crate::deploy::{Assembly, last, signed_in};
use crate::installation::{post, request, stack};

const FORM: &str = "application/x-www-form-urlencoded";

impl Assembly<'_> {
    /// A stack with a parameter of this value, these resources more, and an output for each of them.
    fn write_mail(&self, value: &str, more: &Value) {
        let manifest = json!({ "version": "48.0.0", "artifacts": {
            "Mail": self.stack("Mail", &[], &json!({})),
        } });
        self.write("manifest.json", &manifest);
        let name = json!({ "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": value } });
        let mut resources = json!({ "Name": name });
        let more = more.as_object().unwrap();
        resources.as_object_mut().unwrap().extend(more.clone());
        let output = |id: &String| (id.clone(), json!({ "Value": { "Ref": id } }));
        let outputs: serde_json::Map<String, Value> = more.keys().map(output).collect();
        let template = json!({ "Resources": resources, "Outputs": outputs });
        self.write("Mail.template.json", &template);
    }
}

fn state(endpoint: &str, name: &str) -> String {
    let answer = stack(endpoint, name).unwrap();
    let (_, rest) = answer.split_once("<StackStatus>").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[test]
fn what_exists_is_taken_into_a_stack_and_nothing_else_changes() {
    let test = "what_exists_is_taken_into_a_stack_and_nothing_else_changes";
    let Some((machine, endpoint)) = signed_in(test) else {
        return;
    };
    let app = Assembly {
        machine: &machine,
        prefix: "imported",
    };
    request(&endpoint, "PUT /imported-letters", "s3", "", "");
    let inbox = "Action=CreateQueue&Version=2012-11-05&QueueName=imported-inbox";
    post(&endpoint, "sqs", FORM, "", inbox);
    app.write_mail("one", &json!({}));
    let run = |arguments: &[&str]| {
        machine.run(&[&[arguments[0], "--assembly", "out"], &arguments[1..]].concat())
    };
    run(&["apply", "--yes"]).exits(0);
    run(&["import", "--yes"])
        .exits(0)
        .says(&["Mail: there is nothing to import"]);

    // The template names the bucket, and nothing names the queue.
    let more = json!({
        "Letters": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "imported-letters" } },
        "Inbox": { "Type": "AWS::SQS::Queue" },
    });
    app.write_mail("one", &more);
    run(&["import"]).exits(2).says(&["--yes"]);
    run(&["import", "--yes"]).exits(2).says(&[
        "for Inbox (AWS::SQS::Queue): QueueUrl",
        "--record-resource-mapping",
    ]);
    run(&["import", "--record-resource-mapping", "map.json"]).exits(0);
    let path = machine.work().join("map.json");
    let mut mapping: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        mapping,
        json!({ "Letters": { "BucketName": "imported-letters" }, "Inbox": { "QueueUrl": "" } })
    );
    mapping["Inbox"]["QueueUrl"] = format!("{endpoint}/123456789012/imported-inbox").into();
    fs::write(&path, mapping.to_string()).unwrap();
    let mapped = ["import", "--resource-mapping", "map.json"];

    // More than additions: refused, or left for later when that is said.
    app.write_mail("two", &more);
    run(&[&mapped[..], &["--yes"]].concat())
        .exits(2)
        .says(&["in more than new resources: Name changes"]);
    let shown = run(&[&mapped[..], &["--dry-run", "--force"]].concat()).exits(0);
    let said = shown.text();
    for part in [
        "Letters  AWS::S3::Bucket  BucketName=imported-letters",
        "left for `mycli apply`",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(state(&endpoint, "imported-mail"), "CREATE_COMPLETE");

    let imported = run(&[&mapped[..], &["--yes", "--force", "-o", "json"]].concat()).exits(0);
    let data = last(&imported);
    assert_eq!(
        (&data["applied"], &data["action"]),
        (&true.into(), &"update".into())
    );
    assert_eq!(state(&endpoint, "imported-mail"), "IMPORT_COMPLETE");
    assert!(
        !stack(&endpoint, "imported-mail")
            .unwrap()
            .contains("<OutputKey>")
    );

    // The rest comes with the next deployment, into the same bucket and the same queue.
    run(&["apply", "--yes"]).exits(0);
    let outputs = machine
        .run(&["outputs", "imported-mail", "-o", "json"])
        .data();
    assert_eq!(
        outputs["outputs"]["Letters"], "imported-letters",
        "{outputs}"
    );
    machine.run(&["drift", "imported-mail"]).exits(0);
    run(&["destroy", "--yes"]).exits(0);
}

#[test]
fn a_new_stack_is_made_of_what_exists_and_leaves_it_when_it_goes() {
    let test = "a_new_stack_is_made_of_what_exists_and_leaves_it_when_it_goes";
    let Some((machine, endpoint)) = signed_in(test) else {
        return;
    };
    let app = Assembly {
        machine: &machine,
        prefix: "adopted",
    };
    let manifest = |app: &Assembly| json!({ "version": "48.0.0", "artifacts": { "Mail": app.stack("Mail", &[], &json!({})) } });
    app.write("manifest.json", &manifest(&app));
    let bucket =
        |name: &str| json!({ "Type": "AWS::S3::Bucket", "Properties": { "BucketName": name } });
    let template = json!({ "Resources": { "Letters": bucket("adopted-letters") } });
    app.write("Mail.template.json", &template);
    let import = ["import", "Mail", "--assembly", "out", "--yes"];

    // A bucket that is not there is not imported, and no half of a stack is left.
    machine
        .run(&import)
        .exits(4)
        .says(&["Bucket not found", "see that each exists"]);
    assert_eq!(stack(&endpoint, "adopted-mail"), None);

    request(&endpoint, "PUT /adopted-letters", "s3", "", "");
    machine
        .run(&import)
        .exits(0)
        .says(&["Mail: imported 1 resource", "`mycli drift adopted-mail`"]);
    assert_eq!(state(&endpoint, "adopted-mail"), "IMPORT_COMPLETE");
    machine.run(&["destroy", "adopted-mail", "--yes"]).exits(0);
    assert_eq!(stack(&endpoint, "adopted-mail"), None);
    let buckets = request(&endpoint, "GET /", "s3", "", "");
    assert!(
        buckets.contains("<Name>adopted-letters</Name>"),
        "{buckets}"
    );
}
