//! Following every reference in a tree.

use std::borrow::Cow;

use crate::condition::ConditionHandle;
use crate::json::{Json, Text};
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
    section: Section,
    /// The construct path of the part.
    path: &'a str,
    /// Where in the part.
    trail: Vec<Step<'a>>,
    /// Positions of the resources referred to.
    edges: Vec<usize>,
    /// A resource that somebody looks for, and where it was found first.
    sought: Option<usize>,
    found_at: Option<String>,
    needs_extensions: bool,
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

    pub(super) fn needs_extensions(&self) -> bool {
        self.needs_extensions
    }

    /// Where in `trees` the resource at `position` is referred to.
    pub(super) fn find(
        index: &'a Index<'a>,
        trees: impl IntoIterator<Item = (&'a str, &'a Json)>,
        position: usize,
    ) -> Option<String> {
        let mut unheard = Report {
            stack: index.stack,
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

    fn tree(&mut self, tree: &'a Json) {
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

    fn items(&mut self, items: &'a [Json]) {
        for (position, item) in items.iter().enumerate() {
            self.step(Step::Position(position), item);
        }
    }

    /// Checks a function call; says whether it was one whose arguments are done with.
    fn function(&mut self, name: &str, argument: &'a Json) -> bool {
        match (name, argument) {
            ("Ref", Json::Text(id)) => self.ref_to(id),
            ("Fn::GetAtt", Json::Text(text)) => {
                self.attribute_of(text.split_once('.').map_or(text.as_ref(), |(id, _)| id));
            }
            ("Fn::GetAtt", Json::Array(arguments)) => match arguments.split_first() {
                Some((Json::Text(id), rest)) => {
                    self.attribute_of(id);
                    self.items(rest);
                }
                _ => return false,
            },
            ("Fn::Sub", Json::Text(text)) => self.substitute(text, &[]),
            ("Fn::Sub", Json::Array(arguments)) => match arguments.as_slice() {
                [Json::Text(text), variables @ Json::Object(names)] => {
                    self.substitute(text, names);
                    self.tree(variables);
                }
                _ => return false,
            },
            ("Fn::If", Json::Array(arguments)) => match arguments.split_first() {
                Some((Json::Text(condition), rest)) => {
                    self.condition_named(condition);
                    self.items(rest);
                }
                _ => return false,
            },
            ("Fn::FindInMap", Json::Array(arguments)) => match arguments.split_first() {
                Some((Json::Text(mapping), rest)) => {
                    self.mapping(mapping);
                    self.needs_extensions |= rest.len() > 2;
                    self.items(rest);
                }
                _ => return false,
            },
            ("Condition", Json::Text(id)) if self.section == Section::Conditions => {
                self.condition_named(id);
            }
            _ => return false,
        }
        true
    }

    fn reference(&mut self, reference: &Reference) {
        let target = reference.target();
        if !self.report.owns(self.path, target) {
            return;
        }
        match reference.form() {
            Form::Ref => self.ref_to(target.logical_id()),
            Form::Attribute(_) => self.attribute_of(target.logical_id()),
            Form::Condition | Form::Name => self.condition_named(target.logical_id()),
        }
    }

    fn ref_to(&mut self, id: &str) {
        if pseudo::NAMES.contains(&id) {
            return;
        }
        match self.index.named(id) {
            Some(Named::Parameter) => {}
            Some(Named::Resource(position)) => self.resource(id, position),
            None => self.nothing(id, "a resource, a parameter or a pseudo parameter"),
        }
    }

    fn attribute_of(&mut self, id: &str) {
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

    fn condition_named(&mut self, id: &str) {
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

    fn mapping(&mut self, id: &str) {
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

    /// Checks the `${Name}` and `${Id.Attribute}` of a `Fn::Sub`; `${!Text}` stands for itself.
    fn substitute(&mut self, text: &'a str, variables: &[(Text, Json)]) {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                return;
            };
            rest = after;
            let name = name.trim();
            let is_variable = || variables.iter().any(|(variable, _)| variable == name);
            if name.starts_with('!') || is_variable() {
                continue;
            }
            match name.split_once('.') {
                Some((id, _)) => self.attribute_of(id),
                None => self.ref_to(name),
            }
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
