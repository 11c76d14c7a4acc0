//! Reads the archive of an execution: the object that has its whole journal when the chunks of it
//! are dropped. It is read in pieces, so that one of any length is read in constant memory.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::write::DeflateDecoder;
use runtime::port::Problem;
use runtime::wire::Frame;
use runtime::wire::frame::decode;
use runtime::{AttemptId, ProviderError};

use crate::installation::Aws;
use crate::rows;

/// How much of an archive is asked for at once, in bytes.
const PIECE: u64 = 1024 * 1024;

/// How much of it is inflated at once, in bytes: a thousand times that is the most it can become
/// (<https://zlib.net/zlib_tech.html>).
const STEP: usize = 16 * 1024;

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
    /// What was fetched and not inflated.
    fetched: Vec<u8>,
    /// Where the next piece begins.
    offset: u64,
    decoder: DeflateDecoder<Vec<u8>>,
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
            decoder: DeflateDecoder::new(Vec::new()),
            seq: 0,
        }
    }

    /// Inflates some of what was fetched, and reads the frames in it that come after `after`.
    fn step(&mut self, after: u64) -> Result<Vec<Frame>, String> {
        let length = self.fetched.len().min(STEP);
        let step: Vec<u8> = self.fetched.drain(..length).collect();
        self.decoder
            .write_all(&step)
            .and_then(|()| self.decoder.flush())
            .map_err(|error| error.to_string())?;
        let inflated = self.decoder.get_mut();
        let (mut frames, read) = decode(inflated).map_err(|corrupt| corrupt.to_string())?;
        inflated.drain(..read);
        for frame in &frames {
            if frame.seq != self.seq + 1 {
                return Err(format!("frame {} follows frame {}", frame.seq, self.seq));
            }
            self.seq = frame.seq;
        }
        frames.retain(|frame| frame.seq > after);
        Ok(frames)
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
            if archive.fetched.is_empty() {
                let piece = self.piece(&key, archive.offset).await?;
                if piece.is_empty() && archive.offset == 0 {
                    return Ok(Vec::new());
                }
                if piece.is_empty() {
                    let words = format!("it ends after frame {} of {}", archive.seq, archive.last);
                    return Err(damaged(&place, words));
                }
                archive.offset += piece.len() as u64;
                archive.fetched = piece;
            }
            let frames = archive
                .step(after)
                .map_err(|words| damaged(&place, words))?;
            if !frames.is_empty() {
                return Ok(frames);
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
    format!("archive/{id}/journal.deflate")
}

fn damaged(place: &str, words: String) -> ProviderError {
    let operation = format!("read {place}");
    ProviderError::new(Problem::Damaged, operation, words).with_code("journal.damaged")
}

#[cfg(test)]
mod tests {
    use runtime::wire::Body;
    use runtime::wire::frame::encode;

    use super::*;

    /// Bytes that do not deflate.
    fn vec_of(random: &mut u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..10 {
            *random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            bytes.extend_from_slice(&random.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn an_archive_is_read_in_steps_from_any_frame_on() {
        let mut deflated =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut random = 1_u64;
        for seq in 1..=2_000 {
            let body = Body::Stdout(vec_of(&mut random));
            let mut bytes = Vec::new();
            encode(
                &Frame {
                    seq,
                    at_ms: 1,
                    body,
                },
                &mut bytes,
            );
            deflated.write_all(&bytes).unwrap();
        }
        let packed = deflated.finish().unwrap();
        assert!(packed.len() > 2 * STEP);
        for after in [0, 1, 1_000, 1_999, 2_000] {
            let id = AttemptId::new(runtime::ExecutionId::from_random(1), 1);
            let mut archive = Archive::new(id, 2_000);
            archive.fetched.clone_from(&packed);
            let mut seen = Vec::new();
            while !archive.fetched.is_empty() {
                seen.extend(archive.step(after).unwrap().iter().map(|frame| frame.seq));
            }
            assert!(seen.into_iter().eq(after + 1..=2_000), "{after}");
        }
    }
}
