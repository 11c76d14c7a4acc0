//! Stands before the emulator and counts what it is asked, by whichever program.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use crate::process::Failure;

/// How often each action was asked for.
pub(super) type Calls = BTreeMap<String, usize>;

/// A forwarder that passes everything on as it is, connections that are kept open included.
pub(super) struct Counter {
    /// Its address, as `AWS_ENDPOINT_URL` takes it.
    pub(super) address: String,
    calls: Arc<Mutex<Calls>>,
}

impl Counter {
    /// Listens on a free port, for as long as this program runs.
    pub(super) fn before(endpoint: &str) -> Result<Self, Failure> {
        let unbound = |error: io::Error| format!("could not listen before the emulator: {error}");
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(unbound)?;
        let address = listener.local_addr().map_err(unbound)?;
        let upstream = endpoint.trim_start_matches("http://").to_owned();
        let calls = Arc::default();
        let counted = Arc::clone(&calls);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (upstream, counted) = (upstream.clone(), Arc::clone(&counted));
                // A program that ends in the middle of it says so by itself.
                std::thread::spawn(move || pass_on(client, &upstream, &counted));
            }
        });
        Ok(Self {
            address: format!("http://{address}"),
            calls,
        })
    }

    /// What was asked since the last time.
    pub(super) fn take(&self) -> Calls {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Passes the requests of one connection on, and the answers back.
fn pass_on(client: TcpStream, upstream: &str, calls: &Mutex<Calls>) -> io::Result<()> {
    let mut server = TcpStream::connect(upstream)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    std::thread::spawn(move || {
        let _ = io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Write);
    });
    let mut client = BufReader::new(client);
    while let Some(request) = next(&mut client)? {
        let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(name(&request)).or_default() += 1;
        drop(calls);
        server.write_all(&request)?;
    }
    server.shutdown(Shutdown::Write)
}

/// The next request of a connection, whole; nothing at the end of it.
fn next(client: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut request = Vec::new();
    let mut length = 0;
    loop {
        let mut line = Vec::new();
        if client.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        request.extend_from_slice(&line);
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            break;
        }
        if let Some((header, value)) = line.split_once(':')
            && header.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    client.take(length).read_to_end(&mut request)?;
    Ok(Some(request))
}

/// What is asked for: the action of the Query protocol, which CloudFormation and STS speak, else the first line.
fn name(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let action = text.split_once("Action=").map(|(_, rest)| rest);
    let action = action.and_then(|rest| rest.split('&').next());
    let line = text.lines().next().unwrap_or_default();
    action.unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_of_a_connection_is_counted_and_answered() {
        let server = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}", server.local_addr().unwrap());
        std::thread::spawn(move || {
            let (client, _) = server.accept().unwrap();
            let mut client = BufReader::new(client);
            while next(&mut client).unwrap().is_some() {
                client.get_mut().write_all(b"answer").unwrap();
            }
        });
        let counter = Counter::before(&endpoint).unwrap();
        let address = counter.address.trim_start_matches("http://");
        let mut client = TcpStream::connect(address).unwrap();
        for request in [
            "POST / HTTP/1.1\r\nContent-Length: 28\r\n\r\nAction=DescribeStacks&Name=a",
            "HEAD /bucket HTTP/1.1\r\n\r\n",
        ] {
            client.write_all(request.as_bytes()).unwrap();
            client.read_exact(&mut [0; 6]).unwrap();
        }
        let calls: Vec<(String, usize)> = counter.take().into_iter().collect();
        let expected = [("DescribeStacks", 1), ("HEAD /bucket HTTP/1.1", 1)];
        assert_eq!(
            calls,
            expected.map(|(name, count)| (name.to_owned(), count))
        );
        assert_eq!(counter.take(), Calls::new());
    }
}
