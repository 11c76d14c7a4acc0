//! Disks that the containers of a task share.

use crate::cfn::refs::efs::{AccessPointId, FileSystemId};
use crate::{Id, Text, Value};

/// A volume of a task. Containers see it through their [`Mount`](super::Mount)s.
///
/// ```
/// use synth::ecs::{EfsVolume, Volume, VolumeSource};
/// use synth::Id;
/// let scratch = Volume::new("scratch");
/// let shared = Volume {
///     source: EfsVolume::new(Id::literal("fs-0a1b2c3d")).into(),
///     ..Volume::new("shared")
/// };
/// ```
#[derive(Debug, Clone)]
pub struct Volume {
    /// Up to 255 letters, digits, `_` and `-`; once per task.
    pub name: Text,
    /// What it is.
    pub source: VolumeSource,
}

impl Volume {
    /// An empty volume on the task's own disk, gone when the task ends.
    pub fn new(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            source: VolumeSource::Task,
        }
    }
}

/// What a [`Volume`] is.
#[derive(Debug, Clone)]
pub enum VolumeSource {
    /// A part of the task's disk, empty at first, gone when the task ends.
    Task,
    /// An EBS volume that is described by who starts the task: `configuredAtLaunch`. One in a task, and mounted.
    AtLaunch,
    /// A file system of EFS.
    Efs(EfsVolume),
}

/// A file system of EFS as a volume.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html>
#[derive(Debug, Clone)]
pub struct EfsVolume {
    /// Such as `fs-0a1b2c3d`.
    pub file_system: Value<Id<FileSystemId>>,
    /// Gives the task a user and a root directory of its own. Default: the file system as it is.
    pub access_point: Option<Value<Id<AccessPointId>>>,
    /// Whether the task role decides what it may do. Default of EFS: no, everyone in reach may do everything.
    pub authorize_by_task_role: bool,
    /// The directory that is mounted. An access point has its own. Default: the root.
    pub root_directory: Option<Text>,
    /// Whether it is encrypted on its way. Default: yes; an access point and the task role need it.
    pub transit_encryption: bool,
    /// The port for that, 1–65535. Default: one that EFS chooses.
    pub transit_encryption_port: Option<u16>,
}

impl EfsVolume {
    /// The root of a file system, encrypted on its way.
    pub fn new(file_system: impl Into<Value<Id<FileSystemId>>>) -> Self {
        Self {
            file_system: file_system.into(),
            access_point: None,
            authorize_by_task_role: false,
            root_directory: None,
            transit_encryption: true,
            transit_encryption_port: None,
        }
    }
}

impl From<EfsVolume> for VolumeSource {
    fn from(volume: EfsVolume) -> Self {
        Self::Efs(volume)
    }
}
