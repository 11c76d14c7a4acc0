//! Properties of a resource type where the author set none.

use crate::data::Resource;
use crate::json::{Json, Text};
use crate::stack::ResourcePart;

/// Properties that every resource of a type gets unless it has them, whatever their value there.
///
/// Whole properties: one that is an object is taken as it is or not at all, so that two authors never meet in one.
///
/// ```
/// use synth_core::{Defaults, Json, Stack, StackProps};
/// let mut stack = Stack::new("App", StackProps::default());
/// let day = Json::object([("MessageRetentionPeriod", 86_400.into())]);
/// stack.scope().with(Defaults::named("AWS::SQS::Queue", day));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Defaults {
    type_name: Text,
    properties: Vec<(Text, Json)>,
}

impl Defaults {
    /// What this resource has set, for all of its type.
    pub fn of<R: Resource>(resource: &R) -> Self {
        Self::named(R::TYPE, resource.to_json())
    }

    /// For a type that has no struct. Nothing when `properties` is no object.
    pub fn named(type_name: impl Into<Text>, properties: Json) -> Self {
        let properties = if let Json::Object(properties) = properties {
            properties
        } else {
            Vec::new()
        };
        Self {
            type_name: type_name.into(),
            properties,
        }
    }

    pub(super) fn apply(&self, part: &mut ResourcePart) {
        if part.type_name != self.type_name {
            return;
        }
        if let Json::Object(entries) = &mut part.properties {
            for (name, value) in &self.properties {
                let is_free = entries.iter().all(|(known, _)| known != name);
                if is_free && *value != Json::Missing {
                    entries.push((name.clone(), value.clone()));
                }
            }
        }
    }
}
