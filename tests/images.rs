//! Container images that are archives are published as they are, once, whatever fails meanwhile.

use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::faults::{Fault, Proxy};
use crate::installation::{post, request};
use crate::interrupted::{Gate, ended, request as whole};
use crate::machine::{Machine, Run, aws};

/// What the manifest calls the repository of `cdk bootstrap`, which these tests' region does not have.
pub(crate) const BOOTSTRAP: &str =
    "cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}";

/// Every test publishes to one region: the emulator's registry cannot tell repositories of one name apart.
const REGION: &str = "us-east-1";

pub(crate) fn signed_in(endpoint: &str) -> Machine {
    Machine::new()
        .with("AWS_ENDPOINT_URL", endpoint)
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test")
        .with("AWS_REGION", REGION)
}

/// An assembly with one stack, which names its one image.
pub(crate) struct App<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) stack: &'a str,
    pub(crate) repository: &'a str,
    pub(crate) tag: &'a str,
}

impl App<'_> {
    pub(crate) fn directory(&self) -> PathBuf {
        let directory = self.machine.work().join("out");
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    pub(crate) fn write(&self, source: &Value) {
        let (repository, tag) = (self.repository, self.tag);
        let write = |name: &str, value: Value| {
            fs::write(self.directory().join(name), value.to_string()).unwrap();
        };
        let uri = format!("${{AWS::AccountId}}.dkr.ecr.${{AWS::Region}}.x/{repository}:{tag}");
        let named = json!({ "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": { "Fn::Sub": uri } } });
        write(
            "Web.template.json",
            json!({
                "Resources": { "Image": named },
                "Outputs": { "Image": { "Value": { "Fn::GetAtt": ["Image", "Value"] } } },
            }),
        );
        let image = json!({
            "displayName": "Web/Image",
            "source": source,
            "destinations": { "here": { "repositoryName": repository, "imageTag": tag } },
        });
        write(
            "Web.assets.json",
            json!({ "version": "48.0.0", "dockerImages": { tag: image } }),
        );
        write(
            "manifest.json",
            json!({ "version": "48.0.0", "artifacts": {
                "Web.assets": { "type": "cdk:asset-manifest", "properties": { "file": "Web.assets.json" } },
                "Web": {
                    "type": "aws:cloudformation:stack",
                    "environment": "aws://unknown-account/unknown-region",
                    "properties": { "templateFile": "Web.template.json", "stackName": self.stack },
                    "dependencies": ["Web.assets"],
                },
            } }),
        );
    }

    pub(crate) fn apply(&self) -> Run {
        self.machine.run(&APPLY)
    }

    /// The image's place, as the deployed template has it.
    fn image(&self) -> String {
        let run = self.machine.run(&["outputs", self.stack, "Image"]);
        run.exits(0).text()
    }
}

pub(crate) const APPLY: [&str; 4] = ["apply", "--assembly", "out", "--yes"];

/// Writes an archive as `docker save` does, of an image with one layer that holds `text`.
pub(crate) fn archive(directory: &Path, text: &str) {
    let run = |script: &str| {
        let mut command = Command::new("sh");
        let output = command.args(["-ec", script, "sh", text]);
        let output = output.current_dir(directory).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let hash = run("mkdir -p image && cd image && printf '%s' \"$1\" > file \
                    && tar -cf layer.tar file && sha256sum layer.tar | cut -d ' ' -f 1");
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": { "Cmd": ["/file"] },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", hash.trim())] },
    });
    let list = json!([{ "Config": "config.json", "RepoTags": null, "Layers": ["layer.tar"] }]);
    for (name, value) in [("config.json", config), ("manifest.json", list)] {
        fs::write(directory.join("image").join(name), value.to_string()).unwrap();
    }
    run("tar -cf image.tar -C image layer.tar config.json manifest.json");
}

