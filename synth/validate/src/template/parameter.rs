//! The parameters of a template.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is no text is shown as JSON"
)]

use regress::Regex;
use synth_core::{Json, limits};

use super::Report;
use super::index::Index;
use super::shape;

const NAMES: [&str; 11] = [
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

const TYPES: [&str; 5] = [
    "CommaDelimitedList",
    "List<Number>",
    "List<String>",
    "Number",
    "String",
];

/// The most parts that a list is judged by.
const MOST_PARTS: usize = 1000;

pub(super) fn check(index: &Index<'_>, report: &mut Report<'_>) {
    for (name, body) in index.parameters {
        let path = format!("Parameters/{name}");
        if body.entries().is_none() || name.starts_with("Fn::") {
            continue;
        }
        shape::names(&path, body, &NAMES, "parameter.unknown-name", report);
        let Some(kind) = body.get("Type") else {
            report
                .error(
                    &path,
                    "parameter.type",
                    "a parameter has a type",
                    &Json::Null,
                )
                .allowed("String, Number, CommaDelimitedList and those of AWS")
                .fix("add `Type: String`");
            continue;
        };
        let kind = kind_of(&path, kind, report);
        if let Some(text) = body.get("Description").and_then(Json::as_text)
            && text.len() > limits::PARAMETER_DESCRIPTION_BYTES
        {
            let length = Json::from(text.len().to_string());
            report
                .error(
                    &format!("{path}/Description"),
                    "core.limit",
                    "the description is too long",
                    &length,
                )
                .allowed(format!(
                    "at most {} bytes",
                    limits::PARAMETER_DESCRIPTION_BYTES
                ))
                .fix("shorten it");
        }
        let parameter = Parameter { path, body, kind };
        parameter.constraints(report);
        parameter.default(report);
    }
}

/// The type as it is written; says so when there is none of that name.
fn kind_of<'a>(path: &str, kind: &'a Json, report: &mut Report<'_>) -> &'a str {
    let name = kind.as_text().unwrap_or_default();
    let is_known = TYPES.contains(&name) || is_of_aws(name);
    if !is_known {
        report
            .error(&format!("{path}/Type"), "parameter.type", "parameters have no such type", kind)
            .allowed("String, Number, List<Number>, CommaDelimitedList, AWS::…::Id, AWS::SSM::Parameter::Value<…>")
            .meant(name, TYPES.into_iter(), "write one of these");
    }
    name
}

fn is_of_aws(name: &str) -> bool {
    let inner = |name: &str, start: &str| {
        let rest = name.strip_prefix(start)?.strip_suffix('>')?;
        Some(rest.to_owned())
    };
    if let Some(name) = inner(name, "AWS::SSM::Parameter::Value<") {
        return name == "String" || name == "CommaDelimitedList" || is_of_aws(&name);
    }
    let name = inner(name, "List<").unwrap_or_else(|| name.to_owned());
    name == "AWS::SSM::Parameter::Name"
        || name.starts_with("AWS::") && name.split("::").count() >= 3
}

struct Parameter<'a> {
    path: String,
    body: &'a Json,
    kind: &'a str,
}

