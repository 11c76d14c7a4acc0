//! Tags for everything at and below a place.

use std::collections::BTreeMap;

use crate::json::{Json, Text};
use crate::overrides;
use crate::problem::Problem;
use crate::stack::{ResourcePart, Stack};
use crate::value::Value;

use super::taggable::{self, Shape};

/// How much a tag weighs that a resource has of itself.
const OWN: u32 = 50;
/// How much a tag weighs that is added.
const ADDED: u32 = 100;
/// How much it weighs that a tag is taken off.
const REMOVED: u32 = 200;

/// Tags that every resource at and below a place gets or loses, if its type takes tags. They are written sorted by key.
///
/// Tags for the stack itself, which CloudFormation hands on to its resources, are
/// [`StackProps::tags`](crate::StackProps::tags).
///
/// ```
/// use synth_core::{Stack, StackProps, Tags};
/// let mut stack = Stack::new("App", StackProps::default());
/// stack.scope().with(Tags::new([("team", "mail"), ("stage", "test")]));
/// stack.child("Archive").with(Tags {
///     remove: vec!["stage".into()],
///     exclude: vec!["AWS::S3::Bucket".into()],
///     ..Tags::default()
/// });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Tags {
    /// Keys and values to set. Default: none.
    pub add: Vec<(Text, Value<String>)>,
    /// Keys to take off. Default: none.
    pub remove: Vec<Text>,
    /// Types that are meant, such as `AWS::S3::Bucket`. Default: all that take tags.
    pub include: Vec<Text>,
    /// Types that are not meant. Default: none.
    pub exclude: Vec<Text>,
    /// Which of several that say something of one key holds: the highest, and of equals the nearest.
    ///
    /// Default: 100 for what is added, 200 for what is removed. A tag in the properties of the resource has 50.
    pub priority: Option<u32>,
    /// Whether instances that an `AWS::AutoScaling::AutoScalingGroup` launches get the tags as well. Default: yes.
    pub apply_to_launched_instances: bool,
}

impl Default for Tags {
    fn default() -> Self {
        Self {
            add: Vec::new(),
            remove: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            priority: None,
            apply_to_launched_instances: true,
        }
    }
}

impl Tags {
    /// These tags for every resource whose type takes tags.
    pub fn new<Key: Into<Text>, Content: Into<Value<String>>>(
        tags: impl IntoIterator<Item = (Key, Content)>,
    ) -> Self {
        let tags = tags.into_iter();
        Self {
            add: tags
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
            ..Self::default()
        }
    }
}

/// What is known of one key.
struct Tag {
    priority: u32,
    /// As it is written; nothing when it was taken off.
    written: Option<Json>,
}

/// The tags of one resource while they are put together.
#[derive(Default)]
struct Found {
    by_key: BTreeMap<String, Tag>,
    /// What has no key that is known now.
    others: Vec<Json>,
}

/// Applies those that hold for the resource, outer places first.
pub(super) fn apply(tags: &[&Tags], part: &mut ResourcePart, stack: &mut Stack) {
    let meant = |tags: &&&Tags| super::takes(&tags.include, &tags.exclude, &part.type_name);
    let tags: Vec<&Tags> = tags.iter().filter(meant).copied().collect();
    if tags.is_empty() {
        return;
    }
    if let Some(replicas) = replicas(part) {
        for replica in replicas {
            // Nobody writes the tags of a replica as a function, and the table is refused where somebody does.
            let _ = merge(replica, "Tags", Shape::List, &tags);
        }
        return;
    }
    let Some((property, shape)) = taggable::of(&part.type_name) else {
        return;
    };
    if let Err(value) = merge(&mut part.properties, property, shape, &tags) {
        let problem = Problem {
            code: "core.unknown-tags",
            message: format!(
                "`{property}`: only CloudFormation will know these tags, so none are added"
            ),
            value,
            allowed: String::new(),
            fix: "list the tags".to_owned(),
        };
        stack.warn(part.target.path(), problem);
    }
}

