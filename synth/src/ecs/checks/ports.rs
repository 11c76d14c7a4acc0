//! Ports that containers listen on.

use super::super::container::Container;
use super::super::port::PortMapping;
use super::problem;
use crate::Problem;

pub(super) fn ports(container: &Container, before: &[Container], problems: &mut Vec<Problem>) {
    for (position, mapping) in container.ports.iter().enumerate() {
        if mapping.port == 0 {
            problems.push(problem(
                "ecs.port",
                "a container cannot listen on port 0",
                mapping.shown(),
                "1 to 65535",
                "name the port it listens on",
            ));
            continue;
        }
        if mapping.last.is_some_and(|last| last <= mapping.port) {
            problems.push(problem(
                "ecs.port",
                "a range of ports ends before it has begun",
                mapping.shown(),
                "a last port above the first",
                "swap them, or name the one port",
            ));
            continue;
        }
        let here = container.ports.iter().take(position);
        let here = here.map(|other| (container, other));
        let others = before
            .iter()
            .flat_map(|other| other.ports.iter().map(move |port| (other, port)));
        let mut earlier = here.chain(others);
        if let Some((other, _)) = earlier.clone().find(|(_, other)| other.overlaps(mapping)) {
            let message = format!(
                "`{}` listens on this port too, and a task has one network",
                other.name
            );
            problems.push(problem(
                "ecs.port-taken",
                message,
                mapping.shown(),
                "",
                "choose another port",
            ));
        }
        problems.extend(name_of(
            mapping,
            earlier.any(|(_, other)| other.name.is_some() && other.name == mapping.name),
        ));
    }
}

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html>
fn name_of(mapping: &PortMapping, is_taken: bool) -> Option<Problem> {
    let Some(name) = mapping.name.as_deref() else {
        return mapping.app_protocol.map(|app_protocol| {
            problem(
                "ecs.app-protocol",
                "only a port with a name has an application protocol",
                format!("{} on {}", app_protocol.as_text(), mapping.shown()),
                "",
                "give the port a `name`, or leave `app_protocol` out",
            )
        });
    };
    let fits = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    };
    let is_name = (1..=64).contains(&name.len()) && name.bytes().all(fits);
    if !is_name || name.starts_with('-') {
        return Some(problem(
            "ecs.port-name",
            "ECS does not take this as the name of a port",
            name,
            "1 to 64 lower-case letters, digits, `_` and `-`, no `-` at first",
            "rename it",
        ));
    }
    is_taken.then(|| {
        problem(
            "ecs.port-name",
            "two ports of the task have one name",
            name,
            "",
            "rename one",
        )
    })
}
