//! The schemas of one service.

use std::sync::OnceLock;

use regress::{Flags, Regex};

use super::bytes::{Reader, put_length, put_number, put_numbers, put_text};
use super::keyword::{Keyword, Node, NodeId, PatternId, TextId};

/// What AWS does with a property, which decides whether it may be set and what setting it again does, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trait {
    /// Only read, with `Fn::GetAtt` or from the API.
    ReadOnly,
    /// Never returned once it has been set.
    WriteOnly,
    /// A change replaces the resource.
    CreateOnly,
    /// A change replaces the resource in some cases.
    SometimesCreateOnly,
    /// AWS advises against it.
    Deprecated,
    /// It tells a resource from all others of its type, alone or with the others of which this is said.
    Identifier,
}

impl Trait {
    /// Each of them; the position is how it is written.
    pub const ALL: [Self; 6] = [
        Self::ReadOnly,
        Self::WriteOnly,
        Self::CreateOnly,
        Self::SometimesCreateOnly,
        Self::Deprecated,
        Self::Identifier,
    ];
}

/// The schema of one resource type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeSchema {
    /// Such as `AWS::EC2::VPC`.
    pub name: TextId,
    /// What its properties look like.
    pub root: NodeId,
    /// What [`Keyword::Definition`] names, in the order of the names.
    pub definitions: Vec<(TextId, NodeId)>,
    /// Paths of names and `*`, and what AWS does with what is there.
    pub traits: Vec<(Trait, Vec<TextId>)>,
    /// Rules over several properties, beside the schema.
    pub rules: Vec<Rule>,
}

/// A rule that cfn-lint keeps beside the schema of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// cfn-lint's code, such as `E3047`; one that begins with `W` is advice.
    pub code: TextId,
    /// Where it holds: names and `*`.
    pub path: Vec<TextId>,
    /// What holds there.
    pub node: NodeId,
}

/// Texts, nodes and types of one service, each text and node once.
#[derive(Debug, Default)]
pub struct Block {
    /// Every text, once.
    pub texts: Vec<Box<str>>,
    /// The texts that are patterns.
    pub patterns: Vec<TextId>,
    /// Every node; those below another come before it, definitions aside.
    pub nodes: Vec<Node>,
    /// The types, in the order of their names.
    pub types: Vec<TypeSchema>,
    /// The patterns that were needed so far.
    pub compiled: Vec<OnceLock<Option<Regex>>>,
}

impl Block {
    /// The block as bytes, not compressed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_length(&mut bytes, self.texts.len());
        for text in &self.texts {
            put_text(&mut bytes, text);
        }
        put_numbers(&mut bytes, &self.patterns);
        put_length(&mut bytes, self.nodes.len());
        for node in &self.nodes {
            put_length(&mut bytes, node.len());
            for keyword in node {
                let (number, words) = keyword.to_words();
                put_number(&mut bytes, number);
                put_numbers(&mut bytes, &words);
            }
        }
        put_length(&mut bytes, self.types.len());
        for one in &self.types {
            put_number(&mut bytes, one.name);
            put_number(&mut bytes, one.root);
            put_pairs(&mut bytes, &one.definitions);
            put_length(&mut bytes, one.traits.len());
            for (held, path) in &one.traits {
                let number = Trait::ALL.iter().position(|known| known == held);
                put_length(&mut bytes, number.unwrap_or_default());
                put_numbers(&mut bytes, path);
            }
            put_length(&mut bytes, one.rules.len());
            for rule in &one.rules {
                put_number(&mut bytes, rule.code);
                put_numbers(&mut bytes, &rule.path);
                put_number(&mut bytes, rule.node);
            }
        }
        bytes
    }

    /// Reads what [`Block::to_bytes`] wrote; nothing when it is something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let texts = reader.list(|reader| reader.text().map(Box::from))?;
        let patterns = reader.numbers()?;
        let mut words = Vec::new();
        let nodes = reader.list(|reader| {
            reader.list(|reader| {
                let number = reader.number()?;
                words.clear();
                for _ in 0..reader.length()? {
                    words.push(reader.number()?);
                }
                Keyword::from_words(number, &words)
            })
        })?;
        let types = reader.list(|reader| {
            Some(TypeSchema {
                name: reader.number()?,
                root: reader.number()?,
                definitions: pairs(reader)?,
                traits: reader
                    .list(|reader| Some((*Trait::ALL.get(reader.length()?)?, reader.numbers()?)))?,
                rules: reader.list(|reader| {
                    Some(Rule {
                        code: reader.number()?,
                        path: reader.numbers()?,
                        node: reader.number()?,
                    })
                })?,
            })
        })?;
        let compiled = patterns.iter().map(|_| OnceLock::new()).collect();
        reader.rest().is_empty().then_some(Self {
            texts,
            patterns,
            nodes,
            types,
            compiled,
        })
    }

    /// A text by its position.
    pub fn text(&self, id: TextId) -> &str {
        at(&self.texts, id).map_or("", |text| text)
    }

    /// A number that is kept as a text.
    pub fn number(&self, id: TextId) -> f64 {
        self.text(id).parse().unwrap_or(f64::NAN)
    }

    /// A node by its position.
    pub fn node(&self, id: NodeId) -> &[Keyword] {
        at(&self.nodes, id).map_or(&[], Vec::as_slice)
    }

    /// A pattern as it is written.
    pub fn pattern(&self, id: PatternId) -> &str {
        at(&self.patterns, id).map_or("", |text| self.text(*text))
    }

    /// Whether a text has what a pattern asks for. One that does not compile asks for nothing.
    pub fn matches(&self, id: PatternId, text: &str) -> bool {
        let compiled = at(&self.compiled, id).and_then(|compiled| {
            compiled
                .get_or_init(|| compile(self.pattern(id)).ok())
                .as_ref()
        });
        compiled.is_none_or(|regex| regex.find(text).is_some())
    }

    /// The schema of a type.
    pub fn type_schema(&self, name: &str) -> Option<&TypeSchema> {
        let position = self
            .types
            .binary_search_by(|one| self.text(one.name).cmp(name));
        position.ok().and_then(|position| self.types.get(position))
    }
}

/// A pattern of the table as a regular expression: ECMAScript's with the flag `u`, and flags in front as `(?is)`.
pub fn compile(pattern: &str) -> Result<Regex, regress::Error> {
    let flagged = pattern
        .strip_prefix("(?")
        .and_then(|rest| rest.split_once(')'))
        .filter(|(flags, _)| flags.bytes().all(|flag| matches!(flag, b'i' | b's')));
    let (flags, pattern) = flagged.unwrap_or(("", pattern));
    let flags = Flags::new(flags.chars().chain(['u']).map(u32::from));
    Regex::with_flags(pattern, flags)
}

fn at<T>(list: &[T], id: u32) -> Option<&T> {
    list.get(usize::try_from(id).ok()?)
}

fn put_pairs(bytes: &mut Vec<u8>, pairs: &[(u32, u32)]) {
    put_length(bytes, pairs.len());
    for (name, value) in pairs {
        put_number(bytes, *name);
        put_number(bytes, *value);
    }
}

fn pairs(reader: &mut Reader<'_>) -> Option<Vec<(u32, u32)>> {
    reader.list(|reader| Some((reader.number()?, reader.number()?)))
}
