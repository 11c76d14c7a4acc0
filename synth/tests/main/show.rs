//! Templates, problems and permissions in the fewest lines that a person can judge.

use std::fmt::Write as _;

use synth::iam::PolicyDocument;
use synth::{Data as _, Json, Stack, StackProps};

fn stack(describe: impl FnOnce(&mut Stack)) -> Stack {
    let mut stack = Stack::new("App", StackProps::default());
    describe(&mut stack);
    stack
}

/// Every resource: its id, type and deletion policy, then a line for each property.
pub(crate) fn resources(describe: impl FnOnce(&mut Stack)) -> String {
    let template = stack(describe).synthesize().unwrap();
    let mut text = String::new();
    for (id, resource) in template.body().get("Resources").unwrap().entries().unwrap() {
        let kind = resource.get("Type").and_then(Json::as_text).unwrap();
        write!(text, "{id} {kind}").unwrap();
        let policies = ["DeletionPolicy", "UpdateReplacePolicy"];
        for policy in policies
            .iter()
            .filter_map(|name| resource.get(name))
            .filter_map(Json::as_text)
        {
            write!(text, " {policy}").unwrap();
        }
        text.push('\n');
        for (name, value) in resource.get("Properties").unwrap().entries().unwrap() {
            writeln!(text, "  {name} {}", value.to_compact()).unwrap();
        }
    }
    text
}

/// The logical ids of a stack, a line each.
pub(crate) fn logical_ids(describe: impl FnOnce(&mut Stack)) -> String {
    let template = stack(describe).synthesize().unwrap();
    let resources = template.body().get("Resources").unwrap().entries().unwrap();
    let lines = resources.iter().flat_map(|(id, _)| [id.as_ref(), "\n"]);
    lines.collect()
}

/// Everything that is wrong with a stack, as people read it.
pub(crate) fn problems(describe: impl FnOnce(&mut Stack)) -> String {
    stack(describe).synthesize().unwrap_err().to_string()
}

/// The codes alone, for the variants of a check that is shown in full elsewhere.
pub(crate) fn codes(describe: impl FnOnce(&mut Stack)) -> Vec<&'static str> {
    let problems = stack(describe).synthesize().unwrap_err();
    problems
        .0
        .iter()
        .map(|placed| placed.problem.code)
        .collect()
}

/// The statements of a policy, a line each.
pub(crate) fn statements(policy: &PolicyDocument) -> String {
    let document = policy.to_json();
    let lines = document.get("Statement").unwrap().items().unwrap().iter();
    lines
        .flat_map(|statement| [statement.to_compact(), "\n".to_owned()])
        .collect()
}
