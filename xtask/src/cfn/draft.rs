//! One resource type while both sources are read and before fixups are applied.

use std::collections::BTreeMap;

use serde_json::Value;

use super::database::{self, Database, PropertyType};
use super::schemas;

/// A resource type: the structure of the resource itself, then its parts in the order they were met.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) resource: database::Resource,
    pub(super) structures: Vec<DraftStructure>,
}

/// A resource or a part of one.
#[derive(Debug)]
pub(super) struct DraftStructure {
    /// The row in the database; nothing for the resource itself.
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) documentation: String,
    pub(super) properties: BTreeMap<String, DraftProperty>,
    /// Settable properties that only cfn-lint has.
    pub(super) unknown: Vec<String>,
    /// cfn-lint's schemas of this structure, one for each place where they differ.
    schemas: Vec<Value>,
}

/// One property, as both sources have it.
#[derive(Debug)]
pub(super) struct DraftProperty {
    pub(super) source: database::Property,
    /// cfn-lint's schemas of it, one for each place where they differ.
    pub(super) schemas: Vec<Value>,
    /// Values that a fixup adds.
    pub(super) values: Vec<String>,
    /// cfn-lint says the opposite of the database about whether it must be given.
    pub(super) required_differs: bool,
    /// cfn-lint gives it another type than the database.
    pub(super) type_differs: bool,
}

impl Draft {
    /// Reads a type from the database and lays cfn-lint's schema of it, if there is one, beside every part.
    pub(super) fn read(
        database: &Database,
        row: &database::Resource,
        schema: Option<&Value>,
    ) -> Self {
        let mut draft = Self {
            resource: row.clone(),
            structures: Vec::new(),
        };
        let name = row.name.rsplit("::").next().unwrap_or(&row.name);
        draft.structures.push(DraftStructure::new(
            None,
            name,
            &row.documentation,
            &row.properties,
        ));
        if let Some(root) = schema {
            draft.lay(database, root, 0, root);
            draft.forgive_attributes(root);
        }
        // A part that no schema reaches is still a part.
        let mut position = 0;
        while position < draft.structures.len() {
            for id in draft.pointers(position) {
                draft.structure(database, &id);
            }
            position += 1;
        }
        draft
    }

    /// The parts that the structure at `position` points at.
    fn pointers(&self, position: usize) -> Vec<String> {
        let properties = self
            .structures
            .get(position)
            .map(|structure| &structure.properties);
        let properties = properties.into_iter().flat_map(BTreeMap::values);
        properties
            .flat_map(|property| property.source.kind.pointers())
            .collect()
    }

    /// The position of the part with this row, which is added when it is met for the first time.
    fn structure(&mut self, database: &Database, id: &str) -> Option<usize> {
        let known = self
            .structures
            .iter()
            .position(|part| part.id.as_deref() == Some(id));
        known.or_else(|| {
            let row = database.definitions.get(id)?;
            let (documentation, properties) = (&row.documentation, &row.properties);
            let part = DraftStructure::new(Some(id), &row.name, documentation, properties);
            self.structures.push(part);
            Some(self.structures.len() - 1)
        })
    }

    /// Lays `schema` beside the structure at `position` and beside everything below it.
    fn lay(&mut self, database: &Database, root: &Value, position: usize, schema: &Value) {
        let Some(structure) = self.structures.get_mut(position) else {
            return;
        };
        if structure.schemas.contains(schema) {
            return;
        }
        structure.schemas.push(schema.clone());
        let nodes = schemas::properties(root, schema);
        let below = structure.compare(schema, &nodes);
        for (kind, node) in below {
            self.descend(database, root, &kind, &node);
        }
    }

    /// Lays `node` beside whatever structure a property of type `kind` holds.
    fn descend(&mut self, database: &Database, root: &Value, kind: &PropertyType, node: &Value) {
        match kind {
            PropertyType::Ref { reference } => {
                if let Some(position) = self.structure(database, &reference.id) {
                    self.lay(database, root, position, node);
                }
            }
            PropertyType::Array { element } => {
                if let Some(items) = node.get("items") {
                    self.descend(database, root, element, &schemas::resolve(root, items));
                }
            }
            PropertyType::Map { element } => {
                if let Some(values) = schemas::map_values(root, node) {
                    self.descend(database, root, element, &values);
                }
            }
            PropertyType::Union { types } => {
                for alternative in types {
                    self.descend(database, root, alternative, node);
                }
            }
            PropertyType::String { .. }
            | PropertyType::Integer { .. }
            | PropertyType::Number
            | PropertyType::Boolean
            | PropertyType::Json
            | PropertyType::Tag
            | PropertyType::DateTime
            | PropertyType::Null => {}
        }
    }

    /// cfn-lint lists what only `Fn::GetAtt` reads among the properties; those are not missing from the database.
    fn forgive_attributes(&mut self, root: &Value) {
        let listed = root.get("readOnlyProperties").and_then(Value::as_array);
        let listed = listed.into_iter().flatten().filter_map(Value::as_str);
        let read_only: Vec<&str> = listed
            .filter_map(|path| path.strip_prefix("/properties/"))
            .collect();
        for structure in &mut self.structures {
            structure.unknown.retain(|name| {
                !read_only
                    .iter()
                    .any(|path| path.split('/').next_back() == Some(name.as_str()))
            });
        }
    }
}

impl DraftStructure {
    fn new(
        id: Option<&str>,
        name: &str,
        documentation: &str,
        properties: &BTreeMap<String, database::Property>,
    ) -> Self {
        let properties = properties.iter().map(|(name, property)| {
            let property = DraftProperty {
                source: property.clone(),
                schemas: Vec::new(),
                values: Vec::new(),
                required_differs: false,
                type_differs: false,
            };
            (name.clone(), property)
        });
        Self {
            id: id.map(str::to_owned),
            name: name.to_owned(),
            documentation: documentation.to_owned(),
            properties: properties.collect(),
            unknown: Vec::new(),
            schemas: Vec::new(),
        }
    }

    /// Notes where a schema says something else than the database, and returns what lies below.
    fn compare(
        &mut self,
        schema: &Value,
        nodes: &BTreeMap<String, Value>,
    ) -> Vec<(PropertyType, Value)> {
        let required = schema.get("required").and_then(Value::as_array);
        let required: Vec<&str> = required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut below = Vec::new();
        for (name, node) in nodes {
            let Some(property) = self.properties.get_mut(name) else {
                if !self.unknown.contains(name) {
                    self.unknown.push(name.clone());
                }
                continue;
            };
            property.required_differs |=
                property.source.required != required.contains(&name.as_str());
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
    fn agrees(&self, node: &Value) -> bool {
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
