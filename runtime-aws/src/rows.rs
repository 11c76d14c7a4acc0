//! What an item of the table holds. The agent writes some of them, so this is a contract with it.
//!
//! - A row: `executions` / id, with the execution as JSON; apart from it its state for filters, its revision for compare-and-set.
//! - The agent's item: `agent#ATTEMPT` / `agent`, with its milestones, its heartbeat, and the wish to stop.
//! - A chunk of output: `frames#ATTEMPT` / number of its first frame, with encoded frames, deflated.
//!
//! The archive, an object, has all chunks of an attempt, each behind its length (4 bytes, little-endian).

use std::collections::HashMap;
use std::io::Read;

use aws_sdk_dynamodb::types::AttributeValue;
use runtime::port::Problem;
use runtime::tag::tags;
use runtime::wire::Frame;
use runtime::wire::frame::decode;
use runtime::{Execution, ProviderError};
use stacks::platform::table::{CREATED, EXPIRES_AT, LIST, OPEN, PARTITION_KEY, SORT_KEY};

/// An item, or the key of one.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Partition of all rows, and value of their `list` attribute.
pub(crate) const ROWS: &str = "executions";
/// Attribute with the state's name.
pub(crate) const STATE: &str = "state";
/// Attribute with the number of changes to a row.
pub(crate) const REVISION: &str = "revision";
/// Attribute with the agent's encoded milestones.
pub(crate) const MILESTONES: &str = "milestones";
/// Attribute with the time of the agent's last sign of life.
pub(crate) const HEARTBEAT: &str = "heartbeat_ms";
/// Attribute with the number of the last frame in the archive, once there is one.
pub(crate) const ARCHIVED: &str = "archived";
/// Attribute that tells the agent to stop.
pub(crate) const CANCEL: &str = "cancel_requested";

/// Attribute with the words that a row is found by.
pub(crate) const TAGS: &str = "tags";

const ROW: &str = "row";
const AGENT: &str = "agent";
const LAST: &str = "last";
const DATA: &str = "data";

/// Seconds in a day.
const DAY: u64 = 24 * 60 * 60;

/// The most that a chunk may be once inflated; the agent writes a fraction of it.
const MAX_CHUNK: u64 = 16 * 1024 * 1024;

/// A chunk of output.
pub(crate) struct Chunk {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) frames: Vec<Frame>,
}

/// A number as text that sorts like the number.
pub(crate) fn digits(number: u64) -> String {
    format!("{number:020}")
}

/// Partition of an attempt's chunks.
pub(crate) fn frames(attempt: &str) -> String {
    format!("frames#{attempt}")
}

/// Key of an execution's row.
pub(crate) fn row_key(id: &str) -> Item {
    key(ROWS, id)
}

/// Key of the item that an attempt's agent writes.
pub(crate) fn agent_key(attempt: &str) -> Item {
    key(&format!("agent#{attempt}"), AGENT)
}

fn key(partition: &str, sort: &str) -> Item {
    HashMap::from([
        (PARTITION_KEY.to_owned(), text(partition)),
        (SORT_KEY.to_owned(), text(sort)),
    ])
}

/// Where an execution stands in the list.
pub(crate) fn created(execution: &Execution) -> String {
    format!("{}#{}", digits(execution.created_at_ms), execution.id)
}

/// Where the row with that key stands in the list.
pub(crate) fn place(key: &Item) -> Option<String> {
    key.get(CREATED)?.as_s().ok().cloned()
}

/// Key of the row that stands there in the list; nothing when it names no place.
pub(crate) fn list_key(created: &str, partition: &str) -> Option<Item> {
    let (_, id) = created.split_once('#')?;
    let mut key = row_key(id);
    key.insert(partition.to_owned(), text(ROWS));
    key.insert(CREATED.to_owned(), text(created));
    Some(key)
}

/// When an item of that time may be dropped that is kept for so many days.
pub(crate) fn expiry(at_ms: u64, days: u32) -> AttributeValue {
    AttributeValue::N((at_ms / 1000 + u64::from(days) * DAY).to_string())
}

/// The row of an execution, kept for so many days.
pub(crate) fn of(execution: &Execution, days: u32) -> Result<Item, ProviderError> {
    let row = serde_json::to_string(execution)
        .map_err(|error| ProviderError::new(Problem::Failed, "write a row of history", error))?;
    let mut item = row_key(execution.id.as_str());
    item.insert(LIST.to_owned(), text(ROWS));
    item.insert(CREATED.to_owned(), text(&created(execution)));
    item.insert(STATE.to_owned(), text(execution.state.name()));
    item.insert(
        REVISION.to_owned(),
        AttributeValue::N(execution.revision.to_string()),
    );
    if !execution.state.is_final() {
        item.insert(OPEN.to_owned(), text(ROWS));
    }
    let words: Vec<String> = tags(execution)
        .iter()
        .map(|tag| tag.as_str().to_owned())
        .collect();
    if !words.is_empty() {
        item.insert(TAGS.to_owned(), AttributeValue::Ss(words));
    }
    item.insert(ROW.to_owned(), text(&row));
    item.insert(EXPIRES_AT.to_owned(), expiry(execution.created_at_ms, days));
    Ok(item)
}

