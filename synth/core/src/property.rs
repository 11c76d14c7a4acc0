//! A field of a resource: absent, known, or known only to CloudFormation.

use crate::data::{Data, FromText, Identifies};
use crate::handle::Handle;
use crate::id::{Accepts, Id, OneOf};
use crate::intrinsic::Intrinsic;
use crate::list::List;
use crate::value::Value;

/// One property of a resource or of a part of it. Default: absent, and not written at all.
#[derive(Debug, Clone, PartialEq)]
pub enum Property<T> {
    /// Not set; CloudFormation's own default applies.
    Absent,
    /// Known while the program runs.
    Known(T),
    /// Known only to CloudFormation, while it deploys.
    Unknown(Intrinsic),
}

impl<T> Property<T> {
    /// A list whose elements are converted one by one, so that literals and references may be mixed.
    ///
    /// ```
    /// use synth_core::{List, Property, pseudo};
    /// let zones: Property<List<String>> = Property::list(["eu-west-1a".into(), pseudo::region().into()]);
    /// ```
    pub fn list(items: impl IntoIterator<Item = Value<T>>) -> Property<List<T>> {
        Property::Known(items.into_iter().collect())
    }

    /// The value, when it is set and known now.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unknown(_) => None,
        }
    }

    /// Whether nothing was set.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

// Derived `Default` would ask for `T: Default`.
#[expect(clippy::derivable_impls, reason = "a derive bounds T")]
impl<T> Default for Property<T> {
    fn default() -> Self {
        Self::Absent
    }
}

impl<T: Data> From<T> for Property<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Value<T>> for Property<T> {
    fn from(value: Value<T>) -> Self {
        match value {
            Value::Known(value) => Self::Known(value),
            Value::Unknown(intrinsic) => Self::Unknown(intrinsic),
        }
    }
}

impl<T: Clone> From<&Value<T>> for Property<T> {
    fn from(value: &Value<T>) -> Self {
        value.clone().into()
    }
}

impl<T> From<Intrinsic> for Property<T> {
    fn from(intrinsic: Intrinsic) -> Self {
        Self::Unknown(intrinsic)
    }
}

impl<T: FromText> From<&str> for Property<T> {
    fn from(text: &str) -> Self {
        Self::Known(T::from_text(text))
    }
}

impl<T, U: Into<Property<T>>> From<Option<U>> for Property<T> {
    fn from(value: Option<U>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl<R: Identifies<T>, T> From<&Handle<R>> for Property<T> {
    fn from(handle: &Handle<R>) -> Self {
        handle.identify().into()
    }
}

impl<K> From<Value<Id<K>>> for Property<String> {
    fn from(value: Value<Id<K>>) -> Self {
        Value::<String>::from(value).into()
    }
}

impl<K> From<&Value<Id<K>>> for Property<String> {
    fn from(value: &Value<Id<K>>) -> Self {
        Value::<String>::from(value).into()
    }
}

impl<K, M: Accepts<K>> From<Value<Id<K>>> for Property<OneOf<M>> {
    fn from(value: Value<Id<K>>) -> Self {
        Value::<OneOf<M>>::from(value).into()
    }
}
