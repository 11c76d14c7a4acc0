//! Values of several types.

use std::fmt::Write as _;

use super::super::model::{Alternative, Kind, Union};
use super::rust_type;
use super::structures::debug;

/// Writes a union: a variant for each alternative, any of which converts into it.
pub(super) fn write(out: &mut String, union: &Union) {
    let name = &union.rust;
    let _ = writeln!(out, "\n/// What `{}` takes.\npub enum {name} {{", union.of);
    for Alternative { rust, kind } in &union.alternatives {
        let _ = writeln!(
            out,
            "/// {}.\n{rust}({}),",
            description(kind),
            rust_type(kind)
        );
    }
    out.push_str("}\n");
    let _ = writeln!(
        out,
        "\nimpl §Data for {name} {{\n#[inline]\nfn to_json(&self) -> §Json {{\nmatch self {{"
    );
    for Alternative { rust, .. } in &union.alternatives {
        let _ = writeln!(out, "Self::{rust}(value) => §Data::to_json(value),");
    }
    out.push_str("}\n}\n}\n");
    let _ = writeln!(
        out,
        "\n#[cfg(feature = \"read\")]\nimpl §Read for {name} {{\n#[inline]\n\
         fn read(from: &mut §Reader, json: &§Json) -> §Option<Self> {{"
    );
    for (at, Alternative { rust, .. }) in union.alternatives.iter().enumerate() {
        let found = format!("from.alternative(json).map(Self::{rust})");
        let _ = if at == 0 {
            writeln!(out, "{found}")
        } else {
            writeln!(out, ".or_else(|| {found})")
        };
    }
    out.push_str("}\n}\n");
    debug(out, name);
    for alternative in &union.alternatives {
        conversion(out, name, alternative);
    }
}

fn conversion(out: &mut String, name: &str, alternative: &Alternative) {
    let Alternative { rust, kind } = alternative;
    // Text goes through `FromText`, so that a literal needs one `into` and not two.
    if *kind == Kind::Text {
        let _ = writeln!(
            out,
            "\nimpl §FromText for {name} {{\n#[inline]\n\
             fn from_text(text: &str) -> Self {{ Self::{rust}(text.to_owned()) }}\n}}"
        );
    }
    let kind = rust_type(kind);
    let _ = writeln!(
        out,
        "\nimpl From<{kind}> for {name} {{\n#[inline]\n\
         fn from(value: {kind}) -> Self {{ Self::{rust}(value) }}\n}}"
    );
}

fn description(kind: &Kind) -> String {
    match kind {
        Kind::Text | Kind::Id(_) | Kind::OneOf(_) | Kind::Enum(_) => "Text".to_owned(),
        Kind::Boolean => "True or false".to_owned(),
        Kind::Integer => "A whole number".to_owned(),
        Kind::Number => "A number".to_owned(),
        Kind::Json => "Anything".to_owned(),
        Kind::Tag => "A tag".to_owned(),
        Kind::Union(name) | Kind::Structure { name, .. } => format!("A [`{name}`]"),
        Kind::List(_) => "A list".to_owned(),
        Kind::Map(_) => "A map".to_owned(),
    }
}
