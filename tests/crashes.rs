//! Whatever is killed, the history tells the truth after the next command.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::machine::{Machine, engine};

#[test]
fn a_killed_agent_is_recorded_as_lost_and_its_output_is_kept() {
    let machine = Machine::new();
    let script = "echo before; while :; do sleep 0.1; done";
    let id = machine
        .run(&["exec", "-d", "--", "sh", "-c", script])
        .exits(0)
        .text();
    machine.until(&id, |status| status["state"] == "running");
    kill_agent(&machine, &id);
    machine.run(&["wait", &id]).exits(125);
    assert_eq!(machine.status(&id)["state"], "lost");
    assert_eq!(machine.run(&["logs", &id]).stdout, b"before\n");
}

#[test]
fn a_killed_cli_leaves_the_run_going_and_the_history_right() {
    let machine = Machine::new();
    let gate = machine.work().join("gate");
    let script = format!(
        "until test -e '{}'; do sleep 0.05; done; exit 5",
        gate.display()
    );
    let mut child = machine.start(&["exec", "--", "sh", "-c", &script]);
    until_listed(&machine);
    machine.until("@last", |status| status["state"] == "running");
    child.kill().unwrap();
    child.wait().unwrap();
    std::fs::write(gate, "").unwrap();
    machine.run(&["wait", "@last"]).exits(5);
    assert_eq!(machine.status("@last")["state"], "failed");
}

/// Kills the agent of an execution, found by the directory it was started with.
fn kill_agent(machine: &Machine, id: &str) {
    let directory = machine
        .data()
        .join("executions")
        .join(id)
        .display()
        .to_string();
    let mut killed = 0;
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<i32>().ok())
        else {
            continue;
        };
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        if line.contains("mycli-agent") && line.contains(&directory) {
            let pid = rustix::process::Pid::from_raw(pid).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
            killed += 1;
        }
    }
    assert_eq!(killed, 1, "one agent was to be killed");
}

fn until_listed(machine: &Machine) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while machine.run(&["status", "@last"]).code != Some(0) {
        assert!(std::time::Instant::now() < deadline, "nothing was recorded");
    }
}

#[test]
fn a_killed_engine_leaves_a_history_that_tells_the_truth() {
    let test = "a_killed_engine_leaves_a_history_that_tells_the_truth";
    let Some(shared) = engine(test) else { return };
    let directory = tempfile::tempdir().unwrap();
    let private = Engine::start(directory.path(), &shared);
    let machine = Machine::new().with("DOCKER_HOST", &private.host);
    let flags = ["exec", "-d", "--image", "mycli-test/busybox:1", "--"];
    let script = ["sh", "-c", "echo up; while :; do sleep 0.1; done"];
    let id = machine
        .run(&[&flags[..], &script[..]].concat())
        .exits(0)
        .text();
    machine.until(&id, |status| status["state"] == "running");
    drop(private);
    assert_eq!(
        machine.status(&id)["state"],
        "running",
        "its agent lives on"
    );
    assert_eq!(machine.run(&["logs", &id]).stdout, b"up\n");
    machine.run(&["cancel", &id]).exits(0);
    machine.run(&["wait", &id]).exits(130);
    assert_eq!(machine.status(&id)["state"], "cancelled");
}

/// An engine of the test's own, which is killed when this value is dropped.
struct Engine {
    host: String,
    daemon: std::process::Child,
    directory: std::path::PathBuf,
}

impl Engine {
    /// Starts `dockerd` and gives it the test image of the `shared` engine.
    ///
    /// It has a network of its own, as it would take the bridge of the shared one away.
    fn start(directory: &Path, shared: &str) -> Self {
        let host = format!("unix://{}", directory.join("docker.sock").display());
        let daemon = Command::new("unshare")
            .args(["--net", "dockerd", "--data-root"])
            .arg(directory.join("data"))
            .arg("--exec-root")
            .arg(directory.join("exec"))
            .arg("--pidfile")
            .arg(directory.join("docker.pid"))
            .args(["--host", &host, "--bridge", "none", "--iptables=false"])
            .args(["--default-ulimit", "nofile=1024:1024"])
            .args(["--exec-opt", "native.cgroupdriver=cgroupfs"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let engine = Self {
            host,
            daemon,
            directory: directory.to_owned(),
        };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while !docker(&engine.host, &["version"])
            .output()
            .unwrap()
            .status
            .success()
        {
            assert!(
                std::time::Instant::now() < deadline,
                "the engine does not answer"
            );
        }
        let archive = directory.join("image.tar").display().to_string();
        let save = ["save", "--output", &archive, "mycli-test/busybox:1"];
        assert!(docker(shared, &save).output().unwrap().status.success());
        assert!(
            docker(&engine.host, &["load", "--input", &archive])
                .output()
                .unwrap()
                .status
                .success()
        );
        engine
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
        // What the engine started outlives it; only the container's agent is wanted.
        let pid = self
            .directory
            .join("exec")
            .join("containerd")
            .join("containerd.pid");
        if let Ok(pid) = std::fs::read_to_string(pid) {
            let pid = rustix::process::Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

fn docker(host: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.args(arguments).env("DOCKER_HOST", host);
    command
}
