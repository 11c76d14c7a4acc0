//! What the database holds by its own count, without any of the steps that make a model of it.

use std::collections::{BTreeMap, BTreeSet};

use super::database::{Database, Definition, Property, PropertyType, Resource};
use super::model::Counts;
use super::relations;

/// What a source says of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It is one of these values.
    Values,
    /// It identifies another resource.
    Relation,
    Nothing,
}

impl Database {
    /// What a property of `resource` takes beside any text; `own` is its name where it is the resource's own.
    pub(super) fn says(&self, resource: &Resource, own: Option<&str>, property: &Property) -> Says {
        match property.kind.element() {
            PropertyType::String {
                allowed_values: Some(values),
            } if !values.is_empty() => Says::Values,
            PropertyType::String { .. } | PropertyType::DateTime => {
                let found = &property.relationship_refs;
                if relations::taken(self, resource, own, found).is_empty() {
                    Says::Nothing
                } else {
                    Says::Relation
                }
            }
            PropertyType::Integer { .. }
            | PropertyType::Number
            | PropertyType::Boolean
            | PropertyType::Json
            | PropertyType::Tag
            | PropertyType::Null
            | PropertyType::Ref { .. }
            | PropertyType::Array { .. }
            | PropertyType::Map { .. }
            | PropertyType::Union { .. } => Says::Nothing,
        }
    }

    /// Counts what these types and their parts hold, without any of the steps that make a model of them.
    pub(super) fn counts(&self, names: &BTreeSet<&str>) -> Counts {
        let mut counts = Counts::default();
        for resource in names.iter().filter_map(|name| self.resources.get(*name)) {
            let mut parts: BTreeMap<String, &Definition> = BTreeMap::new();
            let mut open: Vec<&Property> = resource.properties.values().collect();
            while let Some(property) = open.pop() {
                for id in property.kind.pointers() {
                    if let Some(part) = self.definitions.get(&id)
                        && parts.insert(id, part).is_none()
                    {
                        open.extend(part.properties.values());
                    }
                }
            }
            let of_parts = parts.values().flat_map(|part| part.properties.iter());
            for (name, property) in resource.properties.iter().chain(of_parts.clone()) {
                let own = resource.properties.get(name);
                let own = own.filter(|own| std::ptr::eq(*own, property));
                let says = self.says(resource, own.map(|_| name.as_str()), property);
                counts.enums += usize::from(says == Says::Values);
                counts.references += usize::from(says == Says::Relation);
            }
            let of_parts = of_parts.map(|(_, property)| property);
            let all = resource.properties.values().chain(of_parts);
            let all = all.chain(resource.attributes.values());
            counts.unions += all.map(|property| property.kind.unions()).sum::<usize>();
            counts.types += 1;
            counts.structures += 1 + parts.len();
            counts.attributes += resource.attributes.len();
            counts.properties += resource.properties.len();
            counts.properties += parts
                .values()
                .map(|part| part.properties.len())
                .sum::<usize>();
        }
        counts
    }
}
