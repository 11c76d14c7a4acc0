//! What a template can point at, and how a pointer is written.

use std::sync::Arc;

use crate::json::Text;

/// Something with a logical id: a resource, a parameter or a condition, in one stack.
#[derive(Debug)]
pub struct Target {
    /// Shared by everything in one stack, so that a reference that strays into another is noticed.
    stack: Arc<str>,
    path: String,
    logical_id: String,
}

impl Target {
    pub(crate) fn new(stack: &Arc<str>, path: String, logical_id: String) -> Arc<Self> {
        Arc::new(Self {
            stack: Arc::clone(stack),
            path,
            logical_id,
        })
    }

    /// The name in the template, which other parts of it refer to.
    pub fn logical_id(&self) -> &str {
        &self.logical_id
    }

    /// The construct path below the stack, such as `Vpc/PublicSubnet1/Subnet`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The name of the stack it belongs to.
    pub fn stack(&self) -> &str {
        &self.stack
    }

    /// The identity of the stack it belongs to.
    pub(crate) fn identity(&self) -> &Arc<str> {
        &self.stack
    }

    /// Whether this is a part of the stack whose identity is given. The same name is not enough.
    pub(crate) fn is_in(&self, stack: &Arc<str>) -> bool {
        Arc::ptr_eq(&self.stack, stack)
    }
}

/// How a [`Reference`] is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// `{"Ref": id}`.
    Ref,
    /// `{"Fn::GetAtt": [id, attribute]}`.
    Attribute(Text),
    /// The same, of an attribute that is a list: to another stack it travels as text.
    List(Text),
    /// `{"Condition": id}`.
    Condition,
    /// The bare id of a condition, as `Fn::If` takes it.
    Name,
}

/// A pointer to a [`Target`], not yet checked.
#[derive(Debug, Clone)]
pub struct Reference {
    target: Arc<Target>,
    form: Form,
}

impl Reference {
    pub(crate) fn new(target: &Arc<Target>, form: Form) -> Self {
        Self {
            target: Arc::clone(target),
            form,
        }
    }

    /// What is pointed at.
    pub fn target(&self) -> &Target {
        &self.target
    }

    pub(crate) fn shared(&self) -> &Arc<Target> {
        &self.target
    }

    /// How it is written.
    pub fn form(&self) -> &Form {
        &self.form
    }
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form
            && self.target.stack == other.target.stack
            && self.target.logical_id == other.target.logical_id
    }
}
