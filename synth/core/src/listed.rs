//! Texts of which AWS lists the values.

use std::fmt;
use std::mem::discriminant;

use crate::data::{Data, FromText};
use crate::json::{Json, Text};
use crate::property::Property;
use crate::value::Value;

/// The values that AWS lists for a property: a generated enum, without anything in its variants.
///
/// One table instead of functions in each of some thousand enums; they would be most of what a compiler has to read.
pub trait Values: Copy + 'static {
    /// Each value, and how AWS writes it.
    const ALL: &'static [(Self, &'static str)];
}

/// One of the listed values, or one that AWS added after this release.
///
/// Both convert: `mode: Mode::Active.into()`, `mode: "NEW_MODE".into()`.
#[derive(Clone)]
pub enum Listed<T> {
    /// A value that this release knows.
    Value(T),
    /// Any other, as AWS writes it.
    Other(Text),
}

impl<T: Values> Listed<T> {
    /// The value, as AWS writes it.
    pub fn text(&self) -> Text {
        match self {
            Self::Value(value) => {
                let same = |(listed, _): &&(T, _)| discriminant(listed) == discriminant(value);
                let found = T::ALL.iter().find(same);
                Text::Borrowed(found.map_or("", |(_, text)| text))
            }
            Self::Other(text) => text.clone(),
        }
    }
}

impl<T: Values> FromText for Listed<T> {
    fn from_text(text: &str) -> Self {
        let found = T::ALL.iter().find(|(_, listed)| *listed == text);
        found.map_or_else(
            || Self::Other(Text::Owned(text.to_owned())),
            |(value, _)| Self::Value(*value),
        )
    }
}

impl<T: Values> Data for Listed<T> {
    fn to_json(&self) -> Json {
        Json::Text(self.text())
    }
}

impl<T: Values> fmt::Debug for Listed<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(formatter)
    }
}

impl<T: Values> PartialEq for Listed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl<T: Values> Eq for Listed<T> {}

impl<T: Values> From<T> for Listed<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Values> From<T> for Property<Listed<T>> {
    fn from(value: T) -> Self {
        Self::Known(Listed::Value(value))
    }
}

impl<T: Values> From<T> for Value<Listed<T>> {
    fn from(value: T) -> Self {
        Self::Known(Listed::Value(value))
    }
}
