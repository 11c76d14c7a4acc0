//! Every state that a stack can be left in is reached for real, is told, and is left again by what `mycli diagnose` says.
//!
//! A wait condition holds a stack in the middle of an operation until it is told how that ends. A repository with an image in
//! it is what cannot be deleted.

use std::fs;
use std::process::Child;

use serde_json::{Value, json};

use crate::installation::{post, stack};
use crate::interrupted::{ended, interrupt};
use crate::machine::{Machine, Run, aws};

const FORM: &str = "application/x-www-form-urlencoded";
const APPLY: [&str; 4] = ["apply", "--assembly", "out", "--yes"];

/// An app of one stack.
struct App {
    machine: Machine,
    endpoint: String,
    stack: &'static str,
}

impl App {
    fn new(test: &str, stack: &'static str) -> Option<Self> {
        let endpoint = aws(test)?;
        let machine = Machine::new()
            .with("AWS_ENDPOINT_URL", &endpoint)
            .with("AWS_ACCESS_KEY_ID", "test")
            .with("AWS_SECRET_ACCESS_KEY", "test")
            .with("AWS_REGION", "us-east-1");
        fs::create_dir(machine.work().join("out")).unwrap();
        let app = Self {
            machine,
            endpoint,
            stack,
        };
        let artifact = json!({
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": { "templateFile": "App.template.json", "stackName": stack },
        });
        let manifest = json!({ "version": "48.0.0", "artifacts": { "App": artifact } });
        app.write("manifest.json", &manifest);
        Some(app)
    }

    fn write(&self, file: &str, value: &Value) {
        let path = self.machine.work().join("out").join(file);
        fs::write(path, value.to_string()).unwrap();
    }

    /// The stack shall be these repositories, and after them these wait conditions, one after the other.
    fn shall_be(&self, repositories: &[&str], waits: &[&str]) {
        let repository = |id: &&str| {
            let name = self.repository(id);
            let properties = json!({ "RepositoryName": name });
            let resource = json!({ "Type": "AWS::ECR::Repository", "Properties": properties });
            ((*id).to_owned(), resource)
        };
        let wait = |(at, id): (usize, &&str)| {
            let after = [repositories, waits.get(..at).unwrap_or_default()].concat();
            let resource = json!({
                "Type": "AWS::CloudFormation::WaitCondition",
                "DependsOn": after,
                "CreationPolicy": { "ResourceSignal": { "Timeout": "PT10M" } },
            });
            ((*id).to_owned(), resource)
        };
        let resources = repositories.iter().map(repository);
        let resources: serde_json::Map<String, Value> = resources
            .chain(waits.iter().enumerate().map(wait))
            .collect();
        self.write("App.template.json", &json!({ "Resources": resources }));
    }

    fn repository(&self, id: &str) -> String {
        format!("{}-{}", self.stack, id.to_lowercase())
    }

    /// Puts an image into a repository, once it is there, so that CloudFormation cannot delete it.
    fn fill(&self, id: &str) {
        let manifest = json!({ "schemaVersion": 2, "config": {}, "layers": [] }).to_string();
        let name = self.repository(id);
        let image =
            json!({ "repositoryName": name, "imageManifest": manifest, "imageTag": "kept" });
        until(|| accepted(self.ecr("PutImage", &image)));
    }

    /// Takes a repository away behind the stack's back.
    fn lose(&self, id: &str) {
        let repository = json!({ "repositoryName": self.repository(id), "force": true });
        accepted(self.ecr("DeleteRepository", &repository)).unwrap();
    }

    fn ecr(&self, action: &str, body: &Value) -> String {
        self.ask("ecr", "AmazonEC2ContainerRegistry_V20150921", action, body)
    }

    fn pools(&self, action: &str, body: &Value) -> String {
        let target = "AWSCognitoIdentityProviderService";
        self.ask("cognito-idp", target, action, body)
    }

    fn ask(&self, service: &str, target: &str, action: &str, body: &Value) -> String {
        let target = format!("X-Amz-Target: {target}.{action}\r\n");
        let kind = "application/x-amz-json-1.1";
        post(&self.endpoint, service, kind, &target, &body.to_string())
    }

    /// Begins a deployment, and returns when CloudFormation has begun.
    fn begin(&self) -> Child {
        let child = self.machine.start(&APPLY);
        until(|| {
            let state = self.state();
            let has_begun = state.ends_with("_IN_PROGRESS") && state != "REVIEW_IN_PROGRESS";
            if has_begun { Ok(()) } else { Err(state) }
        });
        child
    }

    /// Tells a wait condition, once it waits, how it ends: `SUCCESS` or `FAILURE`.
    fn signal(&self, wait: &str, status: &str) {
        let query = format!(
            "Action=SignalResource&Version=2010-05-15&StackName={}&LogicalResourceId={wait}&UniqueId=1&Status={status}",
            self.stack
        );
        until(|| accepted(post(&self.endpoint, "cloudformation", FORM, "", &query)));
    }

