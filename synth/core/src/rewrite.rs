//! Changing properties through their type, without touching what was not changed.

use crate::data::Resource;
use crate::json::{Json, Text};
use crate::read::{Read, read};

/// Reads `properties` as `R`, lets `change` change that, and writes the difference back. No when they are no `R`.
///
/// What the type has no place for stays, and so does the order of names; where nothing changes, so does every byte.
pub(crate) fn change<R: Resource + Read>(
    properties: &mut Json,
    change: impl FnOnce(&mut R),
) -> bool {
    let Some((mut resource, _)) = read::<R>(properties) else {
        return false;
    };
    let before = resource.to_json();
    change(&mut resource);
    *properties = merge(std::mem::take(properties), &before, resource.to_json());
    true
}

/// What was `written`, with the change that leads from `before` to `after`.
fn merge(written: Json, before: &Json, after: Json) -> Json {
    if *before == after {
        return written;
    }
    match (written, before, after) {
        (Json::Object(written), Json::Object(_), Json::Object(after)) => {
            Json::Object(entries(written, before, after))
        }
        (Json::Array(written), Json::Array(before), Json::Array(after)) => {
            Json::Array(items(written, before, after))
        }
        (_, _, after) => after,
    }
}

fn entries(
    written: Vec<(Text, Json)>,
    before: &Json,
    mut after: Vec<(Text, Json)>,
) -> Vec<(Text, Json)> {
    let mut merged = Vec::with_capacity(after.len());
    for (name, value) in written {
        let known = before.get(&name);
        match after.iter().position(|(other, _)| *other == name) {
            Some(at) => {
                let (name, after) = after.remove(at);
                let value = merge(value, known.unwrap_or(&Json::Missing), after);
                merged.push((name, value));
            }
            // What the type does not know was not taken out either.
            None if known.is_none() => merged.push((name, value)),
            None => {}
        }
    }
    // A property that is required and was not written is missing to nobody but the type.
    merged.extend(
        after
            .into_iter()
            .filter(|(name, value)| before.get(name) != Some(value)),
    );
    merged
}

/// Items that stayed the same are as they were written, wherever they are now; others change at their place.
fn items(written: Vec<Json>, before: &[Json], after: Vec<Json>) -> Vec<Json> {
    let as_many = before.len() == after.len();
    let mut written: Vec<Option<Json>> = written.into_iter().map(Some).collect();
    let mut same = |position: usize, item: &Json| {
        let here = std::iter::once(position).chain(0..before.len());
        let mut equal = here.filter(|at| before.get(*at) == Some(item));
        equal.find_map(|at| written.get_mut(at)?.take())
    };
    let kept = after
        .iter()
        .enumerate()
        .map(|(position, item)| same(position, item));
    let kept: Vec<Option<Json>> = kept.collect();
    let mut merged = Vec::with_capacity(after.len());
    for (position, (item, kept)) in after.into_iter().zip(kept).enumerate() {
        let changed = before.get(position).filter(|_| as_many && kept.is_none());
        let changed = changed.and_then(|before| Some((written.get_mut(position)?.take()?, before)));
        merged.push(match (kept, changed) {
            (Some(kept), _) => kept,
            (None, Some((written, before))) => merge(written, before, item),
            (None, None) => item,
        });
    }
    merged
}
