//! Keys of tables and of their indexes.

use std::collections::BTreeSet;

use synth_core::Text;

use crate::cfn::dynamodb::table as l1;

/// The type of an attribute that is part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeType {
    /// Text: `S`.
    Text,
    /// A number: `N`.
    Number,
    /// Bytes: `B`.
    Binary,
}

impl AttributeType {
    /// The letter in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Text => "S",
            Self::Number => "N",
            Self::Binary => "B",
        }
    }
}

/// An attribute that is part of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, 1-255 bytes.
    pub name: Text,
    /// Its type, the same in every key of the table.
    pub kind: AttributeType,
}

impl Attribute {
    /// An attribute that is text.
    pub fn text(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            kind: AttributeType::Text,
        }
    }

    /// An attribute that is a number.
    pub fn number(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            kind: AttributeType::Number,
        }
    }

    /// An attribute that is bytes.
    pub fn binary(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            kind: AttributeType::Binary,
        }
    }
}

/// Which attributes of an item an index has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Projection {
    /// All of them.
    All,
    /// The keys of the table and of the index.
    KeysOnly,
    /// The keys, and these.
    Include(Vec<Text>),
}

/// An index over the whole table with keys of its own. It can be added and removed later, one a
/// deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalIndex {
    /// Its name, 3-255 letters, digits and `_.-`, unique among the table's indexes.
    pub index_name: Text,
    /// Its partition key.
    pub partition_key: Attribute,
    /// Its sort key. Default: none.
    pub sort_key: Option<Attribute>,
    /// What it has. Default: [`Projection::All`].
    pub projection: Projection,
}

impl GlobalIndex {
    /// An index by one attribute, with everything in it.
    pub fn new(index_name: impl Into<Text>, partition_key: Attribute) -> Self {
        Self {
            index_name: index_name.into(),
            partition_key,
            sort_key: None,
            projection: Projection::All,
        }
    }
}

/// An index with the table's partition key and another sort key. It is made with the table and
/// never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalIndex {
    /// Its name, 3-255 letters, digits and `_.-`, unique among the table's indexes.
    pub index_name: Text,
    /// Its sort key.
    pub sort_key: Attribute,
    /// What it has. Default: [`Projection::All`].
    pub projection: Projection,
}

impl LocalIndex {
    /// An index by one attribute, with everything in it.
    pub fn new(index_name: impl Into<Text>, sort_key: Attribute) -> Self {
        Self {
            index_name: index_name.into(),
            sort_key,
            projection: Projection::All,
        }
    }
}

impl GlobalIndex {
    pub(super) fn resource(&self) -> l1::GlobalSecondaryIndex {
        let keys = key_schema(&self.partition_key, self.sort_key.as_ref());
        l1::GlobalSecondaryIndex::new(self.index_name.as_ref(), keys, self.projection.resource())
    }
}

impl LocalIndex {
    pub(super) fn resource(&self, partition_key: &Attribute) -> l1::LocalSecondaryIndex {
        let keys = key_schema(partition_key, Some(&self.sort_key));
        l1::LocalSecondaryIndex::new(self.index_name.as_ref(), keys, self.projection.resource())
    }
}

impl Projection {
    fn resource(&self) -> l1::Projection {
        let (kind, included) = match self {
            Self::All => ("ALL", None),
            Self::KeysOnly => ("KEYS_ONLY", None),
            Self::Include(names) => ("INCLUDE", Some(names)),
        };
        let included = included.map(|names| names.iter().map(AsRef::as_ref).collect::<Vec<&str>>());
        l1::Projection {
            non_key_attributes: included.into(),
            projection_type: kind.into(),
        }
    }
}

/// Every attribute of a key once, in order of appearance.
pub(super) fn definitions<'a>(
    attributes: impl Iterator<Item = &'a Attribute>,
) -> Vec<l1::AttributeDefinition> {
    let mut seen = BTreeSet::new();
    attributes
        .filter(|attribute| seen.insert(&attribute.name))
        .map(|attribute| {
            l1::AttributeDefinition::new(attribute.name.as_ref(), attribute.kind.as_text())
        })
        .collect()
}

/// The partition key, then the sort key.
pub(super) fn key_schema(partition: &Attribute, sort: Option<&Attribute>) -> Vec<l1::KeySchema> {
    let mut parts = vec![l1::KeySchema::new(partition.name.as_ref(), "HASH")];
    parts.extend(sort.map(|sort| l1::KeySchema::new(sort.name.as_ref(), "RANGE")));
    parts
}
