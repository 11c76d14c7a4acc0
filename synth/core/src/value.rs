//! A value that is known now, or that CloudFormation will know.

use crate::data::{Data, FromText, Identifies};
use crate::handle::Handle;
use crate::id::{Id, OneOf};
use crate::intrinsic::Intrinsic;
use crate::json::Json;

/// Something of type `T` that is known now, or an intrinsic function that CloudFormation resolves to one.
///
/// An unknown value has no text: it cannot be sliced, compared or validated by mistake.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<T> {
    /// Known while the program runs.
    Known(T),
    /// Known only to CloudFormation, while it deploys.
    Unknown(Intrinsic),
}

impl<T> Value<T> {
    /// The value, when it is known now.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// Applies `change` to a known value; an unknown one keeps its intrinsic function under the new type.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Value<U> {
        match self {
            Self::Known(value) => Value::Known(change(value)),
            Self::Unknown(intrinsic) => Value::Unknown(intrinsic),
        }
    }
}

impl<T: Data> Value<T> {
    /// The form in the template.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Known(value) => value.to_json(),
            Self::Unknown(intrinsic) => intrinsic.to_json(),
        }
    }
}

// Not `impl<T> From<T>`: that would overlap with `From<Intrinsic>`. Nothing that is a function or a reference
// implements `Data`, so the bound keeps the two apart.
impl<T: Data> From<T> for Value<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Intrinsic> for Value<T> {
    fn from(intrinsic: Intrinsic) -> Self {
        Self::Unknown(intrinsic)
    }
}

impl<T: FromText> From<&str> for Value<T> {
    fn from(text: &str) -> Self {
        Self::Known(T::from_text(text))
    }
}

impl<T: Clone> From<&Value<T>> for Value<T> {
    fn from(value: &Value<T>) -> Self {
        value.clone()
    }
}

impl<R: Identifies<T>, T> From<&Handle<R>> for Value<T> {
    fn from(handle: &Handle<R>) -> Self {
        handle.identify()
    }
}

impl<K> From<Value<Id<K>>> for Value<String> {
    fn from(value: Value<Id<K>>) -> Self {
        value.map(Id::into_text)
    }
}

impl<K> From<&Value<Id<K>>> for Value<String> {
    fn from(value: &Value<Id<K>>) -> Self {
        value.clone().into()
    }
}

impl<T: Data> From<Value<T>> for Json {
    fn from(value: Value<T>) -> Self {
        value.to_json()
    }
}

impl<T: Data> From<&Value<T>> for Json {
    fn from(value: &Value<T>) -> Self {
        value.to_json()
    }
}

macro_rules! number_conversions {
    ($($from:ty => $to:ty),*) => {$(
        impl From<$from> for Value<$to> {
            fn from(number: $from) -> Self {
                Self::Known(number.into())
            }
        }
        impl From<$from> for crate::property::Property<$to> {
            fn from(number: $from) -> Self {
                Self::Known(number.into())
            }
        }
    )*};
}

// A bare literal is an `i32`, so `memory_size: 512.into()` needs these.
number_conversions!(i32 => i64, u32 => i64, u16 => i64, u8 => i64, i32 => f64, u32 => f64);

impl<K, M: crate::id::Accepts<K>> From<Value<Id<K>>> for Value<OneOf<M>> {
    fn from(value: Value<Id<K>>) -> Self {
        value.map(|id| OneOf::literal(id.into_text()))
    }
}
