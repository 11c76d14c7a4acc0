//! Names that are not the resource's own, where AWS may have called a part of it the same.

use super::super::model::Resource;

/// Stands before every such name until a file is complete.
const MARK: char = '§';

/// Every such name, and its path where a part of the resource has taken the name.
const NAMES: &[(&str, &str)] = &[
    ("Accepts", "synth_core::Accepts"),
    ("Attributes", "synth_core::Attributes"),
    ("Box", "std::boxed::Box"),
    ("Data", "synth_core::Data"),
    ("Fields", "synth_core::Fields"),
    ("FromText", "synth_core::FromText"),
    ("Identifies", "synth_core::Identifies"),
    ("Id", "synth_core::Id"),
    ("Json", "synth_core::Json"),
    ("List", "synth_core::List"),
    ("Listed", "synth_core::Listed"),
    ("Map", "synth_core::Map"),
    ("OneOf", "synth_core::OneOf"),
    ("Option", "std::option::Option"),
    ("Origin", "synth_core::Origin"),
    ("Property", "synth_core::Property"),
    ("Read", "synth_core::Read"),
    ("Reader", "synth_core::Reader"),
    ("Resource", "synth_core::Resource"),
    ("String", "std::string::String"),
    ("Tag", "crate::Tag"),
    ("Value", "synth_core::Value"),
    ("Values", "synth_core::Values"),
];

/// Replaces the marked names: bare, or by their path.
pub(super) fn resolve(text: &str, resource: &Resource) -> String {
    let structures = resource
        .structures
        .iter()
        .map(|structure| structure.rust.as_str());
    let enums = resource.enums.iter().map(|listed| listed.rust.as_str());
    let choices = resource.choices.iter().map(|choice| choice.rust.as_str());
    let unions = resource.unions.iter().map(|union| union.rust.as_str());
    let own: Vec<&str> = structures
        .chain(enums)
        .chain(choices)
        .chain(unions)
        .collect();
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split(MARK);
    out.extend(pieces.next());
    for piece in pieces {
        let end = piece
            .find(|symbol: char| !symbol.is_ascii_alphanumeric())
            .unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, path)) if own.contains(&name) => out.push_str(path),
            Some(_) => out.push_str(name),
            None => {
                // The sign itself, in a text of AWS.
                out.push(MARK);
                out.push_str(name);
            }
        }
        out.push_str(rest);
    }
    out
}
