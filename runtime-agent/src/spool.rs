//! Keeps the last of what is pushed on it, in two files without a name: when the younger one is
//! full, the older one is forgotten. So it takes no memory, and disk space only.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use crate::limit::Stream;

/// Length of what stands before the bytes of a record: stream (1), time (8), length (4).
const HEADER: usize = 13;

/// Keeps at most so many bytes.
pub(crate) struct Spool {
    most: u64,
    /// Where its files may be made, the best place first.
    places: Vec<PathBuf>,
    older: Option<Segment>,
    younger: Option<Segment>,
    /// Bytes that are gone.
    gone: u64,
    /// Why nothing is kept any more.
    failure: Option<io::Error>,
}

struct Segment {
    file: BufWriter<File>,
    /// Bytes of output in it.
    length: u64,
}

impl Spool {
    /// A spool of at most `most` bytes.
    pub(crate) fn new(places: Vec<PathBuf>, most: usize) -> Self {
        Self {
            most: most as u64,
            places,
            older: None,
            younger: None,
            gone: 0,
            failure: None,
        }
    }

    /// Keeps `bytes`, at the cost of the oldest.
    pub(crate) fn push(&mut self, stream: Stream, at_ms: u64, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.failure.is_none()
            && let Err(error) = self.write(stream, at_ms, bytes)
        {
            // What is on a disk that fails is no tail: it ends somewhere.
            for segment in [self.older.take(), self.younger.take()] {
                self.gone += segment.map_or(0, |segment| segment.length);
            }
            self.failure = Some(error);
        }
        if self.failure.is_some() {
            self.gone += bytes.len() as u64;
        }
    }

    fn write(&mut self, stream: Stream, at_ms: u64, bytes: &[u8]) -> io::Result<()> {
        let full = |segment: &Segment| segment.length >= self.most;
        if self.younger.as_ref().is_none_or(full) {
            let older = self.older.take();
            self.gone += older.as_ref().map_or(0, |older| older.length);
            let next = match older {
                Some(older) => older.emptied()?,
                None => Segment::new(nameless(&self.places)?),
            };
            self.older = self.younger.replace(next);
        }
        if let Some(segment) = &mut self.younger {
            let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
            let file = &mut segment.file;
            file.write_all(&[u8::from(stream == Stream::Stderr)])?;
            file.write_all(&at_ms.to_le_bytes())?;
            file.write_all(&length.to_le_bytes())?;
            file.write_all(bytes)?;
            segment.length += bytes.len() as u64;
        }
        Ok(())
    }

    /// What is kept, to be read from its beginning.
    pub(crate) fn into_tail(mut self) -> Tail {
        let segments: Vec<Segment> = self.older.into_iter().chain(self.younger).collect();
        let kept: u64 = segments.iter().map(|segment| segment.length).sum();
        let mut files = Vec::new();
        for segment in segments {
            match segment.rewound() {
                Ok(file) => files.push(file),
                Err(error) => drop(self.failure.get_or_insert(error)),
            }
        }
        files.reverse();
        let mut tail = Tail {
            files,
            first: None,
            left_out: self.gone,
            failure: self.failure,
        };
        tail.skip(kept.saturating_sub(self.most));
        tail
    }
}

impl Segment {
    fn new(file: File) -> Self {
        Self {
            file: BufWriter::with_capacity(64 * 1024, file),
            length: 0,
        }
    }

    fn emptied(self) -> io::Result<Self> {
        let mut file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self::new(file))
    }

    fn rewound(self) -> io::Result<BufReader<File>> {
        let mut file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(BufReader::with_capacity(64 * 1024, file))
    }
}

/// The last of what was pushed.
pub(crate) struct Tail {
    /// The files to read, the next one last.
    files: Vec<BufReader<File>>,
    /// What was read already.
    first: Option<(Stream, u64, Vec<u8>)>,
    /// How many bytes are not in it.
    pub(crate) left_out: u64,
    failure: Option<io::Error>,
}

