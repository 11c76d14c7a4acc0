//! Findings as SARIF 2.1.0, which code scanning reads.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Checked, Finding, Report};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log, with a line break behind it.
pub(crate) fn render(report: &Report) -> String {
    let all = report.templates.iter();
    let all = all.flat_map(|template| template.findings.iter().map(move |one| (template, one)));
    let codes: BTreeSet<&str> = all
        .clone()
        .map(|(_, one)| one.violation.problem.code)
        .collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let rules: Vec<Value> = codes.iter().map(|code| json!({ "id": code })).collect();
    let results: Vec<Value> = all
        .map(|(template, one)| result(template, one, &codes))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "mycli",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn result(template: &Checked, finding: &Finding, codes: &[&str]) -> Value {
    let violation = &finding.violation;
    let problem = &violation.problem;
    let mut message = problem.message.clone();
    for (name, text) in [
        ("value", &problem.value),
        ("allowed", &problem.allowed),
        ("fix", &problem.fix),
    ] {
        if !text.is_empty() {
            // Writing to a `String` cannot fail.
            let _ = write!(message, "\n{name}: {text}");
        }
    }
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&template.path) },
            "region": {
                "startLine": finding.start.0,
                "startColumn": finding.start.1,
                "endLine": finding.end.0,
                "endColumn": finding.end.1,
            },
        },
    });
    if !violation.logical_id.is_empty()
        && let Some(location) = location.as_object_mut()
    {
        let logical = json!([{ "name": violation.logical_id, "kind": "resource" }]);
        location.insert("logicalLocations".to_owned(), logical);
    }
    json!({
        "ruleId": problem.code,
        "ruleIndex": codes.binary_search(&problem.code).ok(),
        "level": super::json::severity(violation.severity),
        "message": { "text": message },
        "locations": [location],
    })
}

/// A path as a reference to it.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut text = String::new();
    // An absolute path has a scheme, so that no reader takes it for one below the repository.
    if path.starts_with('/') {
        text.push_str("file://");
    }
    for byte in path.bytes() {
        if is_plain(byte) {
            text.push(byte.into());
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
