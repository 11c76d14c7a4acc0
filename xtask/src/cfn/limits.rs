//! What cfn-lint says of a property beyond its type, as lines of documentation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::counts::Says;
use super::database::{Database, PropertyType, Relation, Resource};
use super::draft::DraftProperty;
use super::{relations, schemas};

/// A text of more values than this stays text. Ten of the 4,400 lists in cfn-lint 1.58 are longer: instance types, which
/// AWS adds to every month, the numbers of X12 documents, and countries, where a name such as `Us` helps nobody.
const MOST_VALUES: usize = 200;

impl DraftProperty {
    /// The schemas of what the property, its list or its map holds.
    fn element_schemas(&self) -> Vec<Value> {
        let innermost = |node: &Value| {
            let mut node = node.clone();
            while let Some(items) = node.get("items") {
                node = items.clone();
            }
            node
        };
        self.schemas.iter().map(innermost).collect()
    }

    /// Every value that one of the sources lists, the database's first; nothing unless it is text.
    pub(super) fn allowed_values(&self) -> Vec<String> {
        let PropertyType::String { allowed_values } = self.source.kind.element() else {
            return Vec::new();
        };
        let mut values = allowed_values.clone().unwrap_or_default();
        let others = self
            .element_schemas()
            .iter()
            .flat_map(schemas::allowed)
            .collect::<Vec<_>>();
        values.extend(others.into_iter().chain(self.values.iter().cloned()));
        let mut spellings = BTreeSet::new();
        values.retain(|value| spellings.insert(spelling(value)));
        if values.len() > MOST_VALUES {
            Vec::new()
        } else {
            values
        }
    }

    /// Whether a source lists values.
    pub(super) fn has_values(&self) -> bool {
        !self.allowed_values().is_empty()
    }

    /// Every attribute that one of the sources says it takes.
    pub(super) fn relations(&self) -> Vec<Relation> {
        let mut relations = self.source.relationship_refs.clone();
        for relation in self.element_schemas().iter().flat_map(schemas::relations) {
            if !relations.contains(&relation) {
                relations.push(relation);
            }
        }
        relations.retain(|relation| !self.unrelated.contains(relation));
        relations
    }

    /// What both sources and the fixups together say of it.
    pub(super) fn says(&self, database: &Database, resource: &Resource, own: Option<&str>) -> Says {
        let is_text = matches!(
            self.source.kind.element(),
            PropertyType::String { .. } | PropertyType::DateTime
        );
        if self.has_values() {
            Says::Values
        } else if is_text
            && !relations::taken(database, resource, own, &self.relations()).is_empty()
        {
            Says::Relation
        } else {
            Says::Nothing
        }
    }

    /// Its ranges, lengths, patterns and numbers to choose from. What differs from place to place is left out.
    pub(super) fn limits(&self) -> Vec<String> {
        let own: Vec<_> = self.schemas.iter().map(|node| lines(node)).collect();
        let mut limits = agreed(&own);
        let is_list = matches!(self.source.kind, PropertyType::Array { .. });
        if is_list {
            let elements: Vec<_> = self.element_schemas().iter().map(lines).collect();
            limits.extend(
                agreed(&elements)
                    .into_iter()
                    .map(|line| format!("Each: {line}")),
            );
        }
        if let PropertyType::Integer {
            allowed_values: Some(values),
        } = &self.source.kind
        {
            let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
            limits.push(format!("Allowed: {}", values.join(", ")));
        }
        limits
    }
}

/// What values have in common that are one to AWS: cfn-lint lists `FORWARD` and `forward`, the database `lowest-price`
/// and `lowestPrice`. The first one listed stands for all; the others remain possible as what the enum does not know.
fn spelling(value: &str) -> String {
    let separates = |symbol: char| matches!(symbol, '-' | '_' | ' ');
    value.replace(separates, "").to_ascii_lowercase()
}

/// The lines that no place contradicts; a place that does not say anything does not contradict.
fn agreed(places: &[Vec<(&'static str, String)>]) -> Vec<String> {
    let mut lines: Vec<(&str, &str, bool)> = Vec::new();
    for (label, text) in places.iter().flatten() {
        match lines.iter_mut().find(|(known, ..)| known == label) {
            Some((_, known, same)) => *same &= known == text,
            None => lines.push((*label, text.as_str(), true)),
        }
    }
    let agreed = lines.into_iter().filter(|(.., same)| *same);
    agreed
        .map(|(label, text, _)| format!("{label}: {text}"))
        .collect()
}

fn lines(node: &Value) -> Vec<(&'static str, String)> {
    let ranges = [
        ("Length", "minLength", "maxLength"),
        ("Range", "minimum", "maximum"),
        ("Items", "minItems", "maxItems"),
    ];
    let mut lines = Vec::new();
    for (label, least, most) in ranges {
        let bound = |name: &str| node.get(name).filter(|value| value.is_number());
        let text = match (bound(least), bound(most)) {
            (Some(least), Some(most)) if least == most => format!("{least}"),
            (Some(least), Some(most)) => format!("{least} to {most}"),
            (Some(least), None) if least.as_f64() == Some(0.0) => continue,
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => continue,
        };
        lines.push((label, text));
    }
    // cfn-lint writes the end of the text as Python does.
    if let Some(pattern) = node.get("pattern").and_then(Value::as_str) {
        lines.push(("Pattern", code(&pattern.replace("\\Z", "$"))));
    }
    let format = node.get("format").and_then(Value::as_str);
    if let Some(format) = format.filter(|format| format.starts_with("ipv")) {
        lines.push(("Format", code(format)));
    }
    lines
}

/// A code span that may hold back quotes.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}