/// Stands before the emulator, refuses what its `denied` names, and keeps in mind what was asked.
struct Watcher {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Watcher {
    fn before(endpoint: &str, denied: Option<&'static str>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let upstream = endpoint.trim_start_matches("http://").to_owned();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let all = Arc::clone(&asked);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (upstream, all) = (upstream.clone(), Arc::clone(&all));
                std::thread::spawn(move || {
                    let mut client = client.unwrap();
                    let request = whole(&mut client);
                    let text = String::from_utf8_lossy(&request).into_owned();
                    let line = text.lines().next().unwrap_or_default().to_owned();
                    let is_denied = denied.is_some_and(|denied| line.starts_with(denied));
                    all.lock().unwrap().push(line);
                    if is_denied {
                        let body = json!({ "errors": [{ "code": "DENIED", "message":
                            "User: arn:aws:iam::123456789012:user/web is not authorized to perform: ecr:PutImage \
                             on resource: arn:aws:ecr:us-east-1:123456789012:repository/mycli-assets because no \
                             identity-based policy allows the ecr:PutImage action" }] })
                        .to_string();
                        let length = body.len();
                        let _ = write!(
                            client,
                            "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\n\
                             Content-Length: {length}\r\n\r\n{body}"
                        );
                        return;
                    }
                    let mut server = TcpStream::connect(&upstream).unwrap();
                    server.write_all(&request).unwrap();
                    let _ = std::io::copy(&mut server, &mut client);
                });
            }
        });
        Self { address, asked }
    }

    fn asked(&self, method: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|it| it.starts_with(method)).count()
    }
}

/// The manifest of an image, as the registry has it.
pub(crate) fn manifest(endpoint: &str, repository: &str, tag: &str) -> Value {
    let what = format!("GET /v2/{repository}/manifests/{tag}");
    let answer = request(endpoint, &what, "ecr", "", "");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// What ECR answers.
fn ecr(endpoint: &str, action: &str, body: &Value) -> String {
    let target = format!("X-Amz-Target: AmazonEC2ContainerRegistry_V20150921.{action}\r\n");
    let kind = "application/x-amz-json-1.1";
    post(endpoint, "ecr", kind, &target, &body.to_string())
}

#[test]
fn an_archive_is_published_without_an_engine_and_nothing_of_it_twice() {
    let test = "an_archive_is_published_without_an_engine_and_nothing_of_it_twice";
    let Some(endpoint) = aws(test) else {
        return;
    };
    let denying = Watcher::before(&endpoint, Some("PUT /v2/mycli-assets/manifests/"));
    let machine = signed_in(&denying.address).with("CDK_DOCKER", "/nowhere/docker");
    let app = App {
        machine: &machine,
        stack: "archived",
        repository: BOOTSTRAP,
        tag: "archive-1",
    };
    app.write(&json!({ "path": "image.tar", "executable": ["false"] }));
    archive(&app.directory(), "archive-1");
    let denied = app.apply().exits(3);
    denied.says(&[
        "could not publish the image `Web/Image`",
        "ask for the right to `ecr:PutImage`",
        "provider.denied",
    ]);
    assert_eq!(denying.asked("PATCH"), 2);

    // What was sent is there, and the repository is as it should be.
    let watcher = Watcher::before(&endpoint, None);
    let next = signed_in(&watcher.address).with("CDK_DOCKER", "/nowhere/docker");
    copy(&machine, &next);
    let app = App {
        machine: &next,
        ..app
    };
    app.apply()
        .exits(0)
        .says(&["published image Web/Image to mycli-assets:archive-1"]);
    assert_eq!(watcher.asked("PATCH"), 0);
    let place = format!("123456789012.dkr.ecr.{REGION}.x/mycli-assets:archive-1");
    assert_eq!(app.image(), place);
    let manifest = manifest(&endpoint, "mycli-assets", "archive-1");
    assert_eq!(manifest["layers"].as_array().unwrap().len(), 1);
    let name = json!({ "repositoryNames": ["mycli-assets"] });
    let repository = ecr(&endpoint, "DescribeRepositories", &name);
    for words in [r#""IMMUTABLE""#, r#""scanOnPush":true"#] {
        assert!(
            repository.replace(": ", ":").contains(words),
            "{repository}"
        );
    }
    let name = json!({ "repositoryName": "mycli-assets" });
    let policy = ecr(&endpoint, "GetRepositoryPolicy", &name);
    assert!(policy.contains("lambda.amazonaws.com"), "{policy}");

    // Another stack that needs the same image does not even open the archive.
    fs::remove_file(app.directory().join("image.tar")).unwrap();
    let other = App {
        stack: "archived-too",
        ..app
    };
    other.write(&json!({ "path": "image.tar" }));
    let run = other.apply().exits(0);
    assert!(!run.stderr.contains("published"), "{run:?}");
}

/// A deployment of a fresh app with an image of its own, through a proxy. Says which calls were made.
fn faulty(endpoint: &str, at: usize, fault: Fault) -> Vec<String> {
    let proxy = Proxy::before(endpoint, at, fault);
    let tag = format!("fault-{at}-{fault:?}");
    let machine = signed_in(&proxy.address);
    let app = App {
        machine: &machine,
        stack: &tag,
        repository: BOOTSTRAP,
        tag: &tag,
    };
    app.write(&json!({ "path": "image.tar" }));
    archive(&app.directory(), &tag);
    let run = app.apply();
    let calls = proxy.calls.lock().unwrap().clone();
    let hit = calls.get(at).cloned().unwrap_or_default();
    assert_eq!(run.code, Some(0), "{fault:?} at call {at}, {hit}: {run:?}");
    manifest(endpoint, "mycli-assets", &tag);
    calls
}

#[test]
fn whatever_fails_once_while_an_image_is_published_is_forgiven() {
    let test = "whatever_fails_once_while_an_image_is_published_is_forgiven";
    let Some(endpoint) = aws(test) else {
        return;
    };
    // That the repository is made first is another test's.
    faulty(&endpoint, usize::MAX, Fault::Nothing);
    let calls = faulty(&endpoint, usize::MAX - 1, Fault::Nothing);
    let is_of_images = |call: &String| call.contains("/v2/") || call.starts_with("POST / ");
    let jobs: Vec<(usize, Fault)> = (0..calls.len())
        .filter(|at| is_of_images(&calls[*at]))
        .flat_map(|at| {
            [Fault::Unavailable, Fault::Reset, Fault::AnswerLost].map(|fault| (at, fault))
        })
        .collect();
    assert!(jobs.len() >= 3 * 12, "{calls:?}");
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some((at, fault)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    faulty(&endpoint, *at, *fault);
                }
            });
        }
    });
}

