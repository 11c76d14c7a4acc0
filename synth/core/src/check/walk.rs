//! Following every reference in a tree.

use std::borrow::Cow;

use crate::condition::ConditionHandle;
use crate::json::Json;
use crate::problem::Problem;
use crate::pseudo;
use crate::reference::{Form, Reference, Target};

use super::Report;
use super::index::{Index, Named};

/// The part of a template that is walked; what may be referred to depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Conditions,
    Resources,
    Outputs,
}

enum Step<'a> {
    Name(&'a str),
    Position(usize),
}

pub(super) struct Walk<'a, 'r, 's> {
    index: &'a Index<'a>,
    report: &'r mut Report<'s>,
    pub(super) section: Section,
    /// The construct path of the part.
    path: &'a str,
    /// Where in the part.
    trail: Vec<Step<'a>>,
    /// Positions of the resources referred to.
    edges: Vec<usize>,
    /// A resource that somebody looks for, and where it was found first.
    sought: Option<usize>,
    found_at: Option<String>,
    pub(super) needs_extensions: bool,
}

impl<'a, 'r, 's> Walk<'a, 'r, 's> {
    pub(super) fn new(index: &'a Index<'a>, report: &'r mut Report<'s>) -> Self {
        Self {
            index,
            report,
            section: Section::Resources,
            path: "",
            trail: Vec::new(),
            edges: Vec::new(),
            sought: None,
            found_at: None,
            needs_extensions: false,
        }
    }

    pub(super) fn part(
        &mut self,
        target: &'a Target,
        section: Section,
        trees: impl IntoIterator<Item = (&'a str, &'a Json)>,
    ) {
        self.section = section;
        self.path = target.path();
        for (name, tree) in trees {
            self.step(Step::Name(name), tree);
        }
    }

    pub(super) fn condition(&mut self, condition: Option<&ConditionHandle>) {
        if let Some(ConditionHandle(target)) = condition {
            self.report.owns(self.path, target);
        }
    }

    pub(super) fn take_edges(&mut self) -> Vec<usize> {
        self.edges.drain(..).collect()
    }

    /// Where in `trees` the resource at `position` is referred to.
    pub(super) fn find(
        index: &'a Index<'a>,
        trees: impl IntoIterator<Item = (&'a str, &'a Json)>,
        position: usize,
    ) -> Option<String> {
        let mut unheard = Report {
            stack: index.stack,
            stack_path: "",
            problems: Vec::new(),
        };
        let mut walk = Walk::new(index, &mut unheard);
        walk.sought = Some(position);
        for (name, tree) in trees {
            walk.step(Step::Name(name), tree);
        }
        walk.found_at
    }

    fn step(&mut self, step: Step<'a>, tree: &'a Json) {
        self.trail.push(step);
        self.tree(tree);
        self.trail.pop();
    }

    pub(super) fn tree(&mut self, tree: &'a Json) {
        match tree {
            Json::Missing => self.missing(),
            Json::Reference(reference) => self.reference(reference),
            Json::Array(items) => self.items(items),
            Json::Object(entries) => {
                if let [(name, argument)] = entries.as_slice()
                    && self.function(name, argument)
                {
                    return;
                }
                for (name, value) in entries {
                    self.step(Step::Name(name), value);
                }
            }
            Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) | Json::Text(_) => {}
        }
    }

    pub(super) fn items(&mut self, items: &'a [Json]) {
        for (position, item) in items.iter().enumerate() {
            self.step(Step::Position(position), item);
        }
    }

    fn reference(&mut self, reference: &Reference) {
        let target = reference.target();
        if !self.report.owns(self.path, target) {
            return;
        }
        match reference.form() {
            Form::Ref => self.ref_to(target.logical_id()),
            Form::Attribute(_) | Form::List(_) => self.attribute_of(target.logical_id()),
            Form::Condition | Form::Name => self.condition_named(target.logical_id()),
        }
    }

    pub(super) fn ref_to(&mut self, id: &str) {
        if pseudo::NAMES.contains(&id) {
            return;
        }
        match self.index.named(id) {
            Some(Named::Parameter) => {}
            Some(Named::Resource(position)) => self.resource(id, position),
            None => self.nothing(id, "a resource, a parameter or a pseudo parameter"),
        }
    }

    pub(super) fn attribute_of(&mut self, id: &str) {
        match self.index.position(id) {
            Some(position) => self.resource(id, position),
            None => self.nothing(id, "a resource"),
        }
    }

    fn resource(&mut self, id: &str, position: usize) {
        self.edges.push(position);
        if self.sought == Some(position) && self.found_at.is_none() {
            self.found_at = Some(self.place());
        }
        if self.section == Section::Conditions {
            self.problem(
                "core.condition-on-resource",
                "conditions are decided before there are resources",
                id,
                "parameters, mappings and other conditions",
                "decide on a parameter instead",
            );
        }
    }

    fn nothing(&mut self, id: &str, expected: &str) {
        if self.index.is_open {
            return;
        }
        self.problem(
            "core.dangling-reference",
            "this refers to something that is not in the stack",
            id,
            &format!("the logical id of {expected}"),
            "add what it refers to, or use the handle that adding it returned",
        );
    }

    pub(super) fn condition_named(&mut self, id: &str) {
        if !self.index.is_open && !self.index.conditions.contains(id) {
            self.problem(
                "core.dangling-condition",
                "this asks for a condition that is not in the stack",
                id,
                "the name of a condition",
                "add the condition with `Scope::condition`",
            );
        }
    }

    pub(super) fn mapping(&mut self, id: &str) {
        if !self.index.is_open && !self.index.mappings.contains(id) {
            self.problem(
                "core.dangling-mapping",
                "this looks into a mapping that is not in the stack",
                id,
                "the name of a mapping",
                "add the mapping with `Scope::mapping`",
            );
        }
    }

    fn missing(&mut self) {
        self.problem(
            "core.missing-property",
            "a property that CloudFormation requires is not set",
            "",
            "",
            "set it",
        );
    }

    fn problem(
        &mut self,
        code: &'static str,
        message: &str,
        value: &str,
        allowed: &str,
        fix: &str,
    ) {
        let place = self.place();
        let message = if place.is_empty() {
            message.to_owned()
        } else {
            format!("`{place}`: {message}")
        };
        let problem = Problem {
            code,
            message,
            value: value.to_owned(),
            allowed: allowed.to_owned(),
            fix: fix.to_owned(),
        };
        self.report.add(self.path, problem);
    }

    /// Where in the part the walk is, as `Rules.0.Status`.
    fn place(&self) -> String {
        let steps = self.trail.iter().map(|step| match step {
            Step::Name(name) => Cow::Borrowed(*name),
            Step::Position(position) => Cow::Owned(position.to_string()),
        });
        let steps: Vec<_> = steps.filter(|step| !step.is_empty()).collect();
        steps.join(".")
    }
}
