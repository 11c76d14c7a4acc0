//! Containers that wait for each other.

use super::super::container::Container;
use super::super::lifecycle::DependencyCondition;
use super::{listed, problem};
use crate::Problem;

pub(super) fn dependencies(container: &Container, all: &[Container], problems: &mut Vec<Problem>) {
    for dependency in &container.depends_on {
        let name = dependency.container.as_ref();
        let Some(other) = all.iter().find(|other| other.name == dependency.container) else {
            let message = "it depends on a container that the task does not have";
            let allowed = listed(all.iter().map(|other| other.name.as_ref()));
            problems.push(problem(
                "ecs.unknown-dependency",
                message,
                name,
                allowed,
                "name one of these",
            ));
            continue;
        };
        match dependency.condition {
            DependencyCondition::Healthy if other.health_check.is_none() => {
                let message =
                    "it waits until another container is healthy, which has no health check";
                let fix = format!("give `{name}` a `health_check`, or wait for another condition");
                problems.push(problem("ecs.no-health-check", message, name, "", fix));
            }
            DependencyCondition::Complete | DependencyCondition::Success if other.essential => {
                let message = "it waits for the end of an essential container, which ends the task";
                let fix =
                    format!("set `essential: false` on `{name}`, or wait for another condition");
                let value = format!("{name}: {}", dependency.condition.as_text());
                problems.push(problem("ecs.end-of-essential", message, value, "", fix));
            }
            DependencyCondition::Start
            | DependencyCondition::Complete
            | DependencyCondition::Success
            | DependencyCondition::Healthy => {}
        }
    }
}

/// The first cycle of dependencies, its first container named again at the end.
pub(super) fn cycle(containers: &[Container]) -> Option<Vec<&str>> {
    let mut clear = Vec::new();
    containers
        .iter()
        .find_map(|container| follow(container, containers, &mut Vec::new(), &mut clear))
}

fn follow<'a>(
    container: &'a Container,
    all: &'a [Container],
    path: &mut Vec<&'a str>,
    clear: &mut Vec<&'a str>,
) -> Option<Vec<&'a str>> {
    let name = container.name.as_ref();
    if clear.contains(&name) {
        return None;
    }
    if let Some(start) = path.iter().position(|before| *before == name) {
        let mut cycle = path.split_off(start);
        cycle.push(name);
        return Some(cycle);
    }
    path.push(name);
    for dependency in &container.depends_on {
        let next = all.iter().find(|other| other.name == dependency.container);
        if let Some(cycle) = next.and_then(|next| follow(next, all, path, clear)) {
            return Some(cycle);
        }
    }
    path.pop();
    clear.push(name);
    None
}
