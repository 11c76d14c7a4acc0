//! What runs in a task.

use super::driver::LogDriver;
use super::environment_file::EnvironmentFile;
use super::image::Image;
use super::lifecycle::{Dependency, HealthCheck, RestartPolicy};
use super::linux::{KernelCapabilities, SystemControl, Ulimit};
use super::log_router::LogRouter;
use super::port::PortMapping;
use super::range::GraceSeconds;
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
///
/// What a container can have on EC2 alone has no field: `privileged`, `links`, `hostname`, `extraHosts`, DNS, GPUs, devices,
/// `sharedMemorySize`, `tmpfs`, `maxSwap`, `swappiness`, `dockerSecurityOptions` and `disableNetworking`.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, as ECS has them"
)]
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
    /// Files of variables in S3, one `NAME=value` a line, at most 10. What `environment` says goes before.
    pub environment_files: Vec<EnvironmentFile>,
    /// Containers that have to come first. They stop in the reverse order.
    pub depends_on: Vec<Dependency>,
    /// How ECS finds out that it works. Default: not at all; ECS ignores a `HEALTHCHECK` of the image.
    pub health_check: Option<HealthCheck>,
    /// Where output goes. Default: nowhere.
    pub logging: Option<LogDriver>,
    /// Volumes of the task, and where the container sees them.
    pub mounts: Vec<Mount>,
    /// Containers whose mounts it has too.
    pub volumes_from: Vec<VolumesFrom>,
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
    /// What the kernel permits. Default: what Docker does.
    pub kernel_capabilities: KernelCapabilities,
    /// Parameters of the kernel. Default: those of Fargate.
    pub system_controls: Vec<SystemControl>,
    /// Limits of the kernel. Default: those of Fargate, such as 65,535 open files.
    pub ulimits: Vec<Ulimit>,
    /// From the signal to stop until it is killed. Default: 30 seconds.
    pub stop_timeout: Option<GraceSeconds>,
    /// How long others wait for it to reach what they depend on. Default: without end.
    pub start_timeout: Option<GraceSeconds>,
    /// Whether it is started again when it ends. Default: no.
    pub restart_policy: Option<RestartPolicy>,
    /// Whether its standard input stays open. Default: no.
    pub interactive: bool,
    /// Whether it has a terminal. Default: no.
    pub pseudo_terminal: bool,
    /// Whether ECS keeps to the digest that a tag had at first. Default of ECS: yes.
    pub version_consistency: Option<bool>,
    /// Labels of the container, for log routers and agents. Default: those of ECS.
    pub docker_labels: Vec<(Text, Value<String>)>,
    /// Makes it the one that the [`FireLens`](super::FireLens) output of the others goes through. Default: it is not.
    pub log_router: Option<LogRouter>,
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
            environment_files: Vec::new(),
            depends_on: Vec::new(),
            health_check: None,
            logging: None,
            mounts: Vec::new(),
            volumes_from: Vec::new(),
            ports: Vec::new(),
            cpu_units: None,
            memory_mib: None,
            memory_reservation_mib: None,
            user: None,
            working_directory: None,
            read_only_root: false,
            init_process: false,
            kernel_capabilities: KernelCapabilities::default(),
            system_controls: Vec::new(),
            ulimits: Vec::new(),
            stop_timeout: None,
            start_timeout: None,
            restart_policy: None,
            interactive: false,
            pseudo_terminal: false,
            version_consistency: None,
            docker_labels: Vec::new(),
            log_router: None,
        }
    }
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

/// Another container whose mounts a container has too, at the same paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumesFrom {
    /// Its name.
    pub container: Text,
    /// Whether the container cannot write to them. Default: it can where the other can.
    pub read_only: bool,
}

impl VolumesFrom {
    /// The mounts of the container called `container`.
    pub fn new(container: impl Into<Text>) -> Self {
        Self {
            container: container.into(),
            read_only: false,
        }
    }
}
