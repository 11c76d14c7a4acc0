//! Doc comments.

use super::super::markdown;
use super::super::model::{Field, Resource, Structure, Update};

const REFERENCE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference";

/// Writes `text` as a doc comment; `fallback` where AWS says nothing.
pub(super) fn write(out: &mut String, text: &str, fallback: &str) {
    let lines = markdown::lines(text);
    let lines = if lines.is_empty() {
        vec![fallback.to_owned()]
    } else {
        lines
    };
    for line in lines {
        comment(out, &line);
    }
}

/// Writes one line of a doc comment.
pub(super) fn comment(out: &mut String, line: &str) {
    out.push_str("///");
    if !line.is_empty() {
        out.push(' ');
        out.push_str(line);
    }
    out.push('\n');
}

/// Documents a resource or a part of one.
pub(super) fn structure(
    out: &mut String,
    resource: &Resource,
    structure: &Structure,
    is_resource: bool,
) {
    let (name, part) = (&resource.name, &structure.name);
    let fallback = if is_resource {
        format!("`{name}`, which AWS does not describe.")
    } else {
        format!("`{part}` of `{name}`, which AWS does not describe.")
    };
    write(out, &structure.documentation, &fallback);
    comment(out, "");
    comment(
        out,
        &format!(
            "[Reference]({}.html)",
            page(resource, structure, is_resource)
        ),
    );
}

/// Documents a property: AWS's text, then what the sources know beyond the type.
pub(super) fn field(
    out: &mut String,
    resource: &Resource,
    structure: &Structure,
    is_resource: bool,
    field: &Field,
) {
    write(
        out,
        &field.documentation,
        &format!("`{}`, which AWS does not describe.", field.name),
    );
    comment(out, "");
    for line in &field.limits {
        comment(out, &format!("- {line}"));
    }
    if let Some(default) = &field.default {
        comment(out, &format!("- Default: `{default}`"));
    }
    if field.deprecated {
        comment(out, "- Deprecated by AWS");
    }
    let update = match field.update {
        Update::InPlace => "in place",
        Update::Sometimes => "may replace the resource",
        Update::Replaces => "replaces the resource",
    };
    let anchor = anchor(resource, structure, is_resource, &field.name);
    let page = page(resource, structure, is_resource);
    comment(out, &format!("- Update: [{update}]({page}.html#{anchor})"));
}

/// `ec2-vpc`, as AWS's pages are called.
fn slug(resource: &Resource) -> String {
    let parts: Vec<_> = resource.name.split("::").skip(1).collect();
    parts.join("-").to_ascii_lowercase()
}

fn page(resource: &Resource, structure: &Structure, is_resource: bool) -> String {
    let slug = slug(resource);
    if is_resource {
        format!("{REFERENCE}/aws-resource-{slug}")
    } else {
        format!(
            "{REFERENCE}/aws-properties-{slug}-{}",
            structure.name.to_ascii_lowercase()
        )
    }
}

fn anchor(resource: &Resource, structure: &Structure, is_resource: bool, field: &str) -> String {
    let part = if is_resource {
        String::new()
    } else {
        format!("-{}", structure.name)
    };
    format!("cfn-{}{part}-{field}", slug(resource)).to_ascii_lowercase()
}