#[test]
fn two_who_publish_at_once_do_each_other_no_harm() {
    let test = "two_who_publish_at_once_do_each_other_no_harm";
    let Some(endpoint) = aws(test) else {
        return;
    };
    let gate = Gate::before(&endpoint, "PUT /v2/mycli-assets/manifests/both");
    let (one, other) = (signed_in(&gate.address), signed_in(&endpoint));
    for (machine, stack) in [(&one, "first-of-two"), (&other, "second-of-two")] {
        let app = App {
            machine,
            stack,
            repository: BOOTSTRAP,
            tag: "both",
        };
        app.write(&json!({ "path": "image.tar" }));
        // Built twice, the same sources may give other bytes.
        archive(&app.directory(), stack);
    }
    let child = one.start(&APPLY);
    gate.arrived.recv().unwrap();
    other.run(&APPLY).exits(0);
    gate.pass.send(()).unwrap();
    ended(child).exits(0).says(&["Web: deployed"]);
}

#[test]
fn the_repository_that_the_manifest_names_is_used_if_it_exists() {
    let test = "the_repository_that_the_manifest_names_is_used_if_it_exists";
    let Some(endpoint) = aws(test) else {
        return;
    };
    let machine = signed_in(&endpoint);
    let mut app = App {
        machine: &machine,
        stack: "named-repository",
        repository: "app-of-its-own",
        tag: "1",
    };
    app.write(&json!({ "path": "image.tar" }));
    archive(&app.directory(), "named");
    let refused = app.apply().exits(2);
    refused.says(&["`app-of-its-own`", "deploy.no-repository"]);
    app.repository = "cdk-images-container-assets-${AWS::AccountId}-${AWS::Region}";
    app.write(&json!({ "path": "image.tar" }));
    let there = format!("cdk-images-container-assets-123456789012-{REGION}");
    let name = json!({ "repositoryName": there });
    ecr(&endpoint, "CreateRepository", &name);
    let words = format!("published image Web/Image to {there}:1");
    app.apply().exits(0).says(&[&words]);
    assert!(app.image().ends_with(&format!("{there}:1")));

    // Not an archive of an image: told before anything is changed.
    app.tag = "2";
    app.write(&json!({ "path": "image.tar" }));
    fs::write(app.directory().join("image.tar"), "nonsense").unwrap();
    let refused = app.apply().exits(2);
    refused.says(&["is not the archive of an image", "image.archive"]);
}

/// The assembly of one machine, on another.
pub(crate) fn copy(from: &Machine, to: &Machine) {
    let copied = Command::new("cp")
        .arg("-r")
        .arg(from.work().join("out"))
        .arg(to.work())
        .status();
    assert!(copied.unwrap().success());
}
