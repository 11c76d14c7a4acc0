//! When a statement applies.

use synth_core::{Json, Text, Value};

use super::statement::one_or_many;

/// A comparison of something about a request with some values; it holds when one of the values
/// fits.
///
/// Source:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// How to compare, such as `StringLike`, `ForAnyValue:StringEquals` or `BoolIfExists`.
    pub operator: Text,
    /// What to look at, such as `aws:SourceArn`.
    pub key: Text,
    /// What it may be.
    pub values: Vec<Value<String>>,
}

impl Condition {
    /// A comparison by any operator.
    pub fn new<V: Into<Value<String>>>(
        operator: impl Into<Text>,
        key: impl Into<Text>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self {
            operator: operator.into(),
            key: key.into(),
            values,
        }
    }

    /// Whether the text is one of these, letter by letter.
    pub fn string_equals<V: Into<Value<String>>>(
        key: impl Into<Text>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::new("StringEquals", key, values)
    }

    /// Whether the text fits one of these patterns, where `*` is any text and `?` any character.
    pub fn string_like<V: Into<Value<String>>>(
        key: impl Into<Text>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::new("StringLike", key, values)
    }

    /// Whether the ARN fits one of these patterns; `*` and `?` stop at the colons between its
    /// parts.
    pub fn arn_like<V: Into<Value<String>>>(
        key: impl Into<Text>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::new("ArnLike", key, values)
    }

    /// Whether the key says yes, or says no.
    pub fn boolean(key: impl Into<Text>, value: bool) -> Self {
        Self::new("Bool", key, [if value { "true" } else { "false" }])
    }
}

/// Every operator without its prefix and suffix, as the page at [`Condition`] has them.
const OPERATORS: [&str; 27] = [
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
];

/// Whether IAM has this operator.
pub(super) fn is_operator(text: &str) -> bool {
    let name = text
        .strip_prefix("ForAllValues:")
        .or_else(|| text.strip_prefix("ForAnyValue:"));
    let name = name.unwrap_or(text);
    // `Null` asks whether the key exists, so it has no form for when it does not.
    let name = name
        .strip_suffix("IfExists")
        .filter(|name| *name != "Null")
        .unwrap_or(name);
    OPERATORS.contains(&name)
}

/// The object under `Condition`: by operator, then by key, in the order given.
pub(super) fn to_json(conditions: &[Condition]) -> Json {
    let mut operators: Vec<(Text, Vec<(Text, Json)>)> = Vec::new();
    for condition in conditions {
        let entry = (condition.key.clone(), one_or_many(&condition.values));
        match operators
            .iter_mut()
            .find(|(operator, _)| *operator == condition.operator)
        {
            Some((_, keys)) => keys.push(entry),
            None => operators.push((condition.operator.clone(), vec![entry])),
        }
    }
    Json::object(
        operators
            .into_iter()
            .map(|(operator, keys)| (operator, Json::Object(keys))),
    )
}
