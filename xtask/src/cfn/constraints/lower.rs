//! JSON Schema as the nodes of the table, each different one once.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what JSON Schema does not allow in a place is refused there, whatever it is"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use synth_validate::table::{Block, Keyword, Node, NodeId, PatternId, TextId};

use super::keywords::{LEFT_OUT, OF_THE_TYPE, count, kinds, list, object, text};
use super::patterns;
use crate::process::Failure;

/// Makes the nodes of one block.
#[derive(Default)]
pub(super) struct Lowering {
    pub(super) block: Block,
    texts: BTreeMap<String, TextId>,
    patterns: BTreeMap<String, PatternId>,
    nodes: BTreeMap<Node, NodeId>,
    /// Patterns that do not compile, and why.
    pub(super) refused: BTreeMap<String, String>,
    /// How many schemas have one of those.
    pub(super) refused_sites: usize,
    /// Definitions that were referred to and are not made yet, by their pointer.
    open: BTreeSet<String>,
}

/// A schema's root, and its definitions once they are made.
pub(super) type Lowered = (NodeId, Vec<(TextId, NodeId)>);

impl Lowering {
    /// Makes a schema and every definition it reaches. `prefix` keeps the definitions of several schemas apart.
    pub(super) fn schema(&mut self, root: &Value, prefix: &str) -> Result<Lowered, Failure> {
        let node = self.node(root, prefix)?;
        let mut definitions = BTreeMap::new();
        while let Some(pointer) = self.open.pop_first() {
            let name = format!("{prefix}{pointer}");
            let target = root
                .pointer(&pointer)
                .ok_or_else(|| format!("`#{pointer}` points at nothing"))?;
            // Itself, in case it is recursive.
            definitions.insert(name.clone(), 0);
            let node = self.node(target, prefix)?;
            definitions.insert(name, node);
            self.open
                .retain(|pointer| !definitions.contains_key(&format!("{prefix}{pointer}")));
        }
        let definitions = definitions.into_iter();
        let definitions = definitions.map(|(name, node)| (self.text(&name), node));
        Ok((node, definitions.collect()))
    }

    /// The position of a text.
    pub(super) fn text(&mut self, text: &str) -> TextId {
        if let Some(id) = self.texts.get(text) {
            return *id;
        }
        let id = position(self.block.texts.len());
        self.block.texts.push(text.into());
        self.texts.insert(text.to_owned(), id);
        id
    }

    /// The positions of the parts of a path.
    pub(super) fn path(&mut self, path: &str) -> Vec<TextId> {
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts.map(|part| self.text(part)).collect()
    }

    fn pattern(&mut self, pattern: &str) -> Option<PatternId> {
        let written = match patterns::rewrite(pattern) {
            Ok(written) => written,
            Err(reason) => {
                self.refused.insert(pattern.to_owned(), reason);
                return None;
            }
        };
        if let Some(id) = self.patterns.get(&written) {
            return Some(*id);
        }
        let id = position(self.block.patterns.len());
        let text = self.text(&written);
        self.block.patterns.push(text);
        self.patterns.insert(written, id);
        Some(id)
    }

    fn node(&mut self, schema: &Value, prefix: &str) -> Result<NodeId, Failure> {
        let mut node = match schema {
            Value::Bool(true) => Vec::new(),
            Value::Bool(false) => vec![Keyword::Never],
            Value::Object(fields) => self.keywords(fields, prefix)?,
            other => return Err(format!("`{other}` is no schema")),
        };
        node.sort();
        if let Some(id) = self.nodes.get(&node) {
            return Ok(*id);
        }
        let id = position(self.block.nodes.len());
        self.block.nodes.push(node.clone());
        self.nodes.insert(node, id);
        Ok(id)
    }

    fn keywords(&mut self, fields: &Map<String, Value>, prefix: &str) -> Result<Node, Failure> {
        let mut node = Vec::new();
        for (name, value) in fields {
            let known = self.keyword(name, value, fields, prefix);
            node.extend(known.map_err(|reason| format!("{name}: {reason}"))?);
        }
        Ok(node)
    }

