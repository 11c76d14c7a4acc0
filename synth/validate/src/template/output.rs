//! The outputs of a template.

use std::collections::BTreeMap;

use synth_core::Json;

use super::Report;
use super::index::Index;
use super::shape;

const NAMES: [&str; 4] = ["Condition", "Description", "Export", "Value"];

pub(super) fn check(index: &Index<'_>, report: &mut Report<'_>) {
    let mut exports = BTreeMap::new();
    for (name, body) in index.outputs {
        let path = format!("Outputs/{name}");
        if body.entries().is_none() || name.starts_with("Fn::") {
            continue;
        }
        shape::names(&path, body, &NAMES, "output.unknown-name", report);
        match body.get("Value") {
            None => {
                report
                    .error(&path, "output.value", "an output has a value", &Json::Null)
                    .fix("add `Value`");
            }
            Some(value) => not_a_list(&format!("{path}/Value"), value, report),
        }
        let Some(export) = body.get("Export") else {
            continue;
        };
        let Some(exported) = export.get("Name") else {
            report
                .error(
                    &format!("{path}/Export"),
                    "output.export",
                    "an export has a name",
                    export,
                )
                .fix("write `Export: {Name: …}`");
            continue;
        };
        shape::names(
            &format!("{path}/Export"),
            export,
            &["Name"],
            "output.unknown-name",
            report,
        );
        // Two that no stack has both of may have one name.
        let condition = body.get("Condition").and_then(Json::as_text);
        let key = (exported.to_compact(), condition);
        if let Some(first) = exports.insert(key, name) {
            report
                .error(
                    &format!("{path}/Export/Name"),
                    "core.taken-export",
                    format!("the output `{first}` exports this name already"),
                    exported,
                )
                .allowed("a name once per account and region")
                .fix("change one of the two names");
        }
    }
}

fn not_a_list(path: &str, value: &Json, report: &mut Report<'_>) {
    let is_plain_object = value.entries().is_some_and(|entries| {
        !entries
            .iter()
            .any(|(name, _)| name == "Ref" || name.starts_with("Fn::"))
    });
    if value.items().is_some() || is_plain_object || *value == Json::Null {
        report
            .error(
                path,
                "output.value",
                "the value of an output is one text",
                value,
            )
            .fix("join the parts with `Fn::Join`, or write several outputs");
    }
}