impl Tail {
    /// Leaves out `more` bytes, and the rest of the line that they end in.
    fn skip(&mut self, mut more: u64) {
        while more > 0 {
            let Some((stream, at_ms, mut bytes)) = self.next() else {
                return;
            };
            let length = bytes.len() as u64;
            if length <= more {
                more -= length;
                self.left_out += length;
                continue;
            }
            let least = usize::try_from(more).unwrap_or(bytes.len());
            let rest = bytes.get(least..).unwrap_or_default();
            let begun = least.checked_sub(1).and_then(|before| bytes.get(before));
            let line = rest.iter().position(|byte| *byte == b'\n');
            let cut = match line {
                _ if begun == Some(&b'\n') => least,
                Some(end) if end + 1 < rest.len() => least + end + 1,
                // To the end of a character that is cut in two.
                _ => {
                    least
                        + rest
                            .iter()
                            .take_while(|byte| (0x80..0xC0).contains(*byte))
                            .count()
                }
            };
            let kept = bytes.split_off(cut.min(bytes.len()));
            self.left_out += bytes.len() as u64;
            if !kept.is_empty() {
                self.first = Some((stream, at_ms, kept));
            }
            return;
        }
    }

    /// The next of it: from which stream, when, and what.
    pub(crate) fn next(&mut self) -> Option<(Stream, u64, Vec<u8>)> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let file = self.files.last_mut()?;
            match record(file) {
                Ok(Some(record)) => return Some(record),
                Ok(None) => drop(self.files.pop()),
                Err(error) => {
                    self.files.clear();
                    self.failure = Some(error);
                }
            }
        }
    }

    /// What to say of what is missing against the system's will.
    pub(crate) fn lost(&self) -> Option<String> {
        let failure = self.failure.as_ref()?;
        Some(format!(
            "the end of the output could not be kept: {failure}"
        ))
    }
}

fn record(file: &mut BufReader<File>) -> io::Result<Option<(Stream, u64, Vec<u8>)>> {
    let mut header = [0; HEADER];
    match file.read_exact(&mut header) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [kind, rest @ ..] = header;
    let (at_ms, length) = rest.split_at(8);
    let number = |bytes: &[u8]| {
        let bytes = bytes.iter().rev();
        bytes.fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let mut bytes = vec![0; usize::try_from(number(length)).unwrap_or(0)];
    file.read_exact(&mut bytes)?;
    let stream = if kind == 0 {
        Stream::Stdout
    } else {
        Stream::Stderr
    };
    Ok(Some((stream, number(at_ms), bytes)))
}

/// A file that nobody else sees, and that is gone with its last reader.
pub(crate) fn nameless(places: &[PathBuf]) -> io::Result<File> {
    let mut failure = io::Error::from(io::ErrorKind::NotFound);
    for place in places {
        match nameless_in(place) {
            Ok(file) => return Ok(file),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn nameless_in(place: &Path) -> io::Result<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    if let Ok(file) = rustix::fs::open(place, flags, Mode::RUSR | Mode::WUSR) {
        return Ok(file.into());
    }
    // Not every file system knows files without a name.
    let path = place.join(format!(".mycli-agent-{:016x}", fastrand::u64(..)));
    let mut options = File::options();
    let file = options
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(most: usize, pushed: &[&str]) -> (u64, String) {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(vec![directory.path().to_owned()], most);
        for text in pushed {
            spool.push(Stream::Stdout, 7, text.as_bytes());
        }
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        let mut tail = spool.into_tail();
        let mut text = String::new();
        while let Some((stream, at_ms, bytes)) = tail.next() {
            assert_eq!((stream, at_ms), (Stream::Stdout, 7));
            text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        assert_eq!(tail.lost(), None);
        (tail.left_out, text)
    }

    #[test]
    fn the_last_of_it_is_kept_and_the_rest_counted() {
        assert_eq!(kept(10, &[]), (0, String::new()));
        assert_eq!(kept(10, &["abc", "def"]), (0, "abcdef".to_owned()));
        let pushed = ["0123456789"; 9];
        assert_eq!(kept(10, &pushed), (80, "0123456789".to_owned()));
        assert_eq!(kept(15, &pushed), (75, "567890123456789".to_owned()));
        // From the beginning of a line on, and of a character.
        assert_eq!(kept(4, &["abc\nde\nf"]), (4, "de\nf".to_owned()));
        assert_eq!(kept(5, &["abc\nde\nf"]), (4, "de\nf".to_owned()));
        assert_eq!(kept(4, &["a€€"]), (4, "€".to_owned()));
    }

    #[test]
    fn without_a_place_it_is_said_that_nothing_could_be_kept() {
        let mut spool = Spool::new(vec!["/nonexistent/place".into()], 10);
        spool.push(Stream::Stderr, 0, b"abc");
        let mut tail = spool.into_tail();
        assert!(tail.next().is_none());
        assert_eq!(tail.left_out, 3);
        assert!(
            tail.lost()
                .unwrap()
                .starts_with("the end of the output could not be kept: ")
        );
    }
}
