//! The rules that cfn-lint keeps beside the schemas: JSON files, and Python that says where each holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::super::read;
use super::providers;
use crate::process::Failure;

/// A JSON file, and where it holds.
pub(super) struct Extension {
    /// cfn-lint's code, such as `E3047`.
    pub(super) code: String,
    /// Places such as `AWS::ECS::TaskDefinition` and `ContainerDefinitions/*`.
    pub(super) places: Vec<(String, String)>,
    pub(super) schema: Value,
    /// Whether the file holds a schema for each region.
    pub(super) regional: bool,
}

/// Every rule, and what is left out: the file and the reason.
pub(super) struct Extensions {
    pub(super) used: Vec<Extension>,
    pub(super) left_out: Vec<(String, &'static str)>,
}

/// Reads the rules of cfn-lint; `package` is `cfnlint`.
pub(super) fn read_all(package: &Path) -> Result<Extensions, Failure> {
    let directory = package.join("data/schemas/extensions");
    let mut unclaimed = files(&directory, "json")?;
    let mut found = Extensions {
        used: Vec::new(),
        left_out: Vec::new(),
    };
    for path in files(&package.join("rules"), "py")? {
        let source = String::from_utf8_lossy(&read(&path)?).into_owned();
        let Some(file) = file_of(&source) else {
            continue;
        };
        let path = directory.join(&file);
        if !unclaimed.remove(&path) {
            return Err(format!(
                "two rules of cfn-lint use {file}, or none of its files is called so"
            ));
        }
        let mut schema = providers::json(&path)?;
        if source.contains("instance[\"Engine\"].lower()") {
            any_case(&mut schema, "Engine");
        }
        let places = places(&source);
        let code = between(&source, "    id = \"", "\"")
            .unwrap_or_default()
            .to_owned();
        if places.is_empty() || code.starts_with('I') {
            found.left_out.push((file, "a hint, not a rule"));
        } else if mentions(&schema, "cfnGather") {
            found.left_out.push((file, "compares several resources"));
        } else {
            let regional = source.contains("(CfnLintJsonSchemaRegional)");
            if let Some(regions) = schema.as_object_mut().filter(|_| regional) {
                // Beside the regions, a note.
                regions.retain(|_, schema| !schema.is_string());
            }
            found.used.push(Extension {
                code,
                places,
                schema,
                regional,
            });
        }
    }
    if let Some(path) = unclaimed.first() {
        let path = path.display();
        return Err(format!(
            "no rule of cfn-lint uses {path}; say in `rules.rs` where it holds"
        ));
    }
    found.used.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(found)
}

/// The JSON file that the Python of a rule loads.
fn file_of(source: &str) -> Option<String> {
    let folder = between(source, "import cfnlint.data.schemas.extensions.", "\n")?;
    let name = source.split('"').find(|text| {
        Path::new(text)
            .extension()
            .is_some_and(|ending| ending == "json")
    })?;
    // A rule that imports two folders names the one it uses.
    let folder = between(source, "module=cfnlint.data.schemas.extensions.", ",").unwrap_or(folder);
    Some(format!("{}/{name}", folder.trim()))
}

/// The texts that begin with `Resources/`, taken apart.
fn places(source: &str) -> Vec<(String, String)> {
    let texts = source
        .split('"')
        .filter_map(|text| text.strip_prefix("Resources/"));
    let places = texts.filter_map(|text| {
        let (name, path) = text.split_once("/Properties")?;
        Some((name.to_owned(), path.trim_start_matches('/').to_owned()))
    });
    places.collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?
        .1
        .split_once(end)
        .map(|(found, _)| found)
}

fn mentions(node: &Value, keyword: &str) -> bool {
    match node {
        Value::Object(fields) => {
            fields.contains_key(keyword) || fields.values().any(|value| mentions(value, keyword))
        }
        Value::Array(items) => items.iter().any(|item| mentions(item, keyword)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Compares a property without regard to case: what cfn-lint does in Python before it applies the schema.
fn any_case(node: &mut Value, name: &str) {
    match node {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                if key == name {
                    ignore_case(value);
                } else {
                    any_case(value, name);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| any_case(item, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn ignore_case(node: &mut Value) {
    let Some(fields) = node.as_object_mut() else {
        return;
    };
    let values = fields.remove("const").map(|value| json!([value]));
    if let Some(values) = values.or_else(|| fields.remove("enum")) {
        fields.insert("enumCaseInsensitive".to_owned(), values);
    }
}

/// The rule for tags, which holds for every type that takes them under this name.
pub(super) fn tagging(package: &Path, names: Vec<String>) -> Result<Extension, Failure> {
    let schema = providers::json(&package.join("data/schemas/other/resources/tagging.json"))?;
    let of_tags = schema.pointer("/properties/Tags").cloned();
    let schema = of_tags.unwrap_or_else(|| Value::Object(Map::new()));
    let places = names
        .into_iter()
        .map(|name| (name, "Tags".to_owned()))
        .collect();
    Ok(Extension {
        code: "E3024".to_owned(),
        places,
        schema,
        regional: false,
    })
}

/// Every file below `directory` with that ending, in order.
fn files(directory: &Path, ending: &str) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut found = BTreeSet::new();
    let mut open = vec![directory.to_owned()];
    while let Some(at) = open.pop() {
        let entries =
            std::fs::read_dir(&at).map_err(|error| format!("{}: {error}", at.display()))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.insert(path);
            }
        }
    }
    Ok(found)
}
