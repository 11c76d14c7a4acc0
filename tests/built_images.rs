//! Container images that are built, or that a program makes, are published through the container engine.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use serde_json::json;

use crate::images::{APPLY, App, BOOTSTRAP, archive, copy, manifest, signed_in};
use crate::installation::stack;
use crate::interrupted::ended;
use crate::machine::{Machine, aws, cdk, emulator};

/// The only builder that the engine of the tests brings.
fn with_engine(endpoint: &str) -> Machine {
    let host = std::env::var("DOCKER_HOST").unwrap();
    let machine = signed_in(endpoint).with("DOCKER_HOST", host);
    machine.with("DOCKER_BUILDKIT", "0")
}

/// What the published image prints when it is run.
fn printed(endpoint: &str, tag: &str) -> String {
    let docker = |arguments: &[&str]| {
        let output = Command::new("docker").args(arguments).output().unwrap();
        assert!(output.status.success(), "docker {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let address = endpoint.trim_start_matches("http://");
    let image = format!("{address}/mycli-assets:{tag}");
    docker(&["pull", "--quiet", &image]);
    docker(&["run", "--rm", "--network", "none", &image])
}

#[test]
fn a_dockerfile_is_built_and_runs_as_it_was_published() {
    let Some(endpoint) = emulator("a_dockerfile_is_built_and_runs_as_it_was_published") else {
        return;
    };
    let machine = with_engine(&endpoint);
    let app = App {
        machine: &machine,
        stack: "built",
        repository: BOOTSTRAP,
        tag: "built-1",
    };
    let source = |target: &str| {
        json!({
            "directory": "asset.1",
            "dockerFile": "Dockerfile.web",
            "dockerBuildTarget": target,
            "dockerBuildArgs": { "WORD": "hello there" },
        })
    };
    let context = app.directory().join("asset.1");
    fs::create_dir_all(&context).unwrap();
    let dockerfile = "FROM mycli-test/busybox:1 AS web\nARG WORD\nENV SAID=$WORD\nCMD [\"sh\", \"-c\", \"echo $SAID\"]\n\
                      FROM web AS broken\nRUN echo about to fail && false\n\
                      FROM scratch\nENTRYPOINT [\"/not/this/one\"]\n";
    fs::write(context.join("Dockerfile.web"), dockerfile).unwrap();
    app.write(&source("web"));

    // Without an engine, each way of not having one is told.
    let missing = signed_in(&endpoint).with("CDK_DOCKER", "/nowhere/docker");
    copy(&machine, &missing);
    let told = missing.run(&APPLY).exits(2);
    told.says(&["`/nowhere/docker`", "CDK_DOCKER", "engine.not-found"]);
    let gone = with_engine(&endpoint).with("DOCKER_HOST", "unix:///nowhere.sock");
    copy(&machine, &gone);
    let told = gone.run(&APPLY).exits(4);
    told.says(&["does not reach the container engine", "engine.unreachable"]);

    app.apply().exits(0).says(&[
        "making image Web/Image",
        "published image Web/Image to mycli-assets:built-1",
    ]);
    assert_eq!(printed(&endpoint, "built-1"), "hello there");

    // What is there is not built again: the engine is not asked for.
    copy(&machine, &missing);
    let other = App {
        machine: &missing,
        stack: "built-too",
        ..app
    };
    other.write(&source("web"));
    other.apply().exits(0);

    let broken = App {
        tag: "broken-1",
        ..app
    };
    broken.write(&source("broken"));
    let told = broken.apply().exits(2);
    told.says(&["docker build` failed", "about to fail", "image.not-built"]);
}

#[test]
fn a_build_that_is_interrupted_leaves_nothing_running() {
    let Some(endpoint) = aws("a_build_that_is_interrupted_leaves_nothing_running") else {
        return;
    };
    let machine = signed_in(&endpoint);
    let app = App {
        machine: &machine,
        stack: "unbuilt",
        repository: BOOTSTRAP,
        tag: "unbuilt-1",
    };
    app.write(&json!({ "directory": "asset.1" }));
    // In place of the engine: it tells when it is there, and goes when it is told to.
    let engine = machine.work().join("engine");
    let script = "#!/bin/sh\ntrap 'echo canceled; exit 1' INT\ntouch ../../ready\nwhile :; do sleep 0.1; done\n";
    fs::create_dir_all(app.directory().join("asset.1")).unwrap();
    // Written by another process: while a thread of this one starts something, it may hold the file open.
    let made = Command::new("sh")
        .args(["-c", r#"printf '%s' "$1" > "$2" && chmod 755 "$2""#, "sh"])
        .arg(script)
        .arg(&engine)
        .status();
    assert!(made.unwrap().success());
    let mut command = machine.command(&APPLY);
    let child = command.env("CDK_DOCKER", &engine).process_group(0).spawn();
    let mut child = child.unwrap();
    let ready = machine.work().join("ready");
    while !ready.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::yield_now();
    }
    // As a terminal does it: the whole group.
    let group = format!("-{}", child.id());
    let killed = Command::new("kill").args(["-INT", "--", &group]).status();
    assert!(killed.unwrap().success());
    ended(child)
        .exits(130)
        .says(&["taking back the change sets", "canceled"]);
    assert!(stack(&endpoint, "unbuilt").is_none(), "a stack is left");
}

#[test]
fn a_program_of_the_manifest_may_put_the_image_into_the_engine() {
    let test = "a_program_of_the_manifest_may_put_the_image_into_the_engine";
    let Some(endpoint) = emulator(test) else {
        return;
    };
    let machine = with_engine(&endpoint);
    let app = App {
        machine: &machine,
        stack: "loaded",
        repository: BOOTSTRAP,
        tag: "loaded-1",
    };
    // As CDK's `TarballImageAsset` writes it.
    let load = r#"docker load -i asset.tar | tail -n 1 | sed "s/Loaded image: //g""#;
    app.write(&json!({ "executable": ["sh", "-c", load] }));
    let path = app.directory().join("asset.tar");
    let save = Command::new("docker")
        .args(["save", "--output"])
        .arg(path)
        .arg("mycli-test/entrypoint:main-1a2b3c4d")
        .status();
    assert!(save.unwrap().success());
    let run = machine.run(&["apply", "--assembly", "out", "--yes", "-q"]);
    assert!(!run.exits(0).stderr.contains("image"));
    let manifest = manifest(&endpoint, "mycli-assets", "loaded-1");
    assert_eq!(manifest["layers"].as_array().unwrap().len(), 1);
}

#[test]
fn images_of_a_stage_in_cdk_are_published() {
    let test = "images_of_a_stage_in_cdk_are_published";
    let Some((endpoint, modules)) = emulator(test).zip(cdk(test)) else {
        return;
    };
    let machine = with_engine(&endpoint)
        .with("NODE_PATH", modules)
        .with("CDK_VALIDATION", "false");
    let context = machine.work().join("web");
    fs::create_dir_all(&context).unwrap();
    let dockerfile = "FROM mycli-test/busybox:1\nARG WORD\nENV SAID=$WORD\nCMD [\"sh\", \"-c\", \"echo $SAID\"]\n";
    fs::write(context.join("Dockerfile"), dockerfile).unwrap();
    archive(&machine.work(), "cdk");
    let app = concat!("node ", env!("CARGO_MANIFEST_DIR"), "/cdk/app.js");
    let run = machine.run(&["apply", "--app", app, "-c", "only=images", "--yes"]);
    let run = run.exits(0);
    let made = run.stderr.matches("making image").count();
    let sent = run.stderr.matches("published image").count();
    assert_eq!((made, sent), (1, 2), "{run:?}");
    let output = |name: &str| {
        let run = machine.run(&["outputs", "Images-Web", name]);
        run.exits(0).text()
    };
    assert_eq!(printed(&endpoint, &output("BuiltTag")), "cdk");
    manifest(&endpoint, "mycli-assets", &output("SavedTag"));
}
