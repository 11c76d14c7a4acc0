//! What is wrong with the containers of a task, found before ECS is asked.

mod container;
mod order;

use super::container::Container;
use super::size::FargateSize;
use super::volume::Volume;
use crate::Problem;

/// A problem, and the container it is about; nothing when it is about the task.
pub(crate) type Found<'a> = (Option<&'a str>, Problem);

/// Everything that is wrong with a task of this size.
pub(crate) fn check<'a>(
    containers: &'a [Container],
    volumes: &[Volume],
    size: FargateSize,
) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    whole_task(containers, volumes, size, &mut found);
    for (position, one) in containers.iter().enumerate() {
        let mut problems = Vec::new();
        let before = containers.get(..position).unwrap_or_default();
        container::name(one, before, &mut problems);
        container::variables(one, &mut problems);
        order::dependencies(one, containers, &mut problems);
        container::mounts(one, volumes, &mut problems);
        container::memory(one, size, &mut problems);
        container::ports(one, before, &mut problems);
        container::limits(one, &mut problems);
        found.extend(
            problems
                .into_iter()
                .map(|problem| (Some(one.name.as_ref()), problem)),
        );
    }
    found
}

fn whole_task<'a>(
    containers: &'a [Container],
    volumes: &[Volume],
    size: FargateSize,
    found: &mut Vec<Found<'a>>,
) {
    let mut add = |problem| found.push((None, problem));
    if containers.is_empty() {
        add(problem(
            "ecs.no-container",
            "a task needs something to run",
            "",
            "",
            "add a container",
        ));
    } else if !containers.iter().any(|container| container.essential) {
        let names = listed(containers.iter().map(|container| container.name.as_ref()));
        let fix = "make the container whose end ends the task `essential`";
        add(problem(
            "ecs.no-essential-container",
            "no container is essential",
            names,
            "",
            fix,
        ));
    }
    for (position, volume) in volumes.iter().enumerate() {
        if let Some(problem) = name_problem("ecs.volume-name", "a volume", &volume.name) {
            add(problem);
        }
        if volumes
            .iter()
            .take(position)
            .any(|other| other.name == volume.name)
        {
            let message = "two volumes have one name";
            add(problem(
                "ecs.duplicate-volume",
                message,
                volume.name.as_ref(),
                "",
                "rename one",
            ));
        }
    }
    let kept = containers
        .iter()
        .filter_map(|one| one.memory_reservation_mib.or(one.memory_mib));
    let kept: u64 = kept.map(u64::from).sum();
    if kept > size.memory_mib().into() {
        let message = "the containers together keep more memory than the task has";
        add(over(
            "ecs.task-memory",
            message,
            kept,
            size.memory_mib(),
            "MiB",
        ));
    }
    let units: u64 = containers
        .iter()
        .filter_map(|one| one.cpu_units)
        .map(u64::from)
        .sum();
    if units > size.cpu_units().into() {
        let message = "the containers together keep more CPU than the task has";
        add(over(
            "ecs.task-cpu",
            message,
            units,
            size.cpu_units(),
            "CPU units",
        ));
    }
    if let Some(cycle) = order::cycle(containers) {
        let message = "containers wait for each other, so none of them starts";
        let fix = "remove one of these dependencies";
        add(problem(
            "ecs.dependency-cycle",
            message,
            cycle.join(" → "),
            "",
            fix,
        ));
    }
}

/// The rule that families, containers and volumes have in common.
pub(crate) fn name_problem(code: &'static str, what: &str, name: &str) -> Option<Problem> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let good = !name.is_empty() && name.len() <= 255 && name.bytes().all(fits);
    let allowed = "1 to 255 letters, digits, `_` and `-`";
    (!good).then(|| {
        problem(
            code,
            format!("ECS does not take this as the name of {what}"),
            name,
            allowed,
            "rename it",
        )
    })
}

fn over(code: &'static str, message: &str, value: u64, most: u32, unit: &str) -> Problem {
    problem(
        code,
        message,
        format!("{value} {unit}"),
        format!("up to {most} {unit}"),
        "lower it, or choose a larger size",
    )
}

fn problem(
    code: &'static str,
    message: impl Into<String>,
    value: impl Into<String>,
    allowed: impl Into<String>,
    fix: impl Into<String>,
) -> Problem {
    Problem {
        code,
        message: message.into(),
        value: value.into(),
        allowed: allowed.into(),
        fix: fix.into(),
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
