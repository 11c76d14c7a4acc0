//! Objects of YAML while they are read: each name once, and what is merged behind.

use std::collections::BTreeMap;

use synth_core::{Json, Text};

use super::{Place, ReadError, Span, line_and_column};

/// What a value weighs beside its text, roughly the bytes that it takes.
pub(super) const VALUE_WEIGHT: usize = 32;

/// A value that has ended.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) json: Json,
    pub(super) place: Place,
    pub(super) depth: usize,
    pub(super) weight: usize,
}

#[derive(Default)]
pub(super) struct Object {
    pub(super) entries: Vec<(Text, Node)>,
    /// Where each name stands.
    names: BTreeMap<String, usize>,
    /// The name whose value comes next, and whether it is `<<`.
    pub(super) name: Option<(String, Span, bool)>,
    /// What is merged into it, with the least important last.
    pub(super) merged: Vec<Node>,
}

impl Object {
    /// Takes a name, whose value comes next.
    pub(super) fn start(
        &mut self,
        text: &str,
        node: &Node,
        at: Span,
        is_plain: bool,
    ) -> Result<(), ReadError> {
        let Some(name) = node.json.as_text() else {
            let message = "a name has to be text";
            let fix = "put a word before the colon";
            return Err(ReadError::new("template.syntax", message, fix, at));
        };
        let merges = is_plain && name == "<<";
        if let Some(first) = self.names.insert(name.to_owned(), at.start)
            && !merges
        {
            let (line, _) = line_and_column(text, first);
            let message = format!("the name `{name}` is used twice, first on line {line}");
            let fix = "take one of the two out";
            return Err(ReadError::new("template.taken-name", message, fix, at));
        }
        self.name = Some((name.to_owned(), at, merges));
        Ok(())
    }

    /// The entries and, behind them, what is merged and has no entry of its own; and what all that was merged weighs.
    pub(super) fn entries(self) -> (Vec<(Text, Node)>, usize) {
        let (mut entries, mut names) = (self.entries, self.names);
        let mut merged_weight = 0;
        for merged in self.merged {
            merged_weight += merged.weight;
            let (several, places) = if let Json::Array(items) = merged.json {
                (items, merged.place.below)
            } else {
                (vec![merged.json], vec![merged.place])
            };
            for (json, place) in several.into_iter().zip(places) {
                let Json::Object(more) = json else { continue };
                for ((name, json), place) in more.into_iter().zip(place.below) {
                    if names.insert(name.to_string(), 0).is_none() {
                        let node = Node {
                            json,
                            place,
                            depth: merged.depth,
                            // Counted with all that came along with it.
                            weight: 0,
                        };
                        entries.push((name, node));
                    }
                }
            }
        }
        (entries, merged_weight)
    }
}
