//! All that is said of one value, from every node that has a say.

use std::collections::{BTreeMap, BTreeSet};

use synth_validate::table::{Block, Keyword, Kinds, NodeId, TypeSchema};

/// How deep nodes may point at each other without a value between them.
const DEEPEST: usize = 12;

/// The region that instances are made for, which is also the one cfn-lint takes when it is not told.
pub(super) const REGION: &str = "us-east-1";

/// The keywords of a node, of those it refers to, and of one alternative where there are several.
#[derive(Default, Clone)]
pub(super) struct Merged {
    pub(super) kinds: Option<Kinds>,
    pub(super) properties: BTreeMap<String, Vec<NodeId>>,
    pub(super) names: Vec<(u32, NodeId)>,
    pub(super) additional: Vec<NodeId>,
    pub(super) is_closed: bool,
    pub(super) required: BTreeSet<String>,
    /// All other keywords, as they are.
    pub(super) rest: Vec<Keyword>,
    pub(super) items: Vec<NodeId>,
    /// There was an alternative, so that breaking a keyword need not break the value.
    pub(super) has_choice: bool,
}

/// Where schemas are looked up.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) block: &'a Block,
    pub(super) schema: &'a TypeSchema,
    /// Which alternative is taken where there are several.
    pub(super) choice: usize,
}

impl Source<'_> {
    /// Everything that these nodes say together.
    pub(super) fn merged(&self, nodes: &[NodeId]) -> Merged {
        let mut merged = Merged::default();
        for node in nodes {
            self.add(*node, DEEPEST, &mut merged);
        }
        merged
    }

    fn add(&self, node: NodeId, depth: usize, merged: &mut Merged) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let text = |id: &u32| self.block.text(*id).to_owned();
        for keyword in self.block.node(node) {
            match keyword {
                Keyword::Definition(name) => {
                    let definitions = self.schema.definitions.iter();
                    for (_, node) in definitions.filter(|(known, _)| known == name) {
                        self.add(*node, depth, merged);
                    }
                }
                Keyword::AllOf(nodes) => {
                    for node in nodes {
                        self.add(*node, depth, merged);
                    }
                }
                Keyword::OneOf(nodes) | Keyword::AnyOf(nodes) => {
                    merged.has_choice = true;
                    if let Some(node) = nodes.get(self.choice % nodes.len().max(1)) {
                        self.add(*node, depth, merged);
                    }
                }
                Keyword::Regions(pairs) => {
                    let of_region = pairs
                        .iter()
                        .find(|(region, _)| self.block.text(*region) == REGION);
                    if let Some((_, node)) = of_region.or(pairs.first()) {
                        self.add(*node, depth, merged);
                    }
                }
                Keyword::Kind(kinds) => {
                    let both = merged.kinds.map_or(kinds.0, |known| known.0 & kinds.0);
                    merged.kinds = Some(Kinds(both));
                }
                Keyword::Properties(pairs) => {
                    for (name, node) in pairs {
                        merged.properties.entry(text(name)).or_default().push(*node);
                    }
                }
                Keyword::PatternProperties(pairs) => merged.names.extend(pairs),
                Keyword::Additional(node) => merged.additional.push(*node),
                Keyword::Closed => merged.is_closed = true,
                Keyword::Required(names) => merged.required.extend(names.iter().map(text)),
                Keyword::RequiredOr(names) | Keyword::RequiredXor(names) => {
                    merged.has_choice = true;
                    let name = names.get(self.choice % names.len().max(1));
                    merged.required.extend(name.map(text));
                }
                Keyword::Items(node) => merged.items.push(*node),
                other => merged.rest.push(other.clone()),
            }
        }
        let dependent: Vec<_> = merged
            .rest
            .iter()
            .filter_map(|keyword| match keyword {
                Keyword::DependentRequired(groups) => Some(groups.clone()),
                _ => None,
            })
            .collect();
        for (name, others) in dependent.into_iter().flatten() {
            if merged.required.contains(&text(&name)) {
                merged.required.extend(others.iter().map(text));
            }
        }
    }
}
