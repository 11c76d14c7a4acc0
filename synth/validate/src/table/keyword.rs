//! What a schema says of a value, one keyword at a time.

/// The position of a text in its block.
pub type TextId = u32;
/// The position of a pattern in its block.
pub type PatternId = u32;
/// The position of a node in its block.
pub type NodeId = u32;

/// The kinds of value a node allows, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kinds(pub u32);

impl Kinds {
    /// The kinds by the names JSON Schema gives them, in the order of their bits.
    pub const NAMES: [&'static str; 7] = [
        "string", "integer", "number", "boolean", "array", "object", "null",
    ];

    /// Objects alone.
    pub const OBJECT: Self = Self(1 << 5);

    /// Whether the kind of that name is among these.
    pub fn has(self, name: &str) -> bool {
        let bit = Self::NAMES.iter().position(|known| *known == name);
        bit.is_some_and(|bit| self.0 & (1 << bit) != 0)
    }

    /// The names of these kinds.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let bits = Self::NAMES.iter().enumerate();
        bits.filter(move |(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, name)| *name)
    }
}

/// One thing a schema says. Numbers are kept as texts, so that none is rounded on its way through the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keyword {
    /// No value is allowed here: the schema `false`.
    Never,
    /// `type`.
    Kind(Kinds),
    /// `properties`, in the order of their names.
    Properties(Vec<(TextId, NodeId)>),
    /// `patternProperties`.
    PatternProperties(Vec<(PatternId, NodeId)>),
    /// `additionalProperties: false`: names that none of the two above has are refused.
    Closed,
    /// `additionalProperties` with a schema.
    Additional(NodeId),
    /// `propertyNames`.
    PropertyNames(NodeId),
    /// `required`.
    Required(Vec<TextId>),
    /// `requiredOr`: at least one of these.
    RequiredOr(Vec<TextId>),
    /// `requiredXor`: one of these and no more.
    RequiredXor(Vec<TextId>),
    /// `dependentRequired`: with the first, all others must be there.
    DependentRequired(Vec<(TextId, Vec<TextId>)>),
    /// `dependentExcluded`: with the first, none of the others may be there.
    DependentExcluded(Vec<(TextId, Vec<TextId>)>),
    /// `dependencies` with schemas: with the first, the object must fit the second.
    DependentSchemas(Vec<(TextId, NodeId)>),
    /// `enum` and `const`.
    Enum(Vec<TextId>),
    /// `enumCaseInsensitive`.
    EnumAnyCase(Vec<TextId>),
    /// `pattern`.
    Pattern(PatternId),
    /// `format`.
    Format(TextId),
    /// `minimum`.
    Minimum(TextId),
    /// `maximum`.
    Maximum(TextId),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(TextId),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(TextId),
    /// `multipleOf`.
    MultipleOf(TextId),
    /// `minLength`.
    MinLength(u32),
    /// `maxLength`.
    MaxLength(u32),
    /// `minItems`.
    MinItems(u32),
    /// `maxItems`.
    MaxItems(u32),
    /// `maxUniqueItems`.
    MaxUniqueItems(u32),
    /// `minProperties`.
    MinProperties(u32),
    /// `maxProperties`.
    MaxProperties(u32),
    /// `uniqueItems`.
    UniqueItems,
    /// `uniqueKeys`: no two items agree in all of these.
    UniqueKeys(Vec<TextId>),
    /// `items`.
    Items(NodeId),
    /// `prefixItems`.
    PrefixItems(Vec<NodeId>),
    /// `contains`.
    Contains(NodeId),
    /// `oneOf`.
    OneOf(Vec<NodeId>),
    /// `anyOf`.
    AnyOf(Vec<NodeId>),
    /// `allOf`.
    AllOf(Vec<NodeId>),
    /// `not`.
    Not(NodeId),
    /// `if`, `then`, `else`.
    If(NodeId, Option<NodeId>, Option<NodeId>),
    /// `$ref` to a definition of the type.
    Definition(TextId),
    /// What holds in each region that is named.
    Regions(Vec<(TextId, NodeId)>),
}

/// All that a schema says of one value.
pub type Node = Vec<Keyword>;

