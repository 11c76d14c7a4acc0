//! Texts with known values.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::limits::code;
use super::super::model::Enum;
use super::super::names;

/// Writes an enum: a variant for each value, and one for what AWS adds before this crate does.
pub(super) fn write(out: &mut String, listed: &Enum) {
    let name = &listed.rust;
    let variants = variants(&listed.values);
    let _ = writeln!(
        out,
        "\n/// Values of `{}`.\n#[derive(Debug, Clone, PartialEq, Eq)]\npub enum {name} {{",
        listed.of
    );
    for (variant, value) in &variants {
        let _ = writeln!(out, "/// {}.\n{variant},", code(value));
    }
    out.push_str("/// A value that this release does not know.\nOther(§Text),\n}\n");
    let _ = writeln!(
        out,
        "\nimpl {name} {{\n/// The value, as AWS writes it.\n#[inline]\npub fn text(&self) -> §Text {{\nmatch self {{"
    );
    for (variant, value) in &variants {
        let _ = writeln!(out, "Self::{variant} => §Text::Borrowed({value:?}),");
    }
    out.push_str("Self::Other(text) => text.clone(),\n}\n}\n}\n");
    let _ = writeln!(
        out,
        "\nimpl §FromText for {name} {{\n#[inline]\nfn from_text(text: &str) -> Self {{\nmatch text {{"
    );
    for (variant, value) in &variants {
        let _ = writeln!(out, "{value:?} => Self::{variant},");
    }
    out.push_str("other => Self::Other(other.to_owned().into()),\n}\n}\n}\n");
    let _ = writeln!(
        out,
        "\nimpl §Data for {name} {{\n#[inline]\nfn to_json(&self) -> §Json {{ §Json::Text(self.text()) }}\n}}"
    );
}

/// A variant for each value. Values that differ in nothing that Rust can name are numbered.
pub(in super::super) fn variants(values: &[String]) -> Vec<(String, &str)> {
    let mut taken = BTreeSet::new();
    let named = values.iter().map(|value| {
        let base = names::variant(value);
        let mut name = base.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}{number}");
            number += 1;
        }
        (name, value.as_str())
    });
    named.collect()
}
