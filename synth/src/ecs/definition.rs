//! Containers and volumes as they stand in a template.

use super::container::{
    Container, Dependency, HealthCheck, HealthCommand, Mount, PortMapping, Ulimit,
};
use super::logs::{AwsLogs, LogMode};
use super::secret::Secret;
use super::volume::{Volume, VolumeSource};
use crate::cfn::ecs::task_definition as part;
use crate::{Data, List, Property, Text, Value, pseudo};

pub(crate) fn containers(containers: &[Container]) -> Property<List<part::ContainerDefinition>> {
    list(containers, container)
}

fn container(container: &Container) -> part::ContainerDefinition {
    let init = part::LinuxParameters {
        init_process_enabled: true.into(),
        ..Default::default()
    };
    part::ContainerDefinition {
        command: list(&container.command, Value::clone),
        cpu: container.cpu_units.into(),
        depends_on: list(&container.depends_on, dependency),
        entry_point: list(&container.entry_point, Value::clone),
        environment: list(&container.environment, variable),
        essential: container.essential.into(),
        health_check: container.health_check.as_ref().map(health_check).into(),
        linux_parameters: container.init_process.then_some(init).into(),
        log_configuration: container.logging.as_ref().map(logging).into(),
        memory: container.memory_mib.into(),
        memory_reservation: container.memory_reservation_mib.into(),
        mount_points: list(&container.mounts, mount),
        port_mappings: list(&container.ports, port),
        readonly_root_filesystem: container.read_only_root.then_some(true).into(),
        secrets: list(&container.secrets, secret),
        start_timeout: container
            .start_timeout
            .map(|seconds| i64::from(seconds.get()))
            .into(),
        stop_timeout: container
            .stop_timeout
            .map(|seconds| i64::from(seconds.get()))
            .into(),
        ulimits: list(&container.ulimits, ulimit),
        user: container.user.clone().into(),
        working_directory: container.working_directory.clone().into(),
        ..part::ContainerDefinition::new(&container.image.name, text(&container.name))
    }
}

fn dependency(dependency: &Dependency) -> part::ContainerDependency {
    part::ContainerDependency {
        condition: dependency.condition.as_text().into(),
        container_name: text(&dependency.container),
    }
}

fn variable((name, value): &(Text, Value<String>)) -> part::KeyValuePair {
    part::KeyValuePair {
        name: text(name),
        value: value.into(),
    }
}

fn secret((name, secret): &(Text, Secret)) -> part::Secret {
    part::Secret {
        name: text(name),
        value_from: secret.value_from().into(),
    }
}

fn health_check(check: &HealthCheck) -> part::HealthCheck {
    let command: Vec<Value<String>> = match &check.command {
        HealthCommand::Shell(line) => vec!["CMD-SHELL".into(), line.as_ref().into()],
        HealthCommand::Exec(words) => std::iter::once("CMD")
            .chain(words.iter().map(AsRef::as_ref))
            .map(Into::into)
            .collect(),
    };
    let start_period = check.start_period.get();
    part::HealthCheck {
        command: command.into(),
        interval: check.interval.get().into(),
        retries: check.retries.get().into(),
        start_period: (start_period > 0).then_some(start_period).into(),
        timeout: check.timeout.get().into(),
    }
}

fn logging(logs: &AwsLogs) -> part::LogConfiguration {
    let mut options: Vec<(&str, Value<String>)> = vec![
        ("awslogs-group", logs.group.clone()),
        ("awslogs-stream-prefix", logs.stream_prefix.as_ref().into()),
        ("awslogs-region", pseudo::region()),
    ];
    match logs.mode {
        LogMode::AsAccountSays => {}
        LogMode::Blocking => options.push(("mode", "blocking".into())),
        LogMode::NonBlocking { buffer_mib } => {
            options.push(("mode", "non-blocking".into()));
            options.push(("max-buffer-size", format!("{buffer_mib}m").into()));
        }
    }
    part::LogConfiguration {
        options: options.into(),
        ..part::LogConfiguration::new("awslogs")
    }
}

fn mount(mount: &Mount) -> part::MountPoint {
    part::MountPoint {
        container_path: text(&mount.path),
        read_only: mount.read_only.into(),
        source_volume: text(&mount.volume),
    }
}

fn port(mapping: &PortMapping) -> part::PortMapping {
    part::PortMapping {
        container_port: mapping.port.into(),
        name: mapping.name.as_ref().map(ToString::to_string).into(),
        protocol: mapping.protocol.as_text().into(),
        ..Default::default()
    }
}

fn ulimit(limit: &Ulimit) -> part::Ulimit {
    part::Ulimit {
        hard_limit: limit.hard.into(),
        name: limit.name.as_ref().into(),
        soft_limit: limit.soft.into(),
    }
}

pub(crate) fn volumes(volumes: &[Volume]) -> Property<List<part::Volume>> {
    list(volumes, volume)
}

fn volume(volume: &Volume) -> part::Volume {
    let efs = match &volume.source {
        VolumeSource::Task => None,
        VolumeSource::Efs {
            file_system,
            access_point,
            authorize_by_task_role,
        } => {
            let authorization = part::AuthorizationConfig {
                access_point_id: access_point.clone().into(),
                iam: authorize_by_task_role.then_some("ENABLED").into(),
            };
            let needed = access_point.is_some() || *authorize_by_task_role;
            Some(part::EfsVolumeConfiguration {
                authorization_config: needed.then_some(authorization).into(),
                transit_encryption: "ENABLED".into(),
                ..part::EfsVolumeConfiguration::new(file_system)
            })
        }
    };
    part::Volume {
        efs_volume_configuration: efs.into(),
        name: text(&volume.name),
        ..Default::default()
    }
}

/// Nothing is written for an empty list.
fn list<T, U: Into<Value<P>>, P: Data>(items: &[T], part: impl Fn(&T) -> U) -> Property<List<P>> {
    if items.is_empty() {
        Property::Absent
    } else {
        Property::Known(items.iter().map(part).collect())
    }
}

fn text(text: &Text) -> Property<String> {
    text.as_ref().into()
}
