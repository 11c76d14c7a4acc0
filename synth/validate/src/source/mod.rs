//! Templates as people write them, JSON or YAML, with the place of everything that is said.
//!
//! ```
//! let source = synth_validate::source::read(b"Resources:\n  Inbox:\n    Type: !Ref Kind\n")?;
//! let kind = source.template.get("Resources").and_then(|all| all.get("Inbox")?.get("Type"));
//! assert_eq!(kind.map(|kind| kind.to_compact()), Some(r#"{"Ref":"Kind"}"#.to_owned()));
//!
//! let place = source.find("Resources/Inbox/Type");
//! assert_eq!(source.line_and_column(place.value.start), (3, 11));
//! # Ok::<(), synth_validate::source::ReadError>(())
//! ```

mod json;
mod line;
mod object;
mod scalar;
mod tag;
mod yaml;

use std::fmt;

use synth_core::{Json, Problem, Text, limits};

use crate::{Severity, Violation};
pub use line::{Lines, line_and_column};

/// The most bytes that are read. CloudFormation takes a quarter of it.
pub const MOST_BYTES: usize = 4 * 1_048_576;

/// Lists and objects may be nested this deep, as in the JSON that `synth_core` reads.
const DEEPEST: usize = 128;

/// A part of the text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// Where a value stands, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The name that it stands under. For an item of a list, the value itself.
    pub name: Span,
    /// The value. Of a list or an object, only where it starts.
    pub value: Span,
    /// The places of the items or entries, in their order.
    below: Vec<Place>,
    /// The positions of the entries by their names, of an object that has many.
    by_name: Box<[usize]>,
}

/// Objects with more entries than this are not gone through for one of them.
const FEW: usize = 32;

/// The positions of `entries` by their names, where there are many.
fn by_name(entries: &[(Text, Json)]) -> Box<[usize]> {
    if entries.len() <= FEW {
        return Box::default();
    }
    let mut positions: Vec<usize> = (0..entries.len()).collect();
    positions.sort_by_key(|at| entries.get(*at).map(|(name, _)| name.as_ref()));
    positions.into()
}

/// A template that was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The text, without a byte order mark.
    pub text: String,
    /// What it says, short tags such as `!Ref` in their long form.
    pub template: Json,
    /// What to know of how it is written: tags and numbers that CloudFormation reads otherwise than they look.
    pub remarks: Vec<Remark>,
    place: Place,
}

/// Something to know of how a template is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Whether CloudFormation refuses it.
    pub severity: Severity,
    /// What it is.
    pub problem: Problem,
    /// Where in the text.
    pub span: Span,
}

/// Why text is no template at all, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong.
    pub problem: Box<Problem>,
    /// Where in the text.
    pub span: Span,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem.message)
    }
}

impl std::error::Error for ReadError {}

impl ReadError {
    fn new(code: &'static str, message: impl Into<String>, fix: &str, span: Span) -> Self {
        let problem = Problem {
            code,
            message: message.into(),
            value: String::new(),
            allowed: String::new(),
            fix: fix.to_owned(),
        };
        Self {
            problem: Box::new(problem),
            span,
        }
    }
}

