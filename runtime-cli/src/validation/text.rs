//! Findings for people, as a compiler shows them.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use synth_validate::Severity;

use super::{Checked, Finding, Report};

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
    let notes = [
        ("at", &place),
        ("construct", construct),
        ("value", &problem.value),
        ("allowed", &problem.allowed),
    ];
    let notes = notes.into_iter().filter(|(_, text)| !text.is_empty());
    let notes = notes.map(|(name, text)| {
        let message = format!("{name}: {text}");
        Element::from(Level::NOTE.no_name().message(message))
    });
    let fix =
        (!problem.fix.is_empty()).then(|| Element::from(Level::HELP.message(problem.fix.as_str())));
    let group = level
        .primary_title(problem.message.as_str())
        .id(problem.code)
        .element(at(template, finding))
        .elements(notes)
        .elements(fix);
    renderer.render(&[group])
}

/// The place, with its line where that can be shown.
fn at<'a>(template: &'a Checked, finding: &Finding) -> Element<'a> {
    let path = template.path.as_str();
    let (line, column) = finding.start;
    let text = template.text.as_str();
    let at = finding.span.start.min(text.len());
    let start = text.get(..at).and_then(|before| before.rfind('\n'));
    let start = start.map_or(0, |at| at + 1);
    let shown = text.get(start..).and_then(|rest| rest.lines().next());
    let shown = shown.filter(|shown| {
        let is_secret = SECRETS.contains(&finding.violation.problem.code);
        shown.len() <= LONGEST_LINE && !shown.trim().is_empty() && !is_secret
    });
    let Some(shown) = shown else {
        return Origin::path(path).line(line).char_column(column).into();
    };
    let from = (at - start).min(shown.len());
    let to = (finding.span.end.saturating_sub(start)).clamp(from, shown.len());
    let snippet = Snippet::source(shown).line_start(line).path(path);
    snippet
        .annotation(AnnotationKind::Primary.span(from..to.max(from)))
        .into()
}
