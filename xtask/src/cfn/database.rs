//! The database of `@aws-cdk/aws-service-spec`: shape, documentation, attributes, replacement.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::adopt::Adoption;
use super::{read, schemas};
use crate::process::Failure;

/// What a property or an attribute holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub(super) enum PropertyType {
    String { allowed_values: Option<Vec<String>> },
    Integer { allowed_values: Option<Vec<i64>> },
    Number,
    Boolean,
    Json,
    Tag,
    DateTime,
    Null,
    Ref { reference: Pointer },
    Array { element: Box<PropertyType> },
    Map { element: Box<PropertyType> },
    Union { types: Vec<PropertyType> },
}

/// A pointer to another row of the database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Pointer {
    #[serde(rename = "$ref")]
    pub(super) id: String,
}

/// A property of a resource or of a part of one; also an attribute.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Property {
    #[serde(rename = "type")]
    pub(super) kind: PropertyType,
    #[serde(default)]
    pub(super) documentation: String,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) default_value: Option<String>,
    pub(super) deprecated: Option<String>,
    pub(super) causes_replacement: Option<String>,
    #[serde(default)]
    pub(super) relationship_refs: Vec<Relation>,
}

/// Says that a property takes what an attribute of another resource gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relation {
    #[serde(rename = "cloudFormationType")]
    pub(super) resource: String,
    #[serde(rename = "propertyName")]
    pub(super) attribute: String,
}

/// A resource type.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resource {
    #[serde(rename = "cloudFormationType")]
    pub(super) name: String,
    #[serde(default)]
    pub(super) documentation: String,
    #[serde(default)]
    pub(super) primary_identifier: Vec<String>,
    /// What `Ref` returns, where that is not the primary identifier.
    pub(super) cfn_ref_identifier: Option<Vec<String>>,
    pub(super) attributes: BTreeMap<String, Property>,
    pub(super) properties: BTreeMap<String, Property>,
    pub(super) tag_information: Option<TagInformation>,
}

/// Where a resource type takes tags.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TagInformation {
    pub(super) tag_property_name: String,
    pub(super) variant: TagVariant,
}

/// How it takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum TagVariant {
    /// A list of keys and values.
    Standard,
    /// The same, with whether launched instances get them.
    Asg,
    /// A map.
    Map,
}

impl Resource {
    /// The property whose value `Ref` returns, where it is a single one.
    pub(super) fn reference(&self) -> Option<&str> {
        match self
            .cfn_ref_identifier
            .as_ref()
            .unwrap_or(&self.primary_identifier)
            .as_slice()
        {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// A structure that properties point at.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Definition {
    #[serde(rename = "$id")]
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) documentation: String,
    pub(super) properties: BTreeMap<String, Property>,
}

/// Every resource and definition, by name and by id.
#[derive(Debug, Default)]
pub(super) struct Database {
    pub(super) resources: BTreeMap<String, Resource>,
    pub(super) definitions: BTreeMap<String, Definition>,
}

#[derive(Deserialize)]
struct File {
    schema: Tables,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tables {
    resource: Table<Resource>,
    type_definition: Table<Definition>,
}

#[derive(Deserialize)]
struct Table<Row> {
    entities: Vec<Row>,
}

impl Database {
    /// Reads `db.json.gz`.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let compressed = read(path)?;
        let mut text = String::new();
        flate2::read::GzDecoder::new(compressed.as_slice())
            .read_to_string(&mut text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Reads the text of the database.
    pub(super) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let file: File = serde_json::from_str(text)?;
        let resources = file.schema.resource.entities;
        let definitions = file.schema.type_definition.entities;
        Ok(Self {
            resources: resources
                .into_iter()
                .map(|row| (row.name.clone(), row))
                .collect(),
            definitions: definitions
                .into_iter()
                .map(|row| (row.id.clone(), row))
                .collect(),
        })
    }

    /// Adds a type that only cfn-lint has.
    pub(super) fn adopt(&mut self, name: &str, schema: &Value) {
        let mut adoption = Adoption::new(name, schema, BTreeMap::new());
        let resource = adoption.resource();
        let parts = adoption.parts.into_iter();
        self.definitions
            .extend(parts.map(|part| (part.id.clone(), part)));
        self.resources.insert(name.to_owned(), resource);
    }

    /// The schemas for one alternative of a property: those of cfn-lint's own alternatives that fit it, or the
    /// property's where it has none.
    pub(super) fn matching(&self, root: &Value, kind: &PropertyType, node: &Value) -> Vec<Value> {
        let lists = ["oneOf", "anyOf"];
        let branches = lists
            .iter()
            .flat_map(|list| schemas::branches(root, node, list));
        let branches: Vec<Value> = branches.collect();
        if branches.is_empty() {
            return vec![node.clone()];
        }
        let fits = |branch: &Value| {
            let PropertyType::Ref { reference } = kind else {
                return kind.agrees(branch);
            };
            let part = self.definitions.get(&reference.id);
            let named = schemas::properties(root, branch);
            part.is_some_and(|part| named.keys().all(|name| part.properties.contains_key(name)))
        };
        branches.into_iter().filter(|branch| fits(branch)).collect()
    }
}

impl PropertyType {
    /// This, or what its list or map holds.
    pub(super) fn element(&self) -> &Self {
        let mut kind = self;
        while let Self::Array { element } | Self::Map { element } = kind {
            kind = element;
        }
        kind
    }

    /// The rows of the parts that this points at.
    pub(super) fn pointers(&self) -> Vec<String> {
        match self {
            Self::Ref { reference } => vec![reference.id.clone()],
            Self::Array { element } | Self::Map { element } => element.pointers(),
            Self::Union { types } => types.iter().flat_map(Self::pointers).collect(),
            Self::String { .. }
            | Self::Integer { .. }
            | Self::Number
            | Self::Boolean
            | Self::Json
            | Self::Tag
            | Self::DateTime
            | Self::Null => Vec::new(),
        }
    }

    /// Whether one of these types is any JSON, so that they allow whatever there is.
    pub(super) fn is_any(types: &[Self]) -> bool {
        types
            .iter()
            .any(|kind| matches!(kind, Self::Json | Self::Null))
    }

    /// How many types of several alternatives this names.
    pub(super) fn unions(&self) -> usize {
        match self {
            Self::Union { types } if Self::is_any(types) => 0,
            Self::Union { types } => 1 + types.iter().map(Self::unions).sum::<usize>(),
            Self::Array { element } | Self::Map { element } => element.unions(),
            Self::String { .. }
            | Self::Integer { .. }
            | Self::Number
            | Self::Boolean
            | Self::Json
            | Self::Tag
            | Self::DateTime
            | Self::Null
            | Self::Ref { .. } => 0,
        }
    }
}
