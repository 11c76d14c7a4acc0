//! The agent that `mycli` carries for every execution.

/// The agent's binary: static, for `x86_64` Linux. `build.rs` says where it comes from.
pub(crate) const BINARY: &[u8] = include_bytes!(env!("MYCLI_AGENT_BINARY"));

/// The agent, as the `local` context takes it.
pub(crate) const fn program() -> runtime_local::Program {
    runtime_local::Program::embedded(BINARY, env!("MYCLI_AGENT_DIGEST"))
}
