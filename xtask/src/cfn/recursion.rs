//! Structures that would hold themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Kind, Resource};

/// Boxes every structure through which a type would hold itself without a list or a map between.
pub(super) fn box_cycles(resource: &mut Resource) {
    let mut holds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (owner, kind) in kinds(resource) {
        if let Kind::Structure { name, .. } | Kind::Union(name) = &*kind {
            let held = holds.entry(owner.to_owned()).or_default();
            held.insert(name.clone());
        }
    }
    for (owner, kind) in kinds(resource) {
        if let Kind::Structure { name, boxed } = kind {
            *boxed = reaches(&holds, name, owner);
        }
    }
}

/// What each structure and each union holds.
fn kinds(resource: &mut Resource) -> impl Iterator<Item = (&str, &mut Kind)> {
    let of_structures = resource.structures.iter_mut().flat_map(|structure| {
        let owner = structure.rust.as_str();
        let kinds = structure.fields.iter_mut().map(|field| &mut field.kind);
        kinds.map(move |kind| (owner, kind))
    });
    let of_unions = resource.unions.iter_mut().flat_map(|union| {
        let owner = union.rust.as_str();
        let kinds = union.alternatives.iter_mut();
        kinds.map(move |alternative| (owner, &mut alternative.kind))
    });
    of_structures.chain(of_unions)
}

fn reaches(holds: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            open.extend(holds.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
