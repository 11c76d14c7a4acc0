//! Volumes.

use super::super::volume::{EfsVolume, Volume, VolumeSource};
use super::text;
use crate::cfn::ecs::task_definition as part;

pub(super) fn volume(volume: &Volume) -> part::Volume {
    let (efs, at_launch) = match &volume.source {
        VolumeSource::Task => (None, false),
        VolumeSource::AtLaunch => (None, true),
        VolumeSource::Efs(source) => (Some(efs(source)), false),
    };
    part::Volume {
        configured_at_launch: at_launch.then_some(true).into(),
        efs_volume_configuration: efs.into(),
        name: text(&volume.name),
        ..Default::default()
    }
}

fn efs(volume: &EfsVolume) -> part::EfsVolumeConfiguration {
    let authorization = part::AuthorizationConfig {
        access_point_id: volume.access_point.clone().into(),
        iam: volume.authorize_by_task_role.then_some("ENABLED").into(),
    };
    let needed = volume.access_point.is_some() || volume.authorize_by_task_role;
    let root = volume.root_directory.as_ref();
    part::EfsVolumeConfiguration {
        authorization_config: needed.then_some(authorization).into(),
        root_directory: root.map(ToString::to_string).into(),
        transit_encryption: volume.transit_encryption.then_some("ENABLED").into(),
        transit_encryption_port: volume.transit_encryption_port.into(),
        ..part::EfsVolumeConfiguration::new(&volume.file_system)
    }
}
