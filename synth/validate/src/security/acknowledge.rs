//! Findings that a resource answers for.

use std::collections::{BTreeMap, BTreeSet};

use synth_core::{Json, Text};

use crate::Violation;
use crate::template::Report;

/// Hands on the findings of a resource that it does not answer for.
pub(super) fn apply(id: &str, body: &Json, found: Vec<Violation>, report: &mut Report<'_>) {
    let answers = answers(body);
    let mut used = BTreeSet::new();
    for violation in found {
        let answer = answers
            .iter()
            .find(|(code, _)| code == violation.problem.code);
        if let Some((code, _)) = answer {
            used.insert(code.as_ref());
        } else {
            report.violations.push(violation);
        }
    }
    for (code, reason) in answers {
        let path = format!("Resources/{id}/Metadata/mycli/acknowledge/{code}");
        if reason
            .as_text()
            .is_none_or(|reason| reason.trim().is_empty())
        {
            report
                .error(
                    &path,
                    "security.no-reason",
                    format!("`{code}` is acknowledged without a reason"),
                    reason,
                )
                .fix("say in a sentence why it is fine here");
        } else if !used.contains(code.as_ref()) && code.starts_with("security.") {
            report
                .warning(
                    &path,
                    "security.nothing-acknowledged",
                    format!("nothing here is a `{code}`"),
                    &Json::Null,
                )
                .fix("take it out");
        }
    }
}

/// Takes out what the template itself answers for.
pub(super) fn leave_out(
    template: &Json,
    paths: &BTreeMap<String, String>,
    found: &mut Vec<Violation>,
) {
    let places = answers(template);
    if places.is_empty() {
        return;
    }
    let path = |id: &str| {
        let body = template.get("Resources")?.get(id)?;
        body.get("Metadata")?.get("aws:cdk:path")?.as_text()
    };
    found.retain(|violation| {
        let id = &violation.logical_id;
        let Some(path) = path(id).or_else(|| paths.get(id).map(String::as_str)) else {
            return true;
        };
        !places.iter().any(|(place, codes)| {
            let below = path.strip_prefix(place.as_ref());
            let is_below = below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            let reason = codes.get(violation.problem.code).and_then(Json::as_text);
            is_below && reason.is_some_and(|reason| !reason.trim().is_empty())
        })
    });
}

/// What the metadata of a template or a resource answers for.
fn answers(body: &Json) -> &[(Text, Json)] {
    let answers = body
        .get("Metadata")
        .and_then(|metadata| metadata.get("mycli")?.get("acknowledge")?.entries());
    answers.unwrap_or_default()
}
