//! The local context with its real parts: the agent, `SQLite`, processes, a container engine.
//!
//! `MYCLI_AGENT` names the agent's program, `DOCKER_HOST` the engine. A test that lacks its part
//! says so by name and passes; `cargo xtask test` provides both.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where what it needs is not there"
)]

mod local {
    mod container;
    mod disk;
    mod process;
    mod stage;
}
