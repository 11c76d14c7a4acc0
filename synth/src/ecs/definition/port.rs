//! Ports.

use super::super::port::{AppProtocol, PortMapping};
use crate::cfn::ecs::task_definition as part;

pub(super) fn port(mapping: &PortMapping) -> part::PortMapping {
    let first = mapping.port;
    let range = mapping.last.map(|last| format!("{first}-{last}"));
    part::PortMapping {
        app_protocol: mapping.app_protocol.map(AppProtocol::as_text).into(),
        container_port: mapping.last.is_none().then_some(first).into(),
        container_port_range: range.into(),
        name: mapping.name.as_ref().map(ToString::to_string).into(),
        protocol: mapping.protocol.as_text().into(),
        ..Default::default()
    }
}
