//! How many constraints of each kind there are: in the sources, and in the table as it is read back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use synth_validate::table::{Block, Keyword, NodeId};

/// The number of each kind of constraint, by the name of JSON Schema.
pub(super) type Counts = BTreeMap<&'static str, usize>;

/// What is counted under one name: keywords that say the same thing, and how each is written.
const COUNTED: &[(&str, &[&str])] = &[
    ("additionalProperties", &["additionalProperties"]),
    ("allOf", &["allOf"]),
    ("anyOf", &["anyOf"]),
    ("contains", &["contains"]),
    ("dependentExcluded", &["dependentExcluded"]),
    ("dependentRequired", &["dependentRequired", "dependencies"]),
    ("enum", &["enum", "const"]),
    ("enumCaseInsensitive", &["enumCaseInsensitive"]),
    ("exclusiveMaximum", &["exclusiveMaximum"]),
    ("exclusiveMinimum", &["exclusiveMinimum"]),
    ("format", &["format"]),
    ("if", &["if"]),
    ("items", &["items"]),
    ("maxItems", &["maxItems"]),
    ("maxLength", &["maxLength"]),
    ("maxProperties", &["maxProperties"]),
    ("maxUniqueItems", &["maxUniqueItems"]),
    ("maximum", &["maximum"]),
    ("minItems", &["minItems"]),
    ("minLength", &["minLength"]),
    ("minProperties", &["minProperties"]),
    ("minimum", &["minimum"]),
    ("multipleOf", &["multipleOf"]),
    ("not", &["not"]),
    ("oneOf", &["oneOf"]),
    ("pattern", &["pattern"]),
    ("patternProperties", &["patternProperties"]),
    ("prefixItems", &["prefixItems"]),
    ("properties", &["properties"]),
    ("propertyNames", &["propertyNames"]),
    ("reference", &["$ref"]),
    ("required", &["required"]),
    ("requiredOr", &["requiredOr"]),
    ("requiredXor", &["requiredXor"]),
    ("type", &["type"]),
    ("uniqueItems", &["uniqueItems"]),
    ("uniqueKeys", &["uniqueKeys"]),
];

/// Counts a schema and what it refers to, without any of the steps that make nodes of it.
pub(super) fn of_schema(root: &Value, counts: &mut Counts) {
    let mut open = references(root);
    let mut seen = BTreeSet::new();
    of_value(root, false, counts);
    while let Some(pointer) = open.pop_first() {
        if let Some(target) = root
            .pointer(&pointer)
            .filter(|_| seen.insert(pointer.clone()))
        {
            of_value(target, false, counts);
            open.extend(references(target));
        }
    }
}

