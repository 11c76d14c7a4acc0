//! References between stacks that CloudFormation has no way for.

use crate::problem::Problem;
use crate::stack::place;

use super::CrossStack;
use super::link::Facts;
use super::visit::{Found, Kind};

/// Why it cannot be carried from the producer, if the app has it, to the consumer.
pub(super) fn of(consumer: &Facts, producer: Option<&Facts>, found: &Found<'_>) -> Option<Problem> {
    let problem = |code, message: String, allowed: &str, fix: &str| {
        let stack = producer.map_or(found.target.stack(), |producer| &producer.path);
        Some(Problem {
            code,
            message: format!("`{}`: {message}", found.place),
            value: place(stack, found.target.path()),
            allowed: allowed.to_owned(),
            fix: fix.to_owned(),
        })
    };
    let Some(producer) = producer else {
        let message = format!(
            "this refers to a part of the stack `{}`, which is not in the app",
            found.target.stack()
        );
        let fix = "add that stack to the app";
        return problem("core.foreign-stack", message, "stacks of the same app", fix);
    };
    if matches!(found.kind, Kind::InCondition | Kind::Condition) {
        let message = format!(
            "conditions are decided before the stack `{}` is asked for anything",
            producer.path
        );
        let fix = "decide on a parameter of this stack instead";
        let code = "core.cross-stack-condition";
        return problem(
            code,
            message,
            "conditions and parameters of the same stack",
            fix,
        );
    }
    if consumer.stage != producer.stage {
        let message = format!(
            "this refers to a part of `{}`, in another stage",
            producer.path
        );
        let fix = "put both stacks into one stage, or pass the value as a known text";
        let code = "core.cross-stage-reference";
        return problem(code, message, "stacks of the same stage", fix);
    }
    // Waiting for another stack needs nothing of it.
    if matches!(found.kind, Kind::Dependency) {
        return None;
    }
    let (here, there) = (&consumer.environment, &producer.environment);
    if here.account != there.account {
        let message = format!(
            "`{}` is in another account, or only one of the two is known",
            producer.path
        );
        let fix = "give both stacks the same account, or pass the value as a known text";
        let code = "core.cross-account-reference";
        return problem(code, message, "stacks of the same account", fix);
    }
    let is_known = here.region.is_some() && there.region.is_some();
    let is_exported = producer.cross_stack == CrossStack::Export;
    if here.region != there.region && (is_exported || !is_known) {
        let message = format!(
            "`{}` is in another region, or only one of the two is known",
            producer.path
        );
        let allowed = if is_exported {
            "exports of the same region"
        } else {
            "two regions that are both known, or neither"
        };
        let fix =
            "say both regions in `StackProps::environment`, and share by `CrossStack::Output`";
        return problem("core.cross-region-reference", message, allowed, fix);
    }
    None
}
