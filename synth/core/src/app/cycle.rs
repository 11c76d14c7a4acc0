//! Stacks that wait for each other in a circle.

use std::fmt;

use crate::graph;
use crate::problem::{Placed, Problem};

/// Why one stack must be deployed before another.
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Path of what refers.
    pub(super) referring: String,
    /// Where in it.
    pub(super) place: String,
    /// Path of what is referred to.
    pub(super) referred: String,
}

impl fmt::Display for Edge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            referring,
            place,
            referred,
            ..
        } = self;
        write!(formatter, "{referring} -({place})-> {referred}")
    }
}

/// Reports each circle, with one reference for each of its steps.
pub(super) fn check(stacks: &[&str], edges: &[Edge]) -> Vec<Placed> {
    let mut targets = vec![Vec::new(); stacks.len()];
    for edge in edges {
        if let Some(targets) = targets.get_mut(edge.from) {
            targets.push(edge.to);
        }
    }
    let problem = |cycle: &Vec<usize>| {
        let following = cycle.iter().cycle().skip(1);
        let steps = cycle.iter().zip(following).filter_map(|(from, to)| {
            edges
                .iter()
                .find(|edge| edge.from == *from && edge.to == *to)
        });
        let steps: Vec<&Edge> = steps.collect();
        let last = steps.last()?;
        let value: Vec<String> = steps.iter().map(ToString::to_string).collect();
        let (from, to) = (stacks.get(last.from)?, stacks.get(last.to)?);
        Some(Placed {
            path: (*stacks.get(*cycle.first()?)?).to_owned(),
            problem: Problem {
                code: "core.stack-cycle",
                message: "these stacks wait for each other".to_owned(),
                value: value.join(", "),
                allowed: "an order in which each can be deployed".to_owned(),
                fix: format!(
                    "move `{}` to the stack `{to}`, or `{}` to the stack `{from}`",
                    last.referring, last.referred
                ),
            },
        })
    };
    let found = graph::cycles(&targets);
    found.iter().filter_map(problem).collect()
}
