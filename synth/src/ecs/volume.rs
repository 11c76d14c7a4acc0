//! Disks that the containers of a task share.

use crate::cfn::refs::efs::{AccessPointId, FileSystemId};
use crate::{Id, Text, Value};

/// A volume of a task. Containers see it through their [`Mount`](super::Mount)s.
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
    /// A file system of EFS, encrypted on its way.
    Efs {
        /// Such as `fs-0a1b2c3d`.
        file_system: Value<Id<FileSystemId>>,
        /// Gives the task a user and a root directory of its own. Default: the file system as it is.
        access_point: Option<Value<Id<AccessPointId>>>,
        /// Whether the task role decides what it may do. Default of EFS: no, everyone in reach may do everything.
        authorize_by_task_role: bool,
    },
}