impl Keyword {
    /// The keyword as a number and words, as it is written.
    pub(super) fn to_words(&self) -> (u32, Vec<u32>) {
        match self {
            Self::Never => (0, Vec::new()),
            Self::Kind(kinds) => (1, vec![kinds.0]),
            Self::Properties(pairs) => (2, flat(pairs)),
            Self::PatternProperties(pairs) => (3, flat(pairs)),
            Self::Closed => (4, Vec::new()),
            Self::Additional(one) => (5, vec![*one]),
            Self::PropertyNames(one) => (6, vec![*one]),
            Self::Required(many) => (7, many.clone()),
            Self::RequiredOr(many) => (8, many.clone()),
            Self::RequiredXor(many) => (9, many.clone()),
            Self::DependentRequired(groups) => (10, counted(groups)),
            Self::DependentExcluded(groups) => (11, counted(groups)),
            Self::Enum(many) => (12, many.clone()),
            Self::EnumAnyCase(many) => (13, many.clone()),
            Self::Pattern(one) => (14, vec![*one]),
            Self::Format(one) => (15, vec![*one]),
            Self::Minimum(one) => (16, vec![*one]),
            Self::Maximum(one) => (17, vec![*one]),
            Self::ExclusiveMinimum(one) => (18, vec![*one]),
            Self::ExclusiveMaximum(one) => (19, vec![*one]),
            Self::MultipleOf(one) => (20, vec![*one]),
            Self::MinLength(one) => (21, vec![*one]),
            Self::MaxLength(one) => (22, vec![*one]),
            Self::MinItems(one) => (23, vec![*one]),
            Self::MaxItems(one) => (24, vec![*one]),
            Self::MaxUniqueItems(one) => (25, vec![*one]),
            Self::MinProperties(one) => (26, vec![*one]),
            Self::MaxProperties(one) => (27, vec![*one]),
            Self::UniqueItems => (28, Vec::new()),
            Self::UniqueKeys(many) => (29, many.clone()),
            Self::Items(one) => (30, vec![*one]),
            Self::PrefixItems(many) => (31, many.clone()),
            Self::Contains(one) => (32, vec![*one]),
            Self::OneOf(many) => (33, many.clone()),
            Self::AnyOf(many) => (34, many.clone()),
            Self::AllOf(many) => (35, many.clone()),
            Self::Not(one) => (36, vec![*one]),
            Self::If(condition, then, otherwise) => {
                let branch = |node: &Option<u32>| node.map_or(0, |node| node + 1);
                (37, vec![*condition, branch(then), branch(otherwise)])
            }
            Self::Definition(one) => (38, vec![*one]),
            Self::Regions(pairs) => (39, flat(pairs)),
            Self::DependentSchemas(pairs) => (40, flat(pairs)),
        }
    }

    /// The keyword that was written as these words; nothing when no keyword is.
    pub(super) fn from_words(number: u32, words: &[u32]) -> Option<Self> {
        let many = || words.to_vec();
        let one = || match words {
            [only] => Some(*only),
            _ => None,
        };
        Some(match number {
            0 => Self::Never,
            1 => Self::Kind(Kinds(one()?)),
            2 => Self::Properties(paired(words)?),
            3 => Self::PatternProperties(paired(words)?),
            4 => Self::Closed,
            5 => Self::Additional(one()?),
            6 => Self::PropertyNames(one()?),
            7 => Self::Required(many()),
            8 => Self::RequiredOr(many()),
            9 => Self::RequiredXor(many()),
            10 => Self::DependentRequired(grouped(words)?),
            11 => Self::DependentExcluded(grouped(words)?),
            12 => Self::Enum(many()),
            13 => Self::EnumAnyCase(many()),
            14 => Self::Pattern(one()?),
            15 => Self::Format(one()?),
            16 => Self::Minimum(one()?),
            17 => Self::Maximum(one()?),
            18 => Self::ExclusiveMinimum(one()?),
            19 => Self::ExclusiveMaximum(one()?),
            20 => Self::MultipleOf(one()?),
            21 => Self::MinLength(one()?),
            22 => Self::MaxLength(one()?),
            23 => Self::MinItems(one()?),
            24 => Self::MaxItems(one()?),
            25 => Self::MaxUniqueItems(one()?),
            26 => Self::MinProperties(one()?),
            27 => Self::MaxProperties(one()?),
            28 => Self::UniqueItems,
            29 => Self::UniqueKeys(many()),
            30 => Self::Items(one()?),
            31 => Self::PrefixItems(many()),
            32 => Self::Contains(one()?),
            33 => Self::OneOf(many()),
            34 => Self::AnyOf(many()),
            35 => Self::AllOf(many()),
            36 => Self::Not(one()?),
            37 => match words {
                [condition, then, otherwise] => {
                    Self::If(*condition, then.checked_sub(1), otherwise.checked_sub(1))
                }
                _ => return None,
            },
            38 => Self::Definition(one()?),
            39 => Self::Regions(paired(words)?),
            40 => Self::DependentSchemas(paired(words)?),
            _ => return None,
        })
    }
}

fn flat(pairs: &[(u32, u32)]) -> Vec<u32> {
    pairs
        .iter()
        .flat_map(|(name, value)| [*name, *value])
        .collect()
}

fn paired(words: &[u32]) -> Option<Vec<(u32, u32)>> {
    let (pairs, rest) = words.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[name, value]| (*name, *value)).collect())
}

fn counted(groups: &[(u32, Vec<u32>)]) -> Vec<u32> {
    let mut words = Vec::new();
    for (name, members) in groups {
        words.extend([*name, u32::try_from(members.len()).unwrap_or(u32::MAX)]);
        words.extend(members);
    }
    words
}

fn grouped(words: &[u32]) -> Option<Vec<(u32, Vec<u32>)>> {
    let mut groups = Vec::new();
    let mut rest = words;
    while let [name, length, after @ ..] = rest {
        let (members, after) = after.split_at_checked(usize::try_from(*length).ok()?)?;
        groups.push((*name, members.to_vec()));
        rest = after;
    }
    rest.is_empty().then_some(groups)
}
