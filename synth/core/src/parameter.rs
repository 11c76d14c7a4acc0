//! Parameters: what is chosen when the stack is deployed.

use std::marker::PhantomData;

use crate::json::{Json, Text};
use crate::list::List;

/// A value asked for at deployment; its `Ref` is a `T`. Default of every constraint: none.
#[derive(Debug, Clone)]
pub struct Parameter<T> {
    /// The type and with it what `Ref` returns.
    pub kind: ParameterKind<T>,
    /// What it is, for people. At most 4,000 bytes.
    pub description: Text,
    /// The value when none is given. Default: one must be given.
    pub default: Option<Json>,
    /// The values that may be given.
    pub allowed_values: Vec<Json>,
    /// A regular expression that the whole text must match.
    pub allowed_pattern: Option<Text>,
    /// What a person reads when a constraint is violated.
    pub constraint_description: Option<Text>,
    /// Fewest characters.
    pub min_length: Option<u32>,
    /// Most characters.
    pub max_length: Option<u32>,
    /// Smallest number.
    pub min_value: Option<i64>,
    /// Largest number.
    pub max_value: Option<i64>,
    /// Whether CloudFormation hides the value in its console and API.
    pub no_echo: bool,
}

impl<T> Parameter<T> {
    /// A parameter without constraints.
    pub fn new(kind: ParameterKind<T>) -> Self {
        Self {
            kind,
            description: Text::Borrowed(""),
            default: None,
            allowed_values: Vec::new(),
            allowed_pattern: None,
            constraint_description: None,
            min_length: None,
            max_length: None,
            min_value: None,
            max_value: None,
            no_echo: false,
        }
    }
}

/// The type of a parameter in the template, and in Rust.
#[derive(Debug)]
pub struct ParameterKind<T> {
    name: Text,
    kind: PhantomData<fn() -> T>,
}

impl<T> ParameterKind<T> {
    /// A type by name, such as `AWS::EC2::VPC::Id`. The caller vouches for `T`.
    pub fn named(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            kind: PhantomData,
        }
    }

    /// The name in the template.
    pub fn name(&self) -> &Text {
        &self.name
    }
}

impl ParameterKind<String> {
    /// `String`: any text.
    pub const TEXT: Self = Self {
        name: Text::Borrowed("String"),
        kind: PhantomData,
    };
}

impl ParameterKind<i64> {
    /// `Number`: a number, handed on as text.
    pub const NUMBER: Self = Self {
        name: Text::Borrowed("Number"),
        kind: PhantomData,
    };
}

impl ParameterKind<List<String>> {
    /// `CommaDelimitedList`: texts with commas between them; white space around each is removed.
    pub const LIST: Self = Self {
        name: Text::Borrowed("CommaDelimitedList"),
        kind: PhantomData,
    };
}

impl<T> Clone for ParameterKind<T> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            kind: PhantomData,
        }
    }
}

impl<T> Parameter<T> {
    pub(crate) fn into_json(self) -> Json {
        let mut entries: Vec<(Text, Json)> = vec![("Type".into(), Json::Text(self.kind.name))];
        let mut set = |name: &'static str, value: Option<Json>| {
            entries.extend(value.map(|value| (Text::Borrowed(name), value)));
        };
        set(
            "Description",
            (!self.description.is_empty()).then_some(Json::Text(self.description)),
        );
        set("Default", self.default);
        let allowed = (!self.allowed_values.is_empty()).then_some(self.allowed_values);
        set("AllowedValues", allowed.map(Json::Array));
        set("AllowedPattern", self.allowed_pattern.map(Json::Text));
        set(
            "ConstraintDescription",
            self.constraint_description.map(Json::Text),
        );
        set("MinLength", self.min_length.map(Json::from));
        set("MaxLength", self.max_length.map(Json::from));
        set("MinValue", self.min_value.map(Json::from));
        set("MaxValue", self.max_value.map(Json::from));
        set("NoEcho", self.no_echo.then_some(Json::Bool(true)));
        Json::Object(entries)
    }
}
