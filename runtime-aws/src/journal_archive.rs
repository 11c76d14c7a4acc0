//! Reads the archive of an execution: the object that has its whole journal when the chunks of it
//! are dropped. It is read in pieces, so that one of any length is read in constant memory.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::time::{Duration, Instant};

use flate2::read::DeflateDecoder;
use runtime::port::Problem;
use runtime::wire::Frame;
use runtime::wire::frame::decode;
use runtime::{AttemptId, ProviderError};

use crate::installation::Aws;
use crate::rows;

/// How much of an archive is asked for at once, in bytes.
const PIECE: u64 = 1024 * 1024;

/// The most that a chunk may be, deflated or not; the agent writes a fraction of it.
const MAX_CHUNK: usize = 16 * 1024 * 1024;

/// How long it is taken for granted that there is no archive yet: one who follows an execution asks often.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is known of archives.
#[derive(Debug, Default)]
pub(crate) struct Archives {
    /// The one that was read last.
    open: Option<Archive>,
    /// When it was seen last that there is none.
    absent: BTreeMap<AttemptId, Instant>,
}

/// An archive that is being read.
#[derive(Debug)]
struct Archive {
    id: AttemptId,
    /// Number of the last frame in it.
    last: u64,
    /// What was fetched and not read.
    fetched: Vec<u8>,
    /// Where the next piece begins.
    offset: u64,
    /// Number of the last frame that was read.
    seq: u64,
}

impl Archive {
    fn new(id: AttemptId, last: u64) -> Self {
        Self {
            id,
            last,
            fetched: Vec::new(),
            offset: 0,
            seq: 0,
        }
    }

    /// Reads the next chunk, and the frames in it that come after `after`; nothing when all of it
    /// was not fetched yet.
    fn step(&mut self, after: u64) -> Result<Option<Vec<Frame>>, String> {
        let Some((length, rest)) = self.fetched.split_first_chunk() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > MAX_CHUNK {
            return Err("a chunk is longer than any chunk is".to_owned());
        }
        let Some(chunk) = rest.get(..length) else {
            return Ok(None);
        };
        let mut journal = Vec::new();
        DeflateDecoder::new(chunk)
            .take(MAX_CHUNK as u64)
            .read_to_end(&mut journal)
            .map_err(|error| error.to_string())?;
        self.fetched.drain(..4 + length);
        let (mut frames, read) = decode(&journal).map_err(|corrupt| corrupt.to_string())?;
        if read != journal.len() {
            return Err("a chunk ends within a frame".to_owned());
        }
        for frame in &frames {
            if frame.seq != self.seq + 1 {
                return Err(format!("frame {} follows frame {}", frame.seq, self.seq));
            }
            self.seq = frame.seq;
        }
        frames.retain(|frame| frame.seq > after);
        Ok(Some(frames))
    }
}

impl Aws {
    /// Frames after `after` from the archive; none when there is no archive, or no more in it.
    pub(crate) async fn archived_frames(
        &self,
        id: &AttemptId,
        after: u64,
    ) -> Result<Vec<Frame>, ProviderError> {
        let mut archives = self.archives.lock().await;
        let known = archives.open.as_ref().filter(|open| open.id == *id);
        if known.is_none_or(|open| open.seq > after) {
            let last = match known {
                Some(open) => open.last,
                None => match self.archived(id, &mut archives.absent).await? {
                    Some(last) => last,
                    None => return Ok(Vec::new()),
                },
            };
            archives.open = Some(Archive::new(id.clone(), last));
        }
        let Some(archive) = &mut archives.open else {
            return Ok(Vec::new());
        };
        let key = key(id);
        let place = format!("`{key}` in `{}`", self.installation.bucket);
        while archive.last > after && archive.seq < archive.last {
            match archive.step(after) {
                Err(words) => return Err(damaged(&place, words)),
                Ok(Some(frames)) if frames.is_empty() => {}
                Ok(Some(frames)) => return Ok(frames),
                Ok(None) => {
                    let piece = self.piece(&key, archive.offset).await?;
                    if piece.is_empty() && archive.offset == 0 {
                        return Ok(Vec::new());
                    }
                    if piece.is_empty() {
                        let (seq, last) = (archive.seq, archive.last);
                        let words = format!("it ends after frame {seq} of {last}");
                        return Err(damaged(&place, words));
                    }
                    archive.offset += piece.len() as u64;
                    archive.fetched.extend_from_slice(&piece);
                }
            }
        }
        Ok(Vec::new())
    }

