//! What is said of texts, numbers and truths, and of documents that are as long as their text.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each file of `check` has its own keywords and leaves the others alone"
)]

use std::borrow::Cow;

use synth_core::{Json, Problem};

use super::{Checker, Place, Sink, shown};
use crate::format;
use crate::scenario::function;
use crate::table::{Keyword, TextId};

/// A value as CloudFormation passes it on: as text.
pub(super) fn text(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::Text(text) => Some(Cow::Borrowed(text)),
        Json::Bool(_) | Json::Int(_) | Json::Float(_) => Some(Cow::Owned(value.to_compact())),
        Json::Null | Json::Array(_) | Json::Object(_) | Json::Reference(_) | Json::Missing => None,
    }
}

/// The truth that a text stands for.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Float(number) => Some(*number),
        Json::Int(_) | Json::Text(_) => text(value)?.trim().parse().ok(),
        _ => None,
    }
}

impl Checker<'_> {
    /// One keyword about a text, a number or a truth. `beside` are all keywords of the same node.
    pub(super) fn scalar(
        &self,
        keyword: &Keyword,
        beside: &[Keyword],
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        match keyword {
            Keyword::Enum(values) => self.listed(values, false, value, place, sink),
            Keyword::EnumAnyCase(values) => self.listed(values, true, value, place, sink),
            Keyword::Pattern(pattern) => {
                let Some(text) = text(value) else { return };
                if !self.block.matches(*pattern, &text) {
                    sink.report(place, || {
                        let pattern = self.block.pattern(*pattern);
                        problem(
                            place,
                            "property.pattern",
                            value,
                            format!("text that matches {pattern}"),
                        )
                    });
                }
            }
            Keyword::Format(name) => {
                let name = self.block.text(*name);
                let Json::Text(text) = value else { return };
                if !format::has(name, text) {
                    sink.report(place, || {
                        let pattern = format::pattern(name);
                        let allowed = if pattern.is_empty() {
                            format!("text of the format {name}")
                        } else {
                            format!("text of the format {name}, which matches {pattern}")
                        };
                        problem(place, "property.format", value, allowed)
                    });
                }
            }
            Keyword::MinLength(_) | Keyword::MaxLength(_) => {
                let Json::Text(text) = value else { return };
                if let Some(length) = self.length(text, beside) {
                    long(keyword, length, value, place, sink);
                }
            }
            _ => self.range(keyword, beside, value, place, sink),
        }
    }

    /// Lengths hold for a document too, as the text it is sent as.
    pub(super) fn document(
        keyword: &Keyword,
        beside: &[Keyword],
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        let is_document = beside
            .iter()
            .any(|one| matches!(one, Keyword::Kind(kinds) if kinds.has("object")));
        let is_length = matches!(keyword, Keyword::MinLength(_) | Keyword::MaxLength(_));
        if is_length && is_document && !has_function(value) {
            long(
                keyword,
                value.to_compact().chars().count(),
                value,
                place,
                sink,
            );
        }
    }

    /// How long a text is; text that holds a document is as long as the document without white space.
    fn length(&self, text: &str, beside: &[Keyword]) -> Option<usize> {
        let is_json = |one: &Keyword| matches!(one, Keyword::Format(name) if self.block.text(*name) == "json");
        if beside.iter().any(is_json) {
            let document = synth_core::parse(text).ok()?;
            return Some(document.to_compact().chars().count());
        }
        Some(text.chars().count())
    }

    fn listed(
        &self,
        values: &[TextId],
        any_case: bool,
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        let Some(given) = text(value) else { return };
        let given_number = number(value);
        let is_same = |id: &TextId| {
            let allowed = self.block.text(*id);
            allowed == given
                || (any_case && allowed.to_lowercase() == given.to_lowercase())
                || truth(allowed).is_some_and(|allowed| truth(&given) == Some(allowed))
                || matches!(value, Json::Float(_)) && allowed.parse().ok() == given_number
        };
        if values.iter().any(is_same) {
            return;
        }
        sink.report(place, || {
            let values = values.iter().map(|id| self.block.text(*id));
            let fix = match crate::suggest::closest(&given, values.clone()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "give one of these".to_owned(),
            };
            Problem {
                fix,
                ..problem(place, "property.enum", value, one_of(values))
            }
        });
    }

    fn range(
        &self,
        keyword: &Keyword,
        beside: &[Keyword],
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        let Some(given) = number(value) else { return };
        let bound = |id: &TextId| self.block.number(*id);
        let refused = match keyword {
            Keyword::Minimum(least) => given < bound(least),
            Keyword::Maximum(most) => given > bound(most),
            Keyword::ExclusiveMinimum(least) => given <= bound(least),
            Keyword::ExclusiveMaximum(most) => given >= bound(most),
            Keyword::MultipleOf(factor) => {
                let quotient = given / bound(factor);
                (quotient - quotient.round()).abs() > 1e-9
            }
            _ => false,
        };
        if refused {
            sink.report(place, || {
                problem(place, "property.range", value, self.range_of(beside))
            });
        }
    }

    /// The numbers that a node allows, in words.
    pub(crate) fn range_of(&self, keywords: &[Keyword]) -> String {
        let (mut least, mut most, mut rest) = (None, None, Vec::new());
        for keyword in keywords {
            match keyword {
                Keyword::Minimum(id) => least = Some(self.block.text(*id)),
                Keyword::Maximum(id) => most = Some(self.block.text(*id)),
                Keyword::ExclusiveMinimum(id) => {
                    rest.push(format!("more than {}", self.block.text(*id)));
                }
                Keyword::ExclusiveMaximum(id) => {
                    rest.push(format!("less than {}", self.block.text(*id)));
                }
                Keyword::MultipleOf(id) => {
                    rest.push(format!("a multiple of {}", self.block.text(*id)));
                }
                _ => {}
            }
        }
        let range = match (least, most) {
            (Some(least), Some(most)) => Some(format!("{least} to {most}")),
            (Some(least), None) => Some(format!("at least {least}")),
            (None, Some(most)) => Some(format!("at most {most}")),
            (None, None) => None,
        };
        let parts: Vec<_> = range.into_iter().chain(rest).collect();
        parts.join(", ")
    }
}

