//! `tree.json`: every construct below the one around it, for tools that show an app as a tree.

use std::collections::BTreeMap;

use crate::json::{Json, Text};
use crate::template::Template;

pub(super) const FILE: &str = "tree.json";

/// A construct and those in it, in the order in which they were made.
#[derive(Default)]
pub(super) struct Tree {
    attributes: Vec<(Text, Json)>,
    /// By id, each with its place among them.
    children: BTreeMap<String, (usize, Self)>,
}

impl Tree {
    /// The artifact in the manifest.
    pub(super) fn artifact() -> Json {
        let properties = Json::object([("file", FILE.into())]);
        Json::object([("type", "cdk:tree".into()), ("properties", properties)])
    }

    /// Adds what has a logical id in the template, and in those of the stacks within it.
    pub(super) fn add(&mut self, template: &Template) {
        let resources = template.tree.get("Resources").and_then(Json::entries);
        let types: BTreeMap<&str, &Json> = resources
            .unwrap_or_default()
            .iter()
            .filter_map(|(id, resource)| Some((id.as_ref(), resource.get("Type")?)))
            .collect();
        let stack = self.at(&template.path);
        for part in &template.parts {
            let id = part.logical_id();
            let construct = stack.at(part.path());
            if let Some(type_name) = types.get(id) {
                let attribute = |name: &str| format!("aws:cdk:cloudformation:{name}").into();
                construct.attributes = vec![
                    (attribute("type"), (*type_name).clone()),
                    (attribute("logicalId"), id.to_owned().into()),
                ];
            }
        }
        for nested in &template.nested {
            self.add(nested);
        }
    }

    /// The construct at a path below this one, made if need be.
    fn at(&mut self, path: &str) -> &mut Self {
        path.split('/').fold(self, |tree, id| {
            let next = tree.children.len();
            let child = tree.children.entry(id.to_owned());
            &mut child.or_insert_with(|| (next, Self::default())).1
        })
    }

    /// The text of the file.
    pub(super) fn finish(self) -> String {
        let tree = self.into_json("App", "");
        let file = Json::object([("version", "tree-0.1".into()), ("tree", tree)]);
        file.to_compact()
    }

    fn into_json(self, id: &str, path: &str) -> Json {
        let name = if self.attributes.is_empty() {
            "synth.Construct"
        } else {
            "synth.Resource"
        };
        let info = Json::object([
            ("fqn", name.into()),
            ("version", env!("CARGO_PKG_VERSION").into()),
        ]);
        let mut entries: Vec<(&'static str, Json)> = vec![
            ("id", id.to_owned().into()),
            ("path", path.to_owned().into()),
            ("constructInfo", info),
        ];
        if !self.attributes.is_empty() {
            entries.push(("attributes", Json::Object(self.attributes)));
        }
        let mut children: Vec<_> = self.children.into_iter().collect();
        children.sort_by_key(|(_, (place, _))| *place);
        let children = children.into_iter().map(|(id, (_, child))| {
            let path = if path.is_empty() {
                id.clone()
            } else {
                [path, "/", &id].concat()
            };
            let child = child.into_json(&id, &path);
            (Text::from(id), child)
        });
        let children: Vec<_> = children.collect();
        if !children.is_empty() {
            entries.push(("children", Json::Object(children)));
        }
        Json::object(entries)
    }
}
