//! Volumes, and where containers mount them.

use super::super::container::Container;
use super::super::task_definition::TaskDefinitionProps;
use super::super::volume::{EfsVolume, Volume, VolumeSource};
use super::{listed, name_problem, problem};
use crate::Problem;

pub(super) fn mounts(
    container: &Container,
    volumes: &[Volume],
    is_windows: bool,
    problems: &mut Vec<Problem>,
) {
    for (position, mount) in container.mounts.iter().enumerate() {
        if !volumes.iter().any(|volume| volume.name == mount.volume) {
            let message = "it mounts a volume that the task does not have";
            let allowed = listed(volumes.iter().map(|volume| volume.name.as_ref()));
            let fix = format!(
                "add `Volume::new(\"{}\")` to the task's `volumes`",
                mount.volume
            );
            let name = mount.volume.as_ref();
            problems.push(problem(
                "ecs.undeclared-volume",
                message,
                name,
                allowed,
                fix,
            ));
        }
        if !is_windows && !mount.path.starts_with('/') {
            let message = "a volume is mounted at a path that is not absolute";
            let fix = format!("write /{}", mount.path);
            problems.push(problem(
                "ecs.mount-path",
                message,
                mount.path.as_ref(),
                "",
                fix,
            ));
        }
        if container
            .mounts
            .iter()
            .take(position)
            .any(|other| other.path == mount.path)
        {
            let message = "two volumes are mounted at one path";
            problems.push(problem(
                "ecs.duplicate-mount",
                message,
                mount.path.as_ref(),
                "",
                "move one",
            ));
        }
    }
}

pub(super) fn volumes_from(container: &Container, all: &[Container], problems: &mut Vec<Problem>) {
    for other in &container.volumes_from {
        let is_there = all.iter().any(|one| one.name == other.container);
        if !is_there || other.container == container.name {
            let others = all.iter().filter(|one| one.name != container.name);
            problems.push(problem(
                "ecs.unknown-volumes-from",
                "it has the mounts of a container that is no other one of the task",
                other.container.as_ref(),
                listed(others.map(|one| one.name.as_ref())),
                "name one of these",
            ));
        }
    }
}

pub(super) fn volumes(props: &TaskDefinitionProps) -> Vec<Problem> {
    let volumes = &props.volumes;
    let mut problems = Vec::new();
    for (position, volume) in volumes.iter().enumerate() {
        problems.extend(name_problem("ecs.volume-name", "a volume", &volume.name));
        let mut before = volumes.iter().take(position);
        if before.any(|other| other.name == volume.name) {
            let message = "two volumes have one name";
            let name = volume.name.as_ref();
            problems.push(problem(
                "ecs.duplicate-volume",
                message,
                name,
                "",
                "rename one",
            ));
        }
        match &volume.source {
            VolumeSource::Task => {}
            VolumeSource::AtLaunch => at_launch(volume, &props.containers, &mut problems),
            VolumeSource::Efs(efs) => efs_problems(efs, &mut problems),
        }
    }
    let at_launch = volumes
        .iter()
        .filter(|volume| matches!(volume.source, VolumeSource::AtLaunch));
    let names: Vec<_> = at_launch.map(|volume| volume.name.as_ref()).collect();
    if names.len() > 1 {
        problems.push(problem(
            "ecs.volume-at-launch",
            "more than one volume is configured at launch",
            names.join(", "),
            "one in a task",
            "keep one of them",
        ));
    }
    problems
}

fn at_launch(volume: &Volume, containers: &[Container], problems: &mut Vec<Problem>) {
    let mut mounts = containers.iter().flat_map(|container| &container.mounts);
    if !mounts.any(|mount| mount.volume == volume.name) {
        problems.push(problem(
            "ecs.volume-at-launch",
            "no container mounts the volume that is configured at launch",
            volume.name.as_ref(),
            "",
            format!(
                "add `Mount::new(\"{}\", …)` to a container's `mounts`",
                volume.name
            ),
        ));
    }
}

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html>
fn efs_problems(efs: &EfsVolume, problems: &mut Vec<Problem>) {
    let root = efs.root_directory.as_deref();
    if let Some(root) = root.filter(|root| efs.access_point.is_some() && *root != "/") {
        problems.push(problem(
            "ecs.efs-root-directory",
            "an access point has a root directory of its own",
            root,
            "`/`, or none",
            "leave `root_directory` out, or the access point",
        ));
    }
    if let Some(root) = root.filter(|root| !root.starts_with('/')) {
        problems.push(problem(
            "ecs.efs-root-directory",
            "the root directory is a path that is not absolute",
            root,
            "",
            format!("write /{root}"),
        ));
    }
    if efs.transit_encryption_port == Some(0) {
        let message = "this is no port";
        let allowed = "1 to 65535";
        problems.push(problem(
            "ecs.efs-transit-encryption",
            message,
            "0",
            allowed,
            "name a port",
        ));
    }
    let needs = [
        ("access_point", efs.access_point.is_some()),
        ("authorize_by_task_role", efs.authorize_by_task_role),
        (
            "transit_encryption_port",
            efs.transit_encryption_port.is_some(),
        ),
    ];
    for (name, _) in needs
        .iter()
        .filter(|(_, is_there)| *is_there && !efs.transit_encryption)
    {
        problems.push(problem(
            "ecs.efs-transit-encryption",
            "EFS does this only with encryption on the way",
            *name,
            "",
            format!("set `transit_encryption: true`, or leave `{name}` out"),
        ));
    }
}
