//! What only the database knows, written as JSON Schema: whole types, and properties of types that cfn-lint has too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::super::database::{Database, Property, PropertyType, Resource};

/// What was taken from the database, beside what cfn-lint says.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Added {
    pub(super) properties: usize,
    pub(super) values: usize,
}

/// The schema of a type that cfn-lint does not know.
pub(super) fn schema(database: &Database, row: &Resource) -> Value {
    let mut root = object(&row.properties);
    let mut definitions = Map::new();
    let mut open: BTreeSet<String> = pointers(&row.properties);
    define(database, &mut definitions, &mut open);
    if let Some(fields) = root.as_object_mut() {
        fields.insert("definitions".to_owned(), Value::Object(definitions));
    }
    root
}

/// Adds properties and values that only the database has to cfn-lint's schema of the same type.
pub(super) fn complete(database: &Database, row: &Resource, root: &mut Value) -> Added {
    let mut completion = Completion {
        database,
        seen: BTreeSet::new(),
        open: BTreeSet::new(),
        added: Added::default(),
    };
    completion.structure(root, "", &row.properties);
    let Completion {
        mut open, added, ..
    } = completion;
    let fields = root.as_object_mut();
    if let Some(fields) = fields.filter(|_| !open.is_empty()) {
        let definitions = fields.entry("definitions").or_insert_with(|| json!({}));
        if let Some(definitions) = definitions.as_object_mut() {
            define(database, definitions, &mut open);
        }
    }
    added
}

struct Completion<'a> {
    database: &'a Database,
    /// Places and rows that were laid side by side already.
    seen: BTreeSet<(String, String)>,
    /// Rows that a property which was added points at.
    open: BTreeSet<String>,
    added: Added,
}

impl Completion<'_> {
    fn structure(&mut self, root: &mut Value, at: &str, rows: &BTreeMap<String, Property>) {
        let at = followed(root, at);
        let closed = root.pointer(&at).is_some_and(|node| {
            node.get("properties").is_some()
                && node.get("additionalProperties") == Some(&json!(false))
        });
        if !closed {
            return;
        }
        for (name, row) in rows {
            let path = format!(
                "{at}/properties/{}",
                name.replace('~', "~0").replace('/', "~1")
            );
            if root.pointer(&path).is_some() {
                self.value(root, &path, &row.kind);
            } else if let Some(Value::Object(properties)) =
                root.pointer_mut(&format!("{at}/properties"))
            {
                properties.insert(name.clone(), kind(&row.kind));
                self.open.extend(row.kind.pointers());
                self.added.properties += 1;
            }
        }
    }

    fn value(&mut self, root: &mut Value, at: &str, kind: &PropertyType) {
        let at = followed(root, at);
        match kind {
            PropertyType::Ref { reference } => {
                let database = self.database;
                let row = database.definitions.get(&reference.id);
                if let Some(row) =
                    row.filter(|_| self.seen.insert((at.clone(), reference.id.clone())))
                {
                    self.structure(root, &at, &row.properties);
                }
            }
            PropertyType::Array { element } => {
                if root.pointer(&format!("{at}/items")).is_some() {
                    self.value(root, &format!("{at}/items"), element);
                }
            }
            PropertyType::String {
                allowed_values: Some(values),
            } => {
                if let Some(Value::Array(listed)) = root.pointer_mut(&format!("{at}/enum")) {
                    for value in values.iter().map(|value| json!(value)) {
                        if !listed.contains(&value) {
                            listed.push(value);
                            self.added.values += 1;
                        }
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
            | PropertyType::Null
            | PropertyType::Map { .. }
            | PropertyType::Union { .. } => {}
        }
    }
}

/// The pointer behind every `$ref` on the way.
fn followed(root: &Value, at: &str) -> String {
    let mut at = at.to_owned();
    while let Some(next) = root
        .pointer(&at)
        .and_then(|node| node.get("$ref")?.as_str())
    {
        next.trim_start_matches('#').clone_into(&mut at);
    }
    at
}

/// Writes every row that is open, and those that they point at.
fn define(database: &Database, definitions: &mut Map<String, Value>, open: &mut BTreeSet<String>) {
    while let Some(id) = open.pop_first() {
        let name = definition(&id);
        if let Some(row) = database.definitions.get(&id)
            && !definitions.contains_key(&name)
        {
            definitions.insert(name, object(&row.properties));
            open.extend(pointers(&row.properties));
        }
    }
}

fn object(rows: &BTreeMap<String, Property>) -> Value {
    let properties: Map<_, _> = rows
        .iter()
        .map(|(name, row)| (name.clone(), kind(&row.kind)))
        .collect();
    let required = rows
        .iter()
        .filter(|(_, row)| row.required)
        .map(|(name, _)| json!(name));
    let required: Vec<_> = required.collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    Value::Object(schema)
}

fn kind(kind: &PropertyType) -> Value {
    match kind {
        PropertyType::String { allowed_values } => match allowed_values {
            Some(values) => json!({"type": "string", "enum": values}),
            None => json!({"type": "string"}),
        },
        PropertyType::Integer { allowed_values } => match allowed_values {
            Some(values) => json!({"type": "integer", "enum": values}),
            None => json!({"type": "integer"}),
        },
        PropertyType::Number => json!({"type": "number"}),
        PropertyType::Boolean => json!({"type": "boolean"}),
        PropertyType::DateTime => json!({"type": "string"}),
        // Policies and documents may be text as well.
        PropertyType::Json => json!({"type": ["object", "array", "string"]}),
        PropertyType::Tag => json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}},
            "required": ["Key", "Value"],
        }),
        PropertyType::Null => json!(true),
        PropertyType::Ref { reference } => {
            json!({"$ref": format!("#/definitions/{}", definition(&reference.id))})
        }
        PropertyType::Array { element } => json!({"type": "array", "items": self::kind(element)}),
        PropertyType::Map { element } => {
            json!({"type": "object", "additionalProperties": self::kind(element)})
        }
        PropertyType::Union { types } => {
            json!({"anyOf": types.iter().map(self::kind).collect::<Vec<_>>()})
        }
    }
}

/// The name of a row's definition, apart from those of cfn-lint.
fn definition(id: &str) -> String {
    format!("row-{}", id.replace(['~', '/'], "-"))
}

fn pointers(rows: &BTreeMap<String, Property>) -> BTreeSet<String> {
    rows.values().flat_map(|row| row.kind.pointers()).collect()
}
