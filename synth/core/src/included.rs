//! Changing what an included template brought.

use std::sync::Arc;

use crate::data::Resource;
use crate::handle::Handle;
use crate::include::Included;
use crate::options::Override;
use crate::overrides;
use crate::problem::Problem;
use crate::raw::Raw;
use crate::read::Read;
use crate::rewrite;
use crate::stack::Stack;

impl Included {
    /// Reads the properties of a resource as its type, lets `change` change them, and writes the difference back.
    ///
    /// What the type has no place for stays as it was, and where nothing changes, so does every byte. That there is no
    /// such resource is a problem of the stack.
    pub fn change<R: Resource + Read>(
        &self,
        stack: &mut Stack,
        logical_id: &str,
        change: impl FnOnce(&mut R),
    ) {
        let handle = self.resource::<R>(logical_id);
        let handle = handle.and_then(|handle| self.raw(handle.logical_id()));
        let part = handle.as_ref().and_then(|handle| position(stack, handle));
        let part = part.and_then(|at| stack.resources.get_mut(at));
        match part {
            None => stack.report("", self.unknown(logical_id, R::TYPE)),
            Some(part) => {
                if !rewrite::change(&mut part.properties, change) {
                    let path = part.target.path().to_owned();
                    stack.report(&path, unreadable(R::TYPE));
                }
            }
        }
    }

    /// Changes one place in the properties of a resource, of whatever type it is.
    pub fn put(&self, stack: &mut Stack, logical_id: &str, change: Override) {
        let handle = self.raw(logical_id);
        let part = handle.as_ref().and_then(|handle| position(stack, handle));
        let Some(part) = part.and_then(|at| stack.resources.get_mut(at)) else {
            return stack.report("", self.unknown(logical_id, "any type"));
        };
        if let Err(problem) = overrides::apply(&mut part.properties, change) {
            let path = part.target.path().to_owned();
            stack.report(&path, problem);
        }
    }

    /// Takes a resource out again. What still refers to it or waits for it is a problem when the stack synthesizes.
    pub fn remove(&mut self, stack: &mut Stack, logical_id: &str) {
        let handle = self.raw(logical_id);
        match handle.as_ref().and_then(|handle| position(stack, handle)) {
            Some(at) => {
                stack.resources.remove(at);
                self.forget(logical_id);
            }
            None => stack.report("", self.unknown(logical_id, "any type")),
        }
    }

    fn unknown(&self, logical_id: &str, type_name: &str) -> Problem {
        let ids: Vec<_> = self.logical_ids().collect();
        Problem {
            code: "core.no-such-resource",
            message: format!("the included template has no resource of {type_name} with this id"),
            value: logical_id.to_owned(),
            allowed: ids.join(", "),
            fix: "compare the id and the type with the template".to_owned(),
        }
    }
}

fn position(stack: &Stack, handle: &Handle<Raw>) -> Option<usize> {
    let mut resources = stack.resources.iter();
    resources.position(|part| Arc::ptr_eq(&part.target, handle.target()))
}

fn unreadable(type_name: &str) -> Problem {
    Problem {
        code: "core.unreadable-properties",
        message: "the properties are not an object, so they cannot be changed through their type"
            .to_owned(),
        value: type_name.to_owned(),
        allowed: "an object that is no function".to_owned(),
        fix: "change the template that is included".to_owned(),
    }
}
