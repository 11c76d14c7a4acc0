//! Which types there are, where, until when, and in which block.

use std::borrow::Cow;
use std::sync::OnceLock;

use miniz_oxide::inflate::decompress_to_vec;

use super::block::{Block, Trait, TypeSchema};
use super::bytes::{Reader, put_length, put_number, put_text};
use super::keyword::TextId;

/// How far AWS has come in taking a resource type away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The service gets no new features.
    Maintenance,
    /// The service has a day on which it ends.
    Sunset,
    /// The service has ended.
    Shutdown,
}

impl Ending {
    /// Each of them, by the name cfn-lint gives it; the position is how it is written.
    pub const ALL: [(&'static str, Self); 3] = [
        ("maintenance", Self::Maintenance),
        ("sunset", Self::Sunset),
        ("shutdown", Self::Shutdown),
    ];
}

/// A resource type in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Such as `AWS::EC2::VPC`.
    pub name: Box<str>,
    /// The position of the block that has its schema.
    pub block: u32,
    /// Where it is to be had, a bit for each of [`Index::regions`]. None at all when nobody says.
    pub regions: u64,
    /// Whether it is being taken away, and the day, which may be empty.
    pub ending: Option<(Ending, Box<str>)>,
}

/// Every resource type and region.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// The regions that the bits of [`Listed::regions`] stand for.
    pub regions: Vec<Box<str>>,
    /// The types, in the order of their names.
    pub types: Vec<Listed>,
}

impl Index {
    /// A type by its name.
    pub fn get(&self, name: &str) -> Option<&Listed> {
        let position = self
            .types
            .binary_search_by(|one| one.name.as_ref().cmp(name));
        position.ok().and_then(|position| self.types.get(position))
    }

    /// The bit of a region, or nothing when no type is listed for it.
    pub fn region(&self, name: &str) -> Option<u64> {
        let position = self
            .regions
            .iter()
            .position(|known| known.as_ref() == name)?;
        Some(1 << position)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_length(&mut bytes, self.regions.len());
        for region in &self.regions {
            put_text(&mut bytes, region);
        }
        put_length(&mut bytes, self.types.len());
        for one in &self.types {
            put_text(&mut bytes, &one.name);
            put_number(&mut bytes, one.block);
            for part in one.regions.to_le_bytes() {
                put_number(&mut bytes, part.into());
            }
            let ending = one.ending.as_ref().and_then(|(ending, date)| {
                let position = Ending::ALL.iter().position(|(_, known)| known == ending)?;
                Some((position + 1, date))
            });
            put_length(&mut bytes, ending.map_or(0, |(number, _)| number));
            if let Some((_, date)) = ending {
                put_text(&mut bytes, date);
            }
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let regions = reader.list(|reader| reader.text().map(Box::from))?;
        let types = reader.list(|reader| {
            let name = reader.text()?.into();
            let block = reader.number()?;
            let mut regions = [0; 8];
            for part in &mut regions {
                *part = u8::try_from(reader.number()?).ok()?;
            }
            let ending = match reader.length()?.checked_sub(1) {
                Some(position) => Some((Ending::ALL.get(position)?.1, reader.text()?.into())),
                None => None,
            };
            Some(Listed {
                name,
                block,
                regions: u64::from_le_bytes(regions),
                ending,
            })
        })?;
        Some(Self { regions, types })
    }
}

/// What a table starts with; the number is that of the format.
const MAGIC: &str = "synth-validate 1";

/// The index and blocks as one file; `compress` is deflate.
pub fn to_bytes(index: &Index, blocks: &[Block], compress: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let index = compress(&index.to_bytes());
    let blocks: Vec<Vec<u8>> = blocks
        .iter()
        .map(|block| compress(&block.to_bytes()))
        .collect();
    let mut bytes = Vec::new();
    put_text(&mut bytes, MAGIC);
    put_length(&mut bytes, blocks.len() + 1);
    for part in std::iter::once(&index).chain(&blocks) {
        put_length(&mut bytes, part.len());
    }
    for part in std::iter::once(index).chain(blocks) {
        bytes.extend(part);
    }
    bytes
}

/// A table that is read as it is needed.
#[derive(Debug, Default)]
pub struct Table {
    index: Index,
    /// Compressed.
    parts: Vec<Cow<'static, [u8]>>,
    blocks: Vec<OnceLock<Option<Block>>>,
}

impl Table {
    /// Reads the index of what [`to_bytes`] wrote; nothing when it is something else.
    pub fn new(bytes: &'static [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        if reader.text()? != MAGIC {
            return None;
        }
        let lengths = reader.list(Reader::length)?;
        let mut rest = reader.rest();
        let mut parts = Vec::new();
        for length in lengths {
            let (part, after) = rest.split_at_checked(length)?;
            parts.push(Cow::Borrowed(part));
            rest = after;
        }
        let index = Index::from_bytes(&decompress_to_vec(parts.first()?).ok()?)?;
        let parts = parts.split_off(1);
        let blocks = parts.iter().map(|_| OnceLock::new()).collect();
        Some(Self {
            index,
            parts,
            blocks,
        })
    }

    /// Every type and region.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The block at a position, decompressed when it is asked for the first time.
    pub fn block(&self, position: u32) -> Option<&Block> {
        let position = usize::try_from(position).ok()?;
        let read = || {
            let bytes = decompress_to_vec(self.parts.get(position)?).ok()?;
            Block::from_bytes(&bytes)
        };
        self.blocks.get(position)?.get_or_init(read).as_ref()
    }

    /// The schema of a type and the block it is in.
    pub fn schema(&self, name: &str) -> Option<(&Block, &TypeSchema)> {
        let block = self.block(self.index.get(name)?.block)?;
        Some((block, block.type_schema(name)?))
    }

    /// Properties that together tell a resource of a type from all others of it, in the order of the schema; paths of names
    /// joined by `/`. Empty where no schema of the type is known.
    pub fn identifier(&self, name: &str) -> Vec<String> {
        let Some((block, schema)) = self.schema(name) else {
            return Vec::new();
        };
        let traits = schema.traits.iter();
        let identifying = traits.filter(|(held, _)| *held == Trait::Identifier);
        let path = |steps: &[TextId]| {
            let steps: Vec<&str> = steps.iter().map(|step| block.text(*step)).collect();
            steps.join("/")
        };
        identifying.map(|(_, steps)| path(steps)).collect()
    }
}
