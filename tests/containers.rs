//! What a container engine adds on `local`: images of every kind, and engines that go away.

use crate::machine::{Machine, Run, engine};

#[test]
fn a_command_runs_in_the_image_and_not_on_this_machine() {
    let Some(host) = engine("a_command_runs_in_the_image_and_not_on_this_machine") else {
        return;
    };
    let machine = Machine::new().with("DOCKER_HOST", host);
    let run = run_in(
        &machine,
        "mycli-test/busybox:1",
        &["sh", "-c", "echo $FROM_IMAGE"],
    );
    assert_eq!(run.exits(0).stdout, b"yes\n");
}

#[test]
fn an_image_with_an_entrypoint_without_a_shell_or_without_root_will_do() {
    let test = "an_image_with_an_entrypoint_without_a_shell_or_without_root_will_do";
    let Some(host) = engine(test) else { return };
    let machine = Machine::new().with("DOCKER_HOST", host);
    let run = run_in(
        &machine,
        "mycli-test/entrypoint:main-1a2b3c4d",
        &["echo", "mine"],
    );
    assert_eq!(run.exits(0).stdout, b"mine\n");
    let run = run_in(&machine, "mycli-test/no-shell:1", &["echo", "no shell"]);
    assert_eq!(run.exits(0).stdout, b"no shell\n");
    run_in(&machine, "mycli-test/no-shell:1", &["echo a; echo b"])
        .exits(127)
        .says(&["/bin/sh"]);
    let run = run_in(
        &machine,
        "mycli-test/non-root:1",
        &["sh", "-c", "id -u; touch here && echo ok"],
    );
    assert_eq!(run.exits(0).stdout, b"1000\nok\n");
}

#[test]
fn a_container_can_be_cancelled_and_leaves_nothing_behind() {
    let test = "a_container_can_be_cancelled_and_leaves_nothing_behind";
    let Some(host) = engine(test) else { return };
    let machine = Machine::new().with("DOCKER_HOST", &host);
    let flags = ["exec", "-d", "--image", "mycli-test/busybox:1", "--"];
    let script = ["sh", "-c", "trap 'exit 0' INT; while :; do sleep 0.1; done"];
    let id = machine
        .run(&[&flags[..], &script[..]].concat())
        .exits(0)
        .text();
    machine.until(&id, |status| status["state"] == "running");
    machine.run(&["cancel", &id]).exits(0);
    machine.run(&["wait", &id]).exits(130);
    let left = std::process::Command::new("docker")
        .args([
            "ps",
            "--all",
            "--quiet",
            "--filter",
            &format!("label=mycli.execution={id}"),
        ])
        .env("DOCKER_HOST", host)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&left.stdout), "");
}

#[test]
fn a_killed_container_is_recorded_as_lost() {
    let Some(host) = engine("a_killed_container_is_recorded_as_lost") else {
        return;
    };
    let machine = Machine::new().with("DOCKER_HOST", &host);
    let flags = [
        "exec",
        "-d",
        "--image",
        "mycli-test/busybox:1",
        "--",
        "sleep",
        "600",
    ];
    let id = machine.run(&flags).exits(0).text();
    machine.until(&id, |status| status["state"] == "running");
    let killed = std::process::Command::new("docker")
        .args(["kill", &format!("mycli-{id}")])
        .env("DOCKER_HOST", host)
        .output()
        .unwrap();
    assert!(killed.status.success(), "{killed:?}");
    machine.run(&["wait", &id]).exits(125);
    assert_eq!(machine.status(&id)["state"], "lost");
}

#[test]
fn a_container_has_the_size_that_was_asked_for_and_is_run_again_in_the_same_image() {
    let test = "a_container_has_the_size_that_was_asked_for_and_is_run_again_in_the_same_image";
    let Some(host) = engine(test) else { return };
    let machine = Machine::new().with("DOCKER_HOST", host);
    let flags = ["exec", "-q", "--memory", "64m", "--cpu", "0.5", "--image"];
    // Where the limit stands depends on the version of control groups.
    let script = "cd /sys/fs/cgroup; cat memory.max memory/memory.limit_in_bytes 2>/dev/null; true";
    let run = machine.run(
        &[
            &flags[..],
            &["mycli-test/busybox:1", "--", "sh", "-c", script],
        ]
        .concat(),
    );
    assert_eq!(run.exits(0).text(), "67108864");
    let status = machine.status("@last");
    assert_eq!(status["size"]["memory_mib"], 64, "{status}");
    assert_eq!(status["size"]["cpu"], 512, "{status}");
    let digest = status["image_digest"].as_str().unwrap().to_owned();
    assert!(digest.starts_with("local:sha256:"), "{status}");
    assert_eq!(
        machine.run(&["replay", "-q", "@last"]).exits(0).text(),
        "67108864"
    );
    let again = machine.status("@last");
    assert_eq!(
        again["image"],
        digest.trim_start_matches("local:"),
        "{again}"
    );
    machine
        .run(&["exec", "--memory", "64m", "--", "true"])
        .exits(125)
        .says(&["request.size-of-process", "--image"]);
}

#[test]
fn a_command_that_is_killed_for_want_of_memory_says_so() {
    let test = "a_command_that_is_killed_for_want_of_memory_says_so";
    let Some(host) = engine(test) else { return };
    let machine = Machine::new().with("DOCKER_HOST", host);
    let flags = ["exec", "--memory", "48m", "--image", "mycli-test/busybox:1"];
    let run = machine.run(&[&flags[..], &["--", "tail", "/dev/zero"]].concat());
    run.exits(137).says(&["memory.exhausted", "--memory"]);
    let status = machine.status("@last");
    assert_eq!(status["cause"]["kind"], "out_of_memory", "{status}");
    assert_eq!(status["state"], "failed", "{status}");
}

#[test]
fn an_image_that_is_not_there_is_named_and_the_run_is_recorded_failed() {
    let test = "an_image_that_is_not_there_is_named_and_the_run_is_recorded_failed";
    let Some(host) = engine(test) else { return };
    let machine = Machine::new().with("DOCKER_HOST", host);
    let flags = ["exec", "--attempts", "1", "--image", "localhost:1/absent:1"];
    machine
        .run(&[&flags[..], &["--", "true"]].concat())
        .exits(125)
        .says(&["localhost:1/absent:1"]);
    assert_eq!(machine.status("@last")["state"], "could_not_start");
}

#[test]
fn an_engine_that_does_not_answer_is_named() {
    let machine = Machine::new().with("DOCKER_HOST", "unix:///nonexistent/docker.sock");
    let run = run_in(&machine, "any:1", &["true"]).exits(125);
    run.says(&["/nonexistent/docker.sock", "hint"]);
    assert_eq!(machine.status("@last")["state"], "could_not_start");
}

fn run_in(machine: &Machine, image: &str, command: &[&str]) -> Run {
    machine.run(&[&["exec", "--image", image, "--"], command].concat())
}