/// Reads a template. Text that opens with `{` is JSON, or YAML if it is no JSON; all else is YAML.
///
/// Takes memory in proportion to the text: it may be 4 MiB long, 128 levels deep, and aliases may not multiply it.
pub fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    if bytes.len() > MOST_BYTES {
        let message = format!("the file has {} bytes, more than are read", bytes.len());
        let fix = "CloudFormation takes 1,048,576 bytes: divide it into several templates";
        return Err(ReadError::new(
            "template.too-large",
            message,
            fix,
            Span::default(),
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let message = format!("byte {at} of the file is not UTF-8");
        ReadError::new(
            "template.encoding",
            message,
            "save the file as UTF-8",
            Span::default(),
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read = if text.trim_start().starts_with('{') {
        json::read(text).or_else(|error| yaml::read(text).map_err(|_| error))
    } else {
        yaml::read(text)
    };
    let (template, place, mut remarks) = read?;
    if text.len() > limits::TEMPLATE_BYTES {
        remarks.push(Remark {
            severity: Severity::Error,
            problem: Problem {
                code: "core.limit",
                message: "the template has more bytes than CloudFormation takes".to_owned(),
                value: text.len().to_string(),
                allowed: format!("at most {}", limits::TEMPLATE_BYTES),
                fix: "move a part of it to another template".to_owned(),
            },
            span: Span::default(),
        });
    }
    Ok(Source {
        text: text.to_owned(),
        template,
        remarks,
        place,
    })
}

/// What each reader gives: the tree, where it stands, and what to know of it.
type Reading = Result<(Json, Place, Vec<Remark>), ReadError>;

impl Source {
    /// The place of what `path` leads to, such as `Resources/Inbox/Properties/Tags/0`; where the path goes on further
    /// than the template, the place of the last thing on it.
    pub fn find(&self, path: &str) -> &Place {
        let (mut json, mut place, mut rest) = (&self.template, &self.place, path);
        loop {
            let next = match json {
                Json::Object(entries) => place.step(entries, rest),
                Json::Array(items) => {
                    let (first, after) = rest.split_once('/').unwrap_or((rest, ""));
                    let at = first.parse::<usize>().ok();
                    at.and_then(|at| Some((at, items.get(at)?, after)))
                }
                Json::Null
                | Json::Bool(_)
                | Json::Int(_)
                | Json::Float(_)
                | Json::Text(_)
                | Json::Reference(_)
                | Json::Missing => None,
            };
            let Some((at, value, after)) = next else {
                return place;
            };
            let Some(below) = place.below.get(at) else {
                return place;
            };
            (json, place, rest) = (value, below, after);
        }
    }

    /// Where a violation shows: the name where it is what is wrong or its value is long, else the value.
    pub fn span(&self, violation: &Violation) -> Span {
        let path = &violation.property_path;
        let place = if violation.logical_id.is_empty() {
            self.find(path)
        } else {
            self.find(&format!("Resources/{}/{path}", violation.logical_id))
        };
        let is_name = matches!(
            violation.problem.code,
            "property.unknown"
                | "property.excluded"
                | "property.read-only"
                | "property.deprecated"
                | "template.unknown-section"
                | "template.name"
                | "template.unused-parameter"
                | "template.unused-condition"
                | "template.unused-mapping"
                | "parameter.unknown-name"
                | "output.unknown-name"
                | "resource.unknown-name"
                | "function.unused-variable"
        );
        if is_name || !place.below.is_empty() {
            place.name
        } else {
            place.value
        }
    }

    /// The line and the column of a byte, each from 1. Columns count characters.
    pub fn line_and_column(&self, at: usize) -> (usize, usize) {
        line_and_column(&self.text, at)
    }
}

impl Place {
    /// The first step of `path` from an object: which entry it leads to, and what is left of it.
    fn step<'a, 'b>(
        &self,
        entries: &'a [(Text, Json)],
        path: &'b str,
    ) -> Option<(usize, &'a Json, &'b str)> {
        // Names may have slashes in them: the longest one is meant.
        let ends = path.rmatch_indices('/').map(|(at, _)| at);
        std::iter::once(path.len()).chain(ends).find_map(|end| {
            let at = self.position(entries, path.get(..end)?)?;
            let after = path.get(end + 1..).unwrap_or_default();
            Some((at, &entries.get(at)?.1, after))
        })
    }

    fn position(&self, entries: &[(Text, Json)], name: &str) -> Option<usize> {
        if self.by_name.is_empty() {
            return entries.iter().position(|(known, _)| known == name);
        }
        let of = |at: &usize| entries.get(*at).map(|(known, _)| known.as_ref());
        let found = self.by_name.binary_search_by_key(&Some(name), of).ok()?;
        self.by_name.get(found).copied()
    }
}
