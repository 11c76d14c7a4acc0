//! What is wrong with the containers of a task, found before ECS is asked.

use super::container::{Container, DependencyCondition};
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
    for (position, container) in containers.iter().enumerate() {
        let mut problems = Vec::new();
        let before = containers.get(..position).unwrap_or_default();
        name(container, before, &mut problems);
        variables(container, &mut problems);
        dependencies(container, containers, &mut problems);
        mounts(container, volumes, &mut problems);
        memory(container, size, &mut problems);
        ports(container, before, &mut problems);
        limits(container, &mut problems);
        found.extend(
            problems
                .into_iter()
                .map(|problem| (Some(container.name.as_ref()), problem)),
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
    if let Some(cycle) = cycle(containers) {
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

fn name(container: &Container, before: &[Container], problems: &mut Vec<Problem>) {
    problems.extend(name_problem(
        "ecs.container-name",
        "a container",
        &container.name,
    ));
    if before.iter().any(|other| other.name == container.name) {
        let message = "two containers have one name";
        let name = container.name.as_ref();
        problems.push(problem(
            "ecs.duplicate-container",
            message,
            name,
            "",
            "rename one",
        ));
    }
    if let Some(image) = container.image.name.known()
        && (image.is_empty() || image.contains(char::is_whitespace))
    {
        let message = "this is not the name of an image";
        let allowed = "`repository:tag` or `repository@sha256:…`";
        problems.push(problem(
            "ecs.image",
            message,
            image,
            allowed,
            "name an image",
        ));
    }
}

fn variables(container: &Container, problems: &mut Vec<Problem>) {
    let names = container
        .environment
        .iter()
        .map(|(name, _)| (name, "environment"));
    let secrets = container.secrets.iter().map(|(name, _)| (name, "secrets"));
    let all: Vec<_> = names.chain(secrets).collect();
    for (position, (name, list)) in all.iter().enumerate() {
        if name.is_empty() || name.contains(['=', '\0']) {
            let message = format!("a variable in `{list}` has no usable name");
            let allowed = "text that is not empty and has no `=` in it";
            problems.push(problem(
                "ecs.variable-name",
                message,
                name.as_ref(),
                allowed,
                "rename it",
            ));
        }
        let Some((_, other)) = all.iter().take(position).find(|(other, _)| other == name) else {
            continue;
        };
        let message = if other == list {
            format!("a variable is twice in `{list}`")
        } else {
            "a variable is both in `environment` and in `secrets`".to_owned()
        };
        problems.push(problem(
            "ecs.duplicate-variable",
            message,
            name.as_ref(),
            "",
            "remove one",
        ));
    }
}

fn dependencies(container: &Container, all: &[Container], problems: &mut Vec<Problem>) {
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
fn cycle(containers: &[Container]) -> Option<Vec<&str>> {
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

fn mounts(container: &Container, volumes: &[Volume], problems: &mut Vec<Problem>) {
    for (position, mount) in container.mounts.iter().enumerate() {
        if !volumes.iter().any(|volume| volume.name == mount.volume) {
            let message = "it mounts a volume that the task does not have";
            let allowed = listed(volumes.iter().map(|volume| volume.name.as_ref()));
            let fix = format!(
                "add `Volume::new(\"{}\")` to the task's `volumes`",
                mount.volume
            );
            let name = mount.volume.as_ref();
            problems.push(problem(
                "ecs.undeclared-volume",
                message,
                name,
                allowed,
                fix,
            ));
        }
        if !mount.path.starts_with('/') {
            let message = "a volume is mounted at a path that is not absolute";
            let fix = format!("write /{}", mount.path);
            problems.push(problem(
                "ecs.mount-path",
                message,
                mount.path.as_ref(),
                "",
                fix,
            ));
        }
        if container
            .mounts
            .iter()
            .take(position)
            .any(|other| other.path == mount.path)
        {
            let message = "two volumes are mounted at one path";
            problems.push(problem(
                "ecs.duplicate-mount",
                message,
                mount.path.as_ref(),
                "",
                "move one",
            ));
        }
    }
}

fn memory(container: &Container, size: FargateSize, problems: &mut Vec<Problem>) {
    let Some(memory) = container.memory_mib else {
        return;
    };
    if memory > size.memory_mib() {
        let message = "a container has more memory than its task";
        problems.push(over(
            "ecs.container-memory",
            message,
            memory.into(),
            size.memory_mib(),
            "MiB",
        ));
    }
    if memory < 6 {
        let (message, fix) = (
            "a container needs some memory to start",
            "give it more, or none at all",
        );
        problems.push(problem(
            "ecs.container-memory",
            message,
            format!("{memory} MiB"),
            "6 MiB or more",
            fix,
        ));
    }
    if let Some(kept) = container
        .memory_reservation_mib
        .filter(|kept| *kept > memory)
    {
        let message = "more memory is kept for a container than it may use";
        problems.push(over(
            "ecs.memory-reservation",
            message,
            kept.into(),
            memory,
            "MiB",
        ));
    }
}

fn ports(container: &Container, before: &[Container], problems: &mut Vec<Problem>) {
    for (position, mapping) in container.ports.iter().enumerate() {
        let shown = format!("{}/{}", mapping.port, mapping.protocol.as_text());
        if mapping.port == 0 {
            let (message, allowed) = ("a container cannot listen on port 0", "1 to 65535");
            problems.push(problem(
                "ecs.port",
                message,
                &*shown,
                allowed,
                "name the port it listens on",
            ));
            continue;
        }
        let here = container
            .ports
            .iter()
            .take(position)
            .map(|other| (container, other));
        let others = before
            .iter()
            .flat_map(|other| other.ports.iter().map(move |port| (other, port)));
        let taken = here
            .chain(others)
            .find(|(_, other)| (other.port, other.protocol) == (mapping.port, mapping.protocol));
        if let Some((other, _)) = taken {
            let message = format!(
                "`{}` listens on this port too, and a task has one network",
                other.name
            );
            problems.push(problem(
                "ecs.port-taken",
                message,
                shown,
                "",
                "choose another port",
            ));
        }
    }
}

/// Source of the names: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html>
const ULIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

fn limits(container: &Container, problems: &mut Vec<Problem>) {
    for limit in &container.ulimits {
        if !ULIMITS.contains(&limit.name.as_ref()) {
            let (message, allowed) = ("there is no such limit", ULIMITS.join(", "));
            let name = limit.name.as_ref();
            problems.push(problem(
                "ecs.ulimit",
                message,
                name,
                allowed,
                "name one of these",
            ));
        }
        if limit.soft > limit.hard {
            let message = "a limit starts above where it may be raised to";
            let value = format!("{}: soft {}, hard {}", limit.name, limit.soft, limit.hard);
            problems.push(problem(
                "ecs.ulimit",
                message,
                value,
                "",
                "lower `soft` or raise `hard`",
            ));
        }
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
