//! What is looked for.

use std::fmt;
use std::sync::Arc;

use regex_lite::Regex;
use synth_core::{Data, Json, Text};

/// What a value should be like. Everything that has a JSON form can be one.
///
/// An object asks for the names that it has and lets others be, at every depth; a list asks for as many items in the
/// same order; other values for the same value. What a resource requires and was not given is let be.
///
/// ```
/// use synth::Json;
/// use synth::assert::{Assert, Match};
///
/// let assert = Assert::parse(r#"{"Resources": {"Inbox": {"Type": "AWS::SQS::Queue", "Properties": {
///     "RedrivePolicy": "{\"maxReceiveCount\":3,\"other\":1}",
///     "Tags": [{"Key": "team", "Value": "mail"}, {"Key": "stage", "Value": "test"}]
/// }}}}"#)?;
/// assert.resources_named("AWS::SQS::Queue").has(Match::object([
///     ("QueueName", Match::absent()),
///     ("RedrivePolicy", Match::serialized(Json::object([("maxReceiveCount", 3.into())]))),
///     ("Tags", Match::some_of([Json::object([("Key", "stage".into())])])),
///     ("Tags", Match::not(Match::some_of([Json::object([("Key", "owner".into())])]))),
/// ]))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Match(pub(super) Kind);

#[derive(Clone)]
pub(super) enum Kind {
    Any,
    Absent,
    Exactly(Json),
    Object(Vec<(Text, Match)>),
    /// As many items, in this order.
    Items(Vec<Match>),
    /// These items in this order, with any others between them.
    SomeOf(Vec<Match>),
    Regex(String, Result<Regex, String>),
    Serialized(Box<Match>),
    Not(Box<Match>),
    Capture(Text, Box<Match>),
    That(Text, Arc<dyn Fn(&Json) -> bool + Send + Sync>),
}

impl Match {
    /// Any value at all.
    pub const fn any() -> Self {
        Self(Kind::Any)
    }

    /// No value: for the name of an object that should not be there.
    pub const fn absent() -> Self {
        Self(Kind::Absent)
    }

    /// This value and nothing more, at every depth.
    pub fn exactly(value: impl Into<Json>) -> Self {
        Self(Kind::Exactly(value.into().written_out()))
    }

    /// An object with these names; others are let be.
    pub fn object<Name: Into<Text>, Value: Into<Self>>(
        entries: impl IntoIterator<Item = (Name, Value)>,
    ) -> Self {
        let entries = entries.into_iter();
        let entries = entries.map(|(name, value)| (name.into(), value.into()));
        Self(Kind::Object(entries.collect()))
    }

    /// A list of as many items, each like the one at its place.
    pub fn items<Item: Into<Self>>(items: impl IntoIterator<Item = Item>) -> Self {
        Self(Kind::Items(items.into_iter().map(Into::into).collect()))
    }

    /// A list in which these items are, in this order, with any others between them.
    pub fn some_of<Item: Into<Self>>(items: impl IntoIterator<Item = Item>) -> Self {
        Self(Kind::SomeOf(items.into_iter().map(Into::into).collect()))
    }

    /// A text in which `pattern` is found: a regular expression, `^` and `$` where it should be all of it.
    pub fn regex(pattern: &str) -> Self {
        let regex = Regex::new(pattern).map_err(|error| error.to_string());
        Self(Kind::Regex(pattern.to_owned(), regex))
    }

    /// A text that is JSON and, once read, like this.
    pub fn serialized(value: impl Into<Self>) -> Self {
        Self(Kind::Serialized(Box::new(value.into())))
    }

    /// Anything, or nothing, that is not like this.
    pub fn not(value: impl Into<Self>) -> Self {
        Self(Kind::Not(Box::new(value.into())))
    }

    /// A value like this, kept under `name` in what is [`Found`](super::Found).
    pub fn capture(name: impl Into<Text>, value: impl Into<Self>) -> Self {
        Self(Kind::Capture(name.into(), Box::new(value.into())))
    }

    /// A value of which `test` is true. `what` says which, as in "wanted an even number".
    pub fn that(
        what: impl Into<Text>,
        test: impl Fn(&Json) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self(Kind::That(what.into(), Arc::new(test)))
    }

    /// How many values there are to differ.
    pub(super) fn leaves(&self) -> usize {
        match &self.0 {
            Kind::Object(entries) => entries.iter().map(|(_, value)| value.leaves()).sum(),
            Kind::Items(items) | Kind::SomeOf(items) => items.iter().map(Self::leaves).sum(),
            Kind::Capture(_, value) | Kind::Serialized(value) => value.leaves(),
            Kind::Any
            | Kind::Absent
            | Kind::Exactly(_)
            | Kind::Regex(..)
            | Kind::Not(_)
            | Kind::That(..) => 1,
        }
    }
}

impl From<Json> for Match {
    fn from(value: Json) -> Self {
        match value {
            Json::Object(entries) => Self::object(entries),
            Json::Array(items) => Self::items(items),
            Json::Missing => Self::any(),
            plain @ (Json::Null
            | Json::Bool(_)
            | Json::Int(_)
            | Json::Float(_)
            | Json::Text(_)
            | Json::Reference(_)) => Self::exactly(plain),
        }
    }
}

/// A resource, or a part of one, asks for the properties that it has.
impl<T: Data> From<&T> for Match {
    fn from(value: &T) -> Self {
        value.to_json().into()
    }
}

impl From<&'static str> for Match {
    fn from(value: &'static str) -> Self {
        Json::from(value).into()
    }
}

impl From<String> for Match {
    fn from(value: String) -> Self {
        Json::from(value).into()
    }
}

impl From<bool> for Match {
    fn from(value: bool) -> Self {
        Json::from(value).into()
    }
}

impl From<i64> for Match {
    fn from(value: i64) -> Self {
        Json::from(value).into()
    }
}

impl From<i32> for Match {
    fn from(value: i32) -> Self {
        Json::from(value).into()
    }
}

impl fmt::Display for Match {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Any => formatter.write_str("anything"),
            Kind::Absent => formatter.write_str("nothing"),
            Kind::Exactly(value) => formatter.write_str(&value.to_compact()),
            Kind::Object(entries) => {
                formatter.write_str("{")?;
                for (position, (name, value)) in entries.iter().enumerate() {
                    let comma = if position == 0 { "" } else { ", " };
                    write!(formatter, "{comma}{name}: {value}")?;
                }
                formatter.write_str("}")
            }
            Kind::Items(items) => list(formatter, "", items),
            Kind::SomeOf(items) => list(formatter, "a list with ", items),
            Kind::Regex(pattern, Ok(_)) => write!(formatter, "text like `{pattern}`"),
            Kind::Regex(pattern, Err(error)) => {
                write!(
                    formatter,
                    "text like `{pattern}`, which is no pattern: {error}"
                )
            }
            Kind::Serialized(value) => write!(formatter, "the text of {value}"),
            Kind::Not(value) => write!(formatter, "anything but {value}"),
            Kind::Capture(_, value) => value.fmt(formatter),
            Kind::That(what, _) => formatter.write_str(what),
        }
    }
}

fn list(formatter: &mut fmt::Formatter<'_>, before: &str, items: &[Match]) -> fmt::Result {
    write!(formatter, "{before}[")?;
    for (position, item) in items.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        write!(formatter, "{comma}{item}")?;
    }
    formatter.write_str("]")
}

impl fmt::Debug for Match {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Match({self})")
    }
}
