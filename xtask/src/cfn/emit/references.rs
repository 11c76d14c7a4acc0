//! What identifies what.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::database::Relation;
use super::super::model::{Choice, Model, Resource};
use super::super::names;
use super::{HEADER, attributes, place};

/// The path of a marker, as every file of the crate sees it.
pub(super) fn path(relation: &Relation) -> String {
    let (service, name) = (place(&relation.resource).0, marker(relation));
    format!("refs::{service}::{name}")
}

/// The name of the marker of an attribute.
pub(in super::super) fn marker(relation: &Relation) -> String {
    let (_, resource) = place(&relation.resource);
    names::owned(&resource, &relation.attribute.replace('.', ""))
}

/// The module of all markers.
pub(super) fn markers(model: &Model) -> String {
    let mut services: BTreeMap<String, Vec<&Relation>> = BTreeMap::new();
    for kind in &model.kinds {
        services
            .entry(place(&kind.resource).0)
            .or_default()
            .push(kind);
    }
    let mut out = String::from(HEADER);
    out.push_str(
        "//! What an identifier identifies: `Id<refs::ec2::VpcId>` is the id of a VPC, and nothing else fits there.\n\
         //!\n//! Always compiled, so that a property can ask for the identifier of a type whose feature is off.\n",
    );
    for (service, kinds) in services {
        let _ = writeln!(
            out,
            "\n/// Identifiers of the resources in `{service}`.\npub mod {service} {{"
        );
        for kind in kinds {
            let name = marker(kind);
            let _ = writeln!(
                out,
                "/// The `{}` of an `{}`.\npub enum {name} {{}}\n",
                kind.attribute, kind.resource
            );
        }
        out.push_str("}\n");
    }
    out
}

/// The marker of a property that takes several identifiers, and what it takes.
pub(super) fn choice(
    out: &mut String,
    model: &Model,
    service: &str,
    resource: &Resource,
    choice: &Choice,
) {
    let marker = &choice.rust;
    let _ = writeln!(
        out,
        "\n/// What identifies the `{}` of an `{}`.\npub enum {marker} {{}}",
        choice.of, resource.name
    );
    for relation in &choice.accepts {
        let _ = writeln!(out, "\nimpl §Accepts<{}> for {marker} {{}}", path(relation));
    }
    // Where one resource has two identifiers that fit, its handle stands for the first.
    let mut done = BTreeSet::new();
    for relation in &choice.accepts {
        let (module, rust) = place(&relation.resource);
        let given = model
            .services
            .get(&module)
            .and_then(|found| found.resources.get(&relation.resource));
        let Some(given) = given.filter(|given| given.gives(&relation.attribute)) else {
            continue;
        };
        if !done.insert(&relation.resource) {
            continue;
        }
        let condition = if module == service {
            String::new()
        } else {
            format!("#[cfg(feature = \"{}\")]\n", model.feature(&module))
        };
        let source = format!("crate::{module}::{rust}");
        let target = format!("§OneOf<{marker}>");
        attributes::identifies(
            out,
            &target,
            &source,
            given,
            &relation.attribute,
            &condition,
        );
    }
}
