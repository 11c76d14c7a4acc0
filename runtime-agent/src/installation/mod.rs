//! The store that is a table and a bucket on AWS.

mod archive;
mod aws;
mod credentials;
mod metadata;
mod refusal;

use std::io::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use runtime_wire::Order;
use serde_json::{Value, json};

use crate::journal::now_ms;
use crate::store::{Batch, Pace, Store, StoreError, parse_order};
use archive::Archive;
use aws::Aws;

/// Of the two minutes that ECS gives a container to stop, what is left for the command. The rest is for its last output.
const STOP_WITHIN: Duration = Duration::from_secs(100);

/// How long what is kept stays, in days, where the installation does not say.
const DEFAULT_RETENTION_DAYS: u64 = 90;

/// How long chunks of output stay, in days, at most: the archive has all of them when the execution
/// is over, at a tenth of the price.
const CHUNK_DAYS: u64 = 7;

/// A table and a bucket, named by the environment.
pub(crate) struct Installation {
    aws: Aws,
    table: String,
    bucket: String,
    execution: String,
    retention_days: u64,
    archive: Archive,
}

impl Installation {
    /// Reads `MYCLI_EXECUTION`, `MYCLI_TABLE`, `MYCLI_BUCKET` and what an AWS client needs.
    ///
    /// `MYCLI_RETENTION_DAYS` says how long what is kept stays. Default: 90.
    pub(crate) fn from_environment() -> Result<Self, StoreError> {
        let days = std::env::var("MYCLI_RETENTION_DAYS").ok();
        Ok(Self {
            aws: Aws::from_environment()?,
            table: needed("MYCLI_TABLE")?,
            bucket: needed("MYCLI_BUCKET")?,
            execution: needed("MYCLI_EXECUTION")?,
            retention_days: days
                .and_then(|days| days.parse().ok())
                .unwrap_or(DEFAULT_RETENTION_DAYS),
            archive: Archive::new(),
        })
    }

    /// When what is written now may be deleted, in seconds since the Unix epoch.
    fn expires_at(&self) -> Value {
        Self::in_days(self.retention_days)
    }

    fn in_days(days: u64) -> Value {
        number(now_ms() / 1000 + days * 24 * 3600)
    }

    fn agent_key(&self) -> Value {
        json!({"pk": text(&format!("agent#{}", self.execution)), "sk": text("agent")})
    }

    fn chunk_key(&self, first: u64) -> Value {
        json!({
            "pk": text(&format!("frames#{}", self.execution)),
            "sk": text(&format!("{first:020}")),
        })
    }

    /// Sets `attribute` of the agent's item, and returns the item as it is then.
    fn set(&self, attribute: &str, value: &Value) -> Result<Value, StoreError> {
        self.aws.dynamodb(
            "UpdateItem",
            &json!({
                "TableName": self.table,
                "Key": self.agent_key(),
                "UpdateExpression": "SET #a = :a, #e = :e",
                "ExpressionAttributeNames": {"#a": attribute, "#e": "expires_at"},
                "ExpressionAttributeValues": {":a": value, ":e": self.expires_at()},
                "ReturnValues": "ALL_NEW",
            }),
        )
    }

    fn get(&self, key: &Value) -> Result<Value, StoreError> {
        let request = json!({"TableName": self.table, "Key": key, "ConsistentRead": true});
        self.aws.dynamodb("GetItem", &request)
    }
}

impl Store for Installation {
    fn image(&self) -> Option<String> {
        metadata::image()
    }

    fn take_order(&self) -> Result<Order, StoreError> {
        let key = format!("orders/{}.json", self.execution);
        let Some(bytes) = self.aws.get_object(&self.bucket, &key)? else {
            let place = format!("s3://{}/{key}", self.bucket);
            let agent = self.get(&self.agent_key())?;
            return Err(match agent.pointer("/Item/milestones") {
                Some(_) => StoreError::Taken { place },
                None => StoreError::NoOrder { place },
            });
        };
        self.aws.delete_object(&self.bucket, &key)?;
        parse_order(&bytes)
    }

    fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        let chunk = deflate(&batch.frames)?;
        let data = binary(&chunk);
        let key = self.chunk_key(batch.first);
        let mut item = key.clone();
        if let Value::Object(item) = &mut item {
            item.insert("last".to_owned(), number(batch.last));
            item.insert("data".to_owned(), data.clone());
            let days = self.retention_days.min(CHUNK_DAYS);
            item.insert("expires_at".to_owned(), Self::in_days(days));
        }
        let put = self.aws.dynamodb(
            "PutItem",
            &json!({
                "TableName": self.table,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(pk)",
            }),
        );
        match put {
            // An answer may get lost: what is there may be what we put.
            Err(StoreError::Conflict { .. })
                if self.get(&key)?.pointer("/Item/data") == Some(&data) =>
            {
                self.archive.append(&chunk, batch.last);
                Ok(())
            }
            Err(StoreError::Conflict { .. }) => Err(StoreError::Taken {
                place: format!("the table {}", self.table),
            }),
            put => {
                put?;
                self.archive.append(&chunk, batch.last);
                Ok(())
            }
        }
    }

    fn keep_milestones(&self, all: &[u8], _new: usize) -> Result<(), StoreError> {
        self.set("milestones", &binary(all)).map(drop)
    }

    fn stop_wanted(&self) -> Result<bool, StoreError> {
        let item = self.set("heartbeat_ms", &number(now_ms()))?;
        Ok(item.pointer("/Attributes/cancel_requested/BOOL") == Some(&Value::Bool(true)))
    }

    fn archive(&self) -> Result<(), StoreError> {
        let Some((file, last)) = self.archive.close()? else {
            return Ok(());
        };
        let key = format!("archive/{}/journal.chunks", self.execution);
        self.aws.put_object(&self.bucket, &key, &file)?;
        self.set("archived", &number(last)).map(drop)
    }

    fn pace(&self) -> Pace {
        Pace {
            gather: Duration::from_millis(250),
            batch: 256 * 1024,
            capacity: 2 * 1024 * 1024,
            look: Duration::from_secs(2),
            stop_within: Some(STOP_WITHIN),
            patience: Duration::from_mins(10),
        }
    }
}

/// A variable of the environment that has to be there.
fn needed(name: &'static str) -> Result<String, StoreError> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value),
        _ => Err(StoreError::Environment { name }),
    }
}

fn text(text: &str) -> Value {
    json!({"S": text})
}

fn number(number: u64) -> Value {
    json!({"N": number.to_string()})
}

fn binary(bytes: &[u8]) -> Value {
    json!({"B": BASE64.encode(bytes)})
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|error| StoreError::system("compress output", error))
}
