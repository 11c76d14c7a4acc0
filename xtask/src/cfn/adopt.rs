//! What only cfn-lint has, in the words of the database: whole types, and properties of types that both have.

use std::collections::BTreeMap;

use serde_json::Value;

use super::database::{Definition, Pointer, Property, PropertyType, Resource};
use super::schemas;

/// Reads the schema of one type, and keeps the parts it meets on the way.
pub(super) struct Adoption<'a> {
    resource: &'a str,
    root: &'a Value,
    /// Parts that are there already, by name.
    known: BTreeMap<String, String>,
    /// Parts that were not, the innermost first.
    pub(super) parts: Vec<Definition>,
}

impl<'a> Adoption<'a> {
    /// Nothing yet of the type called `resource`, whose schema is `root`; `known` has the ids of parts that are there.
    pub(super) fn new(resource: &'a str, root: &'a Value, known: BTreeMap<String, String>) -> Self {
        Self {
            resource,
            root,
            known,
            parts: Vec::new(),
        }
    }

    /// The whole type, as a row of the database would have it.
    pub(super) fn resource(&mut self) -> Resource {
        let mut properties = self.properties(self.root);
        let mut attributes = BTreeMap::new();
        for path in self.paths("readOnlyProperties") {
            let (first, below) = path.split_once('.').unwrap_or((path.as_str(), ""));
            let node = schemas::at(self.root, &path).unwrap_or_default();
            let name = path.rsplit('.').next().unwrap_or(&path);
            attributes.insert(path.clone(), self.property(name, &node, false));
            if below.is_empty() {
                properties.remove(first);
            }
        }
        for path in self.paths("createOnlyProperties") {
            if let Some(property) = properties.get_mut(&path) {
                property.causes_replacement = Some("yes".to_owned());
            }
        }
        for path in self.paths("deprecatedProperties") {
            if let Some(property) = properties.get_mut(&path) {
                property.deprecated = Some("WARN".to_owned());
            }
        }
        Resource {
            name: self.resource.to_owned(),
            documentation: description(self.root),
            primary_identifier: self.paths("primaryIdentifier"),
            cfn_ref_identifier: None,
            attributes,
            properties,
            tag_information: None,
        }
    }

    /// `/properties/A/B` in a list of the schema is `A.B`.
    fn paths(&self, list: &str) -> Vec<String> {
        let listed = self.root.get(list).and_then(Value::as_array);
        let listed = listed.into_iter().flatten().filter_map(Value::as_str);
        listed
            .filter_map(|path| path.strip_prefix("/properties/"))
            .map(|path| path.replace('/', "."))
            .collect()
    }

    fn properties(&mut self, node: &Value) -> BTreeMap<String, Property> {
        let required = schemas::required(self.root, node);
        let nodes = node.get("properties").and_then(Value::as_object);
        let nodes = nodes.into_iter().flatten();
        nodes
            .map(|(name, node)| {
                let property = self.property(name, node, required.contains(name));
                (name.clone(), property)
            })
            .collect()
    }

    /// A property, from its schema with the `$ref` that names its part still in place.
    pub(super) fn property(&mut self, name: &str, node: &Value, required: bool) -> Property {
        Property {
            kind: self.kind(name, node),
            documentation: description(node),
            required,
            default_value: None,
            deprecated: None,
            causes_replacement: None,
            relationship_refs: Vec::new(),
        }
    }

    /// `name` is what a part without a name of its own is called.
    fn kind(&mut self, name: &str, node: &Value) -> PropertyType {
        let reference = node.get("$ref").and_then(Value::as_str);
        let name = reference
            .and_then(|path| path.rsplit('/').next())
            .unwrap_or(name);
        let node = schemas::resolve(self.root, node);
        let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
        match kind {
            "string" => {
                let values = schemas::allowed(&node);
                PropertyType::String {
                    allowed_values: (!values.is_empty()).then_some(values),
                }
            }
            "integer" => PropertyType::Integer {
                allowed_values: None,
            },
            "number" => PropertyType::Number,
            "boolean" => PropertyType::Boolean,
            "array" => {
                let items = node.get("items").cloned().unwrap_or_default();
                PropertyType::Array {
                    element: Box::new(self.kind(name, &items)),
                }
            }
            "object" => self.object(name, &node),
            _ => PropertyType::Json,
        }
    }

    fn object(&mut self, name: &str, node: &Value) -> PropertyType {
        if node.get("properties").is_some() {
            return self.part(name, node);
        }
        match schemas::map_values(self.root, node) {
            Some(values) => PropertyType::Map {
                element: Box::new(self.kind(name, &values)),
            },
            None => PropertyType::Json,
        }
    }

    fn part(&mut self, name: &str, node: &Value) -> PropertyType {
        let properties = node.get("properties").and_then(Value::as_object);
        let has = |name: &str| properties.is_some_and(|properties| properties.contains_key(name));
        if name == "Tag" && has("Key") && has("Value") {
            return PropertyType::Tag;
        }
        if let Some(id) = self.known.get(name) {
            return reference(id);
        }
        let id = format!("{}.{name}", self.resource);
        self.known.insert(name.to_owned(), id.clone());
        let properties = self.properties(node);
        self.parts.push(Definition {
            id: id.clone(),
            name: name.to_owned(),
            documentation: description(node),
            properties,
        });
        reference(&id)
    }
}

fn description(node: &Value) -> String {
    let text = node.get("description").and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn reference(id: &str) -> PropertyType {
    PropertyType::Ref {
        reference: Pointer { id: id.to_owned() },
    }
}
