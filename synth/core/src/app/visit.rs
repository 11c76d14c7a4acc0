//! Every place of a stack that points at a part of another stack.

use std::sync::Arc;

use crate::json::Json;
use crate::options::Dependency;
use crate::reference::{Form, Target};
use crate::stack::Stack;

/// A reference that leaves its stack.
pub(super) struct Found<'a> {
    /// Path of the part below its stack.
    pub(super) part: &'a str,
    /// Where in the part, such as `Environment.0.Value`.
    pub(super) place: &'a str,
    pub(super) target: &'a Arc<Target>,
    pub(super) kind: Kind<'a>,
}

pub(super) enum Kind<'a> {
    /// Its value is asked for.
    Value(&'a Form),
    /// Its value is asked for before there are resources.
    InCondition,
    /// It decides whether something exists.
    Condition,
    /// It must exist before.
    Dependency,
}

/// Gives each to `carry`, and writes what it returns in the place of a value; the others are taken out.
pub(super) fn stack(stack: &mut Stack, carry: &mut dyn FnMut(&Found<'_>) -> Json) {
    let identity = Arc::clone(&stack.name);
    let mut visit = Visit {
        identity: &identity,
        carry,
        trail: Vec::new(),
    };
    for part in &mut stack.conditions {
        visit.root(part.target.path(), "", &mut part.body, true);
    }
    for resource in &mut stack.resources {
        let path = resource.target.path();
        let options = &mut resource.options;
        visit.root(path, "", &mut resource.properties, false);
        for (name, tree) in options.metadata.iter_mut().chain(&mut resource.attributes) {
            visit.root(path, name, tree, false);
        }
        if let Some(tree) = &mut options.creation_policy {
            visit.root(path, "CreationPolicy", tree, false);
        }
        if let Some(tree) = &mut options.update_policy {
            visit.root(path, "UpdatePolicy", tree, false);
        }
        options
            .condition
            .take_if(|condition| visit.takes(path, &condition.0, Kind::Condition));
        for list in [&mut resource.inherited, &mut options.depends_on] {
            list.retain(|dependency| {
                let target = match dependency {
                    Dependency::Resource(target) => target,
                    Dependency::Construct(construct) => &construct.0,
                };
                !visit.takes(path, target, Kind::Dependency)
            });
        }
    }
    for output in &mut stack.outputs {
        let path = output.target.path();
        visit.root(path, "Value", &mut output.value, false);
        if let Some(export) = &mut output.export {
            visit.root(path, "Export.Name", export, false);
        }
        output
            .condition
            .take_if(|condition| visit.takes(path, &condition.0, Kind::Condition));
    }
}

struct Visit<'a> {
    identity: &'a Arc<str>,
    carry: &'a mut dyn FnMut(&Found<'_>) -> Json,
    trail: Vec<String>,
}

impl Visit<'_> {
    /// Almost no tree points outside, so each is only read at first.
    fn root(&mut self, part: &str, name: &str, tree: &mut Json, in_condition: bool) {
        if !self.leaves(tree) {
            return;
        }
        self.trail.clear();
        if !name.is_empty() {
            self.trail.push(name.to_owned());
        }
        self.tree(part, tree, in_condition);
    }

    fn leaves(&self, tree: &Json) -> bool {
        match tree {
            Json::Array(items) => items.iter().any(|item| self.leaves(item)),
            Json::Object(entries) => entries.iter().any(|(_, value)| self.leaves(value)),
            Json::Reference(reference) => !reference.target().is_in(self.identity),
            Json::Null
            | Json::Bool(_)
            | Json::Int(_)
            | Json::Float(_)
            | Json::Text(_)
            | Json::Missing => false,
        }
    }

    fn tree(&mut self, part: &str, tree: &mut Json, in_condition: bool) {
        match tree {
            Json::Array(items) => {
                for (position, item) in items.iter_mut().enumerate() {
                    self.trail.push(position.to_string());
                    self.tree(part, item, in_condition);
                    self.trail.pop();
                }
            }
            Json::Object(entries) => {
                for (name, value) in entries {
                    self.trail.push(name.to_string());
                    self.tree(part, value, in_condition);
                    self.trail.pop();
                }
            }
            Json::Reference(reference) if !reference.target().is_in(self.identity) => {
                let kind = match reference.form() {
                    Form::Condition | Form::Name => Kind::Condition,
                    Form::Ref | Form::Attribute(_) | Form::List(_) if in_condition => {
                        Kind::InCondition
                    }
                    form @ (Form::Ref | Form::Attribute(_) | Form::List(_)) => Kind::Value(form),
                };
                let found = Found {
                    part,
                    place: &self.trail.join("."),
                    target: reference.shared(),
                    kind,
                };
                *tree = (self.carry)(&found);
            }
            Json::Reference(_)
            | Json::Null
            | Json::Bool(_)
            | Json::Int(_)
            | Json::Float(_)
            | Json::Text(_)
            | Json::Missing => {}
        }
    }

    /// Whether it leaves the stack; then `carry` has heard of it.
    fn takes(&mut self, part: &str, target: &Arc<Target>, kind: Kind<'_>) -> bool {
        let foreign = !target.is_in(self.identity);
        if foreign {
            let place = match kind {
                Kind::Dependency => "DependsOn",
                Kind::Value(_) | Kind::InCondition | Kind::Condition => "Condition",
            };
            (self.carry)(&Found {
                part,
                place,
                target,
                kind,
            });
        }
        foreign
    }
}
