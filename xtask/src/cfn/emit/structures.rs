//! Resources and their parts.

use std::fmt::Write as _;

use super::super::model::{Field, Kind, Resource, Structure, Update};
use super::super::names;
use super::{docs, rust_type};

/// Writes a resource or a part of one: the struct, its constructor, its form in the template.
pub(super) fn write(out: &mut String, resource: &Resource, structure: &Structure) {
    let is_resource = resource
        .structures
        .first()
        .is_some_and(|first| std::ptr::eq(first, structure));
    out.push('\n');
    docs::structure(out, resource, structure, is_resource);
    let name = &structure.rust;
    let _ = writeln!(out, "pub struct {name} {{");
    for field in &structure.fields {
        docs::field(out, resource, structure, is_resource, field);
        let (field, kind) = (names::identifier(&field.name), rust_type(&field.kind));
        let _ = writeln!(out, "pub {field}: §Property<{kind}>,");
    }
    out.push_str("}\n");
    constructor(out, structure);
    data(out, structure);
    if is_resource {
        replacement(out, resource, structure);
    }
}

/// `new` takes what must be given; a structure that needs nothing has a default instead.
///
/// Both name every field: filling the rest from a default costs the compiler three times as much.
fn constructor(out: &mut String, structure: &Structure) {
    let name = &structure.rust;
    let required = || structure.fields.iter().filter(|field| field.required);
    if required().next().is_none() {
        let _ = writeln!(
            out,
            "\nimpl Default for {name} {{\n#[inline]\nfn default() -> Self {{ {} }}\n}}",
            absent(structure)
        );
        return;
    }
    let arguments = required().map(|field| {
        let kind = rust_type(&field.kind);
        format!(
            "{}: impl Into<§Property<{kind}>>",
            names::identifier(&field.name)
        )
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let all = literal(structure, |field| {
        if field.required {
            format!("{}.into()", names::identifier(&field.name))
        } else {
            ABSENT.to_owned()
        }
    });
    let _ = writeln!(
        out,
        "\nimpl {name} {{\n/// With what must be given; the rest is absent.\n#[inline]\n\
         pub fn new({arguments}) -> Self {{\n{all}\n}}\n}}"
    );
}

/// The value of a field that nobody gave.
const ABSENT: &str = "§Property::Absent";

/// A value of the structure without any property.
fn absent(structure: &Structure) -> String {
    literal(structure, |_| ABSENT.to_owned())
}

fn literal(structure: &Structure, value: impl Fn(&Field) -> String) -> String {
    let fields = structure.fields.iter();
    let fields =
        fields.map(|field| format!("{}: {}", names::identifier(&field.name), value(field)));
    format!("Self {{ {} }}", fields.collect::<Vec<_>>().join(", "))
}

/// The ways to and from the template, and what is shown of it.
fn data(out: &mut String, structure: &Structure) {
    let name = &structure.rust;
    let lines = |line: &dyn Fn(&Field, String) -> String| {
        let fields = structure.fields.iter();
        let lines = fields.map(|field| line(field, names::identifier(&field.name)));
        lines.collect::<String>()
    };
    let written = lines(&|field, rust| {
        let verb = if field.required {
            "required"
        } else {
            "optional"
        };
        format!("to.{verb}(\"{}\", &self.{rust});\n", field.name)
    });
    let read =
        lines(&|field, rust| format!("from.field(json, \"{}\", &mut this.{rust});\n", field.name));
    let _ = writeln!(out, "\nimpl §Data for {name} {{");
    if !written.is_empty() {
        let _ = writeln!(
            out,
            "#[inline]\nfn fields(&self, to: &mut §Fields) {{\n{written}}}"
        );
    }
    let this = if read.is_empty() { "this" } else { "mut this" };
    let _ = writeln!(
        out,
        "}}\n\n#[cfg(feature = \"read\")]\nimpl §Read for {name} {{\n#[inline]\n\
         fn read(from: &mut §Reader, json: &§Json) -> §Option<Self> {{\nlet {this} = {};\n\
         from.open(json)?;\n{read}from.close(json)?;\nSome(this)\n}}\n}}",
        absent(structure)
    );
    debug(out, name);
}

/// Shows `name` as it is in the template.
pub(super) fn debug(out: &mut String, name: &str) {
    let _ = writeln!(
        out,
        "\n#[cfg(feature = \"debug\")]\nimpl fmt::Debug for {name} {{\n#[inline]\n\
         fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {{ §Data::debug(self, to) }}\n}}"
    );
}

/// Lists what replaces the resource, so that a comparison of templates can say so.
fn replacement(out: &mut String, resource: &Resource, structure: &Structure) {
    let mut paths = Vec::new();
    collect(
        resource,
        structure,
        "",
        &mut vec![structure.rust.as_str()],
        &mut paths,
    );
    let list = |update: Update| {
        let of_kind = paths.iter().filter(|(_, found)| *found == update);
        of_kind
            .map(|(path, _)| format!("\"{path}\""))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (always, sometimes) = (list(Update::Replaces), list(Update::Sometimes));
    let _ = writeln!(
        out,
        "\nimpl {} {{\n/// Properties whose change replaces the resource, as paths such as `Configuration.Mode`.\n\
         pub const REPLACED_BY: &'static [&'static str] = &[{always}];\n\n\
         /// Properties whose change may replace the resource.\n\
         pub const PERHAPS_REPLACED_BY: &'static [&'static str] = &[{sometimes}];\n}}",
        structure.rust
    );
}

fn collect<'a>(
    resource: &'a Resource,
    structure: &'a Structure,
    prefix: &str,
    open: &mut Vec<&'a str>,
    paths: &mut Vec<(String, Update)>,
) {
    for field in &structure.fields {
        let path = format!("{prefix}{}", field.name);
        if field.update != Update::InPlace {
            paths.push((path, field.update));
            continue;
        }
        let part = part(&field.kind);
        let part = resource
            .structures
            .iter()
            .find(|structure| part == Some(&structure.rust));
        if let Some(part) = part.filter(|part| !open.contains(&part.rust.as_str())) {
            open.push(&part.rust);
            collect(resource, part, &format!("{path}."), open, paths);
            open.pop();
        }
    }
}

fn part(kind: &Kind) -> Option<&String> {
    match kind {
        Kind::Structure { name, .. } => Some(name),
        Kind::List(element) | Kind::Map(element) => part(element),
        Kind::Text
        | Kind::Boolean
        | Kind::Integer
        | Kind::Number
        | Kind::Json
        | Kind::Tag
        | Kind::Id(_)
        | Kind::OneOf(_)
        | Kind::Enum(_)
        | Kind::Union(_) => None,
    }
}
