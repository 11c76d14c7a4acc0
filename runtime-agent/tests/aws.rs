//! A table and a bucket that do as much as the agent asks of them, and fail when told to.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::read::DeflateDecoder;
use runtime_wire::Frame;
use runtime_wire::frame::decode;
use serde_json::{Value, json};

use crate::git_server::{Answer, Reply, Request, serve};

/// What a fault does to a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    /// The call is refused for now.
    Throttled,
    /// The call is refused for good.
    Denied,
    /// The service fails.
    Failed,
    /// The call is not carried out, and the connection breaks.
    Reset,
    /// The call is carried out, and the answer is lost.
    Unanswered,
}

#[derive(Default)]
pub(crate) struct State {
    pub objects: BTreeMap<String, Vec<u8>>,
    pub items: BTreeMap<(String, String), Value>,
    /// Which calls fail next, by operation.
    pub faults: Vec<(&'static str, Fault)>,
    pub operations: Vec<String>,
}

#[derive(Clone, Default)]
pub(crate) struct Aws(Arc<Mutex<State>>);

impl Aws {
    /// Starts to serve. Returns the endpoint.
    pub(crate) fn serve(&self) -> String {
        let aws = self.clone();
        serve(move |request| aws.answer(request))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn answer(&self, request: &Request) -> Answer {
        if !request
            .header("authorization")
            .starts_with("AWS4-HMAC-SHA256 Credential=AKID/")
        {
            return Some((
                403,
                Vec::new(),
                b"{\"__type\":\"x#MissingAuthentication\"}".to_vec(),
            ));
        }
        let target = request.header("x-amz-target").rsplit('.').next().unwrap();
        let operation = if target.is_empty() {
            request.method.as_str()
        } else {
            target
        };
        let mut state = self.state();
        state.operations.push(operation.to_owned());
        let fault = state.faults.iter().position(|(name, _)| *name == operation);
        let fault = fault.map(|index| state.faults.remove(index).1);
        match fault {
            Some(Fault::Throttled) => {
                let kind = "com.amazonaws.dynamodb.v20120810#ThrottlingException";
                return Some(refusal(400, kind));
            }
            Some(Fault::Denied) => return Some(refusal(400, "x#AccessDeniedException")),
            Some(Fault::Failed) => return Some((500, Vec::new(), b"oops".to_vec())),
            Some(Fault::Reset) => return None,
            Some(Fault::Unanswered) | None => {}
        }
        let answer = match operation {
            "GET" | "DELETE" => object(&mut state, operation, &request.path),
            "PUT" => {
                assert_eq!(request.header("x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
                state
                    .objects
                    .insert(request.path.clone(), request.body.clone());
                (200, Vec::new(), Vec::new())
            }
            operation => {
                let input = serde_json::from_slice(&request.body).unwrap();
                item(&mut state, operation, &input)
            }
        };
        (fault != Some(Fault::Unanswered)).then_some(answer)
    }

    /// The frames in the chunks of `execution`.
    pub(crate) fn frames(&self, execution: &str) -> Vec<Frame> {
        let partition = format!("frames#{execution}");
        let mut frames = Vec::new();
        for ((pk, sk), item) in &self.state().items {
            if *pk == partition {
                let mut bytes = Vec::new();
                let packed = binary(&item["data"]);
                DeflateDecoder::new(packed.as_slice())
                    .read_to_end(&mut bytes)
                    .unwrap();
                let chunk = decode(&bytes).unwrap().0;
                assert_eq!(*sk, format!("{:020}", chunk[0].seq));
                assert_eq!(item["last"]["N"], chunk.last().unwrap().seq.to_string());
                frames.extend(chunk);
            }
        }
        frames
    }

    /// The frames in the archive of `execution`.
    pub(crate) fn archived(&self, execution: &str) -> Vec<Frame> {
        let path = format!("/bucket/archive/{execution}/journal.chunks");
        let packed = self.state().objects.get(&path).cloned().unwrap_or_default();
        let mut rest = packed.as_slice();
        let mut bytes = Vec::new();
        while let Some((length, chunks)) = rest.split_first_chunk() {
            let (chunk, more) = chunks.split_at(u32::from_le_bytes(*length) as usize);
            DeflateDecoder::new(chunk).read_to_end(&mut bytes).unwrap();
            rest = more;
        }
        decode(&bytes).unwrap().0
    }

    pub(crate) fn milestones(&self, execution: &str) -> Vec<Frame> {
        let key = (format!("agent#{execution}"), "agent".to_owned());
        let item = self.state().items.get(&key).cloned().unwrap_or_default();
        decode(&binary(&item["milestones"])).unwrap().0
    }
}

fn binary(value: &Value) -> Vec<u8> {
    BASE64
        .decode(value["B"].as_str().unwrap_or_default())
        .unwrap()
}

fn refusal(status: u16, kind: &str) -> Reply {
    let body = json!({"__type": kind, "message": "no"}).to_string();
    (status, Vec::new(), body.into_bytes())
}

fn object(state: &mut State, method: &str, path: &str) -> Reply {
    let body = match method {
        "GET" => state.objects.get(path).cloned(),
        _ => state.objects.remove(path).map(|_| Vec::new()),
    };
    match body {
        Some(body) => (200, Vec::new(), body),
        None => (
            404,
            Vec::new(),
            b"<Error><Code>NoSuchKey</Code></Error>".to_vec(),
        ),
    }
}

fn item(state: &mut State, operation: &str, input: &Value) -> Reply {
    let key = if operation == "PutItem" {
        &input["Item"]
    } else {
        &input["Key"]
    };
    let text = |name: &str| key[name]["S"].as_str().unwrap().to_owned();
    let key = (text("pk"), text("sk"));
    let answer = match operation {
        "GetItem" => state
            .items
            .get(&key)
            .map_or(json!({}), |item| json!({"Item": item})),
        "PutItem" => {
            assert_eq!(input["ConditionExpression"], "attribute_not_exists(pk)");
            if state.items.contains_key(&key) {
                return refusal(400, "x#ConditionalCheckFailedException");
            }
            state.items.insert(key, input["Item"].clone());
            json!({})
        }
        "UpdateItem" => {
            let item = state.items.entry(key).or_insert_with(|| json!({}));
            assert_eq!(input["UpdateExpression"], "SET #a = :a, #e = :e");
            for name in ["a", "e"] {
                let attribute = input["ExpressionAttributeNames"][format!("#{name}")].as_str();
                item[attribute.unwrap()] =
                    input["ExpressionAttributeValues"][format!(":{name}")].clone();
            }
            json!({"Attributes": item})
        }
        _ => panic!("{operation} is not called"),
    };
    (200, Vec::new(), answer.to_string().into_bytes())
}
