//! `synth/cfn-fixups.toml`: where the sources are wrong, or disagree about one property, and what is right.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::adopt::Adoption;
use super::database::{PropertyType, Relation};
use super::draft::{Draft, DraftProperty, DraftStructure};
use super::read;
use crate::process::{self, Failure};

/// One decision, about every property it names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fixup {
    pub(super) name: String,
    pub(super) reason: String,
    /// `Type.Property` of a resource itself, or `Type.Part.Property`.
    pub(super) at: Vec<String>,
    pub(super) change: Change,
}

/// What a [`Fixup`] decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Change {
    /// The sources disagree on whether it must be given; this is right.
    Required(bool),
    /// cfn-lint has another type; the database is right.
    KeepType,
    /// cfn-lint has another type, and is right: a plain value, or a list of such.
    TakeType,
    /// A property of several types is the list among them.
    ListAlternative,
    /// Only cfn-lint has it, and it cannot be set.
    NotSettable,
    /// The database has its name wrong, and cfn-lint has this one.
    Rename(String),
    /// It takes these values, which neither source lists.
    Values(Vec<String>),
    /// It takes this attribute too, which neither source says.
    Relate(Target),
    /// It does not take this attribute, though a source says so.
    Unrelate(Target),
    /// It takes any text, though a source says which attributes.
    AnyText,
}

/// A resource type and an attribute of it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Target(pub(super) String, pub(super) String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fixup: Vec<Fixup>,
}

/// Reads the file.
pub(super) fn open() -> Result<Vec<Fixup>, Failure> {
    let path = process::root().join("synth/cfn-fixups.toml");
    let text = String::from_utf8_lossy(&read(&path)?).into_owned();
    let file: File =
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file.fixup)
}

/// One place of one fixup.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) fixup: &'a Fixup,
    pub(super) at: &'a str,
}

/// Every place that a fixup names, in the order of the file.
pub(super) fn places(fixups: &[Fixup]) -> Vec<Place<'_>> {
    let places = fixups.iter().flat_map(|fixup| {
        let at = fixup.at.iter();
        at.map(move |at| Place { fixup, at })
    });
    places.collect()
}

impl Place<'_> {
    /// The type that the property is of.
    pub(super) fn resource(&self) -> &str {
        self.at.split('.').next().unwrap_or(self.at)
    }

    /// Changes the draft of its type; returns whether there was anything to change.
    pub(super) fn apply(&self, draft: &mut Draft) -> bool {
        let mut path = self.at.split('.').skip(1);
        let (part, property) = match (path.next(), path.next()) {
            (Some(part), Some(property)) => (Some(part), property),
            (Some(property), None) => (None, property),
            (None, _) => return false,
        };
        let named = |structure: &&mut DraftStructure| match part {
            Some(part) => structure.id.is_some() && structure.name == part,
            None => structure.id.is_none(),
        };
        // AWS has two parts of one name in a few types.
        let structures = draft.structures.iter_mut().filter(named);
        let changes = structures.map(|structure| self.fixup.change.apply(structure, property));
        changes.fold(false, |any, changed| any | changed)
    }

    /// What is said when there was nothing to change.
    pub(super) fn stale(&self) -> String {
        let Fixup { name, reason, .. } = self.fixup;
        let at = self.at;
        format!("fixup `{name}` ({reason}) changes nothing any more at `{at}`; remove it")
    }
}

impl Change {
    fn apply(&self, structure: &mut DraftStructure, name: &str) -> bool {
        if let Self::NotSettable = self {
            let before = structure.unknown.len();
            structure.unknown.retain(|unknown| unknown != name);
            return structure.unknown.len() < before;
        }
        if let Self::Rename(right) = self {
            let known = structure.unknown.contains(right);
            let property = structure.properties.remove(name).filter(|_| known);
            structure.unknown.retain(|unknown| unknown != right);
            return property.is_some_and(|property| {
                let renamed = structure.properties.insert(right.clone(), property);
                renamed.is_none()
            });
        }
        let property = structure.properties.get_mut(name);
        property.is_some_and(|property| self.apply_to(property))
    }

    fn apply_to(&self, property: &mut DraftProperty) -> bool {
        match self {
            Self::NotSettable | Self::Rename(_) => false,
            Self::Required(required) => {
                property.source.required = *required;
                std::mem::take(&mut property.required_differs)
            }
            Self::KeepType => std::mem::take(&mut property.type_differs),
            Self::TakeType => std::mem::take(&mut property.type_differs) && property.take_type(),
            Self::ListAlternative => property.take_list(),
            Self::Values(values) => {
                let news = property.values.is_empty() && !property.has_values();
                property.values.extend(values.iter().cloned());
                news
            }
            Self::Relate(target) => {
                let relation = target.relation();
                let news = !property.relations().contains(&relation);
                property.source.relationship_refs.push(relation);
                news
            }
            Self::AnyText => {
                property.unrelated.extend(property.relations());
                !property.unrelated.is_empty()
            }
            Self::Unrelate(target) => {
                let relation = target.relation();
                let news = property.relations().contains(&relation);
                property.unrelated.push(relation);
                news
            }
        }
    }
}

impl Target {
    fn relation(&self) -> Relation {
        let Self(resource, attribute) = self.clone();
        Relation {
            resource,
            attribute,
        }
    }
}

impl DraftProperty {
    fn take_type(&mut self) -> bool {
        let Some(schema) = self.schemas.first() else {
            return false;
        };
        let mut adoption = Adoption::new("", &Value::Null, BTreeMap::new());
        self.source.kind = adoption.property("", schema, false).kind;
        adoption.parts.is_empty()
    }

    fn take_list(&mut self) -> bool {
        let PropertyType::Union { types } = &self.source.kind else {
            return false;
        };
        let list = types
            .iter()
            .find(|kind| matches!(kind, PropertyType::Array { .. }))
            .cloned();
        list.is_some_and(|list| {
            self.source.kind = list;
            true
        })
    }
}
