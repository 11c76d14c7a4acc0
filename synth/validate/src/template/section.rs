//! The sections of a template.

use synth_core::{Json, Text, limits};

use super::Report;

/// Every section: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>. `Globals` is
/// that of AWS SAM; `Hooks` that of blue and green deployments.
const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

const FORMAT: &str = "2010-09-09";

pub(super) fn check(sections: &[(Text, Json)], report: &mut Report<'_>) {
    for (name, section) in sections {
        match name.as_ref() {
            "AWSTemplateFormatVersion" if section.as_text() != Some(FORMAT) => {
                report
                    .error(name, "template.format", "there is no such format", section)
                    .allowed(FORMAT)
                    .fix(format!("write '{FORMAT}', or leave it out"));
            }
            "Description" => description(section, report),
            "Parameters" => named(name, section, limits::PARAMETERS, report),
            "Mappings" => {
                named(name, section, limits::MAPPINGS, report);
                mappings(section, report);
            }
            "Conditions" | "Rules" | "Hooks" => named(name, section, usize::MAX, report),
            "Resources" => named(name, section, limits::RESOURCES, report),
            "Outputs" => named(name, section, limits::OUTPUTS, report),
            known if SECTIONS.contains(&known) || known.starts_with("Fn::Transform") => {}
            unknown => {
                report
                    .error(
                        unknown,
                        "template.unknown-section",
                        "templates have no such section",
                        section,
                    )
                    .allowed(SECTIONS.join(", "))
                    .meant(
                        unknown,
                        SECTIONS.into_iter(),
                        "move it into `Metadata`, or take it out",
                    );
            }
        }
    }
    let resources = sections.iter().find(|(name, _)| name == "Resources");
    let is_empty =
        resources.is_none_or(|(_, resources)| resources.entries().is_some_and(<[_]>::is_empty));
    if is_empty {
        report
            .error(
                "Resources",
                "core.empty-stack",
                "the template has no resources",
                &Json::Null,
            )
            .allowed("at least one resource")
            .fix("add a resource under `Resources`");
    }
}

fn description(section: &Json, report: &mut Report<'_>) {
    let Some(text) = section.as_text() else {
        report
            .error(
                "Description",
                "template.kind",
                "a description is text",
                section,
            )
            .fix("write a text that needs no function");
        return;
    };
    if text.len() > limits::DESCRIPTION_BYTES {
        over(
            "Description",
            "bytes in its description",
            text.len(),
            limits::DESCRIPTION_BYTES,
            report,
        );
    }
}

/// A section that gives names to things.
fn named(section: &str, entries: &Json, most: usize, report: &mut Report<'_>) {
    let is_extended = report.template.get("Transform").is_some();
    let Some(entries) = entries.entries() else {
        report
            .error(
                section,
                "template.kind",
                format!("`{section}` is no object"),
                entries,
            )
            .allowed("names, with what each stands for")
            .fix("give each entry a name");
        return;
    };
    if entries.len() > most {
        over(
            section,
            &section.to_lowercase(),
            entries.len(),
            most,
            report,
        );
    }
    for (name, value) in entries {
        let path = format!("{section}/{name}");
        if name.starts_with("Fn::ForEach") && !is_extended {
            report
                .error(
                    &path,
                    "function.place",
                    "`Fn::ForEach` cannot be called here",
                    &Json::Null,
                )
                .fix("add `Transform: AWS::LanguageExtensions` to the template");
        }
        if name.starts_with("Fn::ForEach") || name == "Fn::Transform" {
            continue;
        }
        if value.entries().is_none() {
            report
                .error(
                    &path,
                    "template.kind",
                    format!("`{name}` is no object"),
                    value,
                )
                .fix("write an object");
        }
        // CloudFormation takes two more in a condition, whatever its documentation says.
        let is_part = |byte: u8| {
            byte.is_ascii_alphanumeric() || section == "Conditions" && b"&_".contains(&byte)
        };
        let is_name = !name.is_empty() && name.bytes().all(is_part);
        let length = name.chars().count();
        if !is_name || length > limits::NAME_LENGTH {
            report
                .error(
                    &path,
                    "template.name",
                    "CloudFormation does not take this name",
                    &Json::from(name.to_string()),
                )
                .allowed("letters and digits, at most 255")
                .fix("take everything else out of the name");
        }
    }
}

/// Two levels of names, then values that no function works out.
fn mappings(section: &Json, report: &mut Report<'_>) {
    for (mapping, names) in section.entries().unwrap_or_default() {
        let names = names.entries().unwrap_or_default();
        if names.len() > limits::MAPPING_NAMES {
            let path = format!("Mappings/{mapping}");
            over(
                &path,
                "names in one mapping",
                names.len(),
                limits::MAPPING_NAMES,
                report,
            );
        }
        for (name, keys) in names.iter().filter(|(name, _)| !name.starts_with("Fn::")) {
            let path = format!("Mappings/{mapping}/{name}");
            let Some(keys) = keys.entries() else {
                report
                    .error(
                        &path,
                        "template.kind",
                        "a mapping has two levels of names",
                        keys,
                    )
                    .fix("put the value under another name");
                continue;
            };
            for (key, value) in keys.iter().filter(|(key, _)| !key.starts_with("Fn::")) {
                let scalars = value.items().unwrap_or(std::slice::from_ref(value));
                let is_fine = scalars.iter().all(|one| {
                    matches!(
                        one,
                        Json::Text(_) | Json::Int(_) | Json::Float(_) | Json::Bool(_)
                    )
                });
                if !is_fine {
                    report
                        .error(
                            &format!("{path}/{key}"),
                            "template.kind",
                            "a mapping gives texts or lists of texts",
                            value,
                        )
                        .fix("write the value out; no function works here");
                }
            }
        }
    }
}

fn over(path: &str, what: &str, count: usize, most: usize, report: &mut Report<'_>) {
    let message = format!("the template has more {what} than CloudFormation takes");
    let count = Json::from(count.to_string());
    report
        .error(path, "core.limit", message, &count)
        .allowed(format!("at most {most}"))
        .fix("move a part of it to another template");
}
