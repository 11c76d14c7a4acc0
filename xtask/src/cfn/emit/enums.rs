//! Texts with known values.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::limits::code;
use super::super::model::Enum;
use super::super::names;

/// Writes an enum: a variant for each value, and the table that says how AWS writes them.
pub(super) fn write(out: &mut String, listed: &Enum) {
    let name = &listed.rust;
    let variants = variants(&listed.values);
    let _ = writeln!(
        out,
        "\n/// Values of `{}`.\n#[derive(Clone, Copy)]\npub enum {name} {{",
        listed.of
    );
    for (variant, value) in &variants {
        let _ = writeln!(out, "/// {}.\n{variant},", code(value));
    }
    let all = variants.iter();
    let all = all.map(|(variant, value)| format!("(Self::{variant}, {value:?})"));
    let all = all.collect::<Vec<_>>().join(", ");
    let _ = writeln!(
        out,
        "}}\n\nimpl §Values for {name} {{\nconst ALL: &'static [(Self, &'static str)] = &[{all}];\n}}"
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