    /// One keyword; nothing for those that are left out.
    fn keyword(
        &mut self,
        name: &str,
        value: &Value,
        fields: &Map<String, Value>,
        prefix: &str,
    ) -> Result<Option<Keyword>, Failure> {
        Ok(Some(match name {
            "type" => Keyword::Kind(kinds(value)?),
            "properties" => {
                let mut pairs = Vec::new();
                for (name, schema) in object(value)? {
                    pairs.push((name, self.node(schema, prefix)?));
                }
                pairs.sort();
                let pairs = pairs
                    .into_iter()
                    .map(|(name, node)| (self.text(name), node));
                Keyword::Properties(pairs.collect())
            }
            "patternProperties" => {
                let mut pairs = Vec::new();
                for (pattern, schema) in object(value)? {
                    let node = self.node(schema, prefix)?;
                    pairs.extend(self.pattern(pattern).map(|pattern| (pattern, node)));
                }
                Keyword::PatternProperties(pairs)
            }
            "additionalProperties" => match value {
                Value::Bool(true) => return Ok(None),
                Value::Bool(false) => Keyword::Closed,
                schema => Keyword::Additional(self.node(schema, prefix)?),
            },
            "propertyNames" => Keyword::PropertyNames(self.node(value, prefix)?),
            "required" => Keyword::Required(self.names(value)?),
            "requiredOr" => Keyword::RequiredOr(self.names(value)?),
            "requiredXor" => Keyword::RequiredXor(self.names(value)?),
            "dependencies" if object(value)?.values().all(|one| !one.is_array()) => {
                let mut pairs = Vec::new();
                for (name, schema) in object(value)? {
                    pairs.push((self.text(name), self.node(schema, prefix)?));
                }
                Keyword::DependentSchemas(pairs)
            }
            "dependentRequired" | "dependencies" => Keyword::DependentRequired(self.groups(value)?),
            "dependentExcluded" => Keyword::DependentExcluded(self.groups(value)?),
            "enum" => Keyword::Enum(self.values(value)?),
            "const" => Keyword::Enum(vec![self.value(value)]),
            "enumCaseInsensitive" => Keyword::EnumAnyCase(self.values(value)?),
            "pattern" => {
                let Some(pattern) = self.pattern(text(value)?) else {
                    self.refused_sites += 1;
                    return Ok(None);
                };
                Keyword::Pattern(pattern)
            }
            "format" => Keyword::Format(self.text(text(value)?)),
            "minimum" => Keyword::Minimum(self.value(value)),
            "maximum" => Keyword::Maximum(self.value(value)),
            "exclusiveMinimum" => Keyword::ExclusiveMinimum(self.value(value)),
            "exclusiveMaximum" => Keyword::ExclusiveMaximum(self.value(value)),
            "multipleOf" => Keyword::MultipleOf(self.value(value)),
            "minLength" => Keyword::MinLength(count(value)?),
            "maxLength" => Keyword::MaxLength(count(value)?),
            "minItems" => Keyword::MinItems(count(value)?),
            "maxItems" => Keyword::MaxItems(count(value)?),
            "maxUniqueItems" => Keyword::MaxUniqueItems(count(value)?),
            "minProperties" => Keyword::MinProperties(count(value)?),
            "maxProperties" => Keyword::MaxProperties(count(value)?),
            "uniqueItems" if *value == Value::Bool(false) => return Ok(None),
            "uniqueItems" => Keyword::UniqueItems,
            "uniqueKeys" => Keyword::UniqueKeys(self.names(value)?),
            "items" => Keyword::Items(self.node(value, prefix)?),
            "prefixItems" => Keyword::PrefixItems(self.several(value, prefix)?),
            "contains" => Keyword::Contains(self.node(value, prefix)?),
            "oneOf" => Keyword::OneOf(self.several(value, prefix)?),
            "anyOf" => Keyword::AnyOf(self.several(value, prefix)?),
            "allOf" => Keyword::AllOf(self.several(value, prefix)?),
            "not" => Keyword::Not(self.node(value, prefix)?),
            "if" => {
                let mut branch = |name: &str| match fields.get(name) {
                    Some(schema) => self.node(schema, prefix).map(Some),
                    None => Ok(None),
                };
                let (then, otherwise) = (branch("then")?, branch("else")?);
                Keyword::If(self.node(value, prefix)?, then, otherwise)
            }
            "then" | "else" => return Ok(None),
            "$ref" => {
                let pointer = text(value)?.trim_start_matches('#');
                self.open.insert(pointer.to_owned());
                Keyword::Definition(self.text(&format!("{prefix}{pointer}")))
            }
            other if OF_THE_TYPE.contains(&other) => return Ok(None),
            other if LEFT_OUT.iter().any(|(name, _)| *name == other) => return Ok(None),
            other => {
                return Err(format!(
                    "no such keyword: teach `lower.rs` what `{other}` means, or leave it out by name"
                ));
            }
        }))
    }

    /// A node that says another thing in each region.
    pub(super) fn regions(&mut self, schema: &Value, prefix: &str) -> Result<NodeId, Failure> {
        let mut pairs = Vec::new();
        for (region, schema) in object(schema)? {
            pairs.push((self.text(region), self.node(schema, prefix)?));
        }
        let node = vec![Keyword::Regions(pairs)];
        let id = position(self.block.nodes.len());
        self.block.nodes.push(node);
        Ok(id)
    }

    fn several(&mut self, value: &Value, prefix: &str) -> Result<Vec<NodeId>, Failure> {
        let schemas = list(value)?.iter();
        schemas.map(|schema| self.node(schema, prefix)).collect()
    }

    fn names(&mut self, value: &Value) -> Result<Vec<TextId>, Failure> {
        let names = list(value)?.iter();
        names.map(|name| Ok(self.text(text(name)?))).collect()
    }

    fn values(&mut self, value: &Value) -> Result<Vec<TextId>, Failure> {
        Ok(list(value)?.iter().map(|value| self.value(value)).collect())
    }

    /// A text as it is, all else as JSON.
    fn value(&mut self, value: &Value) -> TextId {
        match value {
            Value::String(text) => self.text(text),
            other => self.text(&other.to_string()),
        }
    }

    fn groups(&mut self, value: &Value) -> Result<Vec<(TextId, Vec<TextId>)>, Failure> {
        let mut groups = Vec::new();
        for (name, members) in object(value)? {
            groups.push((self.text(name), self.names(members)?));
        }
        Ok(groups)
    }
}

fn position(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
