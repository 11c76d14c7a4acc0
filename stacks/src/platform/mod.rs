//! The stack that `mycli init` deploys.
//!
//! Reading order: [`Settings`] is what a user may choose, [`stack`] makes a stack of it, and
//! [`Installation`] reads back what was deployed. [`deployer_policy`] is what deploying it takes, [`runner_needs`] what
//! running executions does.

mod deployer;
mod execution;
mod installation;
mod needs;
mod network;
mod people;
mod settings;
mod stack;
mod storage;

pub use deployer::{Place, deployer_policy, program_actions, unknown_to_deployer};
pub use execution::family;
pub use installation::{Installation, MissingOutput, output};
pub use needs::{Need, runner_needs};
pub use settings::{ExistingVpc, Settings, Subnets};
pub use stack::stack;

/// Version of the program that this is part of, as the stack records it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How the stack's table is laid out. The runtime and the agent write to it; nothing else does.
pub mod table {
    /// Name of the index that lists executions by time.
    pub const BY_CREATED: &str = "by-created";
    /// Name of the index that lists by time the executions that have not ended.
    pub const BY_OPEN: &str = "by-open";
    /// Partition key of the table (string).
    pub const PARTITION_KEY: &str = "pk";
    /// Sort key of the table (string).
    pub const SORT_KEY: &str = "sk";
    /// Partition key of [`BY_CREATED`] (string).
    pub const LIST: &str = "list";
    /// Partition key of [`BY_OPEN`] (string); only what has not ended has it.
    pub const OPEN: &str = "open";
    /// Sort key of [`BY_CREATED`] and of [`BY_OPEN`] (string).
    pub const CREATED: &str = "created";
    /// Attribute with the time after which an item may be dropped, in seconds since the Unix epoch.
    pub const EXPIRES_AT: &str = "expires_at";
}
