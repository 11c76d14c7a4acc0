//! Names in policies that IAM takes without a word: actions and services that there are not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use miniz_oxide::inflate::decompress_to_vec;
use synth_core::Json;

use super::Report;
use crate::suggest;

/// Written by `cargo xtask cfn`: a line for each service, its prefix and then its actions, in lower case; deflated.
const ACTIONS: &[u8] = include_bytes!("../../data/actions.bin");

/// Actions by the prefix of their service.
static BY_SERVICE: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let bytes = decompress_to_vec(ACTIONS).unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    let services = text.lines().filter_map(|line| {
        let mut words = line.split(' ').map(str::to_owned);
        Some((words.next()?, words.collect()))
    });
    services.collect()
});

/// Services that are principals under other names than the prefix of their actions.
const PRINCIPALS: &[&str] = &[
    "airflow-env",
    "application-autoscaling",
    "batchoperations.s3",
    "build.apprunner",
    "codepipeline",
    "credentials.iot",
    "delivery.logs",
    "ec2fleet",
    "ecs-tasks",
    "ecs.application-autoscaling",
    "edgelambda",
    "eks-fargate-pods",
    "elasticmapreduce",
    "export.rds",
    "logging.s3",
    "monitoring.rds",
    "ops.apigateway",
    "pods.eks",
    "replicator.lambda",
    "spotfleet",
    "stacksets.cloudformation",
    "tasks.apprunner",
    "vpc-flow-logs",
];

/// Looks into every policy of every resource.
pub(super) fn check(template: &Json, report: &mut Report<'_>) {
    let resources = template.get("Resources").and_then(Json::entries);
    for (id, body) in resources.unwrap_or_default() {
        if let Some(properties) = body.get("Properties") {
            let mut path = format!("Resources/{id}/Properties");
            walk(properties, &mut path, report);
        }
    }
}

/// Finds statements at any depth, also in the branches of functions.
fn walk(value: &Json, path: &mut String, report: &mut Report<'_>) {
    let is_statement = value.get("Effect").is_some();
    let length = path.len();
    let mut below = |name: &str, value: &Json, report: &mut Report<'_>| {
        path.push('/');
        path.push_str(name);
        match name {
            "Action" | "NotAction" if is_statement => each(value, path, report, &action),
            "Principal" | "NotPrincipal" if is_statement => {
                if let Some(services) = value.get("Service") {
                    path.push_str("/Service");
                    each(services, path, report, &service);
                }
            }
            _ => walk(value, path, report),
        }
        path.truncate(length);
    };
    match value {
        Json::Object(entries) => {
            for (name, value) in entries {
                below(name, value, report);
            }
        }
        Json::Array(items) => {
            for (position, value) in items.iter().enumerate() {
                below(&position.to_string(), value, report);
            }
        }
        Json::Missing
        | Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Text(_)
        | Json::Reference(_) => {}
    }
}

type Look = dyn Fn(&str, &str, &mut Report<'_>);

/// Looks at a text, or at each of a list.
fn each(value: &Json, path: &str, report: &mut Report<'_>, look: &Look) {
    match (value.as_text(), value.items()) {
        (Some(text), _) => look(text, path, report),
        (None, items) => {
            for (position, item) in items.unwrap_or_default().iter().enumerate() {
                if let Some(text) = item.as_text() {
                    look(text, &format!("{path}/{position}"), report);
                }
            }
        }
    }
}

fn action(text: &str, path: &str, report: &mut Report<'_>) {
    let lower = text.to_ascii_lowercase();
    let Some((service, name)) = lower.split_once(':') else {
        return;
    };
    if service.contains(['*', '?']) {
        return;
    }
    let Some(actions) = BY_SERVICE.get(service) else {
        // AWS has services that the list lacks, so only a slip is told.
        let services = BY_SERVICE.keys().map(String::as_str);
        if let Some(meant) = suggest::slip(service, services) {
            report
                .warning(
                    path,
                    "iam.unknown-action",
                    "no service has this prefix",
                    &text.to_owned().into(),
                )
                .fix(format!("did you mean `{meant}:`?"));
        }
        return;
    };
    if actions
        .iter()
        .any(|known| fits(name.as_bytes(), known.as_bytes()))
    {
        return;
    }
    let message =
        format!("`{service}` has no action of this name, so nothing is allowed or denied");
    report
        .warning(path, "iam.unknown-action", message, &text.to_owned().into())
        .meant(
            name,
            actions.iter().map(String::as_str),
            "look the name up in the service authorization reference",
        );
}

fn service(text: &str, path: &str, report: &mut Report<'_>) {
    let Some(name) = text.strip_suffix(".amazonaws.com") else {
        return;
    };
    let prefixes = || BY_SERVICE.keys().map(String::as_str);
    let known = || prefixes().chain(PRINCIPALS.iter().copied());
    // Many principals have a region, a part of a service or another name in them: only a slip is told.
    if known().any(|known| known == name) {
        return;
    }
    if let Some(meant) = suggest::slip(name, known()) {
        report
            .warning(
                path,
                "iam.unknown-service-principal",
                "no service is known by this name",
                &text.to_owned().into(),
            )
            .fix(format!("did you mean `{meant}.amazonaws.com`?"));
    }
}

/// Whether a name fits a pattern with `*` and `?`.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(symbol) if *symbol == b'?' || Some(symbol) == name.get(from) => {
                at += 1;
                from += 1;
            }
            _ => match &mut star {
                Some((after, matched)) => {
                    *matched += 1;
                    (at, from) = (*after + 1, *matched);
                }
                None => return false,
            },
        }
    }
    let rest = pattern.get(at..).unwrap_or_default();
    rest.iter().all(|symbol| *symbol == b'*')
}
