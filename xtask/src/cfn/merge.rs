//! From drafts to the model: names, kinds, enums, references.

use std::collections::{BTreeMap, BTreeSet};

use super::database::{Database, PropertyType, Relation};
use super::draft::{Draft, DraftProperty, DraftStructure};
use super::model::{Attribute, Choice, Enum, Field, Kind, Resource, Structure, Update};
use super::{names, recursion, relations};

/// Turns one draft into what is generated for it.
pub(super) fn resource(database: &Database, kinds: &BTreeSet<Relation>, draft: &Draft) -> Resource {
    let short = draft
        .resource
        .name
        .rsplit("::")
        .next()
        .unwrap_or(&draft.resource.name);
    let mut merge = Merge {
        database,
        kinds,
        draft,
        types: BTreeMap::new(),
        taken: BTreeSet::new(),
        enums: Vec::new(),
        choices: Vec::new(),
    };
    merge.name_structures();
    let structures = draft
        .structures
        .iter()
        .map(|structure| merge.structure(structure))
        .collect();
    let attributes = draft.resource.attributes.iter();
    let names = names::attributes(draft.resource.attributes.keys());
    let attributes = attributes
        .zip(names)
        .map(|((name, attribute), rust)| Attribute {
            name: name.clone(),
            rust,
            kind: merge.attribute_kind(name, &attribute.kind),
            documentation: attribute.documentation.clone(),
        });
    let attributes = attributes.collect();
    let (enums, choices) = (merge.enums, merge.choices);
    let mut resource = Resource {
        name: draft.resource.name.clone(),
        module: names::snake(short),
        structures,
        enums,
        choices,
        attributes,
        reference: draft.resource.reference().map(str::to_owned),
    };
    recursion::box_cycles(&mut resource.structures);
    resource
}

struct Merge<'a> {
    database: &'a Database,
    kinds: &'a BTreeSet<Relation>,
    draft: &'a Draft,
    /// Rust's name of each part, by its row.
    types: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    enums: Vec<Enum>,
    choices: Vec<Choice>,
}

impl Merge<'_> {
    fn name_structures(&mut self) {
        for structure in &self.draft.structures {
            let name = self.unique(names::upper_camel(&structure.name), "Properties");
            if let Some(id) = &structure.id {
                self.types.insert(id.clone(), name);
            }
        }
    }

    /// Adds `suffix` to a name that another type of this module has already.
    fn unique(&mut self, mut name: String, suffix: &str) -> String {
        while !self.taken.insert(name.clone()) {
            name.push_str(suffix);
        }
        name
    }

    fn structure(&mut self, structure: &DraftStructure) -> Structure {
        let rust = structure
            .id
            .as_ref()
            .and_then(|id| self.types.get(id))
            .cloned();
        let rust = rust.unwrap_or_else(|| names::upper_camel(&structure.name));
        let fields = structure.properties.iter();
        let fields = fields.map(|(name, property)| Field {
            name: name.clone(),
            kind: self.field_kind(structure, &rust, name, property),
            required: property.source.required,
            documentation: property.source.documentation.clone(),
            limits: property.limits(),
            default: property.source.default_value.clone(),
            deprecated: property.source.deprecated.is_some(),
            update: match property.source.causes_replacement.as_deref() {
                Some("yes") => Update::Replaces,
                Some("maybe") => Update::Sometimes,
                _ => Update::InPlace,
            },
        });
        Structure {
            name: structure.name.clone(),
            fields: fields.collect(),
            documentation: structure.documentation.clone(),
            rust,
        }
    }

    fn field_kind(
        &mut self,
        part: &DraftStructure,
        rust: &str,
        name: &str,
        property: &DraftProperty,
    ) -> Kind {
        let of = format!("{}.{name}", part.name);
        let values = property.allowed_values();
        let text = if values.is_empty() {
            let own = part.id.is_none().then_some(name);
            self.reference(own, names::owned(rust, name), of, &property.relations())
        } else {
            let name = self.unique(names::owned(rust, name), "Value");
            self.enums.push(Enum {
                rust: name.clone(),
                of,
                values,
            });
            Kind::Enum(name)
        };
        self.kind(&property.source.kind, &text)
    }

    /// The identifier that a property of these relations takes; text where it takes none.
    fn reference(
        &mut self,
        own: Option<&str>,
        name: String,
        of: String,
        found: &[Relation],
    ) -> Kind {
        let mut accepts = Vec::new();
        for relation in found {
            let itself = relation.resource == self.draft.resource.name
                && (own == Some(&relation.attribute) || own == self.draft.resource.reference());
            let relation = relations::canonical(self.database, relation).filter(|_| !itself);
            accepts.extend(relation.filter(|relation| !accepts.contains(relation)));
        }
        match accepts.as_slice() {
            [] => Kind::Text,
            [only] => Kind::Id(only.clone()),
            _ => {
                let rust = self.unique(name, "Reference");
                self.choices.push(Choice {
                    rust: rust.clone(),
                    of,
                    accepts,
                });
                Kind::OneOf(rust)
            }
        }
    }

    /// `text` stands for whatever the text in `source` is.
    fn kind(&self, source: &PropertyType, text: &Kind) -> Kind {
        match source {
            PropertyType::String { .. } | PropertyType::DateTime => text.clone(),
            PropertyType::Integer { .. } => Kind::Integer,
            PropertyType::Number => Kind::Number,
            PropertyType::Boolean => Kind::Boolean,
            PropertyType::Tag => Kind::Tag,
            // A value of several types is written as it is; a fixup picks one where that is better.
            PropertyType::Json | PropertyType::Null | PropertyType::Union { .. } => Kind::Json,
            PropertyType::Ref { reference } => match self.types.get(&reference.id) {
                Some(name) => Kind::Structure {
                    name: name.clone(),
                    boxed: false,
                },
                None => Kind::Json,
            },
            PropertyType::Array { element } => Kind::List(Box::new(self.kind(element, text))),
            PropertyType::Map { element } => Kind::Map(Box::new(self.kind(element, text))),
        }
    }

    fn attribute_kind(&self, name: &str, source: &PropertyType) -> Kind {
        let resource = self.draft.resource.name.clone();
        let relation = Relation {
            resource,
            attribute: name.to_owned(),
        };
        let text =
            relations::known(self.kinds, self.database, &relation).map_or(Kind::Text, Kind::Id);
        self.kind(source, &text)
    }
}
