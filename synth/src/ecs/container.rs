//! What runs in a task.

use super::image::Image;
use super::logs::AwsLogs;
use super::range::{GraceSeconds, InRange};
use super::secret::Secret;
use crate::{Text, Value};

/// One container of a [`TaskDefinition`](super::TaskDefinition).
///
/// ```
/// use synth::ecs::{Container, Image};
/// let greet = Container {
///     command: vec!["echo".into(), "hello".into()],
///     ..Container::new("greet", Image::registry("public.ecr.aws/docker/library/alpine:3.20"))
/// };
/// ```
#[derive(Debug, Clone)]
pub struct Container {
    /// Up to 255 letters, digits, `_` and `-`; once per task.
    pub name: Text,
    /// What is started.
    pub image: Image,
    /// Whether the task stops when this container does. Default: yes.
    pub essential: bool,
    /// Replaces the image's `ENTRYPOINT`. Default: empty, which keeps it.
    pub entry_point: Vec<Value<String>>,
    /// Replaces the image's `CMD`. Default: empty, which keeps it.
    pub command: Vec<Value<String>>,
    /// Variables, in this order. Anyone who may read the task definition sees them.
    pub environment: Vec<(Text, Value<String>)>,
    /// Variables that ECS fills when the container starts; the task definition holds only where from.
    pub secrets: Vec<(Text, Secret)>,
    /// Containers that have to come first. They stop in the reverse order.
    pub depends_on: Vec<Dependency>,
    /// How ECS finds out that it works. Default: not at all; ECS ignores a `HEALTHCHECK` of the image.
    pub health_check: Option<HealthCheck>,
    /// Where output goes. Default: nowhere.
    pub logging: Option<AwsLogs>,
    /// Volumes of the task, and where the container sees them.
    pub mounts: Vec<Mount>,
    /// Ports that it listens on. For security groups and service discovery; without, all ports are reachable too.
    pub ports: Vec<PortMapping>,
    /// CPU units kept for it. Default: it shares what the task has.
    pub cpu_units: Option<u32>,
    /// MiB at which it is killed. Default: the task's memory.
    pub memory_mib: Option<u32>,
    /// MiB kept for it. Default: none.
    pub memory_reservation_mib: Option<u32>,
    /// `user`, `user:group`, or their numbers. Default: the image's.
    pub user: Option<Value<String>>,
    /// An absolute path. Default: the image's.
    pub working_directory: Option<Value<String>>,
    /// Whether it can write to no place but its volumes. Default: no.
    pub read_only_root: bool,
    /// Whether a small init process forwards signals and reaps orphans. Default: no.
    pub init_process: bool,
    /// Limits of the kernel. Default: those of Fargate, such as 65,535 open files.
    pub ulimits: Vec<Ulimit>,
    /// From the signal to stop until it is killed. Default: 30 seconds.
    pub stop_timeout: Option<GraceSeconds>,
    /// How long others wait for it to reach what they depend on. Default: without end.
    pub start_timeout: Option<GraceSeconds>,
}

impl Container {
    /// An essential container that runs what its image says.
    pub fn new(name: impl Into<Text>, image: Image) -> Self {
        Self {
            name: name.into(),
            image,
            essential: true,
            entry_point: Vec::new(),
            command: Vec::new(),
            environment: Vec::new(),
            secrets: Vec::new(),
            depends_on: Vec::new(),
            health_check: None,
            logging: None,
            mounts: Vec::new(),
            ports: Vec::new(),
            cpu_units: None,
            memory_mib: None,
            memory_reservation_mib: None,
            user: None,
            working_directory: None,
            read_only_root: false,
            init_process: false,
            ulimits: Vec::new(),
            stop_timeout: None,
            start_timeout: None,
        }
    }
}

/// Another container of the task that has to come first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub container: Text,
    /// How far it has to be.
    pub condition: DependencyCondition,
}

impl Dependency {
    /// Waits until the container called `container` is this far.
    pub fn new(container: impl Into<Text>, condition: DependencyCondition) -> Self {
        Self {
            container: container.into(),
            condition,
        }
    }
}

/// How far a container has to be before another one starts.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependencyCondition {
    /// It was started.
    Start,
    /// It has ended, in whatever way. Not for an essential container: the task would end with it.
    Complete,
    /// It has ended with exit code 0. Not for an essential container: the task would end with it.
    Success,
    /// Its health check has passed.
    Healthy,
}

impl DependencyCondition {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Start => "START",
            Self::Complete => "COMPLETE",
            Self::Success => "SUCCESS",
            Self::Healthy => "HEALTHY",
        }
    }
}

/// A command that succeeds while its container works.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// Run in the container again and again.
    pub command: HealthCommand,
    /// Seconds from one run to the next. Default: 30.
    pub interval: InRange<5, 300>,
    /// Seconds after which a run has failed. Default: 5.
    pub timeout: InRange<2, 60>,
    /// How many failures in a row make it unhealthy. Default: 3.
    pub retries: InRange<1, 10>,
    /// Seconds at first in which failures do not count. Default: 0.
    pub start_period: InRange<0, 300>,
}

impl HealthCheck {
    /// A check with the defaults of ECS.
    pub const fn new(command: HealthCommand) -> Self {
        Self {
            command,
            interval: InRange::of::<30>(),
            timeout: InRange::of::<5>(),
            retries: InRange::of::<3>(),
            start_period: InRange::of::<0>(),
        }
    }
}

/// What a [`HealthCheck`] runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthCommand {
    /// A line for the shell of the image.
    Shell(Text),
    /// A program and its arguments, for an image with no shell.
    Exec(Vec<Text>),
}

/// A volume of the task, as a container sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The name of the volume.
    pub volume: Text,
    /// Where it appears: an absolute path.
    pub path: Text,
    /// Whether the container cannot write to it. Default: it can.
    pub read_only: bool,
}

impl Mount {
    /// The volume called `volume`, writable at `path`.
    pub fn new(volume: impl Into<Text>, path: impl Into<Text>) -> Self {
        Self {
            volume: volume.into(),
            path: path.into(),
            read_only: false,
        }
    }
}

/// A port that a container listens on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortMapping {
    /// 1–65535.
    pub port: u16,
    /// Default: TCP.
    pub protocol: Protocol,
    /// Its name in Service Connect. Default: none.
    pub name: Option<Text>,
}

impl PortMapping {
    /// A TCP port.
    pub const fn tcp(port: u16) -> Self {
        Self {
            port,
            protocol: Protocol::Tcp,
            name: None,
        }
    }

    /// A UDP port.
    pub const fn udp(port: u16) -> Self {
        Self {
            port,
            protocol: Protocol::Udp,
            name: None,
        }
    }
}

/// What a port speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

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
