//! Containers and volumes as they stand in a template.

mod kernel;
mod logging;
mod port;
mod volume;

use super::container::{Container, Mount, VolumesFrom};
use super::environment_file::EnvironmentFile;
use super::lifecycle::{Dependency, HealthCheck, HealthCommand, RestartPolicy};
use super::secret::Secret;
use super::volume::Volume;
use crate::absent::some;
use crate::cfn::ecs::task_definition as part;
use crate::{Data, List, Property, Text, Value};

/// `region` is the one that the containers run in, where logs go.
pub(crate) fn containers(
    containers: &[Container],
    region: &Value<String>,
) -> Property<List<part::ContainerDefinition>> {
    list(containers, |one| container(one, region))
}

fn container(container: &Container, region: &Value<String>) -> part::ContainerDefinition {
    let logging = container.logging.as_ref();
    let credentials = container.image.credentials.as_ref();
    part::ContainerDefinition {
        command: list(&container.command, Value::clone),
        cpu: container.cpu_units.into(),
        docker_labels: some(container.docker_labels.clone()).into(),
        depends_on: list(&container.depends_on, dependency),
        entry_point: list(&container.entry_point, Value::clone),
        environment: list(&container.environment, variable),
        environment_files: list(&container.environment_files, environment_file),
        essential: container.essential.into(),
        firelens_configuration: container.log_router.as_ref().map(logging::router).into(),
        health_check: container.health_check.as_ref().map(health_check).into(),
        interactive: container.interactive.then_some(true).into(),
        linux_parameters: kernel::linux_parameters(container).into(),
        log_configuration: logging.map(|driver| logging::driver(driver, region)).into(),
        memory: container.memory_mib.into(),
        memory_reservation: container.memory_reservation_mib.into(),
        mount_points: list(&container.mounts, mount),
        port_mappings: list(&container.ports, port::port),
        pseudo_terminal: container.pseudo_terminal.then_some(true).into(),
        readonly_root_filesystem: container.read_only_root.then_some(true).into(),
        repository_credentials: credentials.map(repository_credentials).into(),
        restart_policy: container.restart_policy.as_ref().map(restart_policy).into(),
        secrets: list(&container.secrets, secret),
        start_timeout: container
            .start_timeout
            .map(|seconds| i64::from(seconds.get()))
            .into(),
        stop_timeout: container
            .stop_timeout
            .map(|seconds| i64::from(seconds.get()))
            .into(),
        system_controls: list(&container.system_controls, kernel::system_control),
        ulimits: list(&container.ulimits, kernel::ulimit),
        user: container.user.clone().into(),
        version_consistency: container
            .version_consistency
            .map(version_consistency)
            .into(),
        volumes_from: list(&container.volumes_from, volumes_from),
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

fn mount(mount: &Mount) -> part::MountPoint {
    part::MountPoint {
        container_path: text(&mount.path),
        read_only: mount.read_only.into(),
        source_volume: text(&mount.volume),
    }
}

fn volumes_from(other: &VolumesFrom) -> part::VolumeFrom {
    part::VolumeFrom {
        read_only: other.read_only.into(),
        source_container: text(&other.container),
    }
}

fn environment_file(file: &EnvironmentFile) -> part::EnvironmentFile {
    part::EnvironmentFile {
        r#type: "s3".into(),
        value: file.arn().into(),
    }
}

fn repository_credentials(secret: &Value<String>) -> part::RepositoryCredentials {
    part::RepositoryCredentials {
        credentials_parameter: secret.into(),
    }
}

const fn version_consistency(is_consistent: bool) -> &'static str {
    if is_consistent { "enabled" } else { "disabled" }
}

fn restart_policy(policy: &RestartPolicy) -> part::RestartPolicy {
    part::RestartPolicy {
        enabled: true.into(),
        ignored_exit_codes: list(&policy.ignored_exit_codes, |code| i64::from(*code)),
        restart_attempt_period: policy
            .attempt_period
            .map(|period| i64::from(period.get()))
            .into(),
    }
}

pub(crate) fn volumes(volumes: &[Volume]) -> Property<List<part::Volume>> {
    list(volumes, volume::volume)
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
