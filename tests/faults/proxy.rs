//! Stands before the emulator, and lets something go wrong at one call.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use crate::interrupted::request;

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
    /// The call is heard, and its answer breaks off half way.
    Truncated,
    /// The credentials were good until then.
    Expired,
    /// From that call on there is no service.
    Gone,
    /// The program is killed before the call is heard.
    Killed,
    /// The program is killed when the call was heard.
    KilledAfter,
}

pub(super) const FAULTS: [Fault; 9] = [
    Fault::Throttled,
    Fault::Unavailable,
    Fault::Reset,
    Fault::AnswerLost,
    Fault::Truncated,
    Fault::Expired,
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
    pub(super) kill: Receiver<()>,
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
                        Fault::Truncated => {
                            let mut whole = Vec::new();
                            let _ = forward().read_to_end(&mut whole);
                            whole.truncate(whole.len() / 2);
                            let _ = client.write_all(&whole);
                            drop(client.shutdown(Shutdown::Both));
                        }
                        Fault::Expired => answer("400 Bad Request", "ExpiredToken"),
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