/// The execution that a row is of.
pub(crate) fn execution(item: &Item) -> Result<Execution, ProviderError> {
    let row = item.get(ROW).and_then(|value| value.as_s().ok());
    let row = row.ok_or_else(|| damaged(item, "it has no attribute `row`"))?;
    serde_json::from_str(row).map_err(|error| damaged(item, error))
}

/// The milestones that an agent has written.
pub(crate) fn milestones(item: &Item) -> Result<Vec<Frame>, ProviderError> {
    let Some(written) = item.get(MILESTONES).and_then(|value| value.as_b().ok()) else {
        return Ok(Vec::new());
    };
    let (frames, _) = decode(written.as_ref()).map_err(|error| damaged(item, error))?;
    Ok(frames)
}

/// Reads a chunk.
pub(crate) fn chunk(item: &Item) -> Result<Chunk, ProviderError> {
    let first = item.get(SORT_KEY).and_then(|value| value.as_s().ok());
    let first = first.and_then(|digits| digits.parse().ok());
    let last = number(item, LAST);
    let data = item.get(DATA).and_then(|value| value.as_b().ok());
    let (Some(first), Some(last), Some(data)) = (first, last, data) else {
        return Err(damaged(item, "a chunk lacks `last` or `data`"));
    };
    let mut journal = Vec::new();
    flate2::read::DeflateDecoder::new(data.as_ref())
        .take(MAX_CHUNK)
        .read_to_end(&mut journal)
        .map_err(|error| damaged(item, error))?;
    let (frames, read) = decode(&journal).map_err(|error| damaged(item, error))?;
    if read != journal.len() {
        return Err(damaged(item, "it ends within a frame"));
    }
    Ok(Chunk {
        first,
        last,
        frames,
    })
}

/// A number that an item holds.
pub(crate) fn number(item: &Item, attribute: &str) -> Option<u64> {
    item.get(attribute)?.as_n().ok()?.parse().ok()
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn damaged(item: &Item, words: impl std::fmt::Display) -> ProviderError {
    let part = |name: &str| {
        let value = item.get(name).and_then(|value| value.as_s().ok());
        value.map_or("?", String::as_str).to_owned()
    };
    let operation = format!("read `{}` / `{}`", part(PARTITION_KEY), part(SORT_KEY));
    ProviderError::new(Problem::Damaged, operation, words)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use aws_sdk_dynamodb::primitives::Blob;
    use runtime::wire::frame::encode;
    use runtime::wire::{Body, Frame};

    use super::*;

    fn chunk_of(frames: &[Frame]) -> Item {
        let mut journal = Vec::new();
        for frame in frames {
            encode(frame, &mut journal);
        }
        let mut deflated =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        deflated.write_all(&journal).unwrap();
        let mut item = key(&frames_partition(), &digits(frames[0].seq));
        let last = frames[frames.len() - 1].seq;
        item.insert(LAST.to_owned(), AttributeValue::N(last.to_string()));
        let data = Blob::new(deflated.finish().unwrap());
        item.insert(DATA.to_owned(), AttributeValue::B(data));
        item
    }

    fn frames_partition() -> String {
        frames("0a1b2c3d")
    }

    fn output(seq: u64) -> Frame {
        let body = Body::Stdout(format!("line {seq}\n").into_bytes());
        Frame {
            seq,
            at_ms: 7,
            body,
        }
    }

    #[test]
    fn a_chunk_gives_back_the_frames_that_were_put_in() {
        let read = chunk(&chunk_of(&[output(4), output(5)])).unwrap();
        assert_eq!((read.first, read.last), (4, 5));
        assert_eq!(read.frames, [output(4), output(5)]);
    }

    #[test]
    fn a_damaged_chunk_is_named_and_never_half_read() {
        let mut item = chunk_of(&[output(4), output(5)]);
        item.insert(
            DATA.to_owned(),
            AttributeValue::B(Blob::new(*b"no deflate stream")),
        );
        let error = chunk(&item).err().unwrap();
        assert_eq!(error.problem, Problem::Damaged);
        assert_eq!(
            error.operation,
            "read `frames#0a1b2c3d` / `00000000000000000004`"
        );
    }

    #[test]
    fn a_place_in_the_list_names_the_row_that_stands_there() {
        let key = list_key("00001795380000000000#0a1b2c3d", LIST).unwrap();
        assert_eq!(key[SORT_KEY], text("0a1b2c3d"));
        assert_eq!(key[CREATED], text("00001795380000000000#0a1b2c3d"));
        assert!(list_key("nothing of ours", LIST).is_none());
    }
}
