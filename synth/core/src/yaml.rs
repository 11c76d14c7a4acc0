//! Writing a tree as YAML: block style, and quotes wherever a reader could take text for something else.

use std::fmt::Write as _;

use crate::json::Json;

/// The tree as a YAML document, with a final line break.
pub(crate) fn write(tree: &Json) -> String {
    let mut text = String::new();
    if !block(&mut text, tree, 0) {
        leaf(&mut text, tree);
    }
    text
}

/// Writes a list or an object that has elements; says whether `tree` is one. The first line is indented already.
fn block(text: &mut String, tree: &Json, depth: usize) -> bool {
    if let Some(entries) = tree.entries().filter(|entries| !entries.is_empty()) {
        mapping(text, entries, depth);
    } else if let Some(items) = tree.items().filter(|items| !items.is_empty()) {
        sequence(text, items, depth);
    } else {
        return false;
    }
    true
}

fn mapping(text: &mut String, entries: &[(crate::json::Text, Json)], depth: usize) {
    for (position, (name, value)) in entries.iter().enumerate() {
        if position > 0 {
            indent(text, depth);
        }
        plain_or_quoted(text, name);
        text.push(':');
        if is_block(value) {
            text.push('\n');
            indent(text, depth + 1);
            block(text, value, depth + 1);
        } else {
            text.push(' ');
            leaf(text, value);
        }
    }
}

fn is_block(tree: &Json) -> bool {
    tree.entries().is_some_and(|entries| !entries.is_empty())
        || tree.items().is_some_and(|items| !items.is_empty())
}

fn sequence(text: &mut String, items: &[Json], depth: usize) {
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            indent(text, depth);
        }
        text.push_str("- ");
        if !block(text, item, depth + 1) {
            leaf(text, item);
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

fn leaf(text: &mut String, leaf: &Json) {
    match leaf.as_text() {
        Some(value) => plain_or_quoted(text, value),
        // JSON's numbers, words and empty brackets are YAML.
        None => text.push_str(&leaf.to_compact()),
    }
    text.push('\n');
}

/// Writes text bare when no reader of YAML 1.1 or 1.2 takes it for anything but this text.
fn plain_or_quoted(text: &mut String, value: &str) {
    if is_plain(value) {
        text.push_str(value);
    } else {
        // A JSON string is a YAML string, but for letters that YAML does not take, or takes for line breaks.
        for letter in Json::from(value.to_owned()).to_compact().chars() {
            if is_bare(letter) {
                text.push(letter);
            } else {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(letter));
            }
        }
    }
}

/// Whether a letter stands for itself in quotes. All others have no more than four digits.
/// <https://yaml.org/spec/1.2.2/#51-character-set>
fn is_bare(letter: char) -> bool {
    !matches!(
        letter,
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    )
}

fn is_plain(value: &str) -> bool {
    const WORDS: [&str; 11] = [
        "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf",
    ];
    let starts_well = value.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_safe = |symbol: char| symbol.is_ascii_alphanumeric() || "_-./:@+ ".contains(symbol);
    starts_well
        && value.chars().all(is_safe)
        && !value.contains(": ")
        && !value.ends_with([':', ' '])
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}
