//! At every call of a deployment in turn something goes wrong; the next deployment finds the truth, and finishes the work.

use std::io::Write as _;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::deploy::Assembly;
use crate::installation::post;
use crate::interrupted::request;
use crate::machine::{Machine, aws};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: the calls are counted.
    Nothing,
    /// It was one call too many.
    Throttled,
    /// The service is not there, once.
    Unavailable,
    /// The connection breaks before the call is heard.
    Reset,
    /// The call is heard, and its answer is lost.
    AnswerLost,
    /// From that call on there is no service.
    Gone,
    /// The program is killed before the call is heard.
    Killed,
    /// The program is killed when the call was heard.
    KilledAfter,
}

const FAULTS: [Fault; 7] = [
    Fault::Throttled,
    Fault::Unavailable,
    Fault::Reset,
    Fault::AnswerLost,
    Fault::Gone,
    Fault::Killed,
    Fault::KilledAfter,
];

/// Stands before the emulator, and lets `fault` happen to the call of that number.
pub(crate) struct Proxy {
    pub(crate) address: String,
    /// Names of the calls that came.
    pub(crate) calls: Arc<Mutex<Vec<String>>>,
    /// Hears when the program is to be killed.
    kill: Receiver<()>,
}

impl Proxy {
    pub(crate) fn before(endpoint: &str, at: usize, fault: Fault) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let upstream = endpoint.trim_start_matches("http://").to_owned();
        let (count, calls) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let (killing, kill) = channel();
        let all = Arc::clone(&calls);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (upstream, count) = (upstream.clone(), Arc::clone(&count));
                let (all, killing) = (Arc::clone(&all), killing.clone());
                std::thread::spawn(move || {
                    let mut client = client.unwrap();
                    let request = request(&mut client);
                    let number = count.fetch_add(1, Ordering::SeqCst);
                    let calls: &Mutex<Vec<String>> = &all;
                    calls.lock().unwrap().push(name(&request));
                    let forward = || {
                        let mut server = TcpStream::connect(&upstream).unwrap();
                        server.write_all(&request).unwrap();
                        server
                    };
                    let is_hit = number == at || fault == Fault::Gone && number > at;
                    let mut answer = |status: &str, code: &str| {
                        // An answer to HEAD has no body.
                        let body = if request.starts_with(b"HEAD") {
                            String::new()
                        } else {
                            format!(
                                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
                             <Message>{code}</Message></Error></ErrorResponse>"
                            )
                        };
                        let length = body.len();
                        let _ = write!(
                            client,
                            "HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nConnection: close\r\n\
                             Content-Length: {length}\r\n\r\n{body}"
                        );
                    };
                    match fault {
                        _ if !is_hit => {
                            let mut server = forward();
                            // The program may be gone by now.
                            let _ = std::io::copy(&mut server, &mut client);
                        }
                        Fault::Nothing => unreachable!("nothing is hit"),
                        Fault::Throttled if request.starts_with(b"POST") => {
                            answer("400 Bad Request", "Throttling");
                        }
                        // So says S3.
                        Fault::Throttled => answer("503 Slow Down", "SlowDown"),
                        Fault::Unavailable | Fault::Gone => {
                            answer("503 Service Unavailable", "ServiceUnavailable");
                        }
                        Fault::Reset => drop(client.shutdown(Shutdown::Both)),
                        Fault::AnswerLost => {
                            let _ = std::io::copy(&mut forward(), &mut std::io::sink());
                            drop(client.shutdown(Shutdown::Both));
                        }
                        Fault::Killed => killing.send(()).unwrap(),
                        Fault::KilledAfter => {
                            let _ = std::io::copy(&mut forward(), &mut std::io::sink());
                            killing.send(()).unwrap();
                        }
                    }
                });
            }
        });
        Self {
            address,
            calls,
            kill,
        }
    }
}

