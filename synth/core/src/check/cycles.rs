//! Resources that wait for each other in a circle.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::problem::Problem;
use crate::stack::Stack;

use super::Report;
use super::index::Index;
use super::walk::Walk;

/// Reports each circle once; circles that share a resource are reported one at a time, as each fix may end several.
pub(super) fn check(
    stack: &Stack,
    index: &Index<'_>,
    edges: &[Vec<usize>],
    depends_on: &[Vec<usize>],
    report: &mut Report<'_>,
) {
    let mut reported: BTreeSet<usize> = BTreeSet::new();
    for cycle in find(edges) {
        if cycle.iter().any(|position| reported.contains(position)) {
            continue;
        }
        reported.extend(&cycle);
        let problem = Problem {
            code: "core.cycle",
            message: "these resources wait for each other".to_owned(),
            value: describe(&cycle, stack, index, depends_on),
            allowed: "an order in which each can be created".to_owned(),
            fix: "take one of these references out, or move it to a resource of its own".to_owned(),
        };
        let path = cycle.first().and_then(|first| stack.resources.get(*first));
        report.add(path.map_or("", |resource| resource.target.path()), problem);
    }
}

/// Circles found by depth-first search, with a stack of its own: templates may be deep.
pub(crate) fn find(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut cycles = Vec::new();
    let mut done = vec![false; edges.len()];
    let mut on_trail = vec![false; edges.len()];
    let mut trail: Vec<(usize, usize)> = Vec::new();
    for start in 0..edges.len() {
        trail.push((start, 0));
        while let Some((node, next)) = trail.last_mut() {
            let (node, edge) = (*node, *next);
            *next += 1;
            if edge == 0 {
                if done.get(node).copied().unwrap_or(true) {
                    trail.pop();
                    continue;
                }
                set(&mut on_trail, node, true);
            }
            match edges.get(node).and_then(|targets| targets.get(edge)) {
                Some(target) if on_trail.get(*target).copied().unwrap_or(false) => {
                    let nodes = trail.iter().map(|(node, _)| *node);
                    cycles.push(nodes.skip_while(|node| node != target).collect());
                }
                Some(target) => trail.push((*target, 0)),
                None => {
                    set(&mut on_trail, node, false);
                    set(&mut done, node, true);
                    trail.pop();
                }
            }
        }
    }
    cycles
}

fn set(flags: &mut [bool], position: usize, value: bool) {
    if let Some(flag) = flags.get_mut(position) {
        *flag = value;
    }
}

/// The circle as `A -(Role)-> B -(DependsOn)-> A`.
fn describe(
    cycle: &[usize],
    stack: &Stack,
    index: &Index<'_>,
    depends_on: &[Vec<usize>],
) -> String {
    let mut text = String::new();
    let following = cycle.iter().cycle().skip(1);
    for (from, to) in cycle.iter().zip(following) {
        let Some(resource) = stack.resources.get(*from) else {
            continue;
        };
        let explicit = depends_on
            .get(*from)
            .is_some_and(|targets| targets.contains(to));
        let place = if explicit {
            "DependsOn".to_owned()
        } else {
            let found = Walk::find(index, resource.trees(), *to).unwrap_or_default();
            if found.is_empty() {
                "Properties".to_owned()
            } else {
                found
            }
        };
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{} -({place})-> ", resource.target.path());
    }
    let first = cycle.first().and_then(|first| stack.resources.get(*first));
    text.push_str(first.map_or("", |resource| resource.target.path()));
    text
}
