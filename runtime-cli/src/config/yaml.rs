//! Reading YAML that a person wrote: strict keys, and errors that say where and what was meant.

use std::path::{Path, PathBuf};

use runtime::{Blame, Diagnosis};
use serde::de::DeserializeOwned;
use serde_saphyr::Error;

/// What is wrong with a file of settings.
#[derive(Debug, thiserror::Error)]
#[error("{}:{line}:{column}: {problem}", path.display())]
pub(crate) struct YamlError {
    path: PathBuf,
    /// Counted from 1; 0 where the parser cannot tell.
    line: u64,
    column: u64,
    problem: String,
    hint: Option<String>,
}

impl Diagnosis for YamlError {
    fn code(&self) -> &'static str {
        "config.invalid"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

/// Reads `text`, which stands in `path`.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, YamlError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let location = error.location();
        let (problem, hint) = explain(error.without_snippet());
        YamlError {
            path: path.to_owned(),
            line: location.map_or(0, |at| at.line()),
            column: location.map_or(0, |at| at.column()),
            problem,
            hint,
        }
    })
}

fn explain(error: &Error) -> (String, Option<String>) {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser has dozens of errors; these two need other words than its own"
    )]
    match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => {
            let hint = match nearest(field, expected) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys: {}", expected.join(", ")),
            };
            (format!("unknown key `{field}`"), Some(hint))
        }
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or_default();
            (format!("`{key}` is there twice"), None)
        }
        other => {
            let text = other.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            // The parser's words for what a person calls otherwise.
            let text = text.replace("mapping start", "keys with values");
            (text.replace("string scalar", "a single value"), None)
        }
    }
}

/// The word that was probably meant by `typed`.
pub(crate) fn nearest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |word: &str| strsim::jaro_winkler(&typed.to_lowercase(), word);
    known
        .iter()
        .copied()
        .filter(|word| likeness(word) > 0.8)
        .max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}
