//! One resource type while both sources are read and before fixups are applied.

use std::collections::BTreeMap;

use serde_json::Value;

use super::database::{self, Database, Definition, PropertyType, Relation};
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
    /// Attributes that it does not take, whatever a source says.
    pub(super) unrelated: Vec<Relation>,
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
            self.structures.push(DraftStructure::of(row));
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
        let below = structure.compare(root, schema, &nodes);
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
                    for node in database.matching(root, alternative, node) {
                        self.descend(database, root, alternative, &node);
                    }
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

impl DraftProperty {
    fn new(source: database::Property) -> Self {
        Self {
            source,
            schemas: Vec::new(),
            values: Vec::new(),
            unrelated: Vec::new(),
            required_differs: false,
            type_differs: false,
        }
    }
}

impl DraftStructure {
    /// A part, as the database has it.
    pub(super) fn of(row: &Definition) -> Self {
        Self::new(
            Some(&row.id),
            &row.name,
            &row.documentation,
            &row.properties,
        )
    }

    fn new(
        id: Option<&str>,
        name: &str,
        documentation: &str,
        properties: &BTreeMap<String, database::Property>,
    ) -> Self {
        let properties = properties
            .iter()
            .map(|(name, property)| (name.clone(), DraftProperty::new(property.clone())));
        Self {
            id: id.map(str::to_owned),
            name: name.to_owned(),
            documentation: documentation.to_owned(),
            properties: properties.collect(),
            unknown: Vec::new(),
            schemas: Vec::new(),
        }
    }

    /// cfn-lint's schema of a property that only it has, and whether it must be given.
    pub(super) fn schema(&self, root: &Value, name: &str) -> Option<(Value, bool)> {
        self.schemas.iter().find_map(|schema| {
            let node = schemas::property(root, schema, name)?;
            Some((node, schemas::required(root, schema).contains(name)))
        })
    }

    /// Adds a property that the database does not have.
    pub(super) fn adopt(&mut self, name: &str, source: database::Property, schema: Value) {
        let mut property = DraftProperty::new(source);
        property.schemas.push(schema);
        self.properties.insert(name.to_owned(), property);
    }
}