/// What is asked: an action, or what is done to an object.
fn name(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let action = text.split("Action=").nth(1);
    let action = action.and_then(|rest| rest.split('&').next());
    let line = text.lines().next().unwrap_or_default();
    action.map_or_else(|| line.to_owned(), str::to_owned)
}

/// A deployment of a fresh app through a proxy; and after it, one without. Says which calls were made.
fn deploy(endpoint: &str, prefix: &str, at: usize, fault: Fault) -> Vec<String> {
    let proxy = Proxy::before(endpoint, at, fault);
    let on = |address: &str| {
        Machine::new()
            .with("AWS_ENDPOINT_URL", address)
            .with("AWS_ACCESS_KEY_ID", "test")
            .with("AWS_SECRET_ACCESS_KEY", "test")
            .with("AWS_REGION", "us-east-1")
    };
    let machine = on(&proxy.address);
    Assembly {
        machine: &machine,
        prefix,
    }
    .write_all();
    let apply = ["apply", "--assembly", "out", "Web", "--yes"];
    let mut child = machine.start(&apply);
    let run = loop {
        // Waits for the one, and looks for the other now and then.
        if proxy.kill.recv_timeout(Duration::from_millis(20)).is_ok() {
            child.kill().unwrap();
        }
        if child.try_wait().unwrap().is_some() {
            break crate::interrupted::ended(child);
        }
    };
    let calls = proxy.calls.lock().unwrap().clone();
    let hit = calls.get(at).cloned().unwrap_or_default();
    let what = format!("{fault:?} at call {at}, {hit}");
    if matches!(fault, Fault::Throttled | Fault::Unavailable | Fault::Reset) {
        assert_eq!(run.code, Some(0), "{what}: once is forgiven: {run:?}");
    }
    let next = machine.with("AWS_ENDPOINT_URL", endpoint).run(&apply);
    assert_eq!(next.code, Some(0), "after {what}: {run:?}, then {next:?}");
    for stack in ["data", "web"] {
        let body = format!("Action=DescribeStacks&Version=2010-05-15&StackName={prefix}-{stack}");
        let kind = "application/x-www-form-urlencoded";
        let answer = post(endpoint, "cloudformation", kind, "", &body);
        let state = answer.split("<StackStatus>").nth(1).unwrap_or_default();
        assert!(
            state.starts_with("CREATE_COMPLETE") || state.starts_with("UPDATE_COMPLETE"),
            "after {what}: {answer}"
        );
        // CloudFormation forgets the others when one is executed; the emulator keeps those of stacks that are gone.
        let id = between(&answer, "<StackId>", "</StackId>");
        let body = format!("Action=ListChangeSets&Version=2010-05-15&StackName={prefix}-{stack}");
        let answer = post(endpoint, "cloudformation", kind, "", &body);
        let mut own = answer.split("<member>").filter(|one| one.contains(id));
        let left = own.any(|one| one.contains("<ExecutionStatus>AVAILABLE"));
        assert!(!left, "after {what} a change set is left: {answer}");
    }
    calls
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(found, _)| found)
}

#[test]
fn whatever_fails_at_whatever_call_the_next_deployment_finishes_the_work() {
    let test = "whatever_fails_at_whatever_call_the_next_deployment_finishes_the_work";
    let Some(endpoint) = aws(test) else {
        return;
    };
    let calls = deploy(&endpoint, "faultless", usize::MAX, Fault::Nothing);
    let jobs: Vec<(usize, Fault)> = (0..calls.len())
        .flat_map(|at| FAULTS.map(|fault| (at, fault)))
        .collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some((at, fault)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let prefix = format!("fault-{at}-{fault:?}").to_lowercase();
                    deploy(&endpoint, &prefix, *at, *fault);
                }
            });
        }
    });
    // Not by `println!`, which the test runner would keep to itself.
    let (sites, faults) = (calls.len(), FAULTS.len());
    let covered = format!(
        "{sites} call sites, {faults} faults each: {}\n",
        calls.join(", ")
    );
    std::io::stdout().write_all(covered.as_bytes()).unwrap();
}
