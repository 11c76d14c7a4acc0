//! Git's smart HTTP protocol over the agent's own HTTP client.

use std::any::Any;
use std::io::{self, BufReader, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gix_transport::client::blocking_io::http::{GetResponse, Http, PostBodyDataKind, PostResponse};
use ureq::{Agent, Body, ResponseExt};

use super::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use runtime_wire::order::GitToken;

/// What went wrong last, for whoever has to say it: the git library wraps it beyond recognition.
pub(super) type Heard = Arc<Mutex<Option<Refusal>>>;

/// The client as the git library wants it.
pub(super) struct Client {
    agent: Agent,
    heard: Heard,
    /// Where the server sent us, as the base of all further requests.
    moved: Option<String>,
    /// What one server wants to see.
    token: Option<GitToken>,
}

impl Client {
    pub(super) fn new(heard: Heard, token: Option<GitToken>) -> Self {
        Self {
            // A server may compress for minutes before it answers; the deadline is elsewhere.
            agent: crate::http_client::client(None),
            heard,
            moved: None,
            token,
        }
    }
}

impl Http for Client {
    type Headers = BufReader<Headers>;
    type ResponseBody = BufReader<Answer>;
    type PostBody = Question;

    fn get(
        &mut self,
        url: &str,
        base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> gix::error::Result<GetResponse<Self::Headers, Self::ResponseBody>> {
        let exchange = self.exchange("GET", url, headers);
        lock(&exchange).perform();
        if let (Stage::Answered { effective, .. }, Some(tail)) =
            (&lock(&exchange).stage, url.strip_prefix(base_url))
        {
            let base = effective.strip_suffix(tail);
            self.moved = base.filter(|base| *base != base_url).map(str::to_owned);
        }
        Ok(GetResponse {
            headers: headers_of(&exchange),
            body: BufReader::new(Answer(exchange)),
        })
    }

    fn post(
        &mut self,
        url: &str,
        _base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
        _body: PostBodyDataKind,
    ) -> gix::error::Result<PostResponse<Self::Headers, Self::ResponseBody, Self::PostBody>> {
        let exchange = self.exchange("POST", url, headers);
        Ok(PostResponse {
            post_body: Question(Arc::clone(&exchange)),
            headers: headers_of(&exchange),
            body: BufReader::new(Answer(exchange)),
        })
    }

    fn configure(&mut self, _config: &dyn Any) -> gix::error::Result {
        Ok(())
    }

    fn redirected_base_url(&self) -> Option<String> {
        self.moved.clone()
    }
}

impl Client {
    fn exchange(
        &self,
        method: &'static str,
        url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Arc<Mutex<Exchange>> {
        let mut request = http::Request::builder().method(method).uri(url);
        for header in headers {
            if let Some((name, value)) = header.as_ref().split_once(':') {
                request = request.header(name.trim(), value.trim());
            }
        }
        // To its own server and to no other, wherever that one sends us.
        if let Some(token) = self
            .token
            .as_ref()
            .filter(|token| is_of(&token.origin, url))
        {
            let pair = format!("{}:{}", token.user, token.token);
            request = request.header("authorization", format!("Basic {}", BASE64.encode(pair)));
        }
        Arc::new(Mutex::new(Exchange {
            agent: self.agent.clone(),
            heard: Arc::clone(&self.heard),
            stage: Stage::Asking {
                request: Some(request),
                body: Vec::new(),
            },
        }))
    }
}

/// Whether `url` is of the server at `origin`.
fn is_of(origin: &str, url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    origin == format!("{scheme}://{host}").to_lowercase()
}

/// A request that is made as soon as somebody reads the answer.
struct Exchange {
    agent: Agent,
    heard: Heard,
    stage: Stage,
}

enum Stage {
    Asking {
        request: Option<http::request::Builder>,
        body: Vec<u8>,
    },
    Answered {
        /// Where the answer came from in the end.
        effective: String,
        headers: Vec<u8>,
        body: Box<dyn Read + Send>,
    },
    Failed(io::ErrorKind, String),
}

impl Exchange {
    fn perform(&mut self) {
        let Stage::Asking { request, body } = &mut self.stage else {
            return;
        };
        let (Some(request), body) = (request.take(), std::mem::take(body)) else {
            return;
        };
        let answer = request
            .body(body)
            .map_err(ureq::Error::from)
            .and_then(|request| self.agent.run(request));
        self.stage = match answer {
            Ok(answer) if answer.status().is_success() => answered(answer),
            Ok(answer) => self.refused(of_status(answer)),
            Err(error) => self.refused(of_error(&error)),
        };
    }

    fn refused(&self, refusal: Refusal) -> Stage {
        let said = format!("{refusal:?}");
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
        // Not `PermissionDenied`, even for a 401: that would make the library look for credentials.
        Stage::Failed(io::ErrorKind::Other, said)
    }
}

fn answered(answer: http::Response<Body>) -> Stage {
    let mut headers = Vec::new();
    for (name, value) in answer.headers() {
        headers.extend_from_slice(name.as_str().as_bytes());
        headers.extend_from_slice(b": ");
        headers.extend_from_slice(value.as_bytes());
        headers.push(b'\n');
    }
    Stage::Answered {
        effective: answer.get_uri().to_string(),
        headers,
        body: Box::new(answer.into_body().into_reader()),
    }
}

fn of_status(mut answer: http::Response<Body>) -> Refusal {
    let status = answer.status();
    let words = answer.body_mut().with_config().limit(1024).lossy_utf8(true);
    let words = words.read_to_string().unwrap_or_default();
    let mut message = format!("the server answered {status}");
    // What is not a short text is a page for a browser.
    let words = words.trim();
    if !words.is_empty() && words.len() < 300 && !words.starts_with('<') {
        message = format!("{message}: {words}");
    }
    match status.as_u16() {
        401 => Refusal::Unauthenticated { message },
        403 => Refusal::Denied { message },
        404 | 410 => Refusal::NotFound { message },
        408 | 429 | 502..=504 => Refusal::Unreachable { message },
        _ => Refusal::Failed { message },
    }
}

fn of_error(error: &ureq::Error) -> Refusal {
    let message = super::refusal::said(std::iter::once(error as _));
    let unreachable = matches!(
        error,
        ureq::Error::Io(_)
            | ureq::Error::Timeout(_)
            | ureq::Error::HostNotFound
            | ureq::Error::ConnectionFailed
            | ureq::Error::Tls(_)
            | ureq::Error::Rustls(_)
    );
    if unreachable {
        Refusal::Unreachable { message }
    } else {
        Refusal::Failed { message }
    }
}

fn lock(exchange: &Mutex<Exchange>) -> MutexGuard<'_, Exchange> {
    exchange.lock().unwrap_or_else(PoisonError::into_inner)
}

fn headers_of(exchange: &Arc<Mutex<Exchange>>) -> BufReader<Headers> {
    BufReader::new(Headers {
        exchange: Arc::clone(exchange),
        read: 0,
    })
}

/// The headers of an answer, one a line.
pub(super) struct Headers {
    exchange: Arc<Mutex<Exchange>>,
    read: usize,
}

impl Read for Headers {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut exchange = lock(&self.exchange);
        exchange.perform();
        match &exchange.stage {
            Stage::Answered { headers, .. } => {
                let length = headers.get(self.read..).unwrap_or_default().read(buffer)?;
                self.read += length;
                Ok(length)
            }
            Stage::Failed(kind, said) => Err(io::Error::new(*kind, said.clone())),
            Stage::Asking { .. } => Ok(0),
        }
    }
}

/// The body of an answer.
pub(super) struct Answer(Arc<Mutex<Exchange>>);

impl Read for Answer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut exchange = lock(&self.0);
        exchange.perform();
        match &mut exchange.stage {
            Stage::Answered { body, .. } => body.read(buffer),
            Stage::Failed(kind, said) => Err(io::Error::new(*kind, said.clone())),
            Stage::Asking { .. } => Ok(0),
        }
    }
}

/// The body of a question, gathered until somebody wants the answer.
pub(super) struct Question(Arc<Mutex<Exchange>>);

impl Write for Question {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut lock(&self.0).stage {
            Stage::Asking { body, .. } => body.write(bytes),
            Stage::Answered { .. } | Stage::Failed(..) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
