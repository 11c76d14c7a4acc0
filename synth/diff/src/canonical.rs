//! When two values are the same to CloudFormation: each has one canonical form.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only some kinds of value have more than one form"
)]

use std::collections::BTreeMap;

use synth_core::{Json, Text};

use crate::schema::Spot;

/// The canonical form of a value at a place in a schema.
///
/// Names in alphabetical order, sets too; nothing where `AWS::NoValue` is; text that is put together as one `Fn::Join`
/// without a delimiter, or as text where all of it is known; numbers and booleans as the schema has them.
pub(crate) fn canonical(value: &Json, spot: &Spot) -> Json {
    match value {
        Json::Object(entries) => {
            if let Some(whole) = text(value) {
                return whole;
            }
            if let [(name, argument)] = entries.as_slice()
                && is_function(name)
            {
                // The branches of a condition stand where the function does.
                let inside = if name == "Fn::If" {
                    spot
                } else {
                    &Spot::default()
                };
                let argument = match (name.as_ref(), argument) {
                    ("Fn::GetAtt", Json::Text(path)) => match path.split_once('.') {
                        Some((id, attribute)) => Json::array([id.to_owned(), attribute.to_owned()]),
                        None => argument.clone(),
                    },
                    (_, Json::Array(items)) => {
                        Json::Array(items.iter().map(|item| canonical(item, inside)).collect())
                    }
                    (_, argument) => canonical(argument, inside),
                };
                return Json::Object(vec![(name.clone(), argument)]);
            }
            let is_document = value.get("Statement").is_some();
            let is_statement = value.get("Effect").is_some();
            let entries = entries.iter().filter(|(_, value)| !is_absent(value));
            let sorted: BTreeMap<Text, Json> = entries
                .map(|(name, value)| {
                    let mut value = canonical(value, &spot.property(name));
                    // One statement, action or principal may stand without its list.
                    let is_loose = is_document && name == "Statement"
                        || is_statement && is_part_of_statement(name);
                    if is_loose {
                        value = set(value, name.ends_with("Principal"));
                    }
                    (name.clone(), value)
                })
                .collect();
            Json::Object(sorted.into_iter().collect())
        }
        Json::Array(items) => {
            let item = spot.item();
            let items = items.iter().filter(|item| !is_absent(item));
            let mut items: Vec<Json> = items.map(|one| canonical(one, &item)).collect();
            if spot.is_set() || are_tags(&items) {
                items.sort_by_cached_key(Json::to_compact);
            }
            Json::Array(items)
        }
        Json::Float(number) => whole(*number).map_or_else(|| value.clone(), |it| scalar(it, spot)),
        Json::Reference(_) => synth_core::parse(&value.to_compact()).unwrap_or_default(),
        other => scalar(other.clone(), spot),
    }
}

/// Whether this is a list of tags, whose order no service keeps.
fn are_tags(items: &[Json]) -> bool {
    let is_name = |name: &Text| matches!(name.as_ref(), "Key" | "Value" | "PropagateAtLaunch");
    items.iter().all(|item| {
        let names = item.entries().unwrap_or_default();
        item.get("Key").is_some() && names.iter().all(|(name, _)| is_name(name))
    })
}

fn is_part_of_statement(name: &str) -> bool {
    matches!(
        name,
        "Action" | "NotAction" | "Resource" | "NotResource" | "Principal" | "NotPrincipal"
    )
}

/// A list whose order says nothing, of one item too. The kinds of principals are a list each.
fn set(value: Json, of_principals: bool) -> Json {
    match value {
        Json::Array(mut items) => {
            items.sort_by_cached_key(Json::to_compact);
            items.dedup();
            Json::Array(items)
        }
        Json::Object(kinds) if of_principals && !is_single(&kinds) => Json::Object(
            kinds
                .into_iter()
                .map(|(kind, who)| (kind, set(who, false)))
                .collect(),
        ),
        other => Json::Array(vec![other]),
    }
}

fn is_single(entries: &[(Text, Json)]) -> bool {
    matches!(entries, [(name, _)] if is_function(name))
}

/// Whether an object with this name alone is an intrinsic function.
pub(crate) fn is_function(name: &str) -> bool {
    name == "Ref" || name == "Condition" || name.starts_with("Fn::")
}

/// Whether this is an intrinsic function.
pub(crate) fn is_intrinsic(value: &Json) -> bool {
    value.entries().is_some_and(is_single)
}

