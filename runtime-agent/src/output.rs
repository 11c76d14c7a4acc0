//! Reads what the command writes, byte for byte, masks it, and says it.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use runtime_wire::frame::MAX_OUTPUT;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::frames::Frames;
use crate::journal::Journal;
use crate::limit::{Limit, Stream};
use crate::mask::{Masker, Shared};
use crate::supervise::Event;

/// How much is still read of a pipe after [`CutOff::give_up`], in bytes: what it may hold by then.
const REST: usize = 1024 * 1024;

/// How long a few bytes are held back that may be the beginning of a secret: a prompt must appear.
const SHORT_HOLD: Duration = Duration::from_millis(100);

/// How long more of them are: a secret is rather shown late than in part.
const LONG_HOLD: Duration = Duration::from_secs(1);

/// How many bytes are a few: fewer than any secret has that is masked.
const FEW: usize = 3;

/// Ends the reading of pipes that somebody holds open for ever.
pub(crate) struct CutOff(Option<PipeWriter>);

impl CutOff {
    /// Lets the readers take what is in their pipes, and stop there.
    pub(crate) fn give_up(&mut self) {
        self.0 = None;
    }
}

/// Reads both streams into the journal. Each sends [`Event::OutputEnded`] when it is done; the last
/// one to be done has said what the limit held back.
///
/// Without `stderr` the command has a terminal, which is all in `stdout`.
pub(crate) fn read(
    stdout: OwnedFd,
    stderr: Option<OwnedFd>,
    journal: &Arc<Journal>,
    events: &Sender<Event>,
) -> io::Result<CutOff> {
    let (signal, cut_off) = io::pipe()?;
    let limit = Arc::new(Limit::new(Arc::clone(journal)));
    let reader = |pipe, signal, stream, is_terminal| Reader {
        pipe,
        cut_off: signal,
        stream,
        limit: Arc::clone(&limit),
        masker: Masker::new(journal.masks()),
        frames: Frames::new(is_terminal),
        last: Instant::now(),
    };
    let first = reader(
        stdout,
        signal.try_clone()?,
        Stream::Stdout,
        stderr.is_none(),
    );
    let second = stderr.map(|stderr| reader(stderr, signal, Stream::Stderr, false));
    // The last reader is the last that has it.
    drop(limit);
    match second {
        Some(second) => second.start(events),
        // Nobody listens any more when the supervisor has gone on without us.
        None => drop(events.send(Event::OutputEnded)),
    }
    first.start(events);
    Ok(CutOff(Some(cut_off)))
}

/// One stream of the command.
struct Reader {
    pipe: OwnedFd,
    cut_off: PipeReader,
    stream: Stream,
    limit: Arc<Limit>,
    masker: Masker<Shared>,
    frames: Frames,
    /// When something was read.
    last: Instant,
}

impl Reader {
    fn start(mut self, events: &Sender<Event>) {
        let events = events.clone();
        std::thread::spawn(move || {
            self.read();
            if let Some(limit) = Arc::into_inner(self.limit) {
                limit.finish();
            }
            // Nobody listens any more when the supervisor has gone on without us.
            let _ = events.send(Event::OutputEnded);
        });
    }

    fn read(&mut self) {
        let mut buffer = vec![0; MAX_OUTPUT];
        let mut ready = Vec::new();
        let mut rest = REST;
        loop {
            match self.next(&mut buffer) {
                Next::Bytes(length, given_up) => {
                    self.last = Instant::now();
                    let bytes = buffer.get(..length).unwrap_or_default();
                    self.masker.feed(bytes, &mut ready);
                    self.pass_on(&mut ready);
                    if given_up {
                        rest = rest.saturating_sub(length);
                        if rest == 0 {
                            break;
                        }
                    }
                }
                Next::Pause => {
                    if self.release_at().is_some_and(|at| Instant::now() >= at) {
                        self.masker.release(&mut ready);
                    }
                    self.pass_on(&mut ready);
                }
                Next::End => break,
            }
        }
        self.masker.release(&mut ready);
        self.pass_on(&mut ready);
        let (limit, stream) = (&self.limit, self.stream);
        self.frames.flush(&mut |bytes| limit.say(stream, bytes));
    }

    /// Hands on what is masked.
    fn pass_on(&mut self, ready: &mut Vec<u8>) {
        let (limit, stream) = (&self.limit, self.stream);
        let say = &mut |bytes| limit.say(stream, bytes);
        self.frames.feed(ready, say);
        self.frames.flush_due(Instant::now(), say);
        ready.clear();
    }

    /// When what may be the beginning of a secret is let go.
    fn release_at(&self) -> Option<Instant> {
        match self.masker.holds() {
            0 => None,
            1..=FEW => Some(self.last + SHORT_HOLD),
            _ => Some(self.last + LONG_HOLD),
        }
    }

    /// Reads what is there, or waits for it as long as nothing else is to be done.
    fn next(&self, buffer: &mut [u8]) -> Next {
        let at = self.release_at().into_iter().chain(self.frames.due()).min();
        let (there, given_up) = loop {
            let mut waiting = [
                PollFd::new(&self.pipe, PollFlags::IN),
                PollFd::new(&self.cut_off, PollFlags::IN),
            ];
            let rest = at.map(|at| at.saturating_duration_since(Instant::now()));
            let rest = rest.and_then(|rest| Timespec::try_from(rest).ok());
            match poll(&mut waiting, rest.as_ref()) {
                Err(Errno::INTR) => {}
                Err(_) => return Next::End,
                Ok(0) => return Next::Pause,
                Ok(_) => {
                    let [pipe, cut_off] = waiting;
                    break (!pipe.revents().is_empty(), !cut_off.revents().is_empty());
                }
            }
        };
        if !there {
            return Next::End;
        }
        match rustix::io::retry_on_intr(|| rustix::io::read(&self.pipe, &mut *buffer)) {
            Ok(length) if length > 0 => Next::Bytes(length, given_up),
            // A terminal says EIO when nobody has it open any more.
            _ => Next::End,
        }
    }
}

/// What is in a stream.
enum Next {
    /// So many bytes; and whether reading was given up.
    Bytes(usize, bool),
    /// Nothing, and something else is due.
    Pause,
    /// No more.
    End,
}
