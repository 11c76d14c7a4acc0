//! Containers: clusters, and task definitions for Fargate.
//!
//! A [`TaskDefinition`] takes all its [`Container`]s at once, so what they say of each other is checked before ECS is asked:
//! who waits for whom, which ports and volumes there are, what they need in memory and CPU.

mod capacity;
mod checks;
mod cluster;
mod cluster_ref;
mod container;
mod definition;
mod driver;
mod environment_file;
mod image;
mod lifecycle;
mod linux;
mod log_router;
mod logs;
mod platform;
mod port;
mod range;
mod role;
mod secret;
mod session;
mod size;
mod splunk;
mod start;
mod task_definition;
mod task_definition_ref;
#[cfg(test)]
mod tests;
mod volume;

pub use capacity::{Capacity, Provider, Strategy};
pub use cluster::{Cluster, ClusterProps, ContainerInsights};
pub use cluster_ref::ClusterRef;
pub use container::{Container, Mount, VolumesFrom};
pub use driver::LogDriver;
pub use environment_file::EnvironmentFile;
pub use image::Image;
pub use lifecycle::{Dependency, DependencyCondition, HealthCheck, HealthCommand, RestartPolicy};
pub use linux::{KernelCapabilities, SystemControl, Ulimit};
pub use log_router::{FireLens, LogRouter, LogRouterKind};
pub use logs::{AwsLogs, LogDestination, LogMode, Multiline};
pub use platform::{Architecture, OperatingSystem, PidMode};
pub use port::{AppProtocol, PortMapping, Protocol};
pub use range::{DiskGib, GraceSeconds, InRange, OutOfRange};
pub use role::{ExecutionRole, TaskRole};
pub use secret::{Secret, SecretVersion};
pub use session::{ExecuteCommand, SessionBucket, SessionGroup, SessionLog};
pub use size::{FargateSize, NotSold};
pub use splunk::{Splunk, SplunkFormat};
pub use task_definition::{TaskDefinition, TaskDefinitionProps};
pub use task_definition_ref::TaskDefinitionRef;
pub use volume::{EfsVolume, Volume, VolumeSource};