    /// Deploys to the end of `wait`.
    fn deploy(&self, wait: &str, status: &str) -> Run {
        let child = self.begin();
        self.signal(wait, status);
        ended(child)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.machine.run(arguments)
    }

    fn state(&self) -> String {
        let answer = stack(&self.endpoint, self.stack).unwrap_or_default();
        let (_, state) = answer.split_once("<StackStatus>").unwrap_or(("", "gone<"));
        state.split('<').next().unwrap_or_default().to_owned()
    }

    /// Panics unless the stack is in `state` and `mycli diagnose` says so, the cause, and what to do.
    #[track_caller]
    fn is_diagnosed(&self, state: &str, parts: &[&str]) {
        assert_eq!(self.state(), state);
        let told = self.run(&["diagnose", self.stack]).text();
        for part in [&[state], parts].concat() {
            assert!(told.contains(part), "no `{part}` in:\n{told}");
        }
    }

    fn is_gone(&self) {
        assert!(stack(&self.endpoint, self.stack).is_none());
    }
}

/// Asks until the answer is yes, at most half a minute.
fn until(asked: impl Fn() -> Result<(), String>) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while let Err(answer) = asked() {
        assert!(std::time::Instant::now() < deadline, "{answer}");
    }
}

fn accepted(answer: String) -> Result<(), String> {
    if answer.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(answer)
    }
}

#[test]
fn what_is_under_way_is_watched_and_nothing_is_begun_beside_it() {
    let test = "what_is_under_way_is_watched_and_nothing_is_begun_beside_it";
    let Some(app) = App::new(test, "under-way") else {
        return;
    };
    app.shall_be(&["Images"], &["Wait"]);
    let first = app.begin();
    app.run(&APPLY)
        .exits(4)
        .says(&["CREATE_IN_PROGRESS", "stack.not-ready", "wait"]);
    app.is_diagnosed("CREATE_IN_PROGRESS", &["mycli watch under-way"]);
    let watching = app.machine.start(&["watch", "under-way"]);
    app.signal("Wait", "SUCCESS");
    ended(first).exits(0);
    ended(watching).exits(0);
    let same = app.run(&APPLY).exits(0);
    assert!(same.text().contains("as it should be"), "{same:?}");
}

