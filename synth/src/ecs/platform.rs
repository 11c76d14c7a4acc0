//! Processors and operating systems.

use crate::Property;
use crate::cfn::ecs::task_definition::RuntimePlatform;

/// A processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// Intel and AMD.
    X86_64,
    /// Graviton: about 20 % cheaper. Linux only.
    Arm64,
}

impl Architecture {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::X86_64 => "X86_64",
            Self::Arm64 => "ARM64",
        }
    }
}

/// An operating system that Fargate has.
///
/// Source:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-task-os>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatingSystem {
    /// Linux.
    Linux,
    /// Windows Server 2019 Core.
    WindowsServer2019Core,
    /// Windows Server 2019 Full.
    WindowsServer2019Full,
    /// Windows Server 2022 Core.
    WindowsServer2022Core,
    /// Windows Server 2022 Full.
    WindowsServer2022Full,
}

impl OperatingSystem {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Linux => "LINUX",
            Self::WindowsServer2019Core => "WINDOWS_SERVER_2019_CORE",
            Self::WindowsServer2019Full => "WINDOWS_SERVER_2019_FULL",
            Self::WindowsServer2022Core => "WINDOWS_SERVER_2022_CORE",
            Self::WindowsServer2022Full => "WINDOWS_SERVER_2022_FULL",
        }
    }

    /// Whether it is one of Windows.
    pub const fn is_windows(self) -> bool {
        !matches!(self, Self::Linux)
    }
}

/// Whose processes the containers of a task see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PidMode {
    /// Those of all containers of the task. Linux only.
    Task,
}

/// Nothing where ECS is to choose. A processor alone is one under Linux.
pub(super) fn runtime_platform(
    architecture: Option<Architecture>,
    system: Option<OperatingSystem>,
) -> Property<RuntimePlatform> {
    if architecture.is_none() && system.is_none() {
        return Property::Absent;
    }
    let system = system.unwrap_or(OperatingSystem::Linux);
    RuntimePlatform {
        cpu_architecture: architecture.map(Architecture::as_text).into(),
        operating_system_family: system.as_text().into(),
    }
    .into()
}
