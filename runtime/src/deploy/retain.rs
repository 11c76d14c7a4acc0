//! Which resources outlive their stack, as its template says.
//!
//! `DeleteStack` can retain resources only of a stack that it failed to delete. So what shall be kept
//! gets `DeletionPolicy: Retain` by an update first. CloudFormation does not update that attribute by
//! itself, but with a change of the resource's metadata.

use std::collections::BTreeSet;

use serde_json::Value;

/// The template of a deployed stack.
#[derive(Debug, Clone)]
pub(super) struct Template(Value);

impl Template {
    /// Reads a template; what is not JSON has no policies to be read.
    pub(super) fn parse(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// Whether the resource of that name goes on existing when its stack is deleted.
    pub(super) fn retains(&self, logical_id: &str) -> bool {
        let policy = self
            .0
            .get("Resources")
            .and_then(|resources| resources.get(logical_id))
            .and_then(|resource| resource.get("DeletionPolicy"))
            .and_then(Value::as_str);
        matches!(policy, Some("Retain" | "RetainExceptOnCreate"))
    }

    /// The template with which these go on existing too; nothing when they are not all in it.
    pub(super) fn retaining(mut self, logical_ids: &BTreeSet<&str>) -> Option<String> {
        let resources = self.0.get_mut("Resources")?.as_object_mut()?;
        for id in logical_ids {
            let resource = resources.get_mut(*id)?.as_object_mut()?;
            resource.insert("DeletionPolicy".to_owned(), "Retain".into());
            resource.insert("UpdateReplacePolicy".to_owned(), "Retain".into());
            let metadata = resource
                .entry("Metadata")
                .or_insert_with(|| Value::Object(serde_json::Map::new()));
            metadata
                .as_object_mut()?
                .insert("Kept".to_owned(), "when its stack was destroyed".into());
        }
        Some(self.0.to_string())
    }
}
