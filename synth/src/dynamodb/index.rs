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
    /// Its partition key: one attribute, or up to 4 that a query has to name together.
    pub partition_key: Vec<Attribute>,
    /// Its sort key: up to 4 attributes, of which a query names the first ones. Default: none.
    pub sort_key: Vec<Attribute>,
    /// What it has. Default: [`Projection::All`].
    pub projection: Projection,
    /// What it takes at once when it is made. Default: what AWS starts an index with.
    pub warm_throughput: Option<WarmThroughput>,
}

impl GlobalIndex {
    /// An index by one attribute, with everything in it.
    pub fn new(index_name: impl Into<Text>, partition_key: Attribute) -> Self {
        Self {
            index_name: index_name.into(),
            partition_key: vec![partition_key],
            sort_key: Vec::new(),
            projection: Projection::All,
            warm_throughput: None,
        }
    }

    /// The same, sorted by `attribute` after what sorted it before.
    #[must_use]
    pub fn sorted_by(mut self, attribute: Attribute) -> Self {
        self.sort_key.push(attribute);
        self
    }
}

/// What a table or an index takes without growing first, in units of at most 4 KB read and 1 KB
/// written.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarmThroughput {
    /// Read units a second.
    pub reads: u32,
    /// Write units a second.
    pub writes: u32,
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
        let keys = key_schema(&self.partition_key, &self.sort_key);
        let warm = self.warm_throughput.map(|warm| l1::WarmThroughput {
            read_units_per_second: warm.reads.into(),
            write_units_per_second: warm.writes.into(),
        });
        l1::GlobalSecondaryIndex {
            warm_throughput: warm.into(),
            ..l1::GlobalSecondaryIndex::new(
                self.index_name.as_ref(),
                keys,
                self.projection.resource(),
            )
        }
    }
}

impl LocalIndex {
    pub(super) fn resource(&self, partition_key: &Attribute) -> l1::LocalSecondaryIndex {
        let keys = key_schema([partition_key], [&self.sort_key]);
        l1::LocalSecondaryIndex::new(self.index_name.as_ref(), keys, self.projection.resource())
    }
}

impl Projection {
    fn resource(&self) -> l1::Projection {
        l1::Projection {
            non_key_attributes: self.included().into(),
            projection_type: self.as_text().into(),
        }
    }

    /// The word in the template.
    pub(super) const fn as_text(&self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::KeysOnly => "KEYS_ONLY",
            Self::Include(_) => "INCLUDE",
        }
    }

    /// The attributes that are named.
    pub(super) fn included(&self) -> Option<Vec<&str>> {
        match self {
            Self::Include(names) => Some(names.iter().map(AsRef::as_ref).collect()),
            Self::All | Self::KeysOnly => None,
        }
    }
}

/// Every attribute of a key once, in order of appearance.
pub(super) fn once<'a>(attributes: impl Iterator<Item = &'a Attribute>) -> Vec<&'a Attribute> {
    let mut seen = BTreeSet::new();
    attributes
        .filter(|attribute| seen.insert(&attribute.name))
        .collect()
}

/// The parts of a key with the words for them: those of the partition key, then those of the sort
/// key.
pub(super) fn parts<'a>(
    partition: impl IntoIterator<Item = &'a Attribute>,
    sort: impl IntoIterator<Item = &'a Attribute>,
) -> impl Iterator<Item = (&'a str, &'static str)> {
    let hash = partition
        .into_iter()
        .map(|part| (part.name.as_ref(), "HASH"));
    let range = sort.into_iter().map(|part| (part.name.as_ref(), "RANGE"));
    hash.chain(range)
}

pub(super) fn key_schema<'a>(
    partition: impl IntoIterator<Item = &'a Attribute>,
    sort: impl IntoIterator<Item = &'a Attribute>,
) -> Vec<l1::KeySchema> {
    parts(partition, sort)
        .map(|(name, kind)| l1::KeySchema::new(name, kind))
        .collect()
}
