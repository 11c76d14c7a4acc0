//! What CloudFormation lets one say about a resource beside its properties.

use std::sync::Arc;

use crate::condition::ConditionHandle;
use crate::handle::{Handle, Referable};
use crate::json::{Json, Text};
use crate::logical_id;
use crate::reference::Target;

/// Attributes of a resource, beside its properties. Default: none.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The name in the template. Default: made from the construct path.
    ///
    /// Changing it replaces the resource. 1-255 letters and digits.
    pub logical_id: Option<Text>,
    /// Whether the resource exists at all. Default: always.
    pub condition: Option<ConditionHandle>,
    /// What must exist before this one. References in its properties are followed without being named here.
    pub depends_on: Vec<Dependency>,
    /// What happens when the resource leaves the template or the stack is deleted. Default: CloudFormation's.
    pub deletion_policy: Option<DeletionPolicy>,
    /// What happens to the old resource when an update replaces it. Default: it is deleted.
    pub update_replace_policy: Option<DeletionPolicy>,
    /// The object under `Metadata`. Default: none.
    pub metadata: Vec<(Text, Json)>,
    /// The object under `CreationPolicy`. Default: none.
    pub creation_policy: Option<Json>,
    /// The object under `UpdatePolicy`. Default: none.
    pub update_policy: Option<Json>,
    /// Last changes to the properties, in order, for what the struct cannot say. Default: none.
    pub overrides: Vec<Override>,
}

/// What becomes of a resource that CloudFormation would delete.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It is left where it is.
    Retain,
    /// It is left only when it existed before; one created in a failed deployment is deleted.
    RetainExceptOnCreate,
    /// A snapshot is taken first, for the types that have one.
    Snapshot,
}

impl DeletionPolicy {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }

    /// The policy of this name.
    pub fn from_text(text: &str) -> Option<Self> {
        let all = [
            Self::Delete,
            Self::Retain,
            Self::RetainExceptOnCreate,
            Self::Snapshot,
        ];
        all.into_iter().find(|policy| policy.as_text() == text)
    }
}

/// A change to one place in the properties of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// Names and list positions joined by dots, such as `Rules.0.Status`. Missing objects on the way are made.
    pub path: Text,
    /// What to put there; nothing removes what is there.
    pub value: Option<Json>,
}

/// A construct: everything at and below one path of a stack.
#[derive(Debug, Clone)]
pub struct Construct(pub(crate) Arc<Target>);

impl Construct {
    /// The path below the stack; empty for the stack itself.
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// A name for it among all stacks, made of its stack's name and its path as a logical id is: what AWS CDK calls
    /// `Names.uniqueId`.
    pub fn unique_id(&self) -> String {
        logical_id::from_path(&[self.0.stack(), "/", self.path()].concat())
    }
}

/// Something a resource can wait for.
#[derive(Debug, Clone)]
pub enum Dependency {
    /// One resource.
    Resource(Arc<Target>),
    /// All resources at and below a path, those added later too.
    Construct(Construct),
}

impl<R: Referable> From<&Handle<R>> for Dependency {
    fn from(handle: &Handle<R>) -> Self {
        Self::Resource(Arc::clone(handle.target()))
    }
}

impl From<&Construct> for Dependency {
    fn from(construct: &Construct) -> Self {
        Self::Construct(construct.clone())
    }
}
