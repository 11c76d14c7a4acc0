//! Objects of which the names are known.

use synth_core::Json;

use super::Report;

/// Says which names of the object at `path` CloudFormation does not know there.
pub(super) fn names(
    path: &str,
    object: &Json,
    known: &[&str],
    code: &'static str,
    report: &mut Report<'_>,
) {
    for (name, value) in object.entries().unwrap_or_default() {
        let is_known = known.contains(&name.as_ref()) || name.starts_with("Fn::");
        if is_known {
            continue;
        }
        let place = format!("{path}/{name}");
        let message = format!("`{name}` is nothing that can be said here");
        report
            .error(&place, code, message, value)
            .allowed(known.join(", "))
            .meant(name, known.iter().copied(), "take it out");
    }
}
