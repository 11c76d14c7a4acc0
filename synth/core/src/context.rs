//! What is known about accounts before synthesis: the answers to lookups, kept so that synthesis stays the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::json::{Json, ParseError, Text, parse};

/// Names and values from outside, such as those of `cdk.context.json`. Cloning it is as cheap as counting.
///
/// ```
/// use synth_core::Context;
/// let context = Context::parse(r#"{"tier": "small"}"#)?;
/// assert_eq!(context.get("tier").and_then(|tier| tier.as_text()), Some("small"));
/// # Ok::<(), synth_core::ParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context(Arc<BTreeMap<Text, Json>>);

impl Context {
    /// A context of these names and values; of a name given twice the last counts.
    pub fn new<Name: Into<Text>>(entries: impl IntoIterator<Item = (Name, Json)>) -> Self {
        let entries = entries
            .into_iter()
            .map(|(name, value)| (name.into(), value));
        Self(Arc::new(entries.collect()))
    }

    /// The context that is written as a JSON object. Fails where it is not JSON, or not an object.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if let Json::Object(entries) = parse(text)? {
            return Ok(Self::new(entries));
        }
        Err(ParseError {
            reason: "a context is an object".to_owned(),
            line: 1,
            column: 1,
        })
    }

    /// The value under `name`.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// Names and values, by name.
    pub fn entries(&self) -> impl Iterator<Item = (&Text, &Json)> {
        self.0.iter()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
