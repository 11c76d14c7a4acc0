//! A value that a schema allows: the smallest, or one with everything in it.

use serde_json::{Map, Value, json};
use synth_validate::table::{Keyword, NodeId, Trait};

use super::merged::{Merged, Source};
use super::{samples, strings};

/// How much of what may be there is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// What must be there.
    Smallest,
    /// All of it, down to so many levels.
    Deep(usize),
}

impl Size {
    fn below(self) -> Self {
        match self {
            Self::Deep(levels) if levels > 1 => Self::Deep(levels - 1),
            Self::Deep(_) | Self::Smallest => Self::Smallest,
        }
    }
}

/// Makes values of one type.
pub(super) struct Maker<'a> {
    pub(super) source: Source<'a>,
    /// Levels that were entered; a structure that holds itself ends somewhere.
    depth: usize,
    /// The way down, by names and `*`.
    path: Vec<String>,
}

/// No schema needs more levels than this.
const DEEPEST: usize = 24;

impl<'a> Maker<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        Self {
            source,
            depth: 0,
            path: Vec::new(),
        }
    }

    /// The value at `name`, below the properties of the type.
    pub(super) fn property(&mut self, name: &str, nodes: &[NodeId], size: Size) -> Option<Value> {
        self.path.push(name.to_owned());
        let value = self.value(nodes, size, 0);
        self.path.pop();
        value
    }

    /// A value that all of `nodes` allow. Another `variant` is another value, where there are several.
    pub(super) fn value(&mut self, nodes: &[NodeId], size: Size, variant: usize) -> Option<Value> {
        if self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let mut nodes = nodes.to_vec();
        nodes.extend(self.rules());
        let merged = self.source.merged(&nodes);
        let value = self.of(&merged, size, variant);
        self.depth -= 1;
        value
    }

    /// The rules beside the schema that hold here.
    fn rules(&self) -> Vec<NodeId> {
        let text = |id: &u32| self.source.block.text(*id);
        let rules = self.source.schema.rules.iter();
        let here = rules.filter(|rule| rule.path.iter().map(text).eq(self.path.iter()));
        here.map(|rule| rule.node).collect()
    }

    fn of(&mut self, merged: &Merged, size: Size, variant: usize) -> Option<Value> {
        if merged.rest.contains(&Keyword::Never) {
            return None;
        }
        let is = |kind| merged.kinds.is_none_or(|kinds| kinds.has(kind));
        let says = |test: fn(&Keyword) -> bool| merged.rest.iter().any(test);
        if says(|one| matches!(one, Keyword::Enum(_) | Keyword::EnumAnyCase(_))) {
            return self.listed(merged, variant);
        }
        let has_names = !merged.properties.is_empty()
            || !merged.names.is_empty()
            || !merged.additional.is_empty();
        if is("object") && (has_names || !is("string")) {
            return self.object(merged, size);
        }
        if is("array") && (!merged.items.is_empty() || !is("string")) {
            return self.list(merged, size);
        }
        if is("string") {
            return self.text(merged, size, variant).map(Value::from);
        }
        if is("integer") || is("number") {
            return self.number(merged, is("integer"), variant);
        }
        is("boolean").then_some(json!(true))
    }

    fn listed(&self, merged: &Merged, variant: usize) -> Option<Value> {
        let lists = merged.rest.iter().filter_map(|one| match one {
            Keyword::Enum(values) | Keyword::EnumAnyCase(values) => Some(values),
            _ => None,
        });
        let lists: Vec<_> = lists.collect();
        let first = lists.first()?;
        let common: Vec<_> = first
            .iter()
            .filter(|value| lists.iter().all(|list| list.contains(value)))
            .collect();
        let text = self
            .source
            .block
            .text(**common.get(variant % common.len().max(1))?);
        let is = |kind| merged.kinds.is_some_and(|kinds| kinds.has(kind));
        if is("string") || merged.kinds.is_none() {
            return Some(json!(text));
        }
        serde_json::from_str(text).ok()
    }

    fn object(&mut self, merged: &Merged, size: Size) -> Option<Value> {
        let mut entries = Map::new();
        for (name, nodes) in &merged.properties {
            let is_required = merged.required.contains(name);
            let is_wanted = size != Size::Smallest && self.may_be_set(name);
            if !is_required && !is_wanted {
                continue;
            }
            match self.property(name, nodes, size.below()) {
                Some(value) => {
                    entries.insert(name.clone(), value);
                }
                None if is_required => return None,
                None => {}
            }
        }
        let least = merged.rest.iter().find_map(|one| match one {
            Keyword::MinProperties(least) => usize::try_from(*least).ok(),
            _ => None,
        });
        let wanted = least.unwrap_or(0).max(usize::from(size != Size::Smallest));
        for variant in 0..wanted.saturating_sub(entries.len()) {
            if let Some((pattern, node)) = merged.names.first() {
                let source = self.source;
                let fits = |text: &str| {
                    source.block.matches(*pattern, text) && !entries.contains_key(text)
                };
                let name = strings::matching(source.block.pattern(*pattern), variant, fits)?;
                self.path.push("*".to_owned());
                let value = self.value(&[*node], size.below(), 0);
                self.path.pop();
                entries.insert(name, value?);
            } else if !merged.additional.is_empty() {
                let value = self.value(&merged.additional, size.below(), 0)?;
                entries.insert(format!("Key{variant}"), value);
            } else if !merged.is_closed && merged.properties.is_empty() {
                entries.insert(format!("Key{variant}"), json!("Value"));
            }
        }
        let is_complete = merged
            .required
            .iter()
            .all(|name| entries.contains_key(name));
        is_complete.then_some(Value::Object(entries))
    }

    /// Whether a property below the current path is more than something to be read.
    fn may_be_set(&self, name: &str) -> bool {
        let path = || self.path.iter().map(String::as_str).chain([name]);
        !self.source.schema.traits.iter().any(|(held, of)| {
            let refused = matches!(held, Trait::ReadOnly | Trait::Deprecated);
            refused && of.iter().map(|id| self.source.block.text(*id)).eq(path())
        })
    }

    fn list(&mut self, merged: &Merged, size: Size) -> Option<Value> {
        let bound = |test: fn(&Keyword) -> Option<u32>| merged.rest.iter().find_map(test);
        let least = bound(|one| match one {
            Keyword::MinItems(least) => Some(*least),
            _ => None,
        });
        let most = bound(|one| match one {
            Keyword::MaxItems(most) => Some(*most),
            _ => None,
        });
        let least = usize::try_from(least.unwrap_or(0)).ok()?;
        let most = most.map_or(usize::MAX, |most| {
            usize::try_from(most).unwrap_or(usize::MAX)
        });
        let wanted = match size {
            Size::Smallest => least,
            Size::Deep(_) => least.max(1),
        };
        self.path.push("*".to_owned());
        let mut items: Vec<Value> = Vec::new();
        let mut variant = 0;
        while items.len() < wanted.min(most) && variant < 200 {
            let item = match merged.items.as_slice() {
                [] => Some(json!(format!("item{variant}"))),
                nodes => self.value(nodes, size.below(), variant),
            };
            items.extend(item.filter(|item| !items.contains(item)));
            variant += 1;
        }
        self.path.pop();
        (items.len() >= least).then_some(Value::Array(items))
    }

    fn text(&self, merged: &Merged, size: Size, variant: usize) -> Option<String> {
        let (mut least, mut most) = (0, usize::MAX);
        let mut patterns = Vec::new();
        let mut formats = Vec::new();
        for keyword in &merged.rest {
            match keyword {
                Keyword::MinLength(length) => least = least.max(usize::try_from(*length).ok()?),
                Keyword::MaxLength(length) => most = most.min(usize::try_from(*length).ok()?),
                Keyword::Pattern(pattern) => patterns.push(*pattern),
                Keyword::Format(name) => formats.push(self.source.block.text(*name)),
                _ => {}
            }
        }
        let block = self.source.block;
        let fits = |text: &str| {
            let length = text.chars().count();
            length >= least
                && length <= most
                && patterns.iter().all(|one| block.matches(*one, text))
        };
        let samples = formats
            .iter()
            .filter_map(|format| samples::of(format, variant));
        if let Some(sample) = samples.into_iter().find(|sample| fits(sample)) {
            return Some(sample);
        }
        let wanted = match size {
            Size::Smallest => least,
            Size::Deep(_) => most.min(64),
        };
        let plain = [format!("a{variant}"), "a".to_owned(), "1".to_owned()];
        let padded =
            |text: &String| format!("{text}{}", "a".repeat(wanted.saturating_sub(text.len())));
        let padded = plain.iter().map(padded).chain(plain.iter().cloned());
        if let Some(text) = padded.into_iter().find(|text| fits(text)) {
            return Some(text);
        }
        let pattern = patterns.first()?;
        strings::matching(block.pattern(*pattern), least + variant, fits)
    }

    fn number(&self, merged: &Merged, is_integer: bool, variant: usize) -> Option<Value> {
        let block = self.source.block;
        let (mut least, mut most, mut factor) = (f64::NEG_INFINITY, f64::INFINITY, 1.0_f64);
        for keyword in &merged.rest {
            match keyword {
                Keyword::Minimum(id) => least = least.max(block.number(*id)),
                Keyword::ExclusiveMinimum(id) => least = least.max(block.number(*id) + 1.0),
                Keyword::Maximum(id) => most = most.min(block.number(*id)),
                Keyword::ExclusiveMaximum(id) => most = most.min(block.number(*id) - 1.0),
                Keyword::MultipleOf(id) => factor = block.number(*id),
                _ => {}
            }
        }
        let start = if least.is_finite() {
            least
        } else {
            most.min(1.0)
        };
        let step = u32::try_from(variant).map(f64::from).unwrap_or_default();
        let number = (start / factor).ceil() * factor + step * factor;
        let number = if number > most { start } else { number };
        if is_integer || number.fract() == 0.0 {
            return format!("{number:.0}").parse::<i64>().ok().map(Value::from);
        }
        Some(json!(number))
    }
}
