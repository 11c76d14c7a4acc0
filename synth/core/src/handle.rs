//! Cheap references to resources that were added to a stack.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::data::{Identifies, Resource};
use crate::intrinsic::Intrinsic;
use crate::json::{Json, Text};
use crate::raw::Raw;
use crate::reference::{Form, Target};
use crate::value::Value;

/// An attribute of `R` that CloudFormation knows once the resource exists, of type `T`.
///
/// Generated types have a constant for each: `role.attribute(Role::ARN)`.
pub struct Attribute<R, T> {
    name: &'static str,
    types: PhantomData<fn() -> (R, T)>,
}

impl<R, T> Attribute<R, T> {
    /// The attribute called `name` in `Fn::GetAtt`, such as `Arn` or `Endpoint.Address`.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            types: PhantomData,
        }
    }

    /// The name in `Fn::GetAtt`.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<R, T> Clone for Attribute<R, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T> Copy for Attribute<R, T> {}

/// A resource of type `R` that was added to a stack. Cloning it is as cheap as counting.
pub struct Handle<R> {
    target: Arc<Target>,
    kind: PhantomData<fn() -> R>,
}

impl<R> Handle<R> {
    pub(crate) fn new(target: Arc<Target>) -> Self {
        Self {
            target,
            kind: PhantomData,
        }
    }

    pub(crate) fn target(&self) -> &Arc<Target> {
        &self.target
    }

    /// The name in the template.
    pub fn logical_id(&self) -> &str {
        self.target.logical_id()
    }

    /// The construct path below the stack, such as `Vpc/PublicSubnet1/Subnet`.
    pub fn path(&self) -> &str {
        self.target.path()
    }

    /// One of the attributes of its type: `Fn::GetAtt`.
    pub fn attribute<T>(&self, attribute: Attribute<R, T>) -> Value<T> {
        self.attribute_named(attribute.name)
    }

    /// An attribute by its name, for one that the generated types do not have. The caller vouches for its type.
    pub fn attribute_named<T>(&self, name: impl Into<Text>) -> Value<T> {
        Value::Unknown(Intrinsic::reference(
            &self.target,
            Form::Attribute(name.into()),
        ))
    }

    fn ref_value<T>(&self) -> Value<T> {
        Value::Unknown(Intrinsic::reference(&self.target, Form::Ref))
    }
}

impl<R: Resource> Handle<R> {
    /// What `Ref` returns for this type: its id, name or ARN.
    pub fn reference(&self) -> Value<R::Ref> {
        self.ref_value()
    }

    pub(crate) fn identify<T>(&self) -> Value<T>
    where
        R: Identifies<T>,
    {
        R::ATTRIBUTE.map_or_else(|| self.ref_value(), |name| self.attribute_named(name))
    }
}

impl Handle<Raw> {
    /// What `Ref` returns. The caller vouches for its type.
    pub fn reference<T>(&self) -> Value<T> {
        self.ref_value()
    }
}

impl<R: Resource> From<&Handle<R>> for Json {
    /// The `Ref` of the resource.
    fn from(handle: &Handle<R>) -> Self {
        Intrinsic::reference(&handle.target, Form::Ref).into()
    }
}

impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.target))
    }
}

impl<R> fmt::Debug for Handle<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Handle({} as {})",
            self.path(),
            self.logical_id()
        )
    }
}
