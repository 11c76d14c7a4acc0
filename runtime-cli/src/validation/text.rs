//! Findings for people, as a compiler shows them.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use synth_validate::Severity;
use synth_validate::source::Span;

use super::{Checked, Finding, Report};
use crate::render::{is_hidden, one_line};

/// The longest line that is shown, in bytes. The templates that programs write are one long line.
const LONGEST_LINE: usize = 300;

/// Codes of findings on lines that are not to be shown: there are secrets in them.
const SECRETS: [&str; 2] = ["security.access-key", "security.plain-secret"];

/// All findings, with colors.
pub(crate) fn render(report: &Report) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    for template in &report.templates {
        for finding in &template.findings {
            text.push_str(&one(template, finding, &renderer));
            text.push_str("\n\n");
        }
    }
    text
}

fn one(template: &Checked, finding: &Finding, renderer: &Renderer) -> String {
    let violation = &finding.violation;
    let problem = &violation.problem;
    let level = match violation.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let construct = &violation.construct_path;
    let place = if violation.logical_id.is_empty() {
        violation.property_path.clone()
    } else {
        format!("{}/{}", violation.logical_id, violation.property_path)
    };
    // What the marker shows needs no words.
    let Span { start, end } = finding.span;
    let is_marked = template.text.get(start..end) == Some(problem.value.as_str());
    let nothing = String::new();
    let value = if is_marked { &nothing } else { &problem.value };
    let notes = [
        ("at", &place),
        ("construct", construct),
        ("value", value),
        ("allowed", &problem.allowed),
    ];
    let notes = notes.into_iter().filter(|(_, text)| !text.is_empty());
    let notes = notes.map(|(name, text)| {
        let message = format!("{name}: {}", one_line(text));
        Element::from(Level::NOTE.no_name().message(message))
    });
    let fix = (!problem.fix.is_empty())
        .then(|| Element::from(Level::HELP.message(one_line(&problem.fix))));
    let group = level
        .primary_title(one_line(&problem.message))
        .id(problem.code)
        .element(at(template, finding))
        .elements(notes)
        .elements(fix);
    renderer.render(&[group])
}

/// The place, with its line where that can be shown.
fn at<'a>(template: &'a Checked, finding: &Finding) -> Element<'a> {
    let path = one_line(&template.path);
    let (line, column) = finding.start;
    let at = finding.span.start.min(template.text.len());
    let shown = line_around(&template.text, at).filter(|(_, shown)| {
        let is_secret = SECRETS.contains(&finding.violation.problem.code);
        let is_hidden = shown.contains(|letter| letter != '\t' && is_hidden(letter));
        !shown.trim().is_empty() && !is_secret && !is_hidden
    });
    let Some((start, shown)) = shown else {
        return Origin::path(path).line(line).char_column(column).into();
    };
    let from = (at - start).min(shown.len());
    let to = (finding.span.end.saturating_sub(start)).clamp(from, shown.len());
    let snippet = Snippet::source(shown).line_start(line).path(path);
    snippet
        .annotation(AnnotationKind::Primary.span(from..to.max(from)))
        .into()
}

/// The line that byte `at` is in, and where it starts, if it is not too long. No more of the text is looked at.
fn line_around(text: &str, at: usize) -> Option<(usize, &str)> {
    let bytes = text.as_bytes();
    let from = at.saturating_sub(LONGEST_LINE);
    let before = bytes.get(from..at)?.iter().rposition(|byte| *byte == b'\n');
    let start = match before {
        Some(before) => from + before + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let most = text.len().min(start + LONGEST_LINE + 1);
    let rest = bytes.get(start..most)?;
    let length = match rest.iter().position(|byte| *byte == b'\n') {
        Some(length) => length,
        None if rest.len() <= LONGEST_LINE => rest.len(),
        None => return None,
    };
    let line = text.get(start..start + length)?;
    Some((start, line.strip_suffix('\r').unwrap_or(line)))
}
