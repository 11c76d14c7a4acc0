//! What the kernel permits.

use super::super::container::Container;
use super::problem;
use crate::Problem;

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
    for (position, limit) in container.ulimits.iter().enumerate() {
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
        let mut before = container.ulimits.iter().take(position);
        if before.any(|other| other.name == limit.name) {
            let message = "a limit is there twice";
            problems.push(problem(
                "ecs.ulimit",
                message,
                limit.name.as_ref(),
                "",
                "remove one",
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

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html>
const CAPABILITIES: [&str; 38] = [
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "SYSLOG",
    "WAKE_ALARM",
];

pub(super) fn capabilities(container: &Container, problems: &mut Vec<Problem>) {
    let capabilities = &container.kernel_capabilities;
    for name in &capabilities.drop {
        if !CAPABILITIES.contains(&name.as_ref()) {
            problems.push(problem(
                "ecs.kernel-capability",
                "the kernel has no such capability",
                name.as_ref(),
                CAPABILITIES.join(", "),
                "name one of these, without `CAP_`",
            ));
        }
    }
    let is_both = capabilities.trace && capabilities.drop.iter().any(|name| name == "SYS_PTRACE");
    if is_both {
        problems.push(problem(
            "ecs.kernel-capability",
            "a capability is both added and dropped",
            "SYS_PTRACE",
            "",
            "set `trace: false`, or do not drop it",
        ));
    }
}

/// What is the container's own; all of `net.` and `fs.mqueue.` besides.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html>
const CONTROLS: [&str; 8] = [
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.sem",
    "kernel.shm_rmid_forced",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
];

pub(super) fn system_controls(
    container: &Container,
    before: &[Container],
    problems: &mut Vec<Problem>,
) {
    for (position, control) in container.system_controls.iter().enumerate() {
        let name = control.namespace.as_ref();
        let is_of_network = name.starts_with("net.");
        if !is_of_network && !name.starts_with("fs.mqueue.") && !CONTROLS.contains(&name) {
            problems.push(problem(
                "ecs.system-control",
                "a task cannot set this parameter of the kernel",
                name,
                format!("net.*, fs.mqueue.*, {}", CONTROLS.join(", ")),
                "remove it",
            ));
        }
        let here = container.system_controls.iter().take(position);
        if here
            .clone()
            .any(|other| other.namespace == control.namespace)
        {
            let message = "a parameter of the kernel is set twice";
            problems.push(problem(
                "ecs.system-control",
                message,
                name,
                "",
                "remove one",
            ));
        }
        let mut others = before.iter().flat_map(|other| &other.system_controls);
        let other = others.find(|other| {
            is_of_network && other.namespace == control.namespace && other.value != control.value
        });
        if let Some(other) = other {
            problems.push(problem(
                "ecs.system-control",
                "a task has one network, and two containers set this differently",
                format!("{name}: {} and {}", other.value, control.value),
                "",
                "set it once",
            ));
        }
    }
}
