//! What is different between two models, a line each.

use std::collections::{BTreeMap, BTreeSet};

use super::emit;
use super::model::{Field, Kind, Model, Resource, Update};

/// What changed from `old` to `new`, by the name of what it is about: `+` is new, `-` is gone, `~` is another.
///
/// What is new or gone as a whole is one line, without its parts.
pub(super) fn changes(old: &Model, new: &Model) -> Vec<String> {
    let (old, new) = (resources(old), resources(new));
    let mut lines = Vec::new();
    compare(&mut lines, "", &old, &new, |lines, name, old, new| {
        properties(lines, name, old, new);
        let attributes = |resource: &Resource| {
            let attributes = resource.attributes.iter();
            attributes
                .map(|attribute| (attribute.name.clone(), text(&attribute.kind)))
                .collect()
        };
        let (old, new): (BTreeMap<_, _>, BTreeMap<_, _>) = (attributes(old), attributes(new));
        let scope = format!("{name} attribute ");
        compare(lines, &scope, &old, &new, |lines, name, old, new| {
            retyped(lines, name, old, new);
        });
    });
    lines
}

/// Compares what has a name on both sides; what has it on one side only is new or gone.
fn compare<T>(
    lines: &mut Vec<String>,
    scope: &str,
    old: &BTreeMap<String, T>,
    new: &BTreeMap<String, T>,
    mut both: impl FnMut(&mut Vec<String>, &str, &T, &T),
) {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let path = format!("{scope}{name}");
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => both(lines, &path, old, new),
            (None, _) => lines.push(format!("+ {path}")),
            (_, None) => lines.push(format!("- {path}")),
        }
    }
}

fn resources(model: &Model) -> BTreeMap<String, &Resource> {
    let resources = model.resources();
    resources
        .map(|resource| (resource.name.clone(), resource))
        .collect()
}

fn properties(lines: &mut Vec<String>, name: &str, old: &Resource, new: &Resource) {
    let (old_parts, new_parts) = (parts(old), parts(new));
    let scope = format!("{name} part ");
    compare(
        lines,
        &scope,
        &old_parts,
        &new_parts,
        |lines, path, was, is| {
            // The first part is the resource itself, which has no name of its own.
            let scope = format!("{}.", path.replace(" part ", ".").trim_end_matches('.'));
            compare(lines, &scope, was, is, |lines, path, was, is| {
                property(lines, path, (was, values(old, was)), (is, values(new, is)));
            });
        },
    );
}

/// The properties of a resource under no name, and those of its parts under theirs.
fn parts(resource: &Resource) -> BTreeMap<String, BTreeMap<String, &Field>> {
    let structures = resource.structures.iter().enumerate();
    let parts = structures.map(|(position, structure)| {
        let name = if position == 0 {
            String::new()
        } else {
            structure.rust.clone()
        };
        let fields = structure.fields.iter();
        let fields = fields.map(|field| (field.name.clone(), field));
        (name, fields.collect())
    });
    parts.collect()
}

type Side<'a> = (&'a Field, BTreeSet<&'a str>);

fn property(lines: &mut Vec<String>, path: &str, (was, old): Side<'_>, (is, new): Side<'_>) {
    retyped(lines, path, &text(&was.kind), &text(&is.kind));
    if was.required != is.required {
        let now = if is.required { "required" } else { "optional" };
        lines.push(format!("~ {path}: {now}"));
    }
    if was.update != is.update {
        let (was, is) = (update(was.update), update(is.update));
        lines.push(format!("~ {path}: {is}, was {was}"));
    }
    let list = |values: Vec<&&str>| values.into_iter().copied().collect::<Vec<_>>().join(", ");
    let (added, removed) = (
        list(new.difference(&old).collect()),
        list(old.difference(&new).collect()),
    );
    if !added.is_empty() {
        lines.push(format!("~ {path}: also {added}"));
    }
    if !removed.is_empty() {
        lines.push(format!("~ {path}: no longer {removed}"));
    }
}

fn retyped(lines: &mut Vec<String>, path: &str, was: &str, is: &str) {
    if was != is {
        lines.push(format!("~ {path}: {is}, was {was}"));
    }
}

/// The values of the enum that a property takes.
fn values<'a>(resource: &'a Resource, field: &Field) -> BTreeSet<&'a str> {
    let name = innermost(&field.kind);
    let listed = resource
        .enums
        .iter()
        .filter(|listed| Some(&listed.rust) == name);
    listed
        .flat_map(|listed| listed.values.iter().map(String::as_str))
        .collect()
}

fn innermost(kind: &Kind) -> Option<&String> {
    match kind {
        Kind::Enum(name) => Some(name),
        Kind::List(element) | Kind::Map(element) => innermost(element),
        Kind::Text
        | Kind::Boolean
        | Kind::Integer
        | Kind::Number
        | Kind::Json
        | Kind::Tag
        | Kind::Id(_)
        | Kind::OneOf(_)
        | Kind::Union(_)
        | Kind::Structure { .. } => None,
    }
}

fn text(kind: &Kind) -> String {
    emit::bare_type(kind)
}

fn update(update: Update) -> &'static str {
    match update {
        Update::InPlace => "changed in place",
        Update::Sometimes => "perhaps replacing the resource",
        Update::Replaces => "replacing the resource",
    }
}
