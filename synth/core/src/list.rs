//! Lists and maps whose elements may each be known or not.

use crate::data::Data;
use crate::json::{Json, Text};
use crate::property::Property;
use crate::value::Value;

/// A list, known in length; each element is a [`Value`].
#[derive(Debug, Clone, PartialEq)]
pub struct List<T>(pub Vec<Value<T>>);

/// Named values in the order they were given; each is a [`Value`].
#[derive(Debug, Clone, PartialEq)]
pub struct Map<T>(pub Vec<(Text, Value<T>)>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Data> Data for List<T> {
    fn to_json(&self) -> Json {
        Json::Array(self.0.iter().map(Value::to_json).collect())
    }
}

impl<T: Data> Data for Map<T> {
    fn to_json(&self) -> Json {
        Json::Object(
            self.0
                .iter()
                .map(|(name, value)| (name.clone(), value.to_json()))
                .collect(),
        )
    }
}

impl<T, U: Into<Value<T>>> FromIterator<U> for List<T> {
    fn from_iter<I: IntoIterator<Item = U>>(items: I) -> Self {
        Self(items.into_iter().map(Into::into).collect())
    }
}

impl<T, Name: Into<Text>, U: Into<Value<T>>> FromIterator<(Name, U)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (Name, U)>>(entries: I) -> Self {
        Self(
            entries
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

macro_rules! collection_conversions {
    ($($target:ident),*) => {$(
        impl<T, U: Into<Value<T>>> From<Vec<U>> for $target<List<T>> {
            fn from(items: Vec<U>) -> Self {
                Self::Known(items.into_iter().collect())
            }
        }
        impl<T, U: Into<Value<T>>, const N: usize> From<[U; N]> for $target<List<T>> {
            fn from(items: [U; N]) -> Self {
                Self::Known(items.into_iter().collect())
            }
        }
        impl<T, Name: Into<Text>, U: Into<Value<T>>> From<Vec<(Name, U)>> for $target<Map<T>> {
            fn from(entries: Vec<(Name, U)>) -> Self {
                Self::Known(entries.into_iter().collect())
            }
        }
        impl<T, Name: Into<Text>, U: Into<Value<T>>, const N: usize> From<[(Name, U); N]>
            for $target<Map<T>>
        {
            fn from(entries: [(Name, U); N]) -> Self {
                Self::Known(entries.into_iter().collect())
            }
        }
    )*};
}

collection_conversions!(Value, Property);
