//! Patterns as AWS writes them, for Java and Python, as ECMAScript reads them with the flag `u`.

/// Writes a pattern for the table, or says why it cannot be: it does not compile.
pub(super) fn rewrite(pattern: &str) -> Result<String, String> {
    let mut plain = pattern.to_owned();
    let mut flags = String::new();
    // Python reads these for the whole pattern, wherever they stand.
    for flag in ["i", "s"] {
        let group = format!("(?{flag})");
        if plain.contains(&group) {
            plain = plain.replace(&group, "");
            flags.push_str(flag);
        }
    }
    let mut written = Rewrite::new(&plain).run();
    if !flags.is_empty() {
        written = format!("(?{flags}){written}");
    }
    match synth_validate::table::compile(&written) {
        Ok(_) => Ok(written),
        Err(error) => Err(error.to_string()),
    }
}

/// One pass over a pattern.
struct Rewrite<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    out: String,
    in_class: bool,
    /// What was written last stands for several characters, so that it cannot begin or end a range.
    after_set: bool,
    /// For each group that is open, whether it only looks ahead or behind.
    groups: Vec<bool>,
}

impl<'a> Rewrite<'a> {
    fn new(pattern: &'a str) -> Self {
        Self {
            rest: pattern.chars().peekable(),
            out: String::new(),
            in_class: false,
            after_set: false,
            groups: Vec::new(),
        }
    }

    fn run(mut self) -> String {
        while let Some(symbol) = self.rest.next() {
            let was_set = std::mem::take(&mut self.after_set);
            match symbol {
                '\\' => self.escape(),
                '[' if !self.in_class => {
                    self.in_class = true;
                    self.out.push('[');
                    if self.rest.next_if_eq(&'^').is_some() {
                        self.out.push('^');
                    }
                    // The first bracket of a class is a character of it.
                    if self.rest.next_if_eq(&']').is_some() {
                        self.out.push_str("\\]");
                    }
                }
                '[' => self.out.push_str("\\["),
                ']' if self.in_class => {
                    self.in_class = false;
                    self.out.push(']');
                }
                '-' if self.in_class && (was_set || self.set_follows()) => self.out.push_str("\\-"),
                ']' => self.out.push_str("\\]"),
                '(' if !self.in_class => self.open_group(),
                ')' if !self.in_class => self.close_group(),
                '{' if !self.in_class && !self.is_quantifier() => self.out.push_str("\\{"),
                '{' if !self.in_class => self.quantifier(),
                '}' if !self.in_class => self.out.push_str("\\}"),
                other => self.out.push(other),
            }
        }
        self.out
    }

    fn escape(&mut self) {
        match self.rest.next() {
            Some('A') => self.out.push('^'),
            Some('Z' | 'z') => self.out.push('$'),
            Some('p') if self.property("{Graph}") => self.put_class("!-~"),
            Some('p') if self.property("{Print}") => self.put_class(" -~"),
            Some('p') if self.property("{Alpha}") => self.put_class("A-Za-z"),
            Some('p') if self.property("{Alnum}") => self.put_class("A-Za-z0-9"),
            Some(symbol @ ('p' | 'P')) => {
                self.out.extend(['\\', symbol]);
                for symbol in self.rest.by_ref() {
                    self.out.push(symbol);
                    if symbol == '}' {
                        break;
                    }
                }
                self.after_set = true;
            }
            Some(symbol @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                self.out.extend(['\\', symbol]);
                self.after_set = true;
            }
            Some('-') if !self.in_class => self.out.push('-'),
            Some(symbol) if symbol.is_ascii_alphanumeric() || is_syntax(symbol) => {
                self.out.extend(['\\', symbol]);
            }
            // ECMAScript knows no escape of a character that means nothing.
            Some(symbol) => self.out.push(symbol),
            None => self.out.push_str("\\\\"),
        }
    }

    fn open_group(&mut self) {
        let next: String = self.rest.clone().take(3).collect();
        let looks = ["?=", "?!", "?<=", "?<!"];
        self.groups
            .push(looks.iter().any(|start| next.starts_with(start)));
        self.out.push('(');
    }

    /// What only looks ahead is there once, however often it is asked for.
    fn close_group(&mut self) {
        self.out.push(')');
        if self.groups.pop() == Some(true) {
            self.rest.next_if_eq(&'+');
        }
    }

    /// Takes the rest of `\p{…}` when it is `name`.
    fn property(&mut self, name: &str) -> bool {
        let found: String = self.rest.clone().take(name.len()).collect();
        if found != name {
            return false;
        }
        self.rest.by_ref().take(name.len()).for_each(drop);
        true
    }

    fn put_class(&mut self, ranges: &str) {
        if self.in_class {
            self.out.push_str(ranges);
        } else {
            self.out.extend(["[", ranges, "]"]);
        }
    }

    /// Whether what stands for several characters follows, as in `[.-\w]`.
    fn set_follows(&self) -> bool {
        let mut ahead = self.rest.clone();
        ahead.next() == Some('\\')
            && matches!(
                ahead.next(),
                Some('d' | 'D' | 's' | 'S' | 'w' | 'W' | 'p' | 'P')
            )
    }

    /// Whether the text after a `{` makes it `{1}`, `{1,}` or `{1,2}`.
    fn is_quantifier(&self) -> bool {
        let inside: String = self
            .rest
            .clone()
            .take_while(|symbol| *symbol != '}')
            .collect();
        let is_ended = self.rest.clone().any(|symbol| symbol == '}');
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        is_ended && !least.is_empty() && digits(least) && digits(most)
    }

    /// Copies a quantifier, unless it stands behind the end of the text, which is there once.
    fn quantifier(&mut self) {
        let keep = !self.out.ends_with('$') || self.out.ends_with("\\$");
        let mut text = String::from('{');
        for symbol in self.rest.by_ref() {
            text.push(symbol);
            if symbol == '}' {
                break;
            }
        }
        if keep {
            self.out.push_str(&text);
        }
    }
}

/// What ECMAScript lets be escaped with the flag `u`.
fn is_syntax(symbol: char) -> bool {
    "^$\\.*+?()[]{}|/-".contains(symbol)
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn patterns_of_other_languages_are_written_for_ecmascript() {
        let cases = [
            (r"\A[0-9a-f]+\Z", r"^[0-9a-f]+$"),
            (r"[\w-.~]+", r"[\w\-.~]+"),
            (r"^a\_b\-c$", r"^a_b-c$"),
            (r"^\$\{Parameters}$", r"^\$\{Parameters\}$"),
            (r"[\p{Graph}\x20]*", r"[!-~\x20]*"),
            (r"^(?s).+$", r"(?s)^.+$"),
            (
                r"^(?!(?i)(stop|help)$)[ \S]+",
                r"(?i)^(?!(stop|help)$)[ \S]+",
            ),
            (r"^(a*)${1,128}", r"^(a*)$"),
            (r"^((?!\.)+[^/])$", r"^((?!\.)[^/])$"),
            (r"^[A-Za-z]{1,2}$", r"^[A-Za-z]{1,2}$"),
        ];
        for (given, expected) in cases {
            assert_eq!(rewrite(given).as_deref(), Ok(expected), "{given}");
        }
    }

    #[test]
    fn a_pattern_that_makes_no_sense_is_refused() {
        assert!(rewrite("(a").is_err());
    }
}
