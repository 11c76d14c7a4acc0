//! What is wrong with the containers of a task, found before ECS is asked.

mod container;
mod kernel;
mod lifecycle;
mod logging;
mod mounts;
mod order;
mod platform;
mod ports;
mod size;

use super::platform::OperatingSystem;
use super::task_definition::TaskDefinitionProps;
use crate::Problem;

/// A problem, and the container it is about; nothing when it is about the task.
pub(crate) type Found<'a> = (Option<&'a str>, Problem);

/// Everything that is wrong with a task.
pub(crate) fn check(props: &TaskDefinitionProps) -> Vec<Found<'_>> {
    let containers = &props.containers;
    let is_windows = props
        .operating_system
        .is_some_and(OperatingSystem::is_windows);
    let mut found = Vec::new();
    whole_task(props, &mut found);
    for (position, one) in containers.iter().enumerate() {
        let mut problems = Vec::new();
        let before = containers.get(..position).unwrap_or_default();
        container::name(one, before, &mut problems);
        container::variables(one, &mut problems);
        container::files(one, &mut problems);
        container::secrets(one, &mut problems);
        container::labels(one, &mut problems);
        order::dependencies(one, containers, &mut problems);
        lifecycle::health_check(one, &mut problems);
        lifecycle::restart(one, &mut problems);
        logging::logging(one, containers, &mut problems);
        logging::own_group(one, &props.execution_role, &mut problems);
        logging::router(one, &mut problems);
        mounts::mounts(one, &props.volumes, is_windows, &mut problems);
        mounts::volumes_from(one, containers, &mut problems);
        container::memory(one, props.size, &mut problems);
        ports::ports(one, before, &mut problems);
        kernel::limits(one, &mut problems);
        kernel::capabilities(one, &mut problems);
        kernel::system_controls(one, before, &mut problems);
        if is_windows {
            platform::container(one, &mut problems);
        } else {
            container::working_directory(one, &mut problems);
        }
        found.extend(
            problems
                .into_iter()
                .map(|problem| (Some(one.name.as_ref()), problem)),
        );
    }
    found
}

/// Most containers of a task.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>
const MOST_CONTAINERS: usize = 10;

fn whole_task<'a>(props: &'a TaskDefinitionProps, found: &mut Vec<Found<'a>>) {
    let (containers, size) = (&props.containers, props.size);
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
    if containers.len() > MOST_CONTAINERS {
        add(problem(
            "ecs.too-many-containers",
            "a task has too many containers",
            containers.len().to_string(),
            format!("at most {MOST_CONTAINERS}"),
            "move some to another task",
        ));
    }
    for problem in mounts::volumes(props) {
        add(problem);
    }
    for problem in platform::task(props) {
        add(problem);
    }
    for problem in logging::routers(containers)
        .into_iter()
        .chain(size::problem_of(containers))
    {
        add(problem);
    }
    let kept = containers
        .iter()
        .filter_map(|one| one.memory_reservation_mib.or(one.memory_mib));
    let kept: u64 = kept.map(u64::from).sum();
    // One that has too much alone is told at that container.
    let is_one = containers
        .iter()
        .any(|one| one.memory_mib > Some(size.memory_mib()));
    if kept > size.memory_mib().into() && !is_one {
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

/// Whether a container's name can be a component of a path.
pub(super) fn is_child_id(name: &str) -> bool {
    !name.is_empty() && !name.contains('/')
}

pub(super) fn problem(
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
