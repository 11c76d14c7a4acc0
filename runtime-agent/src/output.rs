//! Reads what the command writes, byte for byte.

use std::io::{self, PipeReader, PipeWriter};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use runtime_wire::Body;
use runtime_wire::frame::MAX_OUTPUT;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use crate::journal::Journal;
use crate::supervise::Event;

/// How much is still read of a pipe after [`CutOff::give_up`], in bytes: what it may hold by then.
const REST: usize = 1024 * 1024;

/// Ends the reading of pipes that somebody holds open for ever.
pub(crate) struct CutOff(Option<PipeWriter>);

impl CutOff {
    /// Lets the readers take what is in their pipes, and stop there.
    pub(crate) fn give_up(&mut self) {
        self.0 = None;
    }
}

/// Reads both pipes into the journal. Each sends [`Event::OutputEnded`] when it is done.
pub(crate) fn read(
    stdout: PipeReader,
    stderr: PipeReader,
    journal: &Arc<Journal>,
    events: &Sender<Event>,
) -> io::Result<CutOff> {
    let (signal, cut_off) = io::pipe()?;
    let again = signal.try_clone()?;
    reader(stdout, signal, Body::Stdout, journal, events);
    reader(stderr, again, Body::Stderr, journal, events);
    Ok(CutOff(Some(cut_off)))
}

fn reader(
    pipe: PipeReader,
    cut_off: PipeReader,
    body: fn(Vec<u8>) -> Body,
    journal: &Arc<Journal>,
    events: &Sender<Event>,
) {
    let (journal, events) = (Arc::clone(journal), events.clone());
    std::thread::spawn(move || {
        let mut buffer = vec![0; MAX_OUTPUT];
        let mut rest = REST;
        while let Some((bytes, given_up)) = next(&pipe, &cut_off, &mut buffer) {
            journal.say(body(bytes.to_vec()));
            if given_up {
                rest = rest.saturating_sub(bytes.len());
                if rest == 0 {
                    break;
                }
            }
        }
        // Nobody listens any more when the supervisor has gone on without us.
        let _ = events.send(Event::OutputEnded);
    });
}

/// What is in the pipe, and whether reading was given up; nothing at its end.
fn next<'a>(
    pipe: &PipeReader,
    cut_off: &PipeReader,
    buffer: &'a mut [u8],
) -> Option<(&'a [u8], bool)> {
    let (there, given_up) = loop {
        let mut waiting = [
            PollFd::new(pipe, PollFlags::IN),
            PollFd::new(cut_off, PollFlags::IN),
        ];
        match poll(&mut waiting, None) {
            Err(Errno::INTR) => {}
            Err(_) => return None,
            Ok(_) => {
                let [pipe, cut_off] = waiting;
                break (!pipe.revents().is_empty(), !cut_off.revents().is_empty());
            }
        }
    };
    if !there {
        return None;
    }
    match rustix::io::retry_on_intr(|| rustix::io::read(pipe, &mut *buffer)) {
        Ok(length) if length > 0 => buffer.get(..length).map(|bytes| (bytes, given_up)),
        _ => None,
    }
}
