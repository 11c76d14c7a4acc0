//! What a value refers to.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only some kinds of value matter here"
)]

use std::collections::BTreeMap;

use synth_core::{Json, Text};

use crate::canonical::is_function;

/// Something of a template that can be referred to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// A resource or parameter.
    Named(String),
    /// A mapping.
    Mapping(String),
    /// A condition.
    Condition(String),
}

/// Calls `see` with everything that is referred to below `value`, and the names and `*` that lead there. A function
/// stands where what it gives stands.
pub(crate) fn each(value: &Json, steps: &mut Vec<String>, see: &mut dyn FnMut(Target, &[String])) {
    match value {
        Json::Array(items) => {
            steps.push("*".to_owned());
            for item in items {
                each(item, steps, see);
            }
            steps.pop();
        }
        Json::Object(entries) => {
            if let [(name, argument)] = entries.as_slice()
                && is_function(name)
            {
                function(name, argument, steps, see);
                return;
            }
            for (name, value) in entries {
                steps.push(name.clone().into_owned());
                each(value, steps, see);
                steps.pop();
            }
        }
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Text(_)
        | Json::Reference(_)
        | Json::Missing => {}
    }
}

fn function(
    name: &str,
    argument: &Json,
    steps: &mut Vec<String>,
    see: &mut dyn FnMut(Target, &[String]),
) {
    let first = || argument.items().and_then(<[Json]>::first);
    let own = |text: &str| text.split('.').next().unwrap_or_default().to_owned();
    match name {
        "Ref" => {
            if let Some(id) = argument.as_text() {
                see(Target::Named(id.to_owned()), steps);
            }
        }
        "Fn::GetAtt" => {
            if let Some(id) = argument.as_text().or_else(|| first()?.as_text()) {
                see(Target::Named(own(id)), steps);
            }
        }
        "Condition" => {
            if let Some(id) = argument.as_text() {
                see(Target::Condition(id.to_owned()), steps);
            }
        }
        "Fn::Sub" => {
            let text = argument.as_text().or_else(|| first()?.as_text());
            let names = argument.items().and_then(|items| items.get(1));
            for id in synth_core::substituted(text.unwrap_or_default()) {
                if names.and_then(|names| names.get(id)).is_none() {
                    see(Target::Named(own(id)), steps);
                }
            }
        }
        "Fn::FindInMap" => {
            if let Some(id) = first().and_then(Json::as_text) {
                see(Target::Mapping(id.to_owned()), steps);
            }
        }
        "Fn::If" => {
            if let Some(id) = first().and_then(Json::as_text) {
                see(Target::Condition(id.to_owned()), steps);
            }
        }
        _ => {}
    }
    let inside = match argument {
        Json::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    for value in inside {
        if let (Json::Object(names), "Fn::Sub") = (value, name) {
            for (_, value) in names {
                each(value, steps, see);
            }
        } else {
            each(value, steps, see);
        }
    }
}

/// The value with references to the names of `ids` going to others.
pub(crate) fn renamed(value: Json, ids: &BTreeMap<String, String>) -> Json {
    match value {
        Json::Array(items) => items
            .into_iter()
            .map(|item| renamed(item, ids))
            .collect::<Vec<_>>()
            .into(),
        Json::Object(entries) => {
            let is_single = entries.len() == 1;
            let entry = |(name, value): (Text, Json)| {
                let value = match (name.as_ref(), value) {
                    ("Ref", Json::Text(id)) if is_single => renamed_id(id, ids).into(),
                    ("Fn::GetAtt", value) if is_single => renamed_attribute(value, ids),
                    ("Fn::Sub", Json::Text(text)) => renamed_text(&text, ids).into(),
                    ("Fn::Sub", Json::Array(mut pair)) => {
                        if let Some(Json::Text(text)) = pair.first_mut() {
                            *text = renamed_text(text, ids).into();
                        }
                        renamed(Json::Array(pair), ids)
                    }
                    ("DependsOn", Json::Text(id)) => renamed_id(id, ids).into(),
                    ("DependsOn", Json::Array(all)) => {
                        let id = |id| match id {
                            Json::Text(id) => renamed_id(id, ids).into(),
                            other => other,
                        };
                        Json::Array(all.into_iter().map(id).collect())
                    }
                    (_, value) => renamed(value, ids),
                };
                (name, value)
            };
            Json::Object(entries.into_iter().map(entry).collect())
        }
        other => other,
    }
}

fn renamed_id(id: Text, ids: &BTreeMap<String, String>) -> Text {
    match ids.get(id.as_ref()) {
        Some(new) => Text::Owned(new.clone()),
        None => id,
    }
}

fn renamed_attribute(value: Json, ids: &BTreeMap<String, String>) -> Json {
    match value {
        Json::Text(path) => match path
            .split_once('.')
            .and_then(|(id, rest)| Some((ids.get(id)?, rest)))
        {
            Some((id, rest)) => [id, ".", rest].concat().into(),
            None => Json::Text(path),
        },
        Json::Array(mut pair) => {
            if let Some(Json::Text(id)) = pair.first_mut() {
                *id = renamed_id(id.clone(), ids);
            }
            Json::Array(pair)
        }
        other => other,
    }
}

fn renamed_text(text: &str, ids: &BTreeMap<String, String>) -> String {
    let mut pieces = text.split("${");
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(['.', '}']).unwrap_or(piece.len());
        let (id, rest) = piece.split_at(end);
        whole.extend(["${", ids.get(id.trim()).map_or(id, String::as_str), rest]);
    }
    whole
}
