//! Reading JSON text, strictly by RFC 8259: no comments, no trailing commas, no name twice.

use super::Json;

/// Objects and lists may be nested this deep, so that hostile text cannot exhaust the stack.
const DEEPEST: usize = 128;

/// Why text is not JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What was expected or found.
    pub reason: String,
    /// Line of the text, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} at line {}, column {}",
            self.reason, self.line, self.column
        )
    }
}

impl std::error::Error for ParseError {}

/// Reads one JSON value that fills `text`.
pub fn parse(text: &str) -> Result<Json, ParseError> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0).and_then(|value| {
        parser.space();
        if parser.at == text.len() {
            Ok(value)
        } else {
            Err("text after the value".to_owned())
        }
    });
    value.map_err(|reason| {
        let before = text.get(..parser.at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        ParseError {
            reason,
            line: before.matches('\n').count() + 1,
            column: before.len() - line_start + 1,
        }
    })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

type Parsed<T> = Result<T, String>;

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Parsed<Json> {
        self.space();
        if depth > DEEPEST {
            return Err(format!("nested deeper than {DEEPEST} levels"));
        }
        match self.rest().chars().next() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => Ok(Json::from(self.string()?)),
            Some('-' | '0'..='9') => self.number(),
            _ if self.take("null") => Ok(Json::Null),
            _ if self.take("true") => Ok(Json::Bool(true)),
            _ if self.take("false") => Ok(Json::Bool(false)),
            _ => Err("expected a value".to_owned()),
        }
    }

    fn object(&mut self, depth: usize) -> Parsed<Json> {
        self.at += 1;
        let mut entries: Vec<(super::Text, Json)> = Vec::new();
        let mut names = std::collections::BTreeMap::new();
        self.space();
        if self.take("}") {
            return Ok(Json::Object(entries));
        }
        loop {
            self.space();
            let before = self.at;
            let name = self.string()?;
            if let Some(first) = names.insert(name.clone(), before) {
                let first = self.text.get(..first).unwrap_or_default();
                let line = first.matches('\n').count() + 1;
                return Err(format!(
                    "the name `{name}` is used twice, first on line {line}"
                ));
            }
            self.space();
            if !self.take(":") {
                return Err("expected `:`".to_owned());
            }
            entries.push((name.into(), self.value(depth + 1)?));
            self.space();
            if self.take("}") {
                return Ok(Json::Object(entries));
            }
            if !self.take(",") {
                return Err("expected `,` or `}`".to_owned());
            }
        }
    }

    fn array(&mut self, depth: usize) -> Parsed<Json> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.take("]") {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.take("]") {
                return Ok(Json::Array(items));
            }
            if !self.take(",") {
                return Err("expected `,` or `]`".to_owned());
            }
        }
    }

    fn number(&mut self) -> Parsed<Json> {
        let rest = self.rest();
        let is_part = |symbol: char| matches!(symbol, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        let length = rest.find(|symbol| !is_part(symbol)).unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default();
        if !is_number(text) {
            return Err(format!("`{text}` is not a number"));
        }
        let number = match text.parse::<i64>() {
            Ok(number) => Json::Int(number),
            Err(_) => Json::Float(text.parse().map_err(|error| format!("`{text}`: {error}"))?),
        };
        self.at += length;
        Ok(number)
    }

    fn string(&mut self) -> Parsed<String> {
        if !self.take("\"") {
            return Err("expected a string".to_owned());
        }
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(|symbol: char| symbol < ' ' || matches!(symbol, '"' | '\\'))
            else {
                return Err("the string does not end".to_owned());
            };
            text.push_str(rest.get(..end).unwrap_or_default());
            self.at += end;
            if self.take("\"") {
                return Ok(text);
            }
            if !self.take("\\") {
                return Err("a control character must be escaped".to_owned());
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let symbol = self
            .rest()
            .chars()
            .next()
            .ok_or("the string does not end")?;
        self.at += symbol.len_utf8();
        Ok(match symbol {
            '"' | '\\' | '/' => symbol,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.code_point(),
            other => return Err(format!("`\\{other}` is not an escape")),
        })
    }

    fn code_point(&mut self) -> Parsed<char> {
        let first = self.hexadecimal()?;
        let code = if (0xD800..0xDC00).contains(&first) && self.take("\\u") {
            let second = self.hexadecimal()?;
            if !(0xDC00..0xE000).contains(&second) {
                return Err("half of a surrogate pair".to_owned());
            }
            0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| "half of a surrogate pair".to_owned())
    }

    fn hexadecimal(&mut self) -> Parsed<u32> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
        let digits = digits.ok_or("expected four hexadecimal digits")?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|error| error.to_string())
    }
}

/// Whether `text` is a number by the grammar of RFC 8259, which Rust's own parser is wider than.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}
