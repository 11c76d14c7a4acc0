//! Findings that a resource answers for.

use std::collections::BTreeSet;

use synth_core::Json;

use crate::Violation;
use crate::template::Report;

/// Hands on the findings of a resource that it does not answer for.
pub(super) fn apply(id: &str, body: &Json, found: Vec<Violation>, report: &mut Report<'_>) {
    let answers = body
        .get("Metadata")
        .and_then(|metadata| metadata.get("mycli")?.get("acknowledge")?.entries());
    let answers = answers.unwrap_or_default();
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
