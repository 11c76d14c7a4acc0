//! The stock `cdk` command does with an assembly of ours what it does with its own.

use std::path::Path;
use std::process::Command;

use synth::asset::{DirectoryOptions, directory};
use synth::cfn::{s3, ssm};
use synth::dynamodb::{Attribute, Table, TableProps};
use synth::iam::{PolicyDocument, Role, RoleProps, Trust};
use synth::logs::{LogGroup, LogGroupProps};
use synth::{
    Assembly, AssetStore, DeletionPolicy, Environment, NestedStackProps, Output, Stack, StackProps,
};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "us-east-1";

fn props(depends_on: &[&'static str]) -> StackProps {
    StackProps {
        environment: Environment {
            account: Some(ACCOUNT.into()),
            region: Some(REGION.into()),
        },
        tags: vec![("project".into(), "peer".into())],
        depends_on: depends_on.iter().copied().map(Into::into).collect(),
        ..StackProps::default()
    }
}

/// Two stacks, the second of which waits for the first.
fn assembly() -> Assembly {
    let mut data = Stack::new("PeerData", props(&[]));
    let table = TableProps {
        removal: DeletionPolicy::Delete,
        ..TableProps::new(Attribute::text("id"))
    };
    let table = Table::new(data.child("Table"), table);
    data.scope().output("TableName", Output::new(table.name()));
    let mut policy = PolicyDocument::new();
    table.grant_read(&mut policy);
    let role = RoleProps {
        policy,
        ..RoleProps::new(Trust::service("ecs-tasks.amazonaws.com"))
    };
    Role::new(data.child("Reader"), role);

    let mut logs = Stack::new("PeerLogs", props(&["PeerData"]));
    let group = LogGroupProps {
        removal: DeletionPolicy::Delete,
        ..LogGroupProps::default()
    };
    LogGroup::new(logs.child("Logs"), group);
    Assembly::synthesize([logs, data]).unwrap()
}

/// Runs `cdk` on the assembly in `directory`; gives what it printed, on both streams.
fn cdk(modules: &Path, endpoint: &str, directory: &Path, words: &[&str]) -> String {
    let mut command = Command::new(modules.join(".bin").join("cdk"));
    command
        .args(words)
        .args(["--no-notices", "--no-color", "--app"])
        .arg(directory)
        .current_dir(directory)
        .env("HOME", directory)
        .env("CDK_DISABLE_CLI_TELEMETRY", "true")
        .env("NODE_NO_WARNINGS", "1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", REGION)
        .env("AWS_ENDPOINT_URL", endpoint);
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(output.status.success(), "cdk {words:?}: {text}");
    text
}

#[test]
fn the_stock_command_lists_compares_deploys_and_destroys_what_we_write() {
    let test = "the_stock_command_lists_compares_deploys_and_destroys_what_we_write";
    let (Some(modules), Some(endpoint)) = (crate::modules(test), crate::emulator(test)) else {
        return;
    };
    let assembly = assembly();
    let directory = tempfile::tempdir().unwrap();
    assembly.write_to(directory.path()).unwrap();
    let cdk = |words: &[&str]| cdk(&modules, &endpoint, directory.path(), words);

    let listed = cdk(&["ls"]);
    assert_eq!(listed.lines().collect::<Vec<_>>(), ["PeerLogs", "PeerData"]);
    let template = cdk(&["synth", "PeerLogs"]);
    assert!(template.contains("RetentionInDays"), "{template}");
    let said = cdk(&["diff", "--all"]);
    assert!(said.contains("[+] AWS::DynamoDB::Table Table"), "{said}");
    assert!(said.contains("stacks with differences: 2"), "{said}");

    let said = cdk(&["deploy", "--all", "--require-approval", "never"]);
    let (data, logs) = (said.find("✅  PeerData"), said.find("✅  PeerLogs"));
    assert!(data.is_some() && data < logs, "{said}");
    assert!(said.contains("PeerData.TableName = "), "{said}");
    let said = cdk(&["diff", "--all"]);
    assert!(said.contains("stacks with differences: 0"), "{said}");
    let said = cdk(&["deploy", "--all", "--require-approval", "never"]);
    assert_eq!(said.matches("(no changes)").count(), 2, "{said}");
    let said = cdk(&["destroy", "--all", "--force"]);
    assert_eq!(said.matches(": destroyed").count(), 2, "{said}");
}

/// A stack with a bucket, and one whose files are published there.
fn assembly_with_files(files: &Path) -> Assembly {
    let mut store = Stack::new("PeerStore", props(&[]));
    let bucket = s3::Bucket {
        bucket_name: "peer-assets".into(),
        ..Default::default()
    };
    store.scope().add("Bucket", &bucket);
    let props = StackProps {
        asset_store: AssetStore::bucket("peer-assets"),
        ..props(&["PeerStore"])
    };
    let mut app = Stack::new("PeerApp", props);
    let asset = directory(files, &DirectoryOptions::default()).unwrap();
    let published = app.scope().publish("Files", asset);
    let parameter = ssm::Parameter::new("String", published.key.into_owned());
    let parameter = app.scope().add("Key", &parameter);
    let inner = ssm::Parameter::new("String", parameter.reference());
    app.scope()
        .nested("Inner", NestedStackProps::default(), |nested| {
            nested.scope().add("Name", &inner);
        });
    Assembly::synthesize([store, app]).unwrap()
}

#[test]
fn the_stock_command_publishes_our_files() {
    let test = "the_stock_command_publishes_our_files";
    let (Some(modules), Some(endpoint)) = (crate::modules(test), crate::emulator(test)) else {
        return;
    };
    let files = tempfile::tempdir().unwrap();
    std::fs::write(files.path().join("index.py"), "pass").unwrap();
    let directory = tempfile::tempdir().unwrap();
    assembly_with_files(files.path())
        .write_to(directory.path())
        .unwrap();
    let cdk = |words: &[&str]| cdk(&modules, &endpoint, directory.path(), words);
    let approve = ["--require-approval", "never", "--exclusively"];
    cdk(&[&["deploy", "PeerStore"], &approve[..]].concat());
    let said = cdk(&[&["deploy", "PeerApp"], &approve[..]].concat());
    assert!(said.contains("Published PeerApp/Files"), "{said}");
    assert!(said.contains("Published PeerApp/Inner"), "{said}");
    assert!(said.contains("✅  PeerApp"), "{said}");
    cdk(&["destroy", "--all", "--force"]);
}
