//! Secrets that everybody reads who reads the template or the console.

use synth_core::Json;

use super::{Judged, Node};
use crate::template::Report;

/// What is in the name of a secret.
const SECRET: [&str; 10] = [
    "ACCESS_KEY",
    "ACCESSKEY",
    "API_KEY",
    "APIKEY",
    "CREDENTIAL",
    "PASSWD",
    "PASSWORD",
    "PRIVATE_KEY",
    "SECRET",
    "TOKEN",
];

/// How the name ends of something that only leads to a secret, or is about one.
const ABOUT: [&str; 19] = [
    "ARN", "BUCKET", "COUNT", "ENABLED", "ENDPOINT", "EXPIRY", "FILE", "FIELD", "HEADER", "ID",
    "LENGTH", "NAME", "PATH", "PREFIX", "REGION", "SECONDS", "TABLE", "TTL", "URL",
];

pub(super) fn check(resource: &Judged<'_>, report: &mut Report<'_>) {
    let properties = &resource.properties;
    match resource.kind {
        "AWS::Lambda::Function" | "AWS::Serverless::Function" => {
            let environments = properties.get("Environment");
            let variables = environments.iter().flat_map(|one| one.get("Variables"));
            for (name, value) in variables.flat_map(|all| all.entries()) {
                judge(name, &value, report);
            }
        }
        "AWS::ECS::TaskDefinition" => {
            let containers = properties.get("ContainerDefinitions");
            let containers = containers.iter().flat_map(Node::items);
            pairs(containers.flat_map(|one| one.get("Environment")), report);
        }
        "AWS::Batch::JobDefinition" => {
            let containers = properties.get("ContainerProperties");
            let lists = containers.iter().flat_map(|one| one.get("Environment"));
            pairs(lists, report);
        }
        "AWS::CodeBuild::Project" => {
            let environments = properties.get("Environment");
            let lists = environments
                .iter()
                .flat_map(|one| one.get("EnvironmentVariables"));
            pairs(lists, report);
        }
        _ => {}
    }
    access_keys(properties, report);
}

/// Variables that are written as lists of names and values.
fn pairs<'a>(lists: impl Iterator<Item = Node<'a>>, report: &mut Report<'_>) {
    for pair in lists.flat_map(|list| list.items()) {
        // CodeBuild looks these up.
        let is_looked_up = pair
            .get("Type")
            .iter()
            .any(|kind| kind.text().is_some_and(|kind| kind != "PLAINTEXT"));
        let names = pair.get("Name");
        let name = names.first().and_then(Node::text);
        if let (Some(name), false) = (name, is_looked_up) {
            for value in pair.get("Value") {
                judge(name, &value, report);
            }
        }
    }
}

fn judge(name: &str, value: &Node<'_>, report: &mut Report<'_>) {
    for value in value.branches() {
        let is_plain = value.text().is_some_and(is_plain_secret);
        if is_secret_name(name) && is_plain {
            report
                .error(
                    &value.path,
                    "security.plain-secret",
                    format!("`{name}` looks like a secret, and its value is in the template"),
                    &Json::Null,
                )
                .fix("keep it in Secrets Manager or Systems Manager, and refer to it there");
        }
    }
}

/// Whether a variable of this name holds a secret.
fn is_secret_name(name: &str) -> bool {
    let mut words = String::new();
    let mut before = None;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_some_and(|it: char| it.is_ascii_lowercase()) {
            words.push('_');
        }
        words.push(if letter == '-' {
            '_'
        } else {
            letter.to_ascii_uppercase()
        });
        before = Some(letter);
    }
    let last = words.rsplit('_').next().unwrap_or_default();
    SECRET.iter().any(|word| words.contains(word)) && !ABOUT.contains(&last)
}

/// Whether a text is a secret itself, and not where one is, a switch or a number of seconds.
fn is_plain_secret(text: &str) -> bool {
    let leads = ["arn:", "{{resolve:", "/", "http://", "https://"];
    let leads_there = leads.iter().any(|start| text.starts_with(start));
    let is_switch = text.parse::<bool>().is_ok();
    let is_small_number = text.len() <= 6 && text.parse::<u32>().is_ok();
    !(text.trim().is_empty() || leads_there || is_switch || is_small_number)
}

/// Looks for the ids of access keys, wherever they stand.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes>
fn access_keys(node: &Node<'_>, report: &mut Report<'_>) {
    match node.json {
        Json::Text(text) if has_access_key(text) => {
            report
                .error(
                    &node.path,
                    "security.access-key",
                    "an AWS access key is in the template",
                    &Json::Null,
                )
                .fix("delete the key in IAM, and give a role instead");
        }
        Json::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                access_keys(&Node::new(format!("{}/{at}", node.path), item), report);
            }
        }
        Json::Object(entries) => {
            for (name, value) in entries {
                access_keys(&Node::new(format!("{}/{name}", node.path), value), report);
            }
        }
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Text(_)
        | Json::Reference(_)
        | Json::Missing => {}
    }
}

fn has_access_key(text: &str) -> bool {
    let is_part = |symbol: char| symbol.is_ascii_uppercase() || symbol.is_ascii_digit();
    text.split(|symbol| !is_part(symbol)).any(|word| {
        let is_key = word.starts_with("AKIA") || word.starts_with("ASIA");
        // The one that AWS's own documentation is full of.
        is_key && word.len() == 20 && !word.ends_with("EXAMPLE")
    })
}
