//! What a schema does not allow: a good value with one thing wrong.

use serde_json::{Value, json};
use synth_validate::table::{Keyword, NodeId};

use super::merged::Source;

/// How deep a mistake is looked for.
const DEEPEST: usize = 5;

/// A way to be wrong.
pub(super) struct Mistake {
    /// The kind of constraint that is broken, such as `maxLength`.
    pub(super) kind: &'static str,
    /// The properties with the mistake in them.
    pub(super) properties: Value,
}

/// Every kind of mistake that can be made in `properties`, each once.
pub(super) fn mistakes(source: Source<'_>, root: NodeId, properties: &Value) -> Vec<Mistake> {
    let mut search = Search {
        source,
        whole: properties,
        found: Vec::new(),
    };
    search.look(&[root], properties, "", 0);
    search.found
}

struct Search<'a> {
    source: Source<'a>,
    whole: &'a Value,
    found: Vec<Mistake>,
}

impl Search<'_> {
    fn put(&mut self, kind: &'static str, pointer: &str, value: Value) {
        if self.found.iter().any(|one| one.kind == kind) {
            return;
        }
        let mut properties = self.whole.clone();
        if let Some(place) = properties.pointer_mut(pointer) {
            *place = value;
            self.found.push(Mistake { kind, properties });
        }
    }

    fn look(&mut self, nodes: &[NodeId], value: &Value, pointer: &str, depth: usize) {
        let merged = self.source.merged(nodes);
        // With a choice, what is wrong for one alternative may be right for another.
        if merged.has_choice || depth > DEEPEST {
            return;
        }
        for keyword in &merged.rest {
            self.keyword(keyword, value, pointer);
        }
        if let (Some(kinds), false) = (merged.kinds, pointer.is_empty()) {
            let wrong = if kinds.has("array") || kinds.has("object") {
                json!(7)
            } else {
                json!(["wrong", "kind"])
            };
            let is_document = kinds.has("string") && (kinds.has("object") || kinds.has("array"));
            if !is_document {
                self.put("type", pointer, wrong);
            }
            let is_number = kinds.has("integer") || kinds.has("number");
            if is_number && !kinds.has("string") {
                self.put("number as a word", pointer, json!("many"));
            }
            if kinds.has("boolean") && !kinds.has("string") {
                self.put("boolean as a word", pointer, json!("perhaps"));
            }
        }
        match value {
            Value::Object(entries) => {
                if merged.is_closed {
                    let mut more = entries.clone();
                    more.insert("NoSuchProperty".to_owned(), json!("value"));
                    self.put("additionalProperties", pointer, Value::Object(more));
                }
                for name in merged
                    .required
                    .iter()
                    .filter(|name| entries.contains_key(*name))
                {
                    let mut fewer = entries.clone();
                    fewer.shift_remove(name);
                    self.put("required", pointer, Value::Object(fewer));
                }
                for (name, value) in entries {
                    if let Some(nodes) = merged.properties.get(name) {
                        let name = name.replace('~', "~0").replace('/', "~1");
                        self.look(nodes, value, &format!("{pointer}/{name}"), depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                let unique = merged.rest.contains(&Keyword::UniqueItems);
                if let (true, Some(first)) = (unique, items.first()) {
                    let twice = items.iter().chain([first]).cloned().collect();
                    self.put("uniqueItems", pointer, twice);
                }
                if let Some(item) = items.first() {
                    self.look(&merged.items, item, &format!("{pointer}/0"), depth + 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn keyword(&mut self, keyword: &Keyword, value: &Value, pointer: &str) {
        let block = self.source.block;
        let repeated = |number: u32| "a".repeat(usize::try_from(number).unwrap_or(0) + 1);
        match (keyword, value) {
            (Keyword::Enum(_) | Keyword::EnumAnyCase(_), Value::String(_)) => {
                self.put("enum", pointer, json!("NoSuchValue"));
            }
            (Keyword::Pattern(pattern), Value::String(_)) => {
                let wrong = ["\u{1}", "^ ^", "aws:wrong", ""];
                if let Some(wrong) = wrong
                    .into_iter()
                    .find(|text| !block.matches(*pattern, text))
                {
                    self.put("pattern", pointer, json!(wrong));
                }
            }
            (Keyword::Format(name), Value::String(_))
                if block.text(*name) != "json"
                    && synth_validate::checks_format(block.text(*name)) =>
            {
                self.put("format", pointer, json!("\u{1}"));
            }
            (Keyword::MinLength(least), Value::String(_)) if *least > 0 => {
                self.put("minLength", pointer, json!(""));
            }
            (Keyword::MaxLength(most), Value::String(_)) if *most < 100_000 => {
                self.put("maxLength", pointer, json!(repeated(*most)));
            }
            (Keyword::Minimum(least), Value::Number(_)) => {
                self.put("minimum", pointer, json!(block.number(*least) - 1.0));
            }
            (Keyword::Maximum(most), Value::Number(_)) => {
                self.put("maximum", pointer, json!(block.number(*most) + 1.0));
            }
            (Keyword::MinItems(least), Value::Array(items)) if *least > 0 => {
                let fewer = items
                    .iter()
                    .take(usize::try_from(*least - 1).unwrap_or(0))
                    .cloned();
                self.put("minItems", pointer, fewer.collect());
            }
            (Keyword::MaxItems(most), Value::Array(items)) if *most < 1_000 => {
                if let Some(item) = items.first() {
                    let number = usize::try_from(*most).unwrap_or(0) + 1;
                    self.put("maxItems", pointer, vec![item.clone(); number].into());
                }
            }
            (Keyword::DependentExcluded(groups), Value::Object(entries)) => {
                let pair = groups.iter().find_map(|(name, others)| {
                    let other = others.first()?;
                    Some((block.text(*name), block.text(*other)))
                });
                if let Some((one, other)) = pair {
                    let mut both = entries.clone();
                    both.insert(one.to_owned(), json!("value"));
                    both.insert(other.to_owned(), json!("value"));
                    self.put("dependentExcluded", pointer, Value::Object(both));
                }
            }
            _ => {}
        }
    }
}
