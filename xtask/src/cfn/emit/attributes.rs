//! What a resource gives: its type, its `Ref`, its attributes, and where it fits.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::database::Relation;
use super::super::model::{Kind, Model, Resource};
use super::super::names;
use super::{docs, place, references, rust_type};

/// What a handle can do whatever it stands for. An attribute of the same name gets `_attribute` behind it.
const OF_EVERY_HANDLE: &[&str] = &[
    "attribute_named",
    "clone",
    "clone_into",
    "deref",
    "fmt",
    "into",
    "logical_id",
    "origin",
    "path",
    "reference",
    "to_owned",
    "try_into",
];

/// Writes the attributes and traits of a resource.
pub(super) fn write(out: &mut String, model: &Model, resource: &Resource) {
    let (_, rust) = place(&resource.name);
    let attributes = methods(out, resource, &rust);
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
         type Ref = {reference};\ntype Attributes = {attributes};\n}}"
    );
    for kind in kinds {
        let target = format!("§Id<{}>", references::path(kind));
        identifies(out, &target, &rust, resource, &kind.attribute, "");
    }
}

/// Writes the struct with a method for each attribute, and gives its name.
fn methods(out: &mut String, resource: &Resource, rust: &str) -> String {
    if resource.attributes.is_empty() {
        return "§Origin".to_owned();
    }
    let structures = resource.structures.iter().map(|part| &part.rust);
    let enums = resource.enums.iter().map(|listed| &listed.rust);
    let choices = resource.choices.iter().map(|choice| &choice.rust);
    let unions = resource.unions.iter().map(|union| &union.rust);
    let taken: BTreeSet<&String> = structures
        .chain(enums)
        .chain(choices)
        .chain(unions)
        .collect();
    let mut name = format!("{rust}Attributes");
    while taken.contains(&name) {
        name.push('2');
    }
    let _ = writeln!(
        out,
        "\n/// What `Fn::GetAtt` returns for an `{}`, on its [`Handle`](synth_core::Handle).\n\
         pub struct {name}(§Origin);\n\n\
         impl §Attributes for {name} {{\n\
         #[inline]\nfn of(origin: §Origin) -> Self {{ Self(origin) }}\n\
         #[inline]\nfn origin(&self) -> &§Origin {{ &self.0 }}\n}}\n\nimpl {name} {{",
        resource.name
    );
    for attribute in &resource.attributes {
        let name = &attribute.name;
        docs::write(
            out,
            &attribute.documentation,
            &format!("`{name}`, which AWS does not describe."),
        );
        let method = method(&attribute.rust);
        let kind = rust_type(&attribute.kind);
        // Items that are text travel to other stacks as one text; others cannot be written so.
        let is_list = matches!(&attribute.kind, Kind::List(item) if **item == Kind::Text);
        let call = if is_list { "list" } else { "attribute" };
        let _ = writeln!(
            out,
            "#[inline]\npub fn {method}(&self) -> §Value<{kind}> {{ self.0.{call}(\"{name}\") }}"
        );
    }
    out.push_str("}\n");
    name
}

/// The method for an attribute.
fn method(attribute: &str) -> String {
    if OF_EVERY_HANDLE.contains(&attribute) {
        return format!("{attribute}_attribute");
    }
    names::escape(attribute.to_owned())
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
