//! Where the two sources say something else about one property.

use std::collections::BTreeMap;

use serde_json::Value;

use super::database::PropertyType;
use super::draft::{Draft, DraftStructure};
use super::schemas;

impl DraftStructure {
    /// Notes where a schema says something else than the database, and returns what lies below.
    pub(super) fn compare(
        &mut self,
        root: &Value,
        schema: &Value,
        nodes: &BTreeMap<String, Value>,
    ) -> Vec<(PropertyType, Value)> {
        let required = schemas::required(root, schema);
        let mut below = Vec::new();
        for (name, node) in nodes {
            let Some(property) = self.properties.get_mut(name) else {
                if !self.unknown.contains(name) {
                    self.unknown.push(name.clone());
                }
                continue;
            };
            property.required_differs |= property.source.required != required.contains(name);
            property.type_differs |= !property.source.kind.agrees(node);
            if !property.schemas.contains(node) {
                property.schemas.push(node.clone());
            }
            below.push((property.source.kind.clone(), node.clone()));
        }
        below
    }
}

impl PropertyType {
    /// Whether a schema allows the JSON type of this; one that names no type allows all.
    pub(super) fn agrees(&self, node: &Value) -> bool {
        let expected: &[&str] = match self {
            Self::String { .. } | Self::DateTime => &["string"],
            Self::Integer { .. } => &["integer"],
            Self::Number => &["number", "integer"],
            Self::Boolean => &["boolean"],
            Self::Array { .. } => &["array"],
            Self::Ref { .. } | Self::Map { .. } | Self::Tag => &["object"],
            Self::Json | Self::Null | Self::Union { .. } => return true,
        };
        match node.get("type") {
            Some(Value::String(found)) => expected.contains(&found.as_str()),
            Some(Value::Array(found)) => found
                .iter()
                .filter_map(Value::as_str)
                .any(|found| expected.contains(&found)),
            _ => true,
        }
    }
}

impl Draft {
    /// Everything the sources disagree about and no fixup settled, a line each.
    pub(super) fn disagreements(&self) -> Vec<String> {
        let mut found = Vec::new();
        for structure in &self.structures {
            let path = match structure.id {
                Some(_) => format!("{} {}", self.resource.name, structure.name),
                None => self.resource.name.clone(),
            };
            for name in &structure.unknown {
                found.push(format!("{path}.{name} is only in cfn-lint"));
            }
            for (name, property) in &structure.properties {
                if property.required_differs {
                    let (here, there) = if property.source.required {
                        ("", "not ")
                    } else {
                        ("not ", "")
                    };
                    found.push(format!("{path}.{name} is {here}required in the database, {there}required in cfn-lint"));
                }
                if property.type_differs {
                    found.push(format!("{path}.{name} has another type in cfn-lint"));
                }
            }
        }
        found
    }
}
