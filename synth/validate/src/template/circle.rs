//! Resources that wait for each other.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use synth_core::{Json, graph};

use super::Report;
use super::index::Index;
use super::walk::Edge;

/// Reports each circle once; circles that share a resource are reported one at a time, as each fix may end several.
pub(super) fn check(index: &Index<'_>, edges: &[Vec<Edge>], report: &mut Report<'_>) {
    let targets: Vec<Vec<usize>> = edges
        .iter()
        .map(|edges| edges.iter().map(|edge| edge.to).collect())
        .collect();
    let mut reported: BTreeSet<usize> = BTreeSet::new();
    for circle in graph::cycles(&targets) {
        if circle.iter().any(|at| reported.contains(at)) {
            continue;
        }
        reported.extend(&circle);
        let id = |at: usize| index.resources.get(at).map_or("", |(id, _)| id.as_ref());
        let mut text = String::new();
        let mut first = String::new();
        for (from, to) in circle.iter().zip(circle.iter().cycle().skip(1)) {
            let edge = edges
                .get(*from)
                .and_then(|edges| edges.iter().find(|edge| edge.to == *to));
            let path = edge.map_or("", |edge| edge.path.as_str());
            let place = path.splitn(3, '/').last().unwrap_or_default();
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{} -({place})-> ", id(*from));
            if first.is_empty() {
                path.clone_into(&mut first);
            }
        }
        text.push_str(circle.first().map_or("", |at| id(*at)));
        report
            .error(
                &first,
                "core.cycle",
                "these resources wait for each other",
                &Json::Null,
            )
            .allowed("an order in which each can be created")
            .fix("take one of these references out, or move it to a resource of its own");
        if let Some(violation) = report.violations.last_mut() {
            violation.problem.value = text;
        }
    }
}
