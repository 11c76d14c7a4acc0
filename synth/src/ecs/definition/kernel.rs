//! What the kernel permits.

use super::super::container::Container;
use super::super::linux::{SystemControl, Ulimit};
use super::{list, text};
use crate::cfn::ecs::task_definition as part;

pub(super) fn linux_parameters(container: &Container) -> Option<part::LinuxParameters> {
    let capabilities = &container.kernel_capabilities;
    let is_default = !capabilities.trace && capabilities.drop.is_empty();
    if is_default && !container.init_process {
        return None;
    }
    let add = capabilities.trace.then_some(["SYS_PTRACE"]);
    let capabilities = part::KernelCapabilities {
        add: add.into(),
        drop: list(&capabilities.drop, ToString::to_string),
    };
    Some(part::LinuxParameters {
        capabilities: (!is_default).then_some(capabilities).into(),
        init_process_enabled: container.init_process.then_some(true).into(),
        ..Default::default()
    })
}

pub(super) fn system_control(control: &SystemControl) -> part::SystemControl {
    part::SystemControl {
        namespace: text(&control.namespace),
        value: text(&control.value),
    }
}

pub(super) fn ulimit(limit: &Ulimit) -> part::Ulimit {
    part::Ulimit {
        hard_limit: limit.hard.into(),
        name: limit.name.as_ref().into(),
        soft_limit: limit.soft.into(),
    }
}
