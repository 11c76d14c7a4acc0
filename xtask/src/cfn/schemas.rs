//! The schemas of cfn-lint: ranges, lengths, patterns, allowed values, formats.

use std::collections::{BTreeMap, BTreeSet};
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
    /// Reads the maps of all regions; `data` is `cfnlint/data/schemas`.
    ///
    /// A type is as in the region with the most types, or else as in the first one that has it.
    pub(super) fn open(data: &Path) -> Result<Self, Failure> {
        let directory = data.join("providers");
        let entries = std::fs::read_dir(&directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        let mut regions: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        regions.sort_by_key(|path| (!is_us_east_1(path), path.clone()));
        let mut files = BTreeMap::new();
        for region in regions {
            let source = String::from_utf8_lossy(&read(&region)?).into_owned();
            for (name, hash) in source.lines().filter_map(entry) {
                let path = data.join(format!("resources/{hash}.json"));
                files.entry(name.to_owned()).or_insert(path);
            }
        }
        if files.is_empty() {
            return Err(format!(
                "{} names no types: cfn-lint moved its schemas",
                directory.display()
            ));
        }
        Ok(Self { files })
    }

    /// What cfn-lint has a schema of.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
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

/// Whether this is the map of the region with the most types; it is Python in older releases, and JSON in newer ones.
fn is_us_east_1(path: &Path) -> bool {
    let region = path
        .file_stem()
        .map(|name| name.to_string_lossy().replace('_', "-"));
    region.as_deref() == Some("us-east-1")
}

/// The name and the hash on a line of a region's map, in Python or in JSON.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, hash) = line.trim().trim_end_matches(',').split_once(": ")?;
    let name = name.strip_prefix('"')?.strip_suffix('"')?;
    let hash = hash.strip_prefix('"')?.strip_suffix('"')?;
    let is_hash = hash.len() == 16 && hash.chars().all(|digit| digit.is_ascii_hexdigit());
    is_hash.then_some((name, hash))
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

/// The alternatives of a node, resolved.
pub(super) fn branches(root: &Value, node: &Value, list: &str) -> Vec<Value> {
    let listed = node.get(list).and_then(Value::as_array);
    let listed = listed.into_iter().flatten();
    listed.map(|branch| resolve(root, branch)).collect()
}

/// Whether an object may fit; a node that names no type allows all.
fn allows_objects(node: &Value) -> bool {
    node.get("type")
        .and_then(Value::as_str)
        .is_none_or(|kind| kind == "object")
}

/// The properties that an object's schema names, including those that only an alternative names.
pub(super) fn properties(root: &Value, node: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for list in ["oneOf", "anyOf", "allOf"] {
        for branch in branches(root, node, list)
            .iter()
            .filter(|branch| allows_objects(branch))
        {
            found.extend(properties(root, branch));
        }
    }
    let own = node.get("properties").and_then(Value::as_object);
    let own = own.into_iter().flatten();
    found.extend(own.map(|(name, value)| (name.clone(), resolve(root, value))));
    found
}

/// The schema of one of [`properties`], with the `$ref` that names its part still in place.
pub(super) fn property(root: &Value, node: &Value, name: &str) -> Option<Value> {
    let own = node.get("properties").and_then(|own| own.get(name));
    own.cloned().or_else(|| {
        let lists = ["oneOf", "anyOf", "allOf"];
        let branches = lists.iter().flat_map(|list| branches(root, node, list));
        branches
            .into_iter()
            .find_map(|branch| property(root, &branch, name))
    })
}

/// The properties that an object must have: those it lists, and those that every one of its alternatives lists.
pub(super) fn required(root: &Value, node: &Value) -> BTreeSet<String> {
    let listed = node.get("required").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    let mut found: BTreeSet<String> = listed.map(str::to_owned).collect();
    for list in ["oneOf", "anyOf"] {
        let branches = branches(root, node, list);
        let branches = branches.iter().filter(|branch| allows_objects(branch));
        let in_all = branches
            .map(|branch| required(root, branch))
            .reduce(|some, others| some.intersection(&others).cloned().collect());
        found.extend(in_all.into_iter().flatten());
    }
    for part in branches(root, node, "allOf") {
        found.extend(required(root, &part));
    }
    found
}

/// The node at a path of properties such as `Endpoint.Address`.
pub(super) fn at(root: &Value, path: &str) -> Option<Value> {
    let mut node = root.clone();
    for name in path.split('.') {
        node = resolve(root, node.get("properties")?.get(name)?);
    }
    Some(node)
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
