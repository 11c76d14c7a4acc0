//! Puts `***` in the place of secrets, before anything leaves this machine.
//!
//! What is masked is the union of all places where a form of a secret stands, so that it does not
//! matter which of two that overlap was found first, nor how the stream was cut into reads.

mod automaton;
mod forms;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use automaton::{Automaton, ROOT, State};

/// What stands for a secret.
const MASK: &[u8] = b"***";

/// The secrets of an execution.
pub(crate) struct Masks(Automaton);

impl Masks {
    /// Masks for `secrets` in all their forms.
    pub(crate) fn new(secrets: &[String]) -> Self {
        let forms: BTreeSet<Vec<u8>> = secrets.iter().flat_map(|it| forms::of(it)).collect();
        Self(Automaton::new(forms.iter().map(Vec::as_slice)))
    }

    /// `text` without secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut shown = Vec::new();
        let mut masker = Masker::new(self);
        masker.feed(text.as_bytes(), &mut shown);
        masker.release(&mut shown);
        String::from_utf8_lossy(&shown).into_owned()
    }
}

/// A stream on its way through.
pub(crate) struct Masker<M> {
    masks: M,
    state: State,
    /// What was read and not given out: it may be, or may become, a secret.
    held: Vec<u8>,
    /// Where `held` begins in the stream.
    base: u64,
    /// Places in `held` that are secret, in order and apart from each other.
    secret: VecDeque<(u64, u64)>,
    /// Where the secret ends that the last mask stands for.
    masked_to: Option<u64>,
}

impl<M: std::ops::Deref<Target = Masks>> Masker<M> {
    /// A stream that begins.
    pub(crate) fn new(masks: M) -> Self {
        Self {
            masks,
            state: ROOT,
            held: Vec::new(),
            base: 0,
            secret: VecDeque::new(),
            masked_to: None,
        }
    }

    /// How many bytes are held back.
    pub(crate) fn holds(&self) -> usize {
        self.held.len()
    }

    /// Takes `bytes`, and gives out all that is certain by now.
    pub(crate) fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.masks.0.is_empty() {
            out.extend_from_slice(bytes);
            return;
        }
        let mut at = self.base + self.held.len() as u64;
        self.held.extend_from_slice(bytes);
        for byte in bytes {
            at += 1;
            self.state = if self.state == ROOT {
                self.masks.0.begin(*byte)
            } else {
                self.masks.0.next(self.state, *byte)
            };
            if self.state != ROOT {
                let length = self.masks.0.longest(self.state) as u64;
                if length > 0 {
                    self.found(at.saturating_sub(length), at);
                }
            }
        }
        let open = self.masks.0.depth(self.state).min(self.held.len());
        self.settle(self.held.len() - open, out);
    }

    /// Gives out what is held, whatever may follow. The rest of a secret whose beginning went out
    /// so is masked all the same.
    pub(crate) fn release(&mut self, out: &mut Vec<u8>) {
        self.settle(self.held.len(), out);
    }

    /// Takes in that a secret was read from `start` to `end`, which is as far as was read.
    fn found(&mut self, start: u64, end: u64) {
        let mut start = start.max(self.base);
        while let Some((first, _)) = self.secret.pop_back_if(|(_, last)| *last >= start) {
            start = start.min(first);
        }
        self.secret.push_back((start, end));
    }

    /// Gives out the first `length` bytes of what is held.
    fn settle(&mut self, length: usize, out: &mut Vec<u8>) {
        let end = self.base + length as u64;
        let mut at = self.base;
        while at < end {
            let (first, last) = self.secret.front().copied().unwrap_or((end, end));
            let (first, last) = (first.min(end), last.min(end));
            out.extend_from_slice(self.between(at, first));
            at = first;
            if first < last {
                if self.masked_to != Some(first) {
                    out.extend_from_slice(MASK);
                }
                self.masked_to = Some(last);
                at = last;
                match self.secret.front_mut() {
                    Some((first, end)) if *end > last => *first = last,
                    _ => drop(self.secret.pop_front()),
                }
            }
        }
        self.held.drain(..length);
        self.base = end;
    }

    fn between(&self, from: u64, to: u64) -> &[u8] {
        let place = |at: u64| usize::try_from(at.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.held.get(place(from)..place(to)).unwrap_or_default()
    }
}

/// The masks of an execution, shared by its streams.
pub(crate) type Shared = Arc<Masks>;

#[cfg(test)]
mod tests;
