//! Last changes to the properties of a resource.

use crate::json::Json;
use crate::options::Override;
use crate::problem::Problem;

/// Applies `change` to `properties`, or says why its path leads nowhere.
pub(crate) fn apply(properties: &mut Json, change: Override) -> Result<(), Problem> {
    let Override { path, value } = change;
    let steps: Vec<&str> = path.split('.').collect();
    match place(properties, &steps) {
        Some(place) => {
            put(place.0, place.1, value);
            Ok(())
        }
        None => Err(Problem {
            code: "core.override-path",
            message: "there is nothing at this place to override".to_owned(),
            value: path.to_string(),
            allowed: "names of properties and positions in lists, joined by dots".to_owned(),
            fix: "compare the path with the properties in the template".to_owned(),
        }),
    }
}

/// The object or list in which the last step of the path is, and that step.
fn place<'t, 'p>(tree: &'t mut Json, steps: &[&'p str]) -> Option<(&'t mut Json, &'p str)> {
    let (first, rest) = steps.split_first()?;
    if first.is_empty() {
        return None;
    }
    if rest.is_empty() {
        return can_hold(tree, first).then_some((tree, *first));
    }
    let next = match tree {
        Json::Object(entries) => {
            let at = entries
                .iter()
                .position(|(name, _)| name == first)
                .unwrap_or_else(|| {
                    entries.push(((*first).to_owned().into(), Json::Object(Vec::new())));
                    entries.len() - 1
                });
            &mut entries.get_mut(at)?.1
        }
        Json::Array(items) => items.get_mut(first.parse::<usize>().ok()?)?,
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Text(_)
        | Json::Reference(_)
        | Json::Missing => return None,
    };
    place(next, rest)
}

/// Whether `tree` has, or can be given, something at `step`: one past the end of a list appends.
fn can_hold(tree: &Json, step: &str) -> bool {
    match tree {
        Json::Object(_) => true,
        Json::Array(items) => step
            .parse()
            .is_ok_and(|position: usize| position <= items.len()),
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Text(_)
        | Json::Reference(_)
        | Json::Missing => false,
    }
}

/// Puts a value at the last step of a path; nothing takes away what is there.
pub(crate) fn put(tree: &mut Json, step: &str, value: Option<Json>) {
    match (tree, value) {
        (Json::Object(entries), None) => entries.retain(|(name, _)| name != step),
        (Json::Object(entries), Some(value)) => {
            match entries.iter_mut().find(|(name, _)| name == step) {
                Some((_, old)) => *old = value,
                None => entries.push((step.to_owned().into(), value)),
            }
        }
        (Json::Array(items), value) => {
            let position: usize = step.parse().unwrap_or(items.len());
            match (items.get_mut(position), value) {
                (Some(old), Some(value)) => *old = value,
                (Some(_), None) => drop(items.remove(position)),
                (None, value) => items.extend(value),
            }
        }
        _ => {}
    }
}
