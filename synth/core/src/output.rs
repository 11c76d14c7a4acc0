//! Outputs: what a stack tells those who deployed it.

use crate::condition::ConditionHandle;
use crate::json::Text;
use crate::value::Value;

/// A value that the stack reports once it is deployed.
#[derive(Debug, Clone)]
pub struct Output {
    /// The value, as text.
    pub value: Value<String>,
    /// What it is, for people. At most 4 KB. Default: nothing.
    pub description: Text,
    /// The name under which other stacks import it; once per account and region. Default: not exported.
    pub export: Option<Value<String>>,
    /// Whether there is such an output. Default: always.
    pub condition: Option<ConditionHandle>,
}

impl Output {
    /// An output with a value and nothing else.
    pub fn new(value: impl Into<Value<String>>) -> Self {
        Self {
            value: value.into(),
            description: Text::Borrowed(""),
            export: None,
            condition: None,
        }
    }
}
