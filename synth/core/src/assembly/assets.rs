//! The list of what a stack needs to have published, and the files themselves.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::manifest::VERSION;
use crate::asset::Asset;
use crate::json::{Json, Text};
use crate::stack::StackProps;
use crate::template::Template;

/// The artifact of a stack's list.
pub(super) fn artifact_of(stack: &str) -> String {
    format!("{stack}.assets")
}

/// The file of a stack's list.
pub(super) fn file_of(stack: &str) -> String {
    format!("{stack}.assets.json")
}

/// The entry of the list in the manifest.
pub(super) fn artifact(template: &Template) -> Json {
    let mut properties = vec![("file", Json::from(file_of(&template.name)))];
    properties.extend(template.props.asset_store.requirements());
    Json::object([
        ("type", Json::from("cdk:asset-manifest")),
        ("properties", Json::object(properties)),
    ])
}

impl Template {
    /// Whether anything has to be published before it is deployed.
    pub(super) fn publishes(&self) -> bool {
        !self.assets.is_empty() || !self.nested.is_empty()
    }
}

/// The list.
pub(super) fn list(template: &Template) -> String {
    let StackProps {
        asset_store,
        environment,
        ..
    } = &template.props;
    // The same content in two places of a stack is published once.
    let mut entries: BTreeMap<Text, Json> = BTreeMap::new();
    for (path, asset) in &template.assets {
        let name = [&*template.path, "/", path].concat();
        let entry = entries.entry(asset.hash.clone());
        entry.or_insert_with(|| asset_store.entry(asset, &asset.staged(), &name, environment));
    }
    for nested in &template.nested {
        let (asset, file) = (nested.as_asset(), nested.nested_file());
        let entry = entries.entry(asset.hash.clone());
        entry.or_insert_with(|| asset_store.entry(&asset, &file, &nested.path, environment));
    }
    let files = entries.into_iter();
    let list = Json::object([
        ("version", VERSION.into()),
        ("files", Json::object(files)),
        ("dockerImages", Json::Object(Vec::new())),
    ]);
    list.append_pretty(String::new(), 1, 0)
}

/// Where each file of an asset goes in the assembly, and where it is now.
pub(super) fn copies(asset: Asset) -> impl Iterator<Item = (String, PathBuf)> {
    let staged = asset.staged();
    asset.files.into_iter().map(move |(file, place)| {
        let to = match &*place {
            "" => staged.clone(),
            place => [&staged, "/", place].concat(),
        };
        (to, file)
    })
}