impl Parameter<'_> {
    fn number(&self, name: &str) -> Option<f64> {
        self.body.get(name).and_then(number)
    }

    fn pattern(&self) -> Option<Result<Regex, regress::Error>> {
        let pattern = self.body.get("AllowedPattern")?.as_text()?;
        Some(Regex::new(&format!("^(?:{pattern})$")))
    }

    /// Constraints that nothing can fulfil.
    fn constraints(&self, report: &mut Report<'_>) {
        for (least, most) in [("MinLength", "MaxLength"), ("MinValue", "MaxValue")] {
            if let (Some(low), Some(high)) = (self.number(least), self.number(most))
                && low > high
            {
                let path = format!("{}/{least}", self.path);
                report
                    .error(
                        &path,
                        "parameter.constraint",
                        format!("`{least}` is above `{most}`"),
                        &Json::Float(low),
                    )
                    .allowed(format!("at most {high}"))
                    .fix("swap the two");
            }
        }
        // CloudFormation's patterns are Java's, which has more than is known here: what cannot be read is not judged.
        if let Some(values) = self.body.get("AllowedValues")
            && values.items().is_none()
        {
            let path = format!("{}/AllowedValues", self.path);
            report
                .error(
                    &path,
                    "parameter.constraint",
                    "the allowed values are no list",
                    values,
                )
                .fix("write a list");
        }
    }

    fn default(&self, report: &mut Report<'_>) {
        let Some(default) = self.body.get("Default") else {
            return;
        };
        let path = format!("{}/Default", self.path);
        if !matches!(
            default,
            Json::Text(_) | Json::Int(_) | Json::Float(_) | Json::Bool(_)
        ) {
            report
                .error(
                    &path,
                    "parameter.default",
                    "a default is one value",
                    default,
                )
                .fix("write a text; a list is a text with commas");
            return;
        }
        // What is behind a name of Systems Manager is not known here.
        if self.kind.starts_with("AWS::SSM::") {
            return;
        }
        let whole = text(default);
        let is_list = self.kind == "CommaDelimitedList" || self.kind.starts_with("List<");
        let parts: Vec<&str> = if is_list {
            whole.split(',').map(str::trim).take(MOST_PARTS).collect()
        } else {
            vec![&whole]
        };
        let is_number = self.kind == "Number" || self.kind == "List<Number>";
        if is_number && parts.iter().any(|part| part.parse::<f64>().is_err()) {
            report
                .error(
                    &path,
                    "parameter.default",
                    "the default is no number",
                    default,
                )
                .fix("write a number");
            return;
        }
        if let Some(allowed) = self.body.get("AllowedValues").and_then(Json::items) {
            let allowed: Vec<String> = allowed.iter().map(text).collect();
            let has = |part: &str| allowed.iter().any(|one| one == part);
            if let Some(part) = parts.iter().find(|part| !has(part) && !has(&whole)) {
                report
                    .error(
                        &path,
                        "parameter.default",
                        "the default is none of the allowed values",
                        default,
                    )
                    .allowed(allowed.join(", "))
                    .meant(
                        part,
                        allowed.iter().map(String::as_str),
                        "choose one of them",
                    );
            }
        }
        if let Some(Ok(pattern)) = self.pattern()
            && let Some(part) = parts.iter().find(|part| pattern.find(part).is_none())
        {
            let shown = Json::from((*part).to_owned());
            let allowed = self
                .body
                .get("AllowedPattern")
                .map(text)
                .unwrap_or_default();
            report
                .error(
                    &path,
                    "parameter.default",
                    "the default does not match `AllowedPattern`",
                    &shown,
                )
                .allowed(allowed)
                .fix("change one of the two");
        }
        self.range(&path, default, &whole, report);
    }

    /// Lengths of texts and sizes of numbers.
    fn range(&self, path: &str, default: &Json, whole: &str, report: &mut Report<'_>) {
        #[expect(clippy::cast_precision_loss, reason = "no text is that long")]
        let length = whole.chars().count() as f64;
        let measured = [
            (
                "MinLength",
                "MaxLength",
                (self.kind == "String").then_some(length),
            ),
            (
                "MinValue",
                "MaxValue",
                (self.kind == "Number")
                    .then(|| whole.parse().ok())
                    .flatten(),
            ),
        ];
        for (least, most, size) in measured {
            let Some(size) = size else { continue };
            let too_small = self.number(least).filter(|least| size < *least);
            let too_big = self.number(most).filter(|most| size > *most);
            let (name, limit) = match (too_small, too_big) {
                (Some(limit), _) => (least, limit),
                (_, Some(limit)) => (most, limit),
                _ => continue,
            };
            report
                .error(
                    path,
                    "parameter.default",
                    format!("the default is outside `{name}`"),
                    default,
                )
                .allowed(format!("{name} {limit}"))
                .fix("change one of the two");
        }
    }
}

fn number(value: &Json) -> Option<f64> {
    text(value).parse().ok()
}

/// A value as CloudFormation compares it.
fn text(value: &Json) -> String {
    match value {
        Json::Text(text) => text.to_string(),
        other => other.to_compact(),
    }
}
