//! Structures that would hold themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Kind, Structure};

/// Boxes every field through which a structure would hold itself without a list or a map between.
pub(super) fn box_cycles(structures: &mut [Structure]) {
    let mut holds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for structure in structures.iter() {
        let held = structure
            .fields
            .iter()
            .filter_map(|field| held(&field.kind));
        holds.insert(structure.rust.clone(), held.map(str::to_owned).collect());
    }
    for structure in structures {
        for field in &mut structure.fields {
            if let Kind::Structure { name, boxed } = &mut field.kind {
                *boxed = reaches(&holds, name, &structure.rust);
            }
        }
    }
}

fn held(kind: &Kind) -> Option<&str> {
    if let Kind::Structure { name, .. } = kind {
        Some(name)
    } else {
        None
    }
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
