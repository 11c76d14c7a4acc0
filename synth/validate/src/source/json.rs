//! Where the values of JSON text stand.

use synth_core::{Json, parse};

use super::{Place, ReadError, Reading, Span};

/// Reads JSON.
pub(super) fn read(text: &str) -> Reading {
    let template = parse(text).map_err(|error| {
        let line = text.split_inclusive('\n').take(error.line - 1);
        let start = line.map(str::len).sum::<usize>() + error.column - 1;
        let end = text.len().min(start + 1);
        let fix = "correct the JSON";
        ReadError::new("template.syntax", error.reason, fix, Span { start, end })
    })?;
    let mut scanner = Scanner { text, at: 0 };
    let place = scanner.value(&template, None);
    Ok((template, place, Vec::new()))
}

/// Goes through text that is JSON for certain, along the tree that was read from it.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips white space and the punctuation between values.
    fn skip(&mut self) {
        let rest = self.rest();
        let skipped = rest.trim_start_matches([' ', '\t', '\n', '\r', ',', ':']);
        self.at += rest.len() - skipped.len();
    }

    fn string(&mut self) -> Span {
        let start = self.at;
        let mut escaped = false;
        let inside = self.rest().bytes().skip(1);
        let length = inside
            .take_while(|byte| {
                let ends = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                !ends
            })
            .count();
        self.at = (start + length + 2).min(self.text.len());
        Span {
            start,
            end: self.at,
        }
    }

    fn value(&mut self, value: &Json, name: Option<Span>) -> Place {
        self.skip();
        let start = self.at;
        let mut below = Vec::new();
        let span = match value {
            Json::Object(entries) => {
                self.at += 1;
                for (_, value) in entries {
                    self.skip();
                    let name = self.string();
                    below.push(self.value(value, Some(name)));
                }
                self.close(start)
            }
            Json::Array(items) => {
                self.at += 1;
                below.extend(items.iter().map(|item| self.value(item, None)));
                self.close(start)
            }
            Json::Text(_) => self.string(),
            Json::Null
            | Json::Bool(_)
            | Json::Int(_)
            | Json::Float(_)
            | Json::Reference(_)
            | Json::Missing => {
                let rest = self.rest();
                let ends = |symbol: char| symbol.is_whitespace() || ",]}".contains(symbol);
                self.at += rest.find(ends).unwrap_or(rest.len());
                Span {
                    start,
                    end: self.at,
                }
            }
        };
        Place {
            name: name.unwrap_or(span),
            value: span,
            below,
            by_name: super::by_name(value.entries().unwrap_or_default()),
        }
    }

    fn close(&mut self, start: usize) -> Span {
        self.skip();
        self.at += 1;
        Span {
            start,
            end: start + 1,
        }
    }
}