/// `AWS::NoValue`, and what is not given.
fn is_absent(value: &Json) -> bool {
    matches!(value, Json::Missing)
        || value.get("Ref").and_then(Json::as_text) == Some("AWS::NoValue")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "only numbers that come back the same are taken"
)]
fn whole(number: f64) -> Option<Json> {
    let int = number as i64;
    (number.abs() < 9e15 && int as f64 == number).then_some(Json::Int(int))
}

/// A text, number or boolean as the schema has it.
fn scalar(value: Json, spot: &Spot) -> Json {
    if !spot.is_known() || matches!(value, Json::Null) {
        return value;
    }
    let kinds = spot.kinds();
    let takes_text = kinds.contains("string");
    match &value {
        Json::Text(text) if !takes_text => {
            let takes_number = kinds.contains("integer") || kinds.contains("number");
            match text.as_ref() {
                "true" if kinds.contains("boolean") => true.into(),
                "false" if kinds.contains("boolean") => false.into(),
                text if takes_number => match synth_core::parse(text) {
                    Ok(Json::Float(number)) => whole(number).unwrap_or(Json::Float(number)),
                    Ok(Json::Int(number)) => Json::Int(number),
                    _ => value,
                },
                _ => value,
            }
        }
        Json::Bool(_) | Json::Int(_) | Json::Float(_)
            if takes_text
                && !["boolean", "integer", "number"]
                    .iter()
                    .any(|it| kinds.contains(it)) =>
        {
            value.to_compact().into()
        }
        _ => value,
    }
}

/// The canonical form of a function that puts text together out of a list that is known.
fn text(value: &Json) -> Option<Json> {
    let mut parts = Vec::new();
    if !append(value, &mut parts)
        || !matches!(value.entries(), Some([(name, _)]) if name != "Ref" && name != "Fn::GetAtt")
    {
        return None;
    }
    Some(match parts.as_slice() {
        [] => Json::text(""),
        [only] => only.clone(),
        _ => Json::Object(vec![(
            "Fn::Join".into(),
            Json::Array(vec![Json::text(""), Json::Array(parts)]),
        )]),
    })
}

/// Adds what `value` is put together of; says whether it is a text or puts one together.
fn append(value: &Json, parts: &mut Vec<Json>) -> bool {
    if let Some(text) = value.as_text() {
        literal(text, parts);
        return true;
    }
    let Some([(name, argument)]) = value.entries() else {
        return false;
    };
    match name.as_ref() {
        "Fn::Join" => {
            let Some([delimiter, Json::Array(items)]) = argument.items() else {
                return false;
            };
            let Some(delimiter) = delimiter.as_text() else {
                return false;
            };
            let items = items.iter().filter(|item| !is_absent(item));
            for (position, item) in items.enumerate() {
                if position > 0 {
                    literal(delimiter, parts);
                }
                if !append(item, parts) {
                    parts.push(canonical(item, &Spot::default()));
                }
            }
            true
        }
        "Fn::Sub" => match argument {
            Json::Text(text) => substitute(text, None, parts),
            Json::Array(pair) => match pair.as_slice() {
                [Json::Text(text), names] => substitute(text, Some(names), parts),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

fn literal(text: &str, parts: &mut Vec<Json>) {
    if text.is_empty() {
        return;
    }
    if let Some(Json::Text(last)) = parts.last_mut() {
        last.to_mut().push_str(text);
    } else {
        parts.push(Json::text(text.to_owned()));
    }
}

fn substitute(text: &str, names: Option<&Json>, parts: &mut Vec<Json>) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        literal(before, parts);
        let Some((name, after)) = after.split_once('}') else {
            literal("${", parts);
            rest = after;
            continue;
        };
        rest = after;
        let name = name.trim();
        if let Some(text) = name.strip_prefix('!') {
            literal(&["${", text, "}"].concat(), parts);
        } else if let Some(value) = names.and_then(|names| names.get(name)) {
            if !append(value, parts) {
                parts.push(canonical(value, &Spot::default()));
            }
        } else {
            let part = match name.split_once('.') {
                Some((id, attribute)) => Json::object([(
                    "Fn::GetAtt",
                    Json::array([id.to_owned(), attribute.to_owned()]),
                )]),
                None => Json::object([("Ref", Json::text(name.to_owned()))]),
            };
            parts.push(part);
        }
    }
    literal(rest, parts);
    true
}
