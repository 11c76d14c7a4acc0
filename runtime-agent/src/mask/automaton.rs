//! Finds any of many words in a stream, byte by byte, and knows how much of one it may be within.
//!
//! The automaton of Aho and Corasick. A node costs 24 bytes, so that the words of a private key in
//! all their forms take about a megabyte; a table of all bytes for each node would take fifty.

use std::collections::VecDeque;

/// Where the automaton is: the longest end of what was read that begins a word.
pub(super) type State = u32;

/// Nothing that was read begins a word.
pub(super) const ROOT: State = 0;

/// No such node. The root is nobody's child.
const NONE: State = 0;

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// First of the nodes that are one byte further.
    child: State,
    /// Next node of the same parent.
    sibling: State,
    /// The longest proper end of this node that begins a word.
    fallback: State,
    /// How many bytes it stands for.
    depth: u32,
    /// Length of the longest word that ends here; 0 for none.
    longest: u32,
    /// The byte that leads here.
    byte: u8,
}

/// All words.
#[derive(Debug)]
pub(super) struct Automaton {
    nodes: Vec<Node>,
    /// The children of the root, by their byte.
    first: [State; 256],
}

impl Automaton {
    /// The automaton of `words`. Empty words are none.
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut automaton = Self {
            nodes: vec![Node::default()],
            first: [NONE; 256],
        };
        for word in words {
            automaton.add(word);
        }
        automaton.link();
        automaton
    }

    /// Whether there are no words.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.len() <= 1
    }

    /// Where the automaton is after one more byte.
    #[inline]
    pub(super) fn next(&self, mut state: State, byte: u8) -> State {
        while state != ROOT {
            let found = self.child(state, byte);
            if found != NONE {
                return found;
            }
            state = self.node(state).fallback;
        }
        self.begin(byte)
    }

    /// Where the automaton is after `byte` when it was at the root.
    #[inline]
    pub(super) fn begin(&self, byte: u8) -> State {
        self.first.get(usize::from(byte)).copied().unwrap_or(NONE)
    }

    /// How many of the last bytes may be the beginning of a word.
    pub(super) fn depth(&self, state: State) -> usize {
        usize::try_from(self.node(state).depth).unwrap_or(usize::MAX)
    }

    /// How long the longest word is that ends here; 0 for none.
    #[inline]
    pub(super) fn longest(&self, state: State) -> usize {
        usize::try_from(self.node(state).longest).unwrap_or(0)
    }

    #[inline]
    fn node(&self, state: State) -> Node {
        let place = usize::try_from(state).unwrap_or(usize::MAX);
        self.nodes.get(place).copied().unwrap_or_default()
    }

    fn change(&mut self, state: State, change: impl FnOnce(&mut Node)) {
        let place = usize::try_from(state).unwrap_or(usize::MAX);
        if let Some(node) = self.nodes.get_mut(place) {
            change(node);
        }
    }

    fn child(&self, state: State, byte: u8) -> State {
        let mut child = self.node(state).child;
        while child != NONE {
            let node = self.node(child);
            if node.byte == byte {
                break;
            }
            child = node.sibling;
        }
        child
    }

    fn add(&mut self, word: &[u8]) {
        let mut at = ROOT;
        for byte in word {
            let known = if at == ROOT {
                self.begin(*byte)
            } else {
                self.child(at, *byte)
            };
            at = if known == NONE {
                self.grow(at, *byte)
            } else {
                known
            };
        }
        let length = u32::try_from(word.len()).unwrap_or(u32::MAX);
        self.change(at, |node| node.longest = length);
    }

    fn grow(&mut self, parent: State, byte: u8) -> State {
        let new = State::try_from(self.nodes.len()).unwrap_or(NONE);
        let Node { child, depth, .. } = self.node(parent);
        let depth = depth + 1;
        let sibling = child;
        self.nodes.push(Node {
            sibling,
            depth,
            byte,
            ..Node::default()
        });
        self.change(parent, |node| node.child = new);
        if parent == ROOT
            && let Some(first) = self.first.get_mut(usize::from(byte))
        {
            *first = new;
        }
        new
    }

    /// Finds every node's fallback, the shallow ones first.
    fn link(&mut self) {
        let mut queue = VecDeque::from([ROOT]);
        while let Some(at) = queue.pop_front() {
            let mut child = self.node(at).child;
            while child != NONE {
                let Node { byte, sibling, .. } = self.node(child);
                if at != ROOT {
                    let fallback = self.next(self.node(at).fallback, byte);
                    let inherited = self.node(fallback).longest;
                    self.change(child, |node| {
                        node.fallback = fallback;
                        // A word that ends here is longer than any that ends further down.
                        node.longest = node.longest.max(inherited);
                    });
                }
                queue.push_back(child);
                child = sibling;
            }
        }
    }
}
