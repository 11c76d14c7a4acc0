//! Everything of a template that is no resource.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only some kinds of value matter here"
)]

use std::collections::{BTreeMap, BTreeSet};

use synth_core::{Json, Text};

use crate::canonical::canonical;
use crate::property::{At, Differ};
use crate::schema::Spot;
use crate::{EntryChange, Options, PropertyChange, section_of};

/// Sections whose entries are compared one by one, in the order in which they are told.
const SECTIONS: [&str; 6] = [
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Outputs",
    "Metadata",
];

/// The template without what AWS CDK writes for itself.
pub(crate) fn without_toolkit(template: &Json) -> Json {
    let Some(sections) = template.entries() else {
        return template.clone();
    };
    let is_own = |name: &str| name.starts_with("aws:cdk:") || name.starts_with("aws:asset:");
    let plain = |metadata: &Json| match metadata {
        Json::Object(entries) => {
            let kept = entries.iter().filter(|(name, _)| !is_own(name));
            Json::Object(kept.cloned().collect())
        }
        other => other.clone(),
    };
    let resource = |body: &Json| match body {
        Json::Object(entries) => {
            let entry = |(name, value): &(Text, Json)| {
                let value = if name == "Metadata" {
                    plain(value)
                } else {
                    value.clone()
                };
                (name.clone(), value)
            };
            let is_left = |(name, value): &(Text, Json)| {
                name != "Metadata" || value.entries().is_none_or(|entries| !entries.is_empty())
            };
            Json::Object(entries.iter().map(entry).filter(is_left).collect())
        }
        other => other.clone(),
    };
    let is_kept = |section: &str, name: &str, body: &Json| match section {
        "Parameters" => name != "BootstrapVersion",
        "Rules" => name != "CheckBootstrapVersion",
        "Conditions" => name != "CDKMetadataAvailable",
        "Resources" => body.get("Type").and_then(Json::as_text) != Some("AWS::CDK::Metadata"),
        _ => true,
    };
    let section = |(section, body): &(Text, Json)| {
        let Some(entries) = body.entries() else {
            return (section.clone(), body.clone());
        };
        let kept = entries
            .iter()
            .filter(|(name, body)| is_kept(section, name, body));
        let kept = kept.map(|(name, body)| {
            let is_resource = section == "Resources";
            (
                name.clone(),
                if is_resource {
                    resource(body)
                } else {
                    body.clone()
                },
            )
        });
        let kept = Json::Object(kept.collect());
        (
            section.clone(),
            if section == "Metadata" {
                plain(&kept)
            } else {
                kept
            },
        )
    };
    Json::Object(sections.iter().map(section).collect())
}

/// What differs beside the resources.
pub(crate) fn compare(before: &Json, after: &Json, options: &Options) -> Vec<EntryChange> {
    let mut found = Vec::new();
    let (one, other) = (&options.before, &options.after);
    for name in ["AWSTemplateFormatVersion", "Description", "Transform"] {
        put(&mut found, name, "", before.get(name), after.get(name));
    }
    if let (Some(before), Some(after)) = (one.termination_protection, other.termination_protection)
    {
        let (before, after) = (before.into(), after.into());
        put(
            &mut found,
            "TerminationProtection",
            "",
            Some(&before),
            Some(&after),
        );
    }
    if let (Some(before), Some(after)) = (&one.tags, &other.tags) {
        for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let value = |tags: &BTreeMap<String, String>| tags.get(name).cloned().map(Json::from);
            put(
                &mut found,
                "Tags",
                name,
                value(before).as_ref(),
                value(after).as_ref(),
            );
        }
    }
    for (name, value) in &one.parameters {
        if let Some(new) = other.parameters.get(name) {
            let (value, new) = (value.clone().into(), new.clone().into());
            put(
                &mut found,
                "ParameterValues",
                name,
                Some(&value),
                Some(&new),
            );
        }
    }
    for section in SECTIONS {
        let (one, other) = (section_of(before, section), section_of(after, section));
        let known: BTreeMap<&str, &Json> = one
            .iter()
            .map(|(name, body)| (name.as_ref(), body))
            .collect();
        let mut left = known.clone();
        for (name, body) in other {
            left.remove(name.as_ref());
            put(
                &mut found,
                section,
                name,
                known.get(name.as_ref()).copied(),
                Some(body),
            );
        }
        for (name, body) in one {
            if left.contains_key(name.as_ref()) {
                put(&mut found, section, name, Some(body), None);
            }
        }
    }
    found
}

fn put(
    found: &mut Vec<EntryChange>,
    section: &str,
    name: &str,
    before: Option<&Json>,
    after: Option<&Json>,
) {
    if before == after {
        return;
    }
    let spot = Spot::default();
    let one = before.map(|value| canonical(value, &spot));
    let other = after.map(|value| canonical(value, &spot));
    let mut differ = Differ {
        schema: None,
        found: Vec::new(),
    };
    differ.compare(&At::default(), &spot, one.as_ref(), other.as_ref());
    let properties: Vec<PropertyChange> = differ.found;
    if !properties.is_empty() {
        found.push(EntryChange {
            section: section.to_owned(),
            name: name.to_owned(),
            properties,
        });
    }
}
