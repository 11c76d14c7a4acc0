//! What the kernel lets a container do, as far as Fargate leaves it to the task.

use crate::Text;

/// A limit that the kernel sets to every process of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ulimit {
    /// Such as `nofile`. Fargate has a default of its own for that one only.
    pub name: Text,
    /// Where the limit is at first.
    pub soft: u32,
    /// How far a process may raise it.
    pub hard: u32,
}

/// What the kernel permits beyond, and short of, what a container has anyway.
///
/// ```
/// use synth::ecs::KernelCapabilities;
/// let debugged = KernelCapabilities { trace: true, ..KernelCapabilities::default() };
/// let careful = KernelCapabilities { drop: vec!["ALL".into()], ..KernelCapabilities::default() };
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KernelCapabilities {
    /// Whether a process may watch and change others: `SYS_PTRACE`, all that Fargate lets a task add. Default: no.
    pub trace: bool,
    /// What is taken away, such as `NET_RAW`, or `ALL`. Default: nothing.
    pub drop: Vec<Text>,
}

/// A parameter of the kernel, set before the container starts: `sysctl`. Of those of the network, and of the task when it
/// shares processes, there is one for all containers.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemControl {
    /// Such as `net.core.somaxconn`.
    pub namespace: Text,
    /// Such as `1024`.
    pub value: Text,
}

impl SystemControl {
    /// Sets `namespace` to `value`.
    pub fn new(namespace: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self {
            namespace: namespace.into(),
            value: value.into(),
        }
    }
}