/// A global table has no tags of its own: each of its replicas has.
fn replicas(part: &mut ResourcePart) -> Option<&mut Vec<Json>> {
    if part.type_name != "AWS::DynamoDB::GlobalTable" {
        return None;
    }
    let Json::Object(properties) = &mut part.properties else {
        return None;
    };
    let replicas = properties.iter_mut().find(|(name, _)| name == "Replicas");
    match replicas {
        Some((_, Json::Array(replicas))) => Some(replicas),
        _ => None,
    }
}

/// Puts tags among those that are there, or gives what is there when only CloudFormation will know it.
fn merge(
    properties: &mut Json,
    property: &'static str,
    shape: Shape,
    tags: &[&Tags],
) -> Result<(), String> {
    let written = properties.get(property);
    let Some(mut found) = Found::read(written, shape) else {
        return Err(written.map_or_else(String::new, Json::to_compact));
    };
    for tags in tags {
        for (key, value) in &tags.add {
            let written = shape.write(key, value, tags.apply_to_launched_instances);
            found.set(key, tags.priority.unwrap_or(ADDED), Some(written));
        }
        for key in &tags.remove {
            found.set(key, tags.priority.unwrap_or(REMOVED), None);
        }
    }
    overrides::put(properties, property, found.write(shape));
    Ok(())
}

/// Where a key stands among others, as CDK sorts them: symbols, digits, letters, whatever their case.
fn order(key: &str) -> Vec<(bool, bool, char)> {
    let place = |symbol: char| {
        let lower = symbol.to_ascii_lowercase();
        (lower.is_alphabetic(), lower.is_ascii_digit(), lower)
    };
    key.chars().map(place).collect()
}

impl Shape {
    fn write(self, key: &Text, value: &Value<String>, launched: bool) -> Json {
        let value = Json::from(value.clone());
        let key = Json::Text(key.clone());
        match self {
            Self::Map => value,
            Self::List => Json::object([("Key", key), ("Value", value)]),
            Self::LaunchList => Json::object([
                ("Key", key),
                ("PropagateAtLaunch", launched.into()),
                ("Value", value),
            ]),
        }
    }
}

impl Found {
    /// What the resource has of itself; nothing where a function gives all of it.
    fn read(written: Option<&Json>, shape: Shape) -> Option<Self> {
        let mut found = Self::default();
        match (written, shape) {
            (None, _) => {}
            (Some(Json::Array(items)), Shape::List | Shape::LaunchList) => {
                for item in items {
                    match item.get("Key").and_then(Json::as_text) {
                        Some(key) => found.set(key, OWN, Some(item.clone())),
                        None => found.others.push(item.clone()),
                    }
                }
            }
            (Some(Json::Object(entries)), Shape::Map) => {
                let calls = |name: &Text| name == "Ref" || name.starts_with("Fn::");
                if matches!(entries.as_slice(), [(name, _)] if calls(name)) {
                    return None;
                }
                for (key, value) in entries {
                    found.set(key, OWN, Some(value.clone()));
                }
            }
            _ => return None,
        }
        Some(found)
    }

    fn set(&mut self, key: &str, priority: u32, written: Option<Json>) {
        let known = self.by_key.get(key);
        if known.is_none_or(|known| known.priority <= priority) {
            self.by_key
                .insert(key.to_owned(), Tag { priority, written });
        }
    }

    /// All of it as the property; nothing when there is none.
    fn write(self, shape: Shape) -> Option<Json> {
        let tags = self.by_key.into_iter();
        let tags = tags.filter_map(|(key, tag)| Some((key, tag.written?)));
        let mut tags: Vec<_> = tags.collect();
        tags.sort_by_cached_key(|(key, _)| order(key));
        let written = match shape {
            Shape::Map => Json::object(tags),
            Shape::List | Shape::LaunchList => Json::Array(
                tags.into_iter()
                    .map(|(_, tag)| tag)
                    .chain(self.others)
                    .collect(),
            ),
        };
        let is_empty = matches!(&written, Json::Object(entries) if entries.is_empty())
            || matches!(&written, Json::Array(items) if items.is_empty());
        (!is_empty).then_some(written)
    }
}