#[test]
fn a_second_interrupt_cancels_the_update() {
    let Some(app) = App::new("a_second_interrupt_cancels_the_update", "cancelled") else {
        return;
    };
    app.shall_be(&["Images"], &[]);
    app.run(&APPLY).exits(0);
    app.shall_be(&["Images", "More"], &["Wait", "Never"]);
    let mut child = app.begin();
    // The second one counts once the first one was heard.
    while child.try_wait().unwrap().is_none() {
        interrupt(&child);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    ended(child)
        .exits(130)
        .says(&["the update is cancelled", "mycli watch cancelled"]);
    app.run(&APPLY).exits(4).says(&["UPDATE_IN_PROGRESS"]);
    // The emulator hears of it before the next resource.
    app.signal("Wait", "SUCCESS");
    app.run(&["watch", "cancelled"]);
    app.is_diagnosed("UPDATE_ROLLBACK_COMPLETE", &["as it was before"]);
}

#[test]
fn a_stack_that_was_never_made_is_made_anew() {
    let test = "a_stack_that_was_never_made_is_made_anew";
    let Some(app) = App::new(test, "never-made") else {
        return;
    };
    app.shall_be(&["Images"], &["Wait"]);
    app.deploy("Wait", "FAILURE").exits(4).says(&[
        "`Wait`",
        "FAILURE",
        "mycli diagnose never-made",
    ]);
    app.is_diagnosed("ROLLBACK_COMPLETE", &["cause: Wait", "mycli apply"]);
    app.deploy("Wait", "SUCCESS").exits(0);
    assert_eq!(app.state(), "CREATE_COMPLETE");
}

#[test]
fn what_could_not_be_rolled_back_is_destroyed() {
    let test = "what_could_not_be_rolled_back_is_destroyed";
    let Some(app) = App::new(test, "stuck") else {
        return;
    };
    app.shall_be(&["Images"], &["Wait"]);
    let child = app.begin();
    app.fill("Images");
    app.signal("Wait", "FAILURE");
    ended(child).exits(4);
    app.is_diagnosed("ROLLBACK_FAILED", &["mycli destroy stuck --retain"]);
    app.run(&APPLY).exits(4).says(&["ROLLBACK_FAILED"]);
    app.run(&["destroy", "stuck", "--yes"]).exits(0);
    app.is_gone();
}

#[test]
fn what_could_not_be_deleted_is_retained_or_emptied() {
    let test = "what_could_not_be_deleted_is_retained_or_emptied";
    let Some(app) = App::new(test, "filled") else {
        return;
    };
    app.shall_be(&["Images", "More"], &[]);
    app.run(&APPLY).exits(0);
    app.fill("Images");
    app.run(&["destroy", "filled", "--yes"]).exits(4);
    app.is_diagnosed("DELETE_FAILED", &["cause: Images", "--retain Images"]);
    let retain = ["destroy", "filled", "--yes", "--retain", "Images"];
    app.run(&retain).exits(0).says(&["kept: "]);
    app.is_gone();
    app.lose("Images");
    app.run(&APPLY).exits(0);
    app.fill("Images");
    app.run(&["destroy", "filled", "--yes", "--empty"]).exits(0);
    app.is_gone();
}

#[test]
fn an_update_that_could_not_be_undone_goes_on_without_what_is_in_its_way() {
    let test = "an_update_that_could_not_be_undone_goes_on_without_what_is_in_its_way";
    let Some(app) = App::new(test, "half-undone") else {
        return;
    };
    let pool = |length: u32| {
        let policy = json!({ "PasswordPolicy": { "MinimumLength": length } });
        let properties = json!({ "UserPoolName": "half-undone", "Policies": policy });
        json!({ "Type": "AWS::Cognito::UserPool", "Properties": properties })
    };
    let outputs = json!({ "Id": { "Value": { "Ref": "Pool" } } });
    let shall_be = |resources: Value| {
        let template = json!({ "Resources": resources, "Outputs": outputs });
        app.write("App.template.json", &template);
    };
    shall_be(json!({ "Pool": pool(8) }));
    app.run(&APPLY).exits(0);
    let id = app.run(&["outputs", "half-undone", "Id"]).exits(0).text();
    let wait = json!({
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": "Pool",
        "CreationPolicy": { "ResourceSignal": { "Timeout": "PT10M" } },
    });
    shall_be(json!({ "Pool": pool(12), "Wait": wait }));
    let child = app.begin();
    let named = json!({ "UserPoolId": id });
    until(|| match app.pools("DescribeUserPool", &named) {
        answer
            if answer.contains("\"MinimumLength\": 12")
                || answer.contains("\"MinimumLength\":12") =>
        {
            Ok(())
        }
        answer => Err(answer),
    });
    accepted(app.pools("DeleteUserPool", &named)).unwrap();
    app.signal("Wait", "FAILURE");
    ended(child).exits(4);
    let ways = ["mycli rollback half-undone", "--skip Pool"];
    app.is_diagnosed("UPDATE_ROLLBACK_FAILED", &ways);
    app.run(&APPLY).exits(4).says(&["mycli rollback"]);
    app.run(&["rollback", "half-undone", "--yes"]).exits(4);
    let skip = ["rollback", "half-undone", "--yes", "--skip", "Pool"];
    app.run(&skip).exits(0);
    assert_eq!(app.state(), "UPDATE_ROLLBACK_COMPLETE");
}

#[test]
fn what_worked_is_kept_when_that_is_wanted_and_taken_up_or_undone() {
    let test = "what_worked_is_kept_when_that_is_wanted_and_taken_up_or_undone";
    let Some(app) = App::new(test, "kept") else {
        return;
    };
    app.shall_be(&["Images"], &["Wait"]);
    let keeping = [&APPLY[..], &["--no-rollback"]].concat();
    let ends = |status: &str| {
        let child = app.machine.start(&keeping);
        app.signal("Wait", status);
        ended(child)
    };
    ends("FAILURE").exits(4);
    let ways = ["cause: Wait", "--no-rollback", "mycli rollback kept"];
    app.is_diagnosed("CREATE_FAILED", &ways);
    app.run(&["rollback", "kept", "--yes"]).exits(0);
    assert_eq!(app.state(), "ROLLBACK_COMPLETE");
    ends("FAILURE").exits(4);
    assert_eq!(app.state(), "CREATE_FAILED");
    // CloudFormation takes it up only where a failure is kept once more.
    app.run(&APPLY)
        .exits(4)
        .says(&["deploy with --no-rollback"]);
    ends("SUCCESS").exits(0);
    assert_eq!(app.state(), "UPDATE_COMPLETE");
}

#[test]
fn a_plan_that_nobody_applied_is_told_and_forgotten() {
    let test = "a_plan_that_nobody_applied_is_told_and_forgotten";
    let Some(app) = App::new(test, "planned") else {
        return;
    };
    app.shall_be(&["Images"], &[]);
    let plan = ["plan", "--assembly", "out", "--out", "kept.plan"];
    app.run(&plan).exits(0);
    app.is_diagnosed("REVIEW_IN_PROGRESS", &["mycli destroy planned"]);
    app.run(&["destroy", "planned", "--yes"]).exits(0);
    app.is_gone();
    app.run(&["apply", "kept.plan"])
        .exits(2)
        .says(&["plan.outdated"]);
    app.run(&plan).exits(0);
    app.run(&APPLY).exits(0);
    assert_eq!(app.state(), "CREATE_COMPLETE");
}
