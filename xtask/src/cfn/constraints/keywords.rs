//! The keywords of JSON Schema that make no node, and reading the values of those that do.

use serde_json::{Map, Value};
use synth_validate::table::Kinds;

use crate::process::Failure;

/// What a schema says and the table does not, and why.
pub(super) const LEFT_OUT: &[(&str, &str)] = &[
    ("$comment", "a note"),
    ("$schema", "the dialect"),
    ("arrayType", "no check: whether the order of a list counts"),
    ("default", "no check: what AWS assumes"),
    ("definitions", "kept where something refers to it"),
    ("description", "a note"),
    ("documentationUrl", "a note"),
    ("examples", "a note"),
    (
        "insertionOrder",
        "no check: whether the order of a list counts",
    ),
    (
        "relationshipRef",
        "no check: what the value usually refers to",
    ),
    ("resourceLink", "a note"),
    ("sourceUrl", "a note"),
    ("title", "a note"),
    ("typeName", "the name of the type"),
];

/// What only the root of a type has, and its use: the table keeps it elsewhere, or not.
pub(super) const OF_THE_TYPE: &[&str] = &[
    "additionalIdentifiers",
    "conditionalCreateOnlyProperties",
    "createOnlyProperties",
    "deprecatedProperties",
    "handlers",
    "lifecycle",
    "primaryIdentifier",
    "propertyTransform",
    "readOnlyProperties",
    "replacementStrategy",
    "taggable",
    "tagging",
    "typeConfiguration",
    "writeOnlyProperties",
];

/// The kinds of value that `type` names.
pub(super) fn kinds(value: &Value) -> Result<Kinds, Failure> {
    let names = value.as_array().map(Vec::as_slice);
    let names = names.unwrap_or(std::slice::from_ref(value));
    let mut bits = 0;
    for name in names {
        let known = Kinds::NAMES
            .iter()
            .position(|known| name.as_str() == Some(known));
        bits |= 1 << known.ok_or_else(|| format!("{name} is no kind of value"))?;
    }
    Ok(Kinds(bits))
}

/// The entries of what must be an object.
pub(super) fn object(value: &Value) -> Result<&Map<String, Value>, Failure> {
    value
        .as_object()
        .ok_or_else(|| format!("`{value}` is no object"))
}

/// The items of what must be a list.
pub(super) fn list(value: &Value) -> Result<&[Value], Failure> {
    let items = value
        .as_array()
        .ok_or_else(|| format!("`{value}` is no list"));
    items.map(Vec::as_slice)
}

/// What must be a text.
pub(super) fn text(value: &Value) -> Result<&str, Failure> {
    value
        .as_str()
        .ok_or_else(|| format!("`{value}` is no text"))
}

/// A number of things; what no `u32` can count is as good as no end.
pub(super) fn count(value: &Value) -> Result<u32, Failure> {
    if !value.is_number() {
        return Err(format!("`{value}` is no number"));
    }
    let number = value.as_u64().unwrap_or(u64::MAX);
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}