/// How many allowed values are shown.
const SHOWN: usize = 20;

/// The values as a list for people; of many, the first.
pub(crate) fn one_of<'a>(values: impl Iterator<Item = &'a str> + Clone) -> String {
    let first: Vec<_> = values.clone().take(SHOWN).collect();
    let more = values.count() - first.len();
    let first = first.join(", ");
    if more == 0 {
        first
    } else {
        format!("{first} and {more} more")
    }
}

fn problem(place: &Place<'_>, code: &'static str, value: &Json, allowed: String) -> Problem {
    Problem {
        code,
        message: format!("`{}` does not take this value", place.name()),
        value: shown(value),
        fix: match code {
            "property.enum" => "give one of these".to_owned(),
            "property.pattern" | "property.format" => "give text of this form".to_owned(),
            _ => format!("give {allowed}"),
        },
        allowed,
    }
}

fn long(keyword: &Keyword, length: usize, value: &Json, place: &Place<'_>, sink: &mut Sink) {
    let (refused, allowed) = match keyword {
        Keyword::MinLength(least) => (
            length < *least as usize,
            format!("at least {least} characters"),
        ),
        Keyword::MaxLength(most) => (
            length > *most as usize,
            format!("at most {most} characters"),
        ),
        _ => return,
    };
    if refused {
        sink.report(place, || Problem {
            code: "property.length",
            message: format!("`{}` is {length} characters long", place.name()),
            value: shown(value),
            fix: format!("give {allowed}"),
            allowed,
        });
    }
}

/// Whether part of a document is only known to CloudFormation.
fn has_function(value: &Json) -> bool {
    match value {
        Json::Reference(_) | Json::Missing => true,
        Json::Array(items) => items.iter().any(has_function),
        Json::Object(entries) => {
            function(value).is_some() || entries.iter().any(|(_, value)| has_function(value))
        }
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) | Json::Text(_) => false,
    }
}
