//! The types by their names, for programs that read templates.

use std::fmt::Write as _;

use super::super::model::Model;
use super::{HEADER, place};

/// `registry.rs`.
pub(super) fn table(model: &Model) -> String {
    let mut out = format!(
        "{HEADER}//! The resource types by name, those of the features that are on.\n\n\
         use synth_core::{{Json, Override, Resource, read}};\n\n\
         /// Reads the object under `Properties` as a type and writes it again; beside it what the type has no place for.\n\
         pub type Rewrite = fn(&Json) -> Option<(Json, Vec<Override>)>;\n\n\
         fn rewrite<R: Resource + synth_core::Read>(json: &Json) -> Option<(Json, Vec<Override>)> {{\n\
         let (resource, leftovers) = read::<R>(json)?;\n\
         Some((resource.to_json(), leftovers))\n}}\n\n\
         /// Every type, in order of name. Compiled where it is called, so a program that does not call it pays nothing.\n\
         #[inline]\npub fn types() -> &'static [(&'static str, Rewrite)] {{\n&[\n"
    );
    let of_services = model.services.iter();
    let resources = of_services.flat_map(|(service, found)| {
        let names = found.resources.keys();
        names.map(move |name| (name, service))
    });
    let mut resources: Vec<_> = resources.collect();
    resources.sort();
    for (name, service) in resources {
        let (feature, (module, rust)) = (model.feature(service), place(name));
        let _ = writeln!(
            out,
            "#[cfg(feature = \"{feature}\")]\n(\"{name}\", rewrite::<crate::{module}::{rust}>),"
        );
    }
    out.push_str("]\n}\n");
    out
}
