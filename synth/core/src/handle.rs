//! Cheap references to resources that were added to a stack.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use crate::data::{Identifies, Resource};
use crate::intrinsic::Intrinsic;
use crate::json::{Json, Text};
use crate::list::List;
use crate::raw::Raw;
use crate::reference::{Form, Target};
use crate::value::Value;

/// The attributes that CloudFormation knows once a resource exists: a method for each, with its type.
///
/// Generated for every type that has any, and reached through its [`Handle`]: `role.arn()`.
pub trait Attributes {
    /// The attributes of this resource.
    fn of(origin: Origin) -> Self;

    /// The resource they are of.
    fn origin(&self) -> &Origin;
}

/// The resource that a [`Handle`] stands for: one counted pointer. Alone, it has no attributes that are known by name.
#[derive(Clone)]
pub struct Origin(Arc<Target>);

impl Origin {
    /// The attribute called `name` in `Fn::GetAtt`, such as `Arn` or `Endpoint.Address`.
    #[inline]
    pub fn attribute<T>(&self, name: &'static str) -> Value<T> {
        Value::Unknown(self.call(Form::Attribute(Text::Borrowed(name))))
    }

    /// The attribute called `name` in `Fn::GetAtt`, one that is a list.
    #[inline]
    pub fn list<T>(&self, name: &'static str) -> Value<List<T>> {
        Value::Unknown(self.call(Form::List(Text::Borrowed(name))))
    }

    fn call(&self, form: Form) -> Intrinsic {
        Intrinsic::reference(&self.0, form)
    }
}

impl Attributes for Origin {
    fn of(origin: Origin) -> Self {
        origin
    }

    fn origin(&self) -> &Origin {
        self
    }
}

/// What a [`Handle`] can stand for: every [`Resource`], and [`Raw`].
pub trait Referable {
    /// What the handle dereferences to.
    type Attributes: Attributes;
}

impl<R: Resource> Referable for R {
    type Attributes = R::Attributes;
}

impl Referable for Raw {
    type Attributes = Origin;
}

/// A resource of type `R` that was added to a stack. Cloning it is as cheap as counting.
///
/// Its type's attributes are methods of it: `role.arn()` is a `Value<Id<RoleArn>>`, for `Fn::GetAtt`.
pub struct Handle<R: Referable> {
    attributes: R::Attributes,
    kind: PhantomData<fn() -> R>,
}

impl<R: Referable> Handle<R> {
    pub(crate) fn new(target: Arc<Target>) -> Self {
        Self {
            attributes: R::Attributes::of(Origin(target)),
            kind: PhantomData,
        }
    }

    fn origin(&self) -> &Origin {
        self.attributes.origin()
    }

    pub(crate) fn target(&self) -> &Arc<Target> {
        &self.origin().0
    }

    /// The name in the template.
    pub fn logical_id(&self) -> &str {
        self.target().logical_id()
    }

    /// The construct path below the stack, such as `Vpc/PublicSubnet1/Subnet`.
    pub fn path(&self) -> &str {
        self.target().path()
    }

    /// An attribute by its name, for one that the generated types do not have. The caller vouches for its type.
    pub fn attribute_named<T>(&self, name: impl Into<Text>) -> Value<T> {
        Value::Unknown(self.origin().call(Form::Attribute(name.into())))
    }

    /// As [`Handle::attribute_named`], for an attribute that is a list of text.
    pub fn list_named<T>(&self, name: impl Into<Text>) -> Value<List<T>> {
        Value::Unknown(self.origin().call(Form::List(name.into())))
    }

    fn ref_value<T>(&self) -> Value<T> {
        Value::Unknown(self.origin().call(Form::Ref))
    }
}

impl<R: Referable> Deref for Handle<R> {
    type Target = R::Attributes;

    fn deref(&self) -> &R::Attributes {
        &self.attributes
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
        handle.origin().call(Form::Ref).into()
    }
}

impl<R: Referable> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(self.target()))
    }
}

impl<R: Referable> fmt::Debug for Handle<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Handle({} as {})",
            self.path(),
            self.logical_id()
        )
    }
}