    /// Number of the last frame in the archive, if there is one.
    async fn archived(
        &self,
        id: &AttemptId,
        absent: &mut BTreeMap<AttemptId, Instant>,
    ) -> Result<Option<u64>, ProviderError> {
        if absent.get(id).is_some_and(|seen| seen.elapsed() < PATIENCE) {
            return Ok(None);
        }
        let item = self
            .item(rows::agent_key(id.as_str()), Some(rows::ARCHIVED))
            .await?;
        let last = item.and_then(|item| rows::number(&item, rows::ARCHIVED));
        if last.is_none() {
            absent.insert(id.clone(), Instant::now());
        }
        Ok(last)
    }

    /// What there is from `offset` on, at most [`PIECE`].
    async fn piece(&self, key: &str, offset: u64) -> Result<Vec<u8>, ProviderError> {
        let operation = format!("s3:GetObject `{key}` in `{}`", self.installation.bucket);
        let get = self
            .cloud
            .objects
            .get_object()
            .bucket(&self.installation.bucket)
            .key(key)
            .range(format!("bytes={offset}-{}", offset + PIECE - 1));
        let answer = match get.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let status = error.raw_response().map(|raw| raw.status().as_u16());
                return match status {
                    // There is nothing from there on; or it was kept as long as was wanted.
                    Some(404 | 416) => Ok(Vec::new()),
                    _ => Err(self.cloud.refusal(operation, &error)),
                };
            }
        };
        let body = answer.body.collect().await;
        let body =
            body.map_err(|error| ProviderError::new(Problem::Unreachable, operation, error))?;
        Ok(body.to_vec())
    }
}

fn key(id: &AttemptId) -> String {
    format!("archive/{id}/journal.chunks")
}

fn damaged(place: &str, words: String) -> ProviderError {
    let operation = format!("read {place}");
    ProviderError::new(Problem::Damaged, operation, words).with_code("journal.damaged")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use runtime::wire::Body;
    use runtime::wire::frame::encode;

    use super::*;

    #[test]
    fn an_archive_is_read_chunk_by_chunk_from_any_frame_on() {
        let mut packed = Vec::new();
        for first in (1..=2_000).step_by(100) {
            let mut chunk = Vec::new();
            for seq in first..first + 100 {
                let body = Body::Stdout(format!("line {seq}\n").into_bytes());
                encode(
                    &Frame {
                        seq,
                        at_ms: 1,
                        body,
                    },
                    &mut chunk,
                );
            }
            let mut deflated =
                flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            deflated.write_all(&chunk).unwrap();
            let deflated = deflated.finish().unwrap();
            packed.extend_from_slice(&u32::try_from(deflated.len()).unwrap().to_le_bytes());
            packed.extend_from_slice(&deflated);
        }
        for after in [0, 1, 1_000, 1_999, 2_000] {
            let id = AttemptId::new(runtime::ExecutionId::from_random(1), 1);
            let mut archive = Archive::new(id, 2_000);
            let mut seen = Vec::new();
            for piece in packed.chunks(1_000) {
                archive.fetched.extend_from_slice(piece);
                while let Some(frames) = archive.step(after).unwrap() {
                    seen.extend(frames.iter().map(|frame| frame.seq));
                }
            }
            assert!(seen.into_iter().eq(after + 1..=2_000), "{after}");
        }
    }

    #[test]
    fn a_damaged_archive_is_never_half_read() {
        for (bytes, words) in [
            (
                &b"\xff\xff\xff\xff...."[..],
                "a chunk is longer than any chunk is",
            ),
            (&b"\x04\0\0\0abcd"[..], ""),
        ] {
            let mut archive = Archive::new(
                AttemptId::new(runtime::ExecutionId::from_random(1), 1),
                2_000,
            );
            archive.fetched = bytes.to_vec();
            let error = archive.step(0).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
