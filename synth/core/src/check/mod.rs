//! What is checked when a stack is synthesized. Every check runs, whatever the others found.

pub(crate) mod cycles;
mod functions;
mod index;
mod limits;
mod walk;

use std::sync::Arc;

use crate::json::Json;
use crate::options::Dependency;
use crate::problem::{Placed, Problem};
use crate::reference::Target;
use crate::stack::{ResourcePart, Stack, place};

use index::Index;
pub(crate) use limits::template_size;
use walk::{Section, Walk};

/// What was learned while checking.
pub(crate) struct Checked {
    /// For each resource, the positions of those it waits for explicitly, by path.
    pub(crate) depends_on: Vec<Vec<usize>>,
    /// Whether a function is used in a form that needs `AWS::LanguageExtensions`.
    pub(crate) needs_extensions: bool,
    pub(crate) problems: Vec<Placed>,
}

/// Checks everything that can be known before CloudFormation sees the template.
pub(crate) fn stack(stack: &Stack) -> Checked {
    let mut report = Report {
        stack: &stack.name,
        stack_path: &stack.path,
        problems: Vec::new(),
    };
    let index = Index::new(stack, &mut report);
    limits::check(stack, &mut report);
    duplicate_exports(stack, &mut report);
    for (path, problem) in stack.unused_moves() {
        report.add(path, problem);
    }
    let depends_on: Vec<_> = stack
        .resources
        .iter()
        .map(|resource| dependencies(resource, &index, &mut report))
        .collect();
    let mut walk = Walk::new(&index, &mut report);
    for part in &stack.conditions {
        walk.part(&part.target, Section::Conditions, [("", &part.body)]);
    }
    for output in &stack.outputs {
        let export = output.export.as_ref().map(|export| ("Export.Name", export));
        let trees = std::iter::once(("Value", &output.value)).chain(export);
        walk.part(&output.target, Section::Outputs, trees);
        walk.condition(output.condition.as_ref());
    }
    // What conditions and outputs refer to makes no resource wait.
    drop(walk.take_edges());
    let mut edges: Vec<Vec<usize>> = Vec::with_capacity(stack.resources.len());
    for (resource, waits_for) in stack.resources.iter().zip(&depends_on) {
        walk.part(&resource.target, Section::Resources, resource.trees());
        walk.condition(resource.options.condition.as_ref());
        let mut targets = walk.take_edges();
        targets.extend(waits_for);
        edges.push(targets);
    }
    let needs_extensions = walk.needs_extensions;
    cycles::check(stack, &index, &edges, &depends_on, &mut report);
    Checked {
        depends_on,
        needs_extensions,
        problems: report.problems,
    }
}

/// Where checks say what they found.
struct Report<'a> {
    stack: &'a Arc<str>,
    stack_path: &'a str,
    problems: Vec<Placed>,
}

impl Report<'_> {
    fn add(&mut self, path: &str, problem: Problem) {
        self.problems.push(Placed {
            path: place(self.stack_path, path),
            problem,
        });
    }

    /// Whether `target` is a part of this stack; says so when it is not.
    fn owns(&mut self, from: &str, target: &Target) -> bool {
        let own = target.is_in(self.stack);
        if !own {
            let problem = Problem {
                code: "core.cross-stack-reference",
                message: format!("this refers to a part of the stack `{}`", target.stack()),
                value: place(target.stack(), target.path()),
                allowed: "parts of the same stack".to_owned(),
                fix: "synthesize both stacks as one `App`, which carries the value across"
                    .to_owned(),
            };
            self.add(from, problem);
        }
        own
    }
}

impl ResourcePart {
    /// The trees in which there may be references.
    fn trees(&self) -> impl Iterator<Item = (&str, &Json)> {
        let options = &self.options;
        let metadata = options.metadata.iter();
        let creation = options.creation_policy.iter();
        let update = options.update_policy.iter();
        std::iter::once(("", &self.properties))
            .chain(metadata.map(|(name, tree)| (name.as_ref(), tree)))
            .chain(creation.map(|tree| ("CreationPolicy", tree)))
            .chain(update.map(|tree| ("UpdatePolicy", tree)))
            .chain(
                self.attributes
                    .iter()
                    .map(|(name, tree)| (name.as_ref(), tree)),
            )
    }
}

/// Positions of the resources that one waits for, by path, each once and never itself.
fn dependencies(resource: &ResourcePart, index: &Index<'_>, report: &mut Report<'_>) -> Vec<usize> {
    let own = index.position(resource.target.logical_id());
    let mut found = Vec::new();
    for dependency in resource
        .inherited
        .iter()
        .chain(&resource.options.depends_on)
    {
        let target = match dependency {
            Dependency::Resource(target) => target,
            Dependency::Construct(construct) => &construct.0,
        };
        if !report.owns(resource.target.path(), target) {
            continue;
        }
        match dependency {
            Dependency::Resource(target) => match index.position(target.logical_id()) {
                Some(position) => found.push(position),
                None => report.add(resource.target.path(), gone(target)),
            },
            Dependency::Construct(construct) => found.extend(index.below(construct.path())),
        }
    }
    found.retain(|position| Some(*position) != own);
    index.sort_by_path(&mut found);
    found
}

/// The problem of waiting for what was taken out of the stack again.
fn gone(target: &Target) -> Problem {
    Problem {
        code: "core.dangling-dependency",
        message: "this waits for a resource that is not in the stack".to_owned(),
        value: target.logical_id().to_owned(),
        allowed: "a resource of the stack".to_owned(),
        fix: "keep the resource, or take it out of `DependsOn`".to_owned(),
    }
}

fn duplicate_exports(stack: &Stack, report: &mut Report<'_>) {
    let mut seen = std::collections::BTreeMap::new();
    for output in &stack.outputs {
        let Some(export) = &output.export else {
            continue;
        };
        let name = export.to_compact();
        if let Some(first) = seen.insert(name.clone(), output.target.path()) {
            let problem = Problem {
                code: "core.taken-export",
                message: format!("the output `{first}` exports this name already"),
                value: name,
                allowed: "a name once per account and region".to_owned(),
                fix: "change one of the two names".to_owned(),
            };
            report.add(output.target.path(), problem);
        }
    }
}
