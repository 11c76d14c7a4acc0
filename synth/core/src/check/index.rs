//! What there is in a stack, by name and by path.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::problem::Problem;
use crate::reference::Target;
use crate::stack::{Part, Stack, place};

use super::Report;

/// What a logical id stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Named {
    /// The resource at this position.
    Resource(usize),
    /// A parameter.
    Parameter,
}

pub(super) struct Index<'a> {
    pub(super) stack: &'a Arc<str>,
    /// Resources and parameters share one set of names.
    ids: BTreeMap<&'a str, (Named, &'a str)>,
    pub(super) conditions: BTreeSet<&'a str>,
    pub(super) mappings: BTreeSet<&'a str>,
    /// Whether CloudFormation will add parts that cannot be known here.
    pub(super) is_open: bool,
    /// Resources by path, for finding all below one.
    paths: Vec<(&'a str, usize)>,
}

impl<'a> Index<'a> {
    pub(super) fn new(stack: &'a Stack, report: &mut Report<'_>) -> Self {
        let mut ids = BTreeMap::new();
        for part in &stack.parameters {
            take(&mut ids, &part.target, Named::Parameter, report);
        }
        for (position, resource) in stack.resources.iter().enumerate() {
            take(
                &mut ids,
                &resource.target,
                Named::Resource(position),
                report,
            );
        }
        let outputs = stack.outputs.iter().map(|output| &output.target);
        names(outputs, report);
        let targets = |parts: &'a [Part]| parts.iter().map(|part| &part.target);
        let mut paths: Vec<_> = stack
            .resources
            .iter()
            .enumerate()
            .map(|(position, resource)| (resource.target.path(), position))
            .collect();
        paths.sort_unstable();
        Self {
            stack: &stack.name,
            ids,
            conditions: names(targets(&stack.conditions), report),
            mappings: names(targets(&stack.mappings), report),
            is_open: stack.is_expanded(),
            paths,
        }
    }

    pub(super) fn named(&self, id: &str) -> Option<Named> {
        self.ids.get(id).map(|(named, _)| *named)
    }

    /// The position of a resource.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        match self.named(id)? {
            Named::Resource(position) => Some(position),
            Named::Parameter => None,
        }
    }

    /// Positions of the resources at and below `path`.
    pub(super) fn below<'b>(&'b self, path: &str) -> impl Iterator<Item = usize> + use<'a, 'b> {
        let prefix = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let at = self
            .paths
            .binary_search_by(|(other, _)| (*other).cmp(path))
            .ok();
        let start = self
            .paths
            .partition_point(|(other, _)| *other < prefix.as_str());
        let exact = at.and_then(|at| self.paths.get(at));
        let rest = self.paths.iter().skip(start);
        let below = rest.take_while(move |(other, _)| other.starts_with(&prefix));
        exact
            .into_iter()
            .chain(below)
            .map(|(_, position)| *position)
    }

    /// Orders positions by path and drops repetitions.
    pub(super) fn sort_by_path(&self, positions: &mut Vec<usize>) {
        if positions.len() > 1 {
            let path_of: BTreeMap<usize, &str> = self
                .paths
                .iter()
                .map(|(path, position)| (*position, *path))
                .collect();
            positions.sort_unstable_by_key(|position| (path_of.get(position), *position));
            positions.dedup();
        }
    }
}

fn names<'a>(
    targets: impl Iterator<Item = &'a Arc<Target>>,
    report: &mut Report<'_>,
) -> BTreeSet<&'a str> {
    let mut taken = BTreeMap::new();
    for target in targets {
        take(&mut taken, target, Named::Parameter, report);
    }
    taken.into_keys().collect()
}

/// Takes a name for a part of the template; two parts cannot have one.
fn take<'a>(
    taken: &mut BTreeMap<&'a str, (Named, &'a str)>,
    target: &'a Arc<Target>,
    named: Named,
    report: &mut Report<'_>,
) {
    let (id, path) = (target.logical_id(), target.path());
    let Some((_, other)) = taken.insert(id, (named, path)) else {
        return;
    };
    let problem = if other == path {
        Problem {
            code: "core.taken-path",
            message: "something was added at this path before".to_owned(),
            value: place(report.stack_path, path),
            allowed: "one thing at each path".to_owned(),
            fix: "give one of the two another id".to_owned(),
        }
    } else {
        Problem {
            code: "core.taken-logical-id",
            message: format!(
                "this path and `{}` meet in one logical id",
                place(report.stack_path, other)
            ),
            value: id.to_owned(),
            allowed: "a logical id of its own for each path".to_owned(),
            fix: "rename one of the two, or set `Options::logical_id`".to_owned(),
        }
    };
    report.add(path, problem);
}
