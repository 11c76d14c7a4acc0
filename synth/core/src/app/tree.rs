//! Stacks with those nested in them, one after another.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::json::{Json, Text};
use crate::nested::Nested;
use crate::options::Dependency;
use crate::reference::Target;
use crate::stack::{Part, Stack};

/// Parameters of a nested stack, and what they are given, by name.
pub(super) type Parameters = BTreeMap<String, (Part, Json)>;

/// Something in a stack that waits for something else in it.
pub(super) struct Wait {
    pub(super) stack: usize,
    /// Path of the resource that waits.
    pub(super) waiting: String,
    pub(super) dependency: Arc<Target>,
}

/// All stacks, each before those nested in it.
pub(super) struct Tree<'a> {
    pub(super) members: Vec<Member<'a>>,
}

pub(super) enum Member<'a> {
    Top(&'a mut Stack),
    Nested { around: usize, nested: Box<Nested> },
}

impl Member<'_> {
    pub(super) fn stack(&mut self) -> &mut Stack {
        match self {
            Self::Top(stack) => stack,
            Self::Nested { nested, .. } => &mut nested.stack,
        }
    }

    pub(super) fn as_stack(&self) -> &Stack {
        match self {
            Self::Top(stack) => stack,
            Self::Nested { nested, .. } => &nested.stack,
        }
    }

    /// The position of the stack around it, and what stands for it there.
    pub(super) fn around(&self) -> Option<(usize, Arc<Target>)> {
        match self {
            Self::Top(_) => None,
            Self::Nested { around, nested } => Some((*around, Arc::clone(&nested.resource))),
        }
    }
}

impl<'a> Tree<'a> {
    /// Takes nested stacks out of those around them.
    pub(super) fn of(stacks: &'a mut [Stack]) -> Self {
        fn take(members: &mut Vec<Member<'_>>, member: usize) {
            let Some(stack) = members.get_mut(member).map(Member::stack) else {
                return;
            };
            for nested in std::mem::take(&mut stack.nested) {
                members.push(Member::Nested {
                    around: member,
                    nested: Box::new(nested),
                });
                take(members, members.len() - 1);
            }
        }
        let mut members = Vec::new();
        for stack in stacks {
            members.push(Member::Top(stack));
            let top = members.len() - 1;
            take(&mut members, top);
        }
        Self { members }
    }

    /// Gives a nested stack parameters, and what stands for it their values.
    pub(super) fn give(&mut self, position: usize, parameters: Parameters) {
        let Some(member) = self.members.get_mut(position) else {
            return;
        };
        let Some((around, resource)) = member.around().filter(|_| !parameters.is_empty()) else {
            return;
        };
        let mut given = Vec::new();
        for (id, (part, value)) in parameters {
            member.stack().parameters.push(part);
            given.push((Text::Owned(id), value));
        }
        if let Some(around) = self.members.get_mut(around) {
            around
                .stack()
                .set(&resource, "Parameters", Json::Object(given));
        }
    }

    pub(super) fn wait(&mut self, wait: Wait) {
        let Some(member) = self.members.get_mut(wait.stack) else {
            return;
        };
        let mut resources = member.stack().resources.iter_mut();
        if let Some(part) = resources.find(|part| part.target.path() == wait.waiting) {
            let dependency = Dependency::Resource(wait.dependency);
            part.options.depends_on.push(dependency);
        }
    }

    /// Puts nested stacks back where they were.
    pub(super) fn restore(mut self) {
        while let Some(member) = self.members.pop() {
            if let Member::Nested { around, nested } = member
                && let Some(around) = self.members.get_mut(around)
            {
                around.stack().nested.insert(0, *nested);
            }
        }
    }
}