/// The pointers in a schema, those in its definitions aside.
fn references(node: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match node {
        Value::Object(fields) => {
            let pointer = fields.get("$ref").and_then(Value::as_str);
            found.extend(pointer.map(|pointer| pointer.trim_start_matches('#').to_owned()));
            let below = fields.iter().filter(|(name, value)| match name.as_str() {
                "definitions" => value.get("type").is_some(),
                // What a registered type needs of its account, and how it is listed; no template says it.
                "handlers" | "typeConfiguration" => false,
                _ => true,
            });
            found.extend(below.flat_map(|(_, value)| references(value)));
        }
        Value::Array(items) => found.extend(items.iter().flat_map(references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

fn of_value(node: &Value, is_map: bool, counts: &mut Counts) {
    let Some(fields) = node.as_object() else {
        return;
    };
    for (name, value) in fields {
        if is_map {
            of_value(value, false, counts);
            continue;
        }
        let counted = COUNTED
            .iter()
            .find(|(_, names)| names.contains(&name.as_str()));
        if let Some((kind, _)) = counted {
            *counts.entry(kind).or_default() += match (name.as_str(), value) {
                ("properties" | "patternProperties", Value::Object(entries)) => entries.len(),
                ("additionalProperties", Value::Bool(true))
                | ("uniqueItems", Value::Bool(false)) => 0,
                _ => 1,
            };
        }
        match name.as_str() {
            "properties" | "patternProperties" | "dependencies" => of_value(value, true, counts),
            "items"
            | "additionalProperties"
            | "propertyNames"
            | "contains"
            | "not"
            | "if"
            | "then"
            | "else" => of_value(value, false, counts),
            "oneOf" | "anyOf" | "allOf" | "prefixItems" => {
                let branches = value.as_array().into_iter().flatten();
                branches.for_each(|branch| of_value(branch, false, counts));
            }
            _ => {}
        }
    }
}

/// Counts a node of the table and everything below it, a node that is used twice twice.
pub(super) fn of_node(block: &Block, node: NodeId, counts: &mut Counts) {
    for keyword in block.node(node) {
        let (kind, number) = named(keyword);
        if !kind.is_empty() {
            *counts.entry(kind).or_default() += number;
        }
        for below in below(keyword) {
            of_node(block, below, counts);
        }
    }
}

fn named(keyword: &Keyword) -> (&'static str, usize) {
    match keyword {
        Keyword::Never | Keyword::Regions(_) => ("", 0),
        Keyword::Kind(_) => ("type", 1),
        Keyword::Properties(pairs) => ("properties", pairs.len()),
        Keyword::PatternProperties(pairs) => ("patternProperties", pairs.len()),
        Keyword::Closed | Keyword::Additional(_) => ("additionalProperties", 1),
        Keyword::PropertyNames(_) => ("propertyNames", 1),
        Keyword::Required(_) => ("required", 1),
        Keyword::RequiredOr(_) => ("requiredOr", 1),
        Keyword::RequiredXor(_) => ("requiredXor", 1),
        Keyword::DependentRequired(_) | Keyword::DependentSchemas(_) => ("dependentRequired", 1),
        Keyword::DependentExcluded(_) => ("dependentExcluded", 1),
        Keyword::Enum(_) => ("enum", 1),
        Keyword::EnumAnyCase(_) => ("enumCaseInsensitive", 1),
        Keyword::Pattern(_) => ("pattern", 1),
        Keyword::Format(_) => ("format", 1),
        Keyword::Minimum(_) => ("minimum", 1),
        Keyword::Maximum(_) => ("maximum", 1),
        Keyword::ExclusiveMinimum(_) => ("exclusiveMinimum", 1),
        Keyword::ExclusiveMaximum(_) => ("exclusiveMaximum", 1),
        Keyword::MultipleOf(_) => ("multipleOf", 1),
        Keyword::MinLength(_) => ("minLength", 1),
        Keyword::MaxLength(_) => ("maxLength", 1),
        Keyword::MinItems(_) => ("minItems", 1),
        Keyword::MaxItems(_) => ("maxItems", 1),
        Keyword::MaxUniqueItems(_) => ("maxUniqueItems", 1),
        Keyword::MinProperties(_) => ("minProperties", 1),
        Keyword::MaxProperties(_) => ("maxProperties", 1),
        Keyword::UniqueItems => ("uniqueItems", 1),
        Keyword::UniqueKeys(_) => ("uniqueKeys", 1),
        Keyword::Items(_) => ("items", 1),
        Keyword::PrefixItems(_) => ("prefixItems", 1),
        Keyword::Contains(_) => ("contains", 1),
        Keyword::OneOf(_) => ("oneOf", 1),
        Keyword::AnyOf(_) => ("anyOf", 1),
        Keyword::AllOf(_) => ("allOf", 1),
        Keyword::Not(_) => ("not", 1),
        Keyword::If(..) => ("if", 1),
        Keyword::Definition(_) => ("reference", 1),
    }
}

fn below(keyword: &Keyword) -> Vec<NodeId> {
    match keyword {
        Keyword::Properties(pairs)
        | Keyword::PatternProperties(pairs)
        | Keyword::DependentSchemas(pairs)
        | Keyword::Regions(pairs) => pairs.iter().map(|(_, node)| *node).collect(),
        Keyword::Additional(node)
        | Keyword::PropertyNames(node)
        | Keyword::Items(node)
        | Keyword::Contains(node)
        | Keyword::Not(node) => vec![*node],
        Keyword::PrefixItems(nodes)
        | Keyword::OneOf(nodes)
        | Keyword::AnyOf(nodes)
        | Keyword::AllOf(nodes) => nodes.clone(),
        Keyword::If(condition, then, otherwise) => [Some(*condition), *then, *otherwise]
            .into_iter()
            .flatten()
            .collect(),
        Keyword::Never
        | Keyword::Kind(_)
        | Keyword::Closed
        | Keyword::Required(_)
        | Keyword::RequiredOr(_)
        | Keyword::RequiredXor(_)
        | Keyword::DependentRequired(_)
        | Keyword::DependentExcluded(_)
        | Keyword::Enum(_)
        | Keyword::EnumAnyCase(_)
        | Keyword::Pattern(_)
        | Keyword::Format(_)
        | Keyword::Minimum(_)
        | Keyword::Maximum(_)
        | Keyword::ExclusiveMinimum(_)
        | Keyword::ExclusiveMaximum(_)
        | Keyword::MultipleOf(_)
        | Keyword::MinLength(_)
        | Keyword::MaxLength(_)
        | Keyword::MinItems(_)
        | Keyword::MaxItems(_)
        | Keyword::MaxUniqueItems(_)
        | Keyword::MinProperties(_)
        | Keyword::MaxProperties(_)
        | Keyword::UniqueItems
        | Keyword::UniqueKeys(_)
        | Keyword::Definition(_) => Vec::new(),
    }
}

/// Fails when the table holds another number of some kind than the sources; `fewer` were left out on purpose.
pub(super) fn agree(sources: &Counts, table: &Counts, fewer: &Counts) -> Result<(), String> {
    let kinds: BTreeSet<_> = sources.keys().chain(table.keys()).copied().collect();
    let number = |counts: &Counts, kind| counts.get(kind).copied().unwrap_or_default();
    let different = kinds.into_iter().filter_map(|kind| {
        let (there, here) = (number(sources, kind), number(table, kind));
        let fewer = number(fewer, kind);
        (there != here + fewer).then(|| {
            format!("{kind}: {there} in the sources, {here} in the table, {fewer} left out")
        })
    });
    let different: Vec<_> = different.collect();
    if different.is_empty() {
        Ok(())
    } else {
        Err(different.join("\n"))
    }
}
