//! The schemas of cfn-lint: ranges, lengths, patterns, allowed values, formats.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::database::Relation;
use super::read;
use crate::process::Failure;

/// Where the schema of each type lies. cfn-lint names the files by hash and keeps the map in Python source.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    files: BTreeMap<String, PathBuf>,
}

impl Schemas {
    /// Reads the map of the region that has the most types; `data` is `cfnlint/data/schemas`.
    pub(super) fn open(data: &Path) -> Result<Self, Failure> {
        let path = data.join("providers/us_east_1.py");
        let source = String::from_utf8_lossy(&read(&path)?).into_owned();
        let files = source.lines().filter_map(|line| {
            let (name, hash) = line.trim().trim_end_matches(',').split_once(": ")?;
            let name = name.strip_prefix('"')?.strip_suffix('"')?;
            let hash = hash.strip_prefix('"')?.strip_suffix('"')?;
            let is_type = name.starts_with("AWS::");
            is_type.then(|| (name.to_owned(), data.join(format!("resources/{hash}.json"))))
        });
        let files: BTreeMap<_, _> = files.collect();
        if files.is_empty() {
            return Err(format!(
                "{} names no types: cfn-lint moved its schemas",
                path.display()
            ));
        }
        Ok(Self { files })
    }

    /// The schema of a resource type; nothing for the types that cfn-lint does not know.
    pub(super) fn get(&self, name: &str) -> Result<Option<Value>, Failure> {
        let Some(path) = self.files.get(name) else {
            return Ok(None);
        };
        let value = serde_json::from_slice(&read(path)?);
        value
            .map(Some)
            .map_err(|error| format!("{}: {error}", path.display()))
    }
}

/// Follows `$ref` until there is none; what stands beside a `$ref` overrides what it points at.
pub(super) fn resolve(root: &Value, node: &Value) -> Value {
    let Some(pointer) = node.get("$ref").and_then(Value::as_str) else {
        return node.clone();
    };
    let Some(target) = pointer
        .strip_prefix('#')
        .and_then(|path| root.pointer(path))
    else {
        return node.clone();
    };
    let mut resolved = resolve(root, target);
    if let (Some(fields), Some(beside)) = (resolved.as_object_mut(), node.as_object()) {
        let beside = beside.iter().filter(|(name, _)| *name != "$ref");
        fields.extend(beside.map(|(name, value)| (name.clone(), value.clone())));
    }
    resolved
}

/// The properties that an object's schema names, including those that only an alternative names.
pub(super) fn properties(root: &Value, node: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for branch in ["oneOf", "anyOf", "allOf"] {
        let branches = node
            .get(branch)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        for branch in branches.map(|branch| resolve(root, branch)) {
            found.extend(properties(root, &branch));
        }
    }
    let own = node
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    found.extend(own.map(|(name, value)| (name.clone(), resolve(root, value))));
    found
}

/// The schema of a map's values.
pub(super) fn map_values(root: &Value, node: &Value) -> Option<Value> {
    let patterns = node.get("patternProperties").and_then(Value::as_object);
    let values = patterns.and_then(|patterns| patterns.values().next());
    let values = values.or_else(|| {
        node.get("additionalProperties")
            .filter(|value| value.is_object())
    });
    values.map(|value| resolve(root, value))
}

/// The formats (`AWS::EC2::VPC.Id`) and relations that a node names, its alternatives included.
pub(super) fn relations(node: &Value) -> Vec<Relation> {
    let mut found = Vec::new();
    if let Some((resource, attribute)) = node
        .get("format")
        .and_then(Value::as_str)
        .filter(|format| format.starts_with("AWS::"))
        .and_then(|format| format.rsplit_once('.'))
    {
        found.push(Relation {
            resource: resource.to_owned(),
            attribute: attribute.to_owned(),
        });
    }
    if let Some(relation) = node.get("relationshipRef") {
        let text = |name: &str| relation.get(name).and_then(Value::as_str);
        if let (Some(resource), Some(path)) = (text("typeName"), text("propertyPath")) {
            let attribute = path.trim_start_matches("/properties/").replace('/', ".");
            found.push(Relation {
                resource: resource.to_owned(),
                attribute,
            });
        }
    }
    for branch in ["anyOf", "oneOf"] {
        let branches = node
            .get(branch)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        found.extend(branches.flat_map(relations));
    }
    found
}

/// The texts a node allows.
pub(super) fn allowed(node: &Value) -> Vec<String> {
    let listed = node.get("enum").or_else(|| node.get("enumCaseInsensitive"));
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    let one = node.get("const").into_iter();
    listed
        .chain(one)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
