//! What AWS's schemas say of a property, read from the table of `synth-validate`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only some kinds of value matter here"
)]

use std::collections::BTreeSet;

use synth_validate::table::{Block, Keyword, NodeId, Trait, TypeSchema, built_in};

use crate::Effect;

/// The schema of a resource type.
#[derive(Clone, Copy)]
pub(crate) struct Schema {
    block: &'static Block,
    of_type: &'static TypeSchema,
}

/// A place in a schema. The empty one, of a type that is not known, says nothing.
#[derive(Clone, Default)]
pub(crate) struct Spot {
    schema: Option<Schema>,
    nodes: Vec<NodeId>,
}

impl Schema {
    /// The schema of a type, if it is known.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (block, of_type) = built_in().schema(name)?;
        Some(Self { block, of_type })
    }

    /// Whether a change of the property at `path`, names and `*`, replaces the resource. `differs` says whether the
    /// value differs so much further down.
    pub(crate) fn effect(self, path: &[String], differs: impl Fn(&[&str]) -> bool) -> Effect {
        let mut worst = Effect::InPlace;
        for (held, place) in &self.of_type.traits {
            let effect = match held {
                Trait::CreateOnly => Effect::Replaces,
                Trait::SometimesCreateOnly => Effect::MayReplace,
                Trait::ReadOnly | Trait::WriteOnly | Trait::Deprecated | Trait::Identifier => {
                    continue;
                }
            };
            let place: Vec<&str> = place.iter().map(|text| self.block.text(*text)).collect();
            let is_same = place.iter().zip(path).all(|(one, other)| one == other);
            if is_same
                && place
                    .get(path.len()..)
                    .is_none_or(|rest| rest.is_empty() || differs(rest))
            {
                worst = worst.max(effect);
            }
        }
        worst
    }

    /// Whether a change of this property always replaces the resource.
    pub(crate) fn is_create_only(self, property: &str) -> bool {
        self.effect(&[property.to_owned()], |_| false) == Effect::Replaces
    }
}

impl Spot {
    /// Where the properties of a type begin.
    pub(crate) fn of(name: &str) -> Self {
        let schema = Schema::of(name);
        let nodes = schema.map(|schema| schema.of_type.root);
        Self {
            schema,
            nodes: nodes.into_iter().collect(),
        }
    }

    /// Whether the schema says anything here.
    pub(crate) fn is_known(&self) -> bool {
        !self.nodes.is_empty()
    }

    /// Calls `see` with everything that is said here, behind definitions and alternatives too.
    fn each(&self, mut see: impl FnMut(&'static Block, &'static Keyword)) {
        let Some(Schema { block, of_type }) = self.schema else {
            return;
        };
        let mut seen = BTreeSet::new();
        let mut open = self.nodes.clone();
        while let Some(node) = open.pop() {
            if !seen.insert(node) {
                continue;
            }
            for keyword in block.node(node) {
                match keyword {
                    Keyword::Definition(name) => open.extend(
                        of_type
                            .definitions
                            .iter()
                            .filter(|(known, _)| known == name)
                            .map(|(_, node)| *node),
                    ),
                    Keyword::OneOf(nodes) | Keyword::AnyOf(nodes) | Keyword::AllOf(nodes) => {
                        open.extend(nodes);
                    }
                    other => see(block, other),
                }
            }
        }
    }

    fn below(&self, nodes: Vec<NodeId>) -> Self {
        Self {
            schema: self.schema,
            nodes,
        }
    }

    /// The place of a property of the object here.
    pub(crate) fn property(&self, name: &str) -> Self {
        let mut nodes = Vec::new();
        self.each(|block, keyword| {
            if let Keyword::Properties(pairs) = keyword {
                let same = pairs.iter().filter(|(known, _)| block.text(*known) == name);
                nodes.extend(same.map(|(_, node)| *node));
            }
        });
        self.below(nodes)
    }

    /// The place of an item of the list here.
    pub(crate) fn item(&self) -> Self {
        let mut nodes = Vec::new();
        self.each(|_, keyword| {
            if let Keyword::Items(node) = keyword {
                nodes.push(*node);
            }
        });
        self.below(nodes)
    }

    /// Whether the list here has each item once, which the schemas say of sets.
    pub(crate) fn is_set(&self) -> bool {
        let mut found = false;
        self.each(|_, keyword| {
            found |= matches!(keyword, Keyword::UniqueItems | Keyword::UniqueKeys(_));
        });
        found
    }

    /// The names of the kinds of value that are taken here.
    pub(crate) fn kinds(&self) -> BTreeSet<&'static str> {
        let mut names = BTreeSet::new();
        self.each(|_, keyword| {
            if let Keyword::Kind(kinds) = keyword {
                names.extend(kinds.names());
            }
        });
        names
    }
}
