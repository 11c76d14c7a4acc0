//! The tree every template is built from: JSON, plus the two leaves that only a synthesizer needs.

mod parse;
mod write;

use std::borrow::Cow;

pub use parse::{ParseError, parse};

use crate::reference::Reference;

/// Text that costs nothing when it is a literal of the program.
pub type Text = Cow<'static, str>;

/// A JSON value whose objects keep the order in which they were filled.
///
/// [`Json::Reference`] and [`Json::Missing`] exist only until a stack is synthesized: the first is checked and
/// written as an intrinsic function, the second is reported as a problem.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number; not finite numbers are written as `null`, as in JavaScript.
    Float(f64),
    /// A string.
    Text(Text),
    /// A list.
    Array(Vec<Json>),
    /// Names and values, in order; a name may be present once.
    Object(Vec<(Text, Json)>),
    /// A reference to something else in the same stack, written as `Ref`, `Fn::GetAtt` or a condition.
    Reference(Reference),
    /// A required property that nobody gave a value. Synthesis reports where it is.
    Missing,
}

impl Json {
    /// An object of the given names and values, in this order.
    ///
    /// ```
    /// use synth_core::Json;
    /// let statement = Json::object([("Effect", "Allow".into()), ("Resource", "*".into())]);
    /// assert_eq!(statement.to_compact(), r#"{"Effect":"Allow","Resource":"*"}"#);
    /// ```
    pub fn object<Name: Into<Text>>(entries: impl IntoIterator<Item = (Name, Json)>) -> Self {
        Self::Object(
            entries
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }

    /// A list of anything that has a JSON form.
    pub fn array<Item: Into<Json>>(items: impl IntoIterator<Item = Item>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }

    /// A string; takes literals without a copy.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// The value under `name`, when this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.entries()?
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The names and values of an object.
    pub fn entries(&self) -> Option<&[(Text, Json)]> {
        if let Self::Object(entries) = self {
            Some(entries)
        } else {
            None
        }
    }

    /// The elements of a list.
    pub fn items(&self) -> Option<&[Json]> {
        if let Self::Array(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The text of a string.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// This value without any white space.
    pub fn to_compact(&self) -> String {
        write::compact(self)
    }

    /// This value over several lines, `indent` spaces a level, without a final line break.
    pub fn to_pretty(&self, indent: usize) -> String {
        write::pretty(String::new(), self, indent, 0)
    }

    /// This value as a YAML document, with a final line break.
    pub fn to_yaml(&self) -> String {
        crate::yaml::write(self)
    }

    /// Adds what [`Json::to_pretty`] gives to `text`, in which `depth` levels are open.
    pub(crate) fn append_pretty(&self, text: String, indent: usize, depth: usize) -> String {
        write::pretty(text, self, indent, depth)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Json {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&'static str> for Json {
    fn from(value: &'static str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl From<Text> for Json {
    fn from(value: Text) -> Self {
        Self::Text(value)
    }
}

impl<Item: Into<Json>> From<Vec<Item>> for Json {
    fn from(items: Vec<Item>) -> Self {
        Self::array(items)
    }
}
