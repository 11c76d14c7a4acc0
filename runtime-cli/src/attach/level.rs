//! How grave a line is, by what it begins with.

use serde_json::Value;

/// How grave a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Level {
    /// Anything
    Info,
    /// Warnings and errors
    Warning,
    /// Errors
    Error,
}

/// The longest line that is read as JSON, in bytes.
const LONGEST_JSON: usize = 64 * 1024;

/// Words that a line begins with, in small letters.
const WORDS: [(&str, Level); 20] = [
    ("error", Level::Error),
    ("err", Level::Error),
    ("eror", Level::Error),
    ("fatal", Level::Error),
    ("critical", Level::Error),
    ("crit", Level::Error),
    ("alert", Level::Error),
    ("emerg", Level::Error),
    ("emergency", Level::Error),
    ("panic", Level::Error),
    ("severe", Level::Error),
    ("failure", Level::Error),
    ("warning", Level::Warning),
    ("warn", Level::Warning),
    ("wrn", Level::Warning),
    ("info", Level::Info),
    ("inf", Level::Info),
    ("notice", Level::Info),
    ("debug", Level::Info),
    ("trace", Level::Info),
];

/// Where a program logs its level in JSON; Terraform writes `@level`.
const KEYS: [&str; 5] = ["level", "@level", "severity", "lvl", "log.level"];

/// The levels of the lines of one stream.
#[derive(Debug)]
pub(super) struct Levels {
    last: Level,
}

impl Default for Levels {
    fn default() -> Self {
        Self { last: Level::Info }
    }
}

impl Levels {
    /// The level of the next line. One that is set in belongs to the line before.
    pub(super) fn next(&mut self, line: &[u8]) -> Level {
        let mut plain = Vec::new();
        for part in anstream::adapter::strip_bytes(line) {
            plain.extend_from_slice(part);
        }
        let text = String::from_utf8_lossy(&plain);
        let text = text.trim_end();
        let is_set_in = text.starts_with([' ', '\t', '│', '╵']) || text.is_empty();
        let level = match said(text) {
            None if is_set_in => self.last,
            None => Level::Info,
            Some(level) => level,
        };
        self.last = level;
        level
    }
}

/// The level that a line says it is of.
fn said(text: &str) -> Option<Level> {
    let text = text.trim_start();
    if text.starts_with('{') {
        return of_json(text);
    }
    // `::error file=a.js::` of GitHub, `[ERROR]`, `│ Error:` of Terraform, `level=error` of Go.
    let text = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let text = text.strip_prefix("level=").unwrap_or(text);
    let text = text.strip_prefix('"').unwrap_or(text);
    let end = text.find(|letter: char| !letter.is_alphabetic());
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    // `Error-free` and `error_count` say nothing of the kind.
    if rest.starts_with(['-', '_', '/']) || rest.starts_with(|it: char| it.is_numeric()) {
        return None;
    }
    of_word(word)
}

fn of_word(word: &str) -> Option<Level> {
    let word = word.to_ascii_lowercase();
    let found = WORDS.iter().find(|(known, _)| *known == word);
    found.map(|(_, level)| *level)
}

fn of_json(text: &str) -> Option<Level> {
    if text.len() > LONGEST_JSON {
        return None;
    }
    let line: Value = serde_json::from_str(text).ok()?;
    let level = KEYS.iter().find_map(|key| line.get(key))?;
    match level.as_u64() {
        // The numbers of bunyan and pino.
        Some(50..) => Some(Level::Error),
        Some(40..50) => Some(Level::Warning),
        Some(_) => Some(Level::Info),
        None => of_word(level.as_str()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_grave_it_is_by_its_beginning() {
        let mut levels = Levels::default();
        for (line, level) in [
            ("hello", Level::Info),
            ("::error file=a.js,line=1::broken", Level::Error),
            ("::warning::odd", Level::Warning),
            ("ERROR: no such file", Level::Error),
            ("error[E0308]: mismatched types", Level::Error),
            ("  --> src/main.rs:1:1", Level::Error),
            ("done", Level::Info),
            ("[WARN] low disk", Level::Warning),
            (
                "\u{1b}[31m│\u{1b}[0m \u{1b}[1mError: no bucket",
                Level::Error,
            ),
            ("│   on main.tf line 1", Level::Error),
            ("level=warning msg=x", Level::Warning),
            ("{\"level\":\"error\",\"msg\":\"x\"}", Level::Error),
            ("{\"@level\":\"warn\"}", Level::Warning),
            ("{\"level\":50}", Level::Error),
            ("{\"level\":30}", Level::Info),
            ("{\"a\":1}", Level::Info),
            ("Errors: 0", Level::Info),
            ("error_count=0", Level::Info),
            ("error-free", Level::Info),
        ] {
            assert_eq!(levels.next(line.as_bytes()), level, "{line}");
        }
    }
}
