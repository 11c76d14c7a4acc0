//! A node in words, for those who want to know what is allowed.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "keywords that need no words are left out"
)]

use crate::check::{Checker, one_of};
use crate::format;
use crate::table::{Keyword, NodeId};

/// Words for nodes below this depth are left out: nobody reads them.
const DEEPEST: usize = 3;

impl Checker<'_> {
    /// Says in words what fits a node; empty when everything does.
    pub(crate) fn describe(&self, node: NodeId) -> String {
        self.words(node, DEEPEST)
    }

    fn words(&self, node: NodeId, depth: usize) -> String {
        let Some(depth) = depth.checked_sub(1) else {
            return String::new();
        };
        let keywords = self.block.node(node);
        let mut parts: Vec<String> = Vec::new();
        let mut kinds = String::new();
        for keyword in keywords {
            match keyword {
                Keyword::Kind(allowed) => kinds = allowed.names().collect::<Vec<_>>().join(" or "),
                Keyword::Enum(values) | Keyword::EnumAnyCase(values) => {
                    parts.push(one_of(values.iter().map(|id| self.block.text(*id))));
                }
                Keyword::Pattern(pattern) => parts.push(format!(
                    "text that matches {}",
                    self.block.pattern(*pattern)
                )),
                Keyword::Format(name) => {
                    let (name, pattern) = (
                        self.block.text(*name),
                        format::pattern(self.block.text(*name)),
                    );
                    parts.push(if pattern.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{name} ({pattern})")
                    });
                }
                Keyword::Required(names) => {
                    let names = names
                        .iter()
                        .map(|name| format!("`{}`", self.block.text(*name)));
                    parts.push(format!("with {}", names.collect::<Vec<_>>().join(" and ")));
                }
                Keyword::Properties(pairs) => {
                    let named = pairs.iter().filter_map(|(name, node)| {
                        let (name, words) = (self.block.text(*name), self.words(*node, depth));
                        (!words.is_empty() && depth > 0).then(|| format!("`{name}`: {words}"))
                    });
                    let named: Vec<_> = named.take(4).collect();
                    if !named.is_empty() {
                        parts.push(named.join(", "));
                    }
                }
                Keyword::OneOf(nodes) | Keyword::AnyOf(nodes) => {
                    let words = nodes.iter().map(|node| self.words(*node, depth));
                    let words: Vec<_> = words.filter(|words| !words.is_empty()).collect();
                    parts.push(words.join(" or "));
                }
                Keyword::AllOf(nodes) => {
                    parts.extend(nodes.iter().map(|node| self.words(*node, depth)));
                }
                Keyword::Not(node) => parts.push(format!("not {}", self.words(*node, depth))),
                Keyword::Contains(node) => {
                    parts.push(format!("with an item {}", self.words(*node, depth)));
                }
                Keyword::Items(node) => {
                    let words = self.words(*node, depth);
                    if !words.is_empty() {
                        parts.push(format!("each item {words}"));
                    }
                }
                Keyword::Definition(name) => {
                    let found = self
                        .schema
                        .definitions
                        .iter()
                        .find(|(known, _)| known == name);
                    parts.extend(found.map(|(_, node)| self.words(*node, depth)));
                }
                Keyword::MinLength(least) => parts.push(format!("at least {least} characters")),
                Keyword::MaxLength(most) => parts.push(format!("at most {most} characters")),
                Keyword::Never => parts.push("absent".to_owned()),
                _ => {}
            }
        }
        parts.push(self.range_of(keywords));
        parts.retain(|part| !part.is_empty());
        if parts.is_empty() {
            return kinds;
        }
        parts.join(", ")
    }
}
