//! Findings for programs.

use serde_json::{Value, json};
use synth_validate::Severity;

use super::{Finding, Report};

/// The value of `data`.
pub(crate) fn view(report: &Report) -> Value {
    let templates = report.templates.iter().map(|template| {
        let findings: Vec<Value> = template.findings.iter().map(finding).collect();
        json!({ "path": template.path, "findings": findings })
    });
    json!({
        "templates": templates.collect::<Vec<_>>(),
        "errors": report.errors,
        "warnings": report.warnings,
    })
}

fn finding(finding: &Finding) -> Value {
    let violation = &finding.violation;
    let problem = &violation.problem;
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({
        "severity": severity(violation.severity),
        "code": problem.code,
        "message": problem.message,
        "value": given(&problem.value),
        "allowed": given(&problem.allowed),
        "fix": given(&problem.fix),
        "logical_id": given(&violation.logical_id),
        "resource_type": given(&violation.resource_type),
        "construct_path": given(&violation.construct_path),
        "property_path": given(&violation.property_path),
        "line": finding.start.0,
        "column": finding.start.1,
        "end_line": finding.end.0,
        "end_column": finding.end.1,
    })
}

/// How bad something is; also SARIF's word for it.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
