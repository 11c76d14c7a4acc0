//! Mappings: tables that CloudFormation looks values up in.

use crate::json::{Json, Text};

/// A table with two levels of keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    /// Top-level key, then second-level keys with their values: text, numbers or lists of text.
    pub rows: Vec<(Text, Vec<(Text, Json)>)>,
}

/// The name of a mapping that was added to a stack, for [`find_in_map`](crate::find_in_map).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingName(pub(crate) String);

impl MappingName {
    /// The name in the template.
    pub fn as_text(&self) -> &str {
        &self.0
    }
}

impl Mapping {
    pub(crate) fn into_json(self) -> Json {
        Json::Object(
            self.rows
                .into_iter()
                .map(|(key, row)| (key, Json::Object(row)))
                .collect(),
        )
    }
}
