//! What a resource gives: its type, its `Ref`, its attributes, and where it fits.

use std::fmt::Write as _;

use super::super::database::Relation;
use super::super::model::{Model, Resource};
use super::{docs, place, references, rust_type};

/// Writes the constants and traits of a resource.
pub(super) fn write(out: &mut String, model: &Model, resource: &Resource) {
    let (_, rust) = place(&resource.name);
    constants(out, resource, &rust);
    let kinds = model
        .kinds
        .iter()
        .filter(|kind| kind.resource == resource.name);
    let is_reference = |kind: &&Relation| Some(&kind.attribute) == resource.reference.as_ref();
    let reference = kinds.clone().find(is_reference);
    let reference = reference.map_or("§String".to_owned(), |kind| {
        format!("§Id<{}>", references::path(kind))
    });
    let name = &resource.name;
    let _ = writeln!(
        out,
        "\nimpl §Resource for {rust} {{\nconst TYPE: &'static str = \"{name}\";\n\
         type Ref = {reference};\n}}"
    );
    for kind in kinds {
        let target = format!("§Id<{}>", references::path(kind));
        identifies(out, &target, &rust, resource, &kind.attribute, "");
    }
}

fn constants(out: &mut String, resource: &Resource, rust: &str) {
    if resource.attributes.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "\n/// Attributes, for [`Handle::attribute`](synth_core::Handle::attribute).\nimpl {rust} {{"
    );
    for attribute in &resource.attributes {
        let name = &attribute.name;
        docs::write(
            out,
            &attribute.documentation,
            &format!("`{name}`, which AWS does not describe."),
        );
        let constant = attribute.rust.to_ascii_uppercase();
        let kind = rust_type(&attribute.kind);
        let _ = writeln!(
            out,
            "pub const {constant}: §Attribute<Self, {kind}> = §Attribute::new(\"{name}\");\n"
        );
    }
    out.push_str("}\n");
}

/// Lets a handle stand where its identifier is asked for.
pub(super) fn identifies(
    out: &mut String,
    target: &str,
    source: &str,
    resource: &Resource,
    attribute: &str,
    condition: &str,
) {
    let by = if resource.reference.as_deref() == Some(attribute) {
        "None".to_owned()
    } else {
        format!("Some(\"{attribute}\")")
    };
    let _ = writeln!(
        out,
        "\n{condition}impl §Identifies<{target}> for {source} {{\n\
         const ATTRIBUTE: §Option<&'static str> = {by};\n}}"
    );
}
