//! Ctrl-C while a stack is planned and deployed, and what the next command makes of it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use crate::installation::{REGION, init, machine, post, stack, task_definitions};
use crate::machine::{Machine, Run, emulator};

/// Stands before the emulator, and holds one request back.
pub(crate) struct Gate {
    pub(crate) address: String,
    /// Hears when the request is there.
    pub(crate) arrived: Receiver<()>,
    /// Lets it pass.
    pub(crate) pass: Sender<()>,
}

impl Gate {
    /// Holds back the first request of `action`.
    pub(crate) fn before(endpoint: &str, action: &'static str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let upstream = endpoint.trim_start_matches("http://").to_owned();
        let (arrive, arrived) = channel();
        let (pass, passed) = channel();
        let once = Arc::new(Mutex::new(Some((arrive, passed))));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (upstream, once) = (upstream.clone(), Arc::clone(&once));
                std::thread::spawn(move || {
                    let mut client = client.unwrap();
                    let request = request(&mut client);
                    let held = String::from_utf8_lossy(&request).contains(action);
                    let taken = if held {
                        once.lock().unwrap().take()
                    } else {
                        None
                    };
                    if let Some((arrive, passed)) = taken {
                        arrive.send(()).unwrap();
                        let _ = passed.recv();
                    }
                    let mut server = TcpStream::connect(upstream).unwrap();
                    server.write_all(&request).unwrap();
                    // The client may have left by now.
                    let _ = std::io::copy(&mut server, &mut client);
                });
            }
        });
        Self {
            address,
            arrived,
            pass,
        }
    }
}

/// A whole request, told to be the last of its connection.
pub(crate) fn request(client: &mut TcpStream) -> Vec<u8> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let length = client.read(&mut buffer).unwrap();
        bytes.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, _)) = text.split_once("\r\n\r\n") else {
            assert!(length > 0, "half a request");
            continue;
        };
        let end = head.len() + 4;
        let body = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            (name.eq_ignore_ascii_case("content-length")).then(|| value.trim().parse().unwrap())
        });
        if bytes.len() >= end + body.unwrap_or(0) {
            let mut whole = format!("{head}\r\nconnection: close\r\n\r\n").into_bytes();
            whole.extend_from_slice(&bytes[end..]);
            return whole;
        }
    }
}

fn start_init(machine: &Machine) -> Child {
    machine.start(&["init", "--settings", "settings.yaml", "--yes"])
}

pub(crate) fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(killed.success());
}

pub(crate) fn ended(child: Child) -> Run {
    child.wait_with_output().unwrap().into()
}

#[test]
fn an_interrupted_plan_leaves_nothing_behind() {
    let Some(endpoint) = emulator("an_interrupted_plan_leaves_nothing_behind") else {
        return;
    };
    let gate = Gate::before(&endpoint, "Action=DescribeChangeSet");
    let machine = machine(&gate.address, "unplanned");
    let child = start_init(&machine);
    gate.arrived.recv().unwrap();
    interrupt(&child);
    gate.pass.send(()).unwrap();
    ended(child).exits(130).says(&["nothing was changed"]);
    assert!(stack(&endpoint, "unplanned").is_none(), "a stack is left");
}

#[test]
fn a_second_interrupt_ends_at_once() {
    let Some(endpoint) = emulator("a_second_interrupt_ends_at_once") else {
        return;
    };
    let gate = Gate::before(&endpoint, "Action=DescribeChangeSet");
    let machine = machine(&gate.address, "impatient");
    let mut child = start_init(&machine);
    gate.arrived.recv().unwrap();
    while child.try_wait().unwrap().is_none() {
        interrupt(&child);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    ended(child).exits(130).says(&["may be left behind"]);
}

#[test]
fn an_interrupted_deployment_goes_on_and_is_taken_up() {
    let Some(endpoint) = emulator("an_interrupted_deployment_goes_on_and_is_taken_up") else {
        return;
    };
    let gate = Gate::before(&endpoint, "Action=ExecuteChangeSet");
    let machine = machine(&gate.address, "left-alone");
    let child = start_init(&machine);
    gate.arrived.recv().unwrap();
    interrupt(&child);
    ended(child)
        .exits(130)
        .says(&["CloudFormation goes on", "mycli init"]);
    gate.pass.send(()).unwrap();
    init(&machine, &["--yes"]).exits(0);
    let destroy = ["destroy", "--name", "left-alone", "--yes"];
    machine.run(&destroy).exits(0);
}

#[test]
fn what_a_stack_left_behind_is_destroyed_after_it() {
    let Some(endpoint) = emulator("what_a_stack_left_behind_is_destroyed_after_it") else {
        return;
    };
    let machine = machine(&endpoint, "gone");
    init(&machine, &["--yes"]).exits(0);
    let kind = "application/x-www-form-urlencoded";
    let query = "Action=DeleteStack&Version=2010-05-15&StackName=gone";
    post(&endpoint, "cloudformation", kind, "", query);
    let destroy = ["destroy", "--name", "gone", "--region", REGION, "--yes"];
    let run = machine.run(&destroy).exits(0);
    assert!(run.text().contains("task definitions"), "{run:?}");
    let left = task_definitions(&endpoint, "INACTIVE");
    assert!(!left.contains("gone-execution"), "left behind: {left}");
    machine.run(&destroy).exits(2).says(&["no stack `gone`"]);
}
