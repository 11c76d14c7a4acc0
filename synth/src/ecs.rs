//! Containers: clusters, and task definitions for Fargate.

mod checks;
mod cluster;
mod container;
mod definition;
mod image;
mod logs;
mod range;
mod secret;
mod size;
mod task_definition;
#[cfg(test)]
mod tests;
mod volume;

pub use cluster::{
    Capacity, Cluster, ClusterProps, ContainerInsights, ExecuteCommand, Provider, SessionLog,
    Strategy,
};
pub use container::{
    Container, Dependency, DependencyCondition, HealthCheck, HealthCommand, Mount, PortMapping,
    Protocol, Ulimit,
};
pub use image::Image;
pub use logs::{AwsLogs, LogMode};
pub use range::{DiskGib, GraceSeconds, InRange, OutOfRange};
pub use secret::Secret;
pub use size::{FargateSize, NotSold};
pub use task_definition::{Architecture, TaskDefinition, TaskDefinitionProps};
pub use volume::{Volume, VolumeSource};
