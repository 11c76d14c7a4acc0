//! Why an assertion does not hold.

use std::fmt;

use synth_core::Json;

use super::draw::draw;

/// What was said of a template and is not so.
///
/// Its text, which is what `?` and `unwrap()` print in a test, names each place where the nearest candidate differs, and
/// shows the candidate with these lines marked.
#[derive(Clone, PartialEq)]
pub struct Mismatch {
    heading: String,
    differences: Vec<Difference>,
    drawing: String,
}

/// One place where the nearest candidate is not what was looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Names and positions in lists from the value that was looked at; empty for that value itself.
    pub path: Vec<String>,
    /// What was looked for, in words.
    pub wanted: String,
    /// What is there instead; nothing where nothing is.
    pub found: Option<Json>,
}

impl Mismatch {
    pub(super) fn said(heading: String) -> Self {
        Self {
            heading,
            differences: Vec::new(),
            drawing: String::new(),
        }
    }

    pub(super) fn nearest(heading: String, value: &Json, differences: Vec<Difference>) -> Self {
        Self {
            drawing: draw(value, &differences),
            heading,
            differences,
        }
    }

    /// Where the nearest candidate differs. Empty when there is no candidate.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.heading)?;
        for difference in &self.differences {
            write!(formatter, "\n  {difference}")?;
        }
        if self.drawing.is_empty() {
            return Ok(());
        }
        write!(formatter, "\n\n{}", self.drawing)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            wanted,
            found,
        } = self;
        if !path.is_empty() {
            write!(formatter, "{}: ", path.join("."))?;
        }
        write!(formatter, "wanted {wanted}, found ")?;
        match found {
            Some(found) => formatter.write_str(&found.to_compact()),
            None => formatter.write_str("nothing"),
        }
    }
}

/// The text, so that a failed test shows lines and not the fields.
impl fmt::Debug for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Mismatch {}
