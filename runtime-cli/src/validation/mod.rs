//! Checking templates: reading the files, every check there is, and three ways to show what was found.

mod error;
pub(crate) mod json;
pub(crate) mod sarif;
#[cfg(test)]
mod tests;
pub(crate) mod text;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use synth_validate::source::{self, ReadError, Source, Span};
use synth_validate::{Options, Severity, Violation, security, template, validate};

pub(crate) use error::ValidateError;

/// What is asked for.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// Where the templates are to be deployed. None: anywhere.
    pub(crate) regions: Vec<String>,
    /// Whether the security rules are wanted.
    pub(crate) security: bool,
    /// Whether warnings are errors.
    pub(crate) strict: bool,
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Template {
    path: String,
    bytes: Vec<u8>,
    /// Construct paths by logical id, where the template does not say them.
    pub(crate) paths: BTreeMap<String, String>,
}

/// What is wrong at one place.
#[derive(Debug)]
pub(crate) struct Finding {
    violation: Violation,
    span: Span,
    /// Line and column, from 1, of the first character.
    start: (usize, usize),
    /// Line and column of the character behind the last one.
    end: (usize, usize),
}

/// A template and what is wrong with it, in the order of the text.
#[derive(Debug)]
pub(crate) struct Checked {
    path: String,
    text: String,
    findings: Vec<Finding>,
}

/// What was found in all templates.
#[derive(Debug)]
pub(crate) struct Report {
    templates: Vec<Checked>,
    pub(crate) errors: usize,
    warnings: usize,
}

/// Reads the file at `path`, or the standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Template, ValidateError> {
    let unreadable = |source| ValidateError::Unreadable {
        path: path.to_owned(),
        source,
    };
    // One byte more tells that there is more.
    let most = source::MOST_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let input = std::io::stdin().lock().take(most).read_to_end(&mut bytes);
        input.map_err(unreadable)?;
        return Ok(Template {
            path: "<stdin>".to_owned(),
            bytes,
            paths: BTreeMap::new(),
        });
    }
    if path.is_dir() {
        return Err(ValidateError::Directory(path.to_owned()));
    }
    let file = File::open(path).map_err(unreadable)?;
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(Template {
        path: path.display().to_string(),
        bytes,
        paths: BTreeMap::new(),
    })
}

/// Carries out every check on a template.
pub(crate) fn check(template: &Template, settings: &Settings) -> Checked {
    let (text, mut found) = match source::read(&template.bytes) {
        Ok(source) => {
            let found = violations(&source, &template.paths, settings);
            (source.text, found)
        }
        Err(ReadError { problem, span }) => {
            let text = String::from_utf8_lossy(&template.bytes).into_owned();
            (
                text,
                vec![(about_the_text(Severity::Error, *problem), span)],
            )
        }
    };
    found.sort_by_key(|(_, span)| span.start);
    let lines = source::Lines::new(&text);
    let findings = found.into_iter().map(|(mut violation, span)| {
        if settings.strict {
            violation.severity = Severity::Error;
        }
        if violation.construct_path.is_empty()
            && let Some(path) = template.paths.get(&violation.logical_id)
        {
            violation.construct_path.clone_from(path);
        }
        Finding {
            violation,
            span,
            start: lines.line_and_column(span.start),
            end: lines.line_and_column(span.end),
        }
    });
    Checked {
        findings: findings.collect(),
        path: template.path.clone(),
        text,
    }
}

fn violations(
    source: &Source,
    paths: &BTreeMap<String, String>,
    settings: &Settings,
) -> Vec<(Violation, Span)> {
    let options = Options {
        regions: settings.regions.clone(),
    };
    let mut found = template::check(&source.template);
    found.extend(validate(&source.template, &options));
    if settings.security {
        found.extend(security::check_at(&source.template, paths));
    }
    let of_text = source.remarks.iter().map(|remark| {
        let violation = about_the_text(remark.severity, remark.problem.clone());
        (violation, remark.span)
    });
    let placed = found.into_iter().map(|violation| {
        let span = source.span(&violation);
        (violation, span)
    });
    of_text.chain(placed).collect()
}

/// A finding on how a template is written.
fn about_the_text(severity: Severity, problem: synth::Problem) -> Violation {
    Violation {
        severity,
        logical_id: String::new(),
        resource_type: String::new(),
        construct_path: String::new(),
        property_path: String::new(),
        problem,
    }
}

impl Report {
    /// Counts what was found.
    pub(crate) fn new(templates: Vec<Checked>) -> Self {
        let findings = templates.iter().flat_map(|one| &one.findings);
        let (mut errors, mut warnings) = (0, 0);
        for finding in findings {
            match finding.violation.severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
            }
        }
        Self {
            templates,
            errors,
            warnings,
        }
    }

    /// What was found, in a line.
    pub(crate) fn summary(&self) -> String {
        let count = |number: usize, what: &str| match number {
            1 => format!("1 {what}"),
            number => format!("{number} {what}s"),
        };
        format!(
            "{} and {} in {}",
            count(self.errors, "error"),
            count(self.warnings, "warning"),
            count(self.templates.len(), "template"),
        )
    }
}
