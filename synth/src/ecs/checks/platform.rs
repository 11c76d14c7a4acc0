//! What Fargate does not do under Windows.

use super::super::container::Container;
use super::super::platform::Architecture;
use super::super::task_definition::TaskDefinitionProps;
use super::super::volume::VolumeSource;
use super::problem;
use crate::Problem;

/// Source:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/windows_task_definitions.html>
pub(super) fn task(props: &TaskDefinitionProps) -> Vec<Problem> {
    let Some(system) = props.operating_system.filter(|system| system.is_windows()) else {
        return Vec::new();
    };
    let has = |is: fn(&VolumeSource) -> bool| props.volumes.iter().any(|volume| is(&volume.source));
    let cpu = props.size.cpu_units();
    let asked = [
        (
            "architecture: Arm64",
            props.architecture == Some(Architecture::Arm64),
        ),
        ("pid_mode", props.pid_mode.is_some()),
        ("fault_injection", props.fault_injection),
        (
            "an EFS volume",
            has(|source| matches!(source, VolumeSource::Efs(_))),
        ),
        (
            "an EBS volume",
            has(|source| matches!(source, VolumeSource::AtLaunch)),
        ),
    ];
    let asked = asked.iter().filter(|(_, is_asked)| *is_asked);
    let mut problems: Vec<_> = asked.map(|(name, _)| refused(name)).collect();
    if !(1024..=4096).contains(&cpu) {
        problems.push(problem(
            "ecs.windows",
            "Fargate has no such CPU under Windows",
            format!("{cpu} CPU units with {}", system.as_text()),
            "1024, 2048, 4096",
            "choose another `size`",
        ));
    }
    problems
}

pub(super) fn container(container: &Container, problems: &mut Vec<Problem>) {
    let capabilities = &container.kernel_capabilities;
    let asked = [
        ("user", container.user.is_some()),
        ("init_process", container.init_process),
        ("read_only_root", container.read_only_root),
        (
            "kernel_capabilities",
            capabilities.trace || !capabilities.drop.is_empty(),
        ),
        ("system_controls", !container.system_controls.is_empty()),
        ("ulimits", !container.ulimits.is_empty()),
        ("log_router", container.log_router.is_some()),
    ];
    let asked = asked.iter().filter(|(_, is_asked)| *is_asked);
    problems.extend(asked.map(|(name, _)| refused(name)));
}

fn refused(name: &str) -> Problem {
    problem(
        "ecs.windows",
        "Fargate does not do this under Windows",
        name,
        "",
        "leave it out, or use Linux",
    )
}
