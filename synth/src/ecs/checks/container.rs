//! What is wrong with one container.

use super::super::container::Container;
use super::super::size::FargateSize;
use super::super::volume::Volume;
use super::{listed, name_problem, over, problem};
use crate::Problem;

pub(super) fn name(container: &Container, before: &[Container], problems: &mut Vec<Problem>) {
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

pub(super) fn variables(container: &Container, problems: &mut Vec<Problem>) {
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

pub(super) fn mounts(container: &Container, volumes: &[Volume], problems: &mut Vec<Problem>) {
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

pub(super) fn memory(container: &Container, size: FargateSize, problems: &mut Vec<Problem>) {
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

pub(super) fn ports(container: &Container, before: &[Container], problems: &mut Vec<Problem>) {
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

pub(super) fn limits(container: &Container, problems: &mut Vec<Problem>) {
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
