//! Constructs that have another path than they had, and keep their logical ids.

use crate::problem::Problem;
use crate::stack::Stack;

/// A path that stands for another when logical ids are made.
#[derive(Debug)]
pub(crate) struct Moved {
    from: String,
    to: String,
    is_used: bool,
}

impl Stack {
    /// Declares that what is at `to`, and all below it, has the logical ids of `from`.
    pub(crate) fn declare_moved(&mut self, from: &str, to: String) {
        self.moved.push(Moved {
            from: from.to_owned(),
            to,
            is_used: false,
        });
    }

    /// The path that makes the logical id of what is at `path`: the closest declaration counts.
    pub(crate) fn path_of_id(&self, path: &str) -> Option<String> {
        let (at, rest) = self.declared(path)?;
        let from = &self.moved.get(at)?.from;
        Some([from, rest].concat())
    }

    /// Notes that something is at `path`, so that what was declared of it is not reported.
    pub(crate) fn note_place(&mut self, path: &str) {
        let at = self.declared(path).map(|(at, _)| at);
        if let Some(moved) = at.and_then(|at| self.moved.get_mut(at)) {
            moved.is_used = true;
        }
    }

    fn declared<'a>(&self, path: &'a str) -> Option<(usize, &'a str)> {
        let all = self.moved.iter().enumerate();
        all.filter_map(|(at, moved)| {
            let rest = path.strip_prefix(moved.to.as_str())?;
            let is_there = rest.is_empty() || rest.starts_with('/');
            is_there.then_some((moved.to.len(), at, rest))
        })
        .max_by_key(|(length, at, _)| (*length, *at))
        .map(|(_, at, rest)| (at, rest))
    }

    /// What is declared of places where there is nothing.
    pub(crate) fn unused_moves(&self) -> impl Iterator<Item = (&str, Problem)> {
        let unused = self.moved.iter().filter(|moved| !moved.is_used);
        unused.map(|moved| {
            let problem = Problem {
                code: "core.moved-unused",
                message: "this is declared as moved, and nothing is there".to_owned(),
                value: moved.from.clone(),
                allowed: String::new(),
                fix: "call `moved` before the construct is added, with its new id, or remove the call"
                    .to_owned(),
            };
            (moved.to.as_str(), problem)
        })
    }
}
