//! Whatever is killed, the history tells the truth after the next command.

use crate::machine::Machine;

#[test]
fn a_killed_agent_is_recorded_as_lost_and_its_output_is_kept() {
    let machine = Machine::new();
    let script = "echo before; while :; do sleep 0.1; done";
    let id = machine.run(&["exec", "-d", "--", "sh", "-c", script]).exits(0).text();
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
    let script = format!("until test -e '{}'; do sleep 0.05; done; exit 5", gate.display());
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
    let directory = machine.data().join("executions").join(id).display().to_string();
    let mut killed = 0;
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
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
