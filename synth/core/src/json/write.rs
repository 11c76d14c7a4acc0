//! Writing a tree as JSON text. The bytes depend on the tree alone.

use std::fmt::Write as _;

use super::Json;
use crate::reference::{Form, Reference};

pub(super) fn compact(value: &Json) -> String {
    written(String::new(), value, None, 0)
}

/// Adds `value` to `text`, in which `depth` levels are open.
pub(super) fn pretty(text: String, value: &Json, indent: usize, depth: usize) -> String {
    written(text, value, Some(indent), depth)
}

fn written(text: String, value: &Json, indent: Option<usize>, depth: usize) -> String {
    let mut writer = Writer {
        text,
        indent,
        depth,
    };
    writer.value(value);
    writer.text
}

/// What stands between two elements is copied from here in one go.
const BETWEEN: &str = ",\n                                ";

struct Writer {
    text: String,
    /// Spaces a level, or nothing for one line.
    indent: Option<usize>,
    depth: usize,
}

impl Writer {
    fn value(&mut self, value: &Json) {
        match value {
            Json::Bool(true) => self.text.push_str("true"),
            Json::Bool(false) => self.text.push_str("false"),
            Json::Int(number) => self.display(number),
            Json::Float(number) if number.is_finite() => self.display(number),
            Json::Float(_) | Json::Null | Json::Missing => self.text.push_str("null"),
            Json::Text(text) => self.quoted(text),
            Json::Array(items) => self.array(items),
            Json::Object(entries) => self.object(entries),
            Json::Reference(reference) => self.reference(reference),
        }
    }

    fn display(&mut self, number: impl std::fmt::Display) {
        // Writing to a `String` cannot fail.
        let _ = write!(self.text, "{number}");
    }

    fn array(&mut self, items: &[Json]) {
        if items.is_empty() {
            return self.text.push_str("[]");
        }
        self.text.push('[');
        self.depth += 1;
        for (position, item) in items.iter().enumerate() {
            self.separate(position);
            self.value(item);
        }
        self.close(']');
    }

    fn object(&mut self, entries: &[(super::Text, Json)]) {
        if entries.is_empty() {
            return self.text.push_str("{}");
        }
        self.text.push('{');
        self.depth += 1;
        for (position, (name, value)) in entries.iter().enumerate() {
            self.separate(position);
            self.name(name);
            self.value(value);
        }
        self.close('}');
    }

    fn reference(&mut self, reference: &Reference) {
        let id = reference.target().logical_id();
        match reference.form() {
            Form::Ref => self.pair("Ref", id),
            Form::Condition => self.pair("Condition", id),
            Form::Name => self.quoted(id),
            Form::Attribute(attribute) | Form::List(attribute) => {
                self.text.push('{');
                self.depth += 1;
                self.separate(0);
                self.name("Fn::GetAtt");
                self.text.push('[');
                self.depth += 1;
                self.separate(0);
                self.quoted(id);
                self.separate(1);
                self.quoted(attribute);
                self.close(']');
                self.close('}');
            }
        }
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.text.push('{');
        self.depth += 1;
        self.separate(0);
        self.name(name);
        self.quoted(value);
        self.close('}');
    }

    fn name(&mut self, name: &str) {
        self.quoted(name);
        self.text
            .push_str(if self.indent.is_some() { ": " } else { ":" });
    }

    /// Starts the element at `position`: the comma after the one before, and a line of its own.
    fn separate(&mut self, position: usize) {
        self.new_line(if position > 0 { "," } else { "" });
    }

    fn close(&mut self, bracket: char) {
        self.depth -= 1;
        self.new_line("");
        self.text.push(bracket);
    }

    /// `comma` and, over several lines, a line break and the indentation.
    fn new_line(&mut self, comma: &str) {
        let Some(indent) = self.indent else {
            return self.text.push_str(comma);
        };
        let spaces = indent * self.depth;
        if let Some(between) = BETWEEN.get(1 - comma.len()..2 + spaces) {
            self.text.push_str(between);
        } else {
            self.text.push_str(comma);
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', spaces));
        }
    }

    fn quoted(&mut self, text: &str) {
        self.text.reserve(text.len() + 2);
        self.text.push('"');
        if has_special(text.as_bytes()) {
            self.escape(text);
        } else {
            self.text.push_str(text);
        }
        self.text.push('"');
    }

    fn escape(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(is_special) {
            let (plain, special) = rest.split_at(at);
            self.text.push_str(plain);
            let mut symbols = special.chars();
            if let Some(symbol) = symbols.next() {
                self.escaped(symbol);
            }
            rest = symbols.as_str();
        }
        self.text.push_str(rest);
    }

    fn escaped(&mut self, symbol: char) {
        match symbol {
            '"' => self.text.push_str("\\\""),
            '\\' => self.text.push_str("\\\\"),
            '\n' => self.text.push_str("\\n"),
            '\r' => self.text.push_str("\\r"),
            '\t' => self.text.push_str("\\t"),
            other => {
                let _ = write!(self.text, "\\u{:04x}", u32::from(other));
            }
        }
    }
}

/// Whether any byte is special. Almost no text has one, so this looks at eight bytes at a time.
fn has_special(bytes: &[u8]) -> bool {
    let any = |found, word: &[u8; 8]| found | special_in(u64::from_le_bytes(*word));
    match bytes.last_chunk() {
        Some(last) => bytes.as_chunks().0.iter().fold(any(0, last), any) != 0,
        None => bytes.iter().copied().any(is_special),
    }
}

/// The highest bit of each byte of `word` that is special, and possibly of bytes above one that is.
///
/// Subtracting from each byte borrows its highest bit just when the byte was smaller, see
/// <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>.
fn special_in(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let less = |word: u64, than: u8| word.wrapping_sub(ONES * u64::from(than)) & !word;
    let is = |byte: u8| less(word ^ (ONES * u64::from(byte)), 1);
    (less(word, b' ') | is(b'"') | is(b'\\')) & HIGH
}

/// Whether JSON escapes it. All of these are single bytes that are part of no other character.
fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}
