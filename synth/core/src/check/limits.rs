//! What is over a quota.

use crate::limits::{
    DESCRIPTION_BYTES, MAPPING_NAMES, MAPPINGS, OUTPUTS, PARAMETERS, RESOURCES, TEMPLATE_BYTES,
};
use crate::problem::{Placed, Problem};
use crate::stack::{Stack, place};

use super::Report;

pub(super) fn check(stack: &Stack, report: &mut Report<'_>) {
    let counts = [
        ("resources", stack.resources.len(), RESOURCES),
        ("parameters", stack.parameters.len(), PARAMETERS),
        ("outputs", stack.outputs.len(), OUTPUTS),
        ("mappings", stack.mappings.len(), MAPPINGS),
        (
            "bytes in its description",
            stack.props.description.len(),
            DESCRIPTION_BYTES,
        ),
    ];
    for (what, count, most) in counts {
        if count > most {
            report.add("", over(what, count, most));
        }
    }
    for mapping in &stack.mappings {
        for (_, attributes) in mapping.body.entries().unwrap_or_default() {
            let count = attributes.entries().unwrap_or_default().len();
            if count > MAPPING_NAMES {
                let problem = over("attributes in a mapping", count, MAPPING_NAMES);
                report.add(mapping.target.path(), problem);
            }
        }
    }
    if stack.resources.is_empty() {
        let problem = Problem {
            code: "core.empty-stack",
            message: "the stack has no resources".to_owned(),
            value: String::new(),
            allowed: "at least one resource".to_owned(),
            fix: "add a resource, or do not synthesize this stack".to_owned(),
        };
        report.add("", problem);
    }
}

/// The problem of a template that CloudFormation would not read.
pub(crate) fn template_size(stack: &str, bytes: usize) -> Option<Placed> {
    (bytes > TEMPLATE_BYTES).then(|| Placed {
        path: place(stack, ""),
        problem: over("bytes in its template", bytes, TEMPLATE_BYTES),
    })
}

fn over(what: &str, count: usize, most: usize) -> Problem {
    Problem {
        code: "core.limit",
        message: format!("the stack has more {what} than CloudFormation takes"),
        value: count.to_string(),
        allowed: format!("at most {most}"),
        fix: "move a part of it to another stack".to_owned(),
    }
}
