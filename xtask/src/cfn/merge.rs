//! From drafts to the model: names, kinds, enums, references.

use std::collections::{BTreeMap, BTreeSet};

use super::database::{Database, PropertyType, Relation};
use super::draft::{Draft, DraftProperty, DraftStructure};
use super::model::{
    Alternative, Attribute, Choice, Enum, Field, Kind, Resource, Structure, Union, Update,
};
use super::{names, recursion, relations};

/// Turns one draft into what is generated for it.
pub(super) fn resource(database: &Database, kinds: &BTreeSet<Relation>, draft: &Draft) -> Resource {
    let mut merge = Merge {
        database,
        kinds,
        draft,
        types: BTreeMap::new(),
        taken: BTreeSet::new(),
        enums: Vec::new(),
        choices: Vec::new(),
        unions: Vec::new(),
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
    let (enums, choices, unions) = (merge.enums, merge.choices, merge.unions);
    let mut resource = Resource {
        name: draft.resource.name.clone(),
        module: names::snake(short(&draft.resource.name)),
        structures,
        enums,
        choices,
        unions,
        attributes,
        reference: draft.resource.reference().map(str::to_owned),
    };
    recursion::box_cycles(&mut resource);
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
    unions: Vec<Union>,
}

/// What a value is the value of.
#[derive(Clone)]
struct Owner {
    /// The name that a type of its own gets.
    rust: String,
    /// Such as `VPCEndpoint.VpcEndpointType`.
    of: String,
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
        let owner = Owner {
            rust: names::owned(rust, name),
            of: format!("{}.{name}", part.name),
        };
        let values = property.allowed_values();
        let text = if values.is_empty() {
            let own = part.id.is_none().then_some(name);
            self.reference(own, &owner, &property.relations())
        } else {
            let name = self.unique(owner.rust.clone(), "Value");
            self.enums.push(Enum {
                rust: name.clone(),
                of: owner.of.clone(),
                values,
            });
            Kind::Enum(name)
        };
        self.kind(&property.source.kind, &text, &owner)
    }

    /// The identifier that a property of these relations takes; text where it takes none.
    fn reference(&mut self, own: Option<&str>, owner: &Owner, found: &[Relation]) -> Kind {
        let accepts = relations::taken(self.database, &self.draft.resource, own, found);
        match accepts.as_slice() {
            [] => Kind::Text,
            [only] => Kind::Id(only.clone()),
            _ => {
                let rust = self.unique(owner.rust.clone(), "Reference");
                self.choices.push(Choice {
                    rust: rust.clone(),
                    of: owner.of.clone(),
                    accepts,
                });
                Kind::OneOf(rust)
            }
        }
    }

    /// `text` stands for whatever the text in `source` is.
    fn kind(&mut self, source: &PropertyType, text: &Kind, owner: &Owner) -> Kind {
        match source {
            PropertyType::String { .. } | PropertyType::DateTime => text.clone(),
            PropertyType::Integer { .. } => Kind::Integer,
            PropertyType::Number => Kind::Number,
            PropertyType::Boolean => Kind::Boolean,
            PropertyType::Tag => Kind::Tag,
            PropertyType::Json | PropertyType::Null => Kind::Json,
            PropertyType::Union { types } => self.union(types, owner),
            PropertyType::Ref { reference } => match self.types.get(&reference.id) {
                Some(name) => Kind::Structure {
                    name: name.clone(),
                    boxed: false,
                },
                None => Kind::Json,
            },
            PropertyType::Array { element } => {
                Kind::List(Box::new(self.kind(element, text, owner)))
            }
            PropertyType::Map { element } => Kind::Map(Box::new(self.kind(element, text, owner))),
        }
    }

    /// A type with a variant for each alternative. Where any JSON is one of them, the others say nothing.
    fn union(&mut self, types: &[PropertyType], owner: &Owner) -> Kind {
        if PropertyType::is_any(types) {
            return Kind::Json;
        }
        let rust = self.unique(owner.rust.clone(), "Alternative");
        let inner = Owner {
            rust: format!("{}Item", owner.rust),
            of: owner.of.clone(),
        };
        let alternatives = types.iter().map(|source| {
            // What is text among other things is no identifier: a handle could not say which alternative it is.
            let kind = self.kind(source, &Kind::Text, &inner);
            Alternative {
                rust: variant(&kind).to_owned(),
                kind,
            }
        });
        let alternatives = alternatives.collect();
        self.unions.push(Union {
            rust: rust.clone(),
            of: owner.of.clone(),
            alternatives,
        });
        Kind::Union(rust)
    }

    fn attribute_kind(&mut self, name: &str, source: &PropertyType) -> Kind {
        let resource = self.draft.resource.name.clone();
        let owner = Owner {
            rust: names::owned(&names::upper_camel(short(&resource)), name),
            of: format!("{}.{name}", short(&resource)),
        };
        let relation = Relation {
            resource,
            attribute: name.to_owned(),
        };
        let text =
            relations::known(self.kinds, self.database, &relation).map_or(Kind::Text, Kind::Id);
        self.kind(source, &text, &owner)
    }
}

/// The last part of a type's name.
fn short(resource: &str) -> &str {
    resource.rsplit("::").next().unwrap_or(resource)
}

/// The variant of a union that holds this.
fn variant(kind: &Kind) -> &str {
    match kind {
        Kind::Text | Kind::Id(_) | Kind::OneOf(_) | Kind::Enum(_) => "Text",
        Kind::Boolean => "Boolean",
        Kind::Integer => "Integer",
        Kind::Number => "Number",
        Kind::Json => "Json",
        Kind::Tag => "Tag",
        Kind::List(_) => "List",
        Kind::Map(_) => "Map",
        Kind::Union(name) | Kind::Structure { name, .. } => name,
    }
}
