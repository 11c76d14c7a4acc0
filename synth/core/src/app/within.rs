//! Into and out of nested stacks: parameters, outputs, and what waits for what.

use std::sync::Arc;

use crate::json::{Json, Text};
use crate::logical_id;
use crate::reference::{Form, Reference, Target};
use crate::stack::{OutputPart, Part};

use super::link::{self, Facts, Linker};
use super::tree::Wait;
use super::visit::Found;

impl Linker<'_> {
    /// Gives a nested stack a parameter, and what stands for it around it the value.
    pub(super) fn parameter(
        &mut self,
        of: usize,
        consumer: &Facts,
        producer: &Facts,
        target: &Arc<Target>,
        form: &Form,
        given: Json,
    ) -> Json {
        let path = format!("reference-to-{}", name_of(producer, target, form));
        let id = logical_id::from_path(&path);
        let target = Target::new(&consumer.name, path, id.clone());
        let part = Part {
            target: Arc::clone(&target),
            body: Json::object([("Type", "String".into())]),
        };
        let Some(parameters) = self.parameters.get_mut(of) else {
            return Json::Null;
        };
        let (part, _) = parameters.entry(id).or_insert((part, given));
        Json::Reference(Reference::new(&part.target, Form::Ref))
    }

    /// Gives a nested stack an output. Returns its name.
    pub(super) fn hand_out(
        &mut self,
        of: usize,
        producer: &Facts,
        target: &Arc<Target>,
        form: &Form,
    ) -> String {
        let path = name_of(producer, target, form);
        let id = logical_id::from_path(&path);
        if let Some(outputs) = self.outputs.get_mut(of) {
            outputs.entry(id.clone()).or_insert_with(|| OutputPart {
                target: Target::new(&producer.name, path, id.clone()),
                value: link::as_text(target, form),
                description: Text::Borrowed(""),
                export: None,
                condition: None,
                attributes: Vec::new(),
            });
        }
        id
    }

    /// Within one stack, waiting is between resources of the innermost stack that has both in it.
    pub(super) fn wait(&mut self, from: usize, to: usize, found: &Found<'_>) {
        let (above, below) = (self.chain(from), self.chain(to));
        let Some(common) = above.iter().find(|position| below.contains(position)) else {
            return;
        };
        let stands = |chain: &[usize]| {
            let end = chain.iter().position(|position| position == common)?;
            let inner = chain.get(end.checked_sub(1)?)?;
            let (_, resource) = self.facts.get(*inner)?.around.as_ref()?;
            Some(Arc::clone(resource))
        };
        self.waits.push(Wait {
            stack: *common,
            waiting: stands(&above)
                .map_or_else(|| found.part.to_owned(), |it| it.path().to_owned()),
            dependency: stands(&below).unwrap_or_else(|| Arc::clone(found.target)),
        });
    }

    /// A stack and those around it, itself first.
    pub(super) fn chain(&self, position: usize) -> Vec<usize> {
        let around = |position: &usize| Some(self.facts.get(*position)?.around.as_ref()?.0);
        std::iter::successors(Some(position), around).collect()
    }

    pub(super) fn top(&self, position: usize) -> usize {
        self.chain(position).pop().unwrap_or(position)
    }

    /// Whether one stack is nested in another, at any depth.
    pub(super) fn is_within(&self, inner: usize, outer: usize) -> bool {
        inner != outer && self.chain(inner).contains(&outer)
    }
}

/// What AWS CDK calls a value that goes into or out of a nested stack.
fn name_of(producer: &Facts, target: &Target, form: &Form) -> String {
    let path = [&*producer.path, "/", target.path()].concat();
    let what = match form {
        Form::Attribute(name) | Form::List(name) => name.as_ref(),
        Form::Ref | Form::Condition | Form::Name => "Ref",
    };
    logical_id::from_path(&path) + what
}
