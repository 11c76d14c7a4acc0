//! What the runtime reads back of a deployed platform stack.

use std::collections::BTreeMap;

/// A deployed platform stack, as its outputs tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Name of the ECS cluster.
    pub cluster: String,
    /// Family of the base task definition; executions in another image use copies of it.
    pub task_family: String,
    /// Subnets that tasks start in.
    pub subnets: Vec<String>,
    /// The security group of every task.
    pub security_group: String,
    /// Whether tasks get a public address (they have no other way out).
    pub assign_public_ip: bool,
    /// Name of the table that holds history and log chunks.
    pub table: String,
    /// Name of the bucket that holds orders and archives.
    pub bucket: String,
    /// URI of the repository that holds the agent's image.
    pub agent_repository: String,
    /// Name of the log group that containers' own crashes go to.
    pub log_group: String,
    /// Image of an execution that names none.
    pub default_image: String,
    /// How long history and output are kept, in days.
    pub history_retention_in_days: u32,
}

/// An output that the runtime needs, and the stack does not have or says something else in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingOutput {
    /// Its logical id.
    pub output: &'static str,
}

impl std::fmt::Display for MissingOutput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the stack has no output `{}`; was it made by `mycli init`?",
            self.output
        )
    }
}

impl std::error::Error for MissingOutput {}

/// Names of the outputs, as the stack declares them.
pub mod output {
    /// [`super::Installation::cluster`].
    pub const CLUSTER: &str = "Cluster";
    /// [`super::Installation::task_family`].
    pub const TASK_FAMILY: &str = "TaskFamily";
    /// [`super::Installation::subnets`], joined by commas.
    pub const SUBNETS: &str = "Subnets";
    /// [`super::Installation::security_group`].
    pub const SECURITY_GROUP: &str = "SecurityGroup";
    /// [`super::Installation::assign_public_ip`], as `ENABLED` or `DISABLED`.
    pub const ASSIGN_PUBLIC_IP: &str = "AssignPublicIp";
    /// [`super::Installation::table`].
    pub const TABLE: &str = "Table";
    /// [`super::Installation::bucket`].
    pub const BUCKET: &str = "Bucket";
    /// [`super::Installation::agent_repository`].
    pub const AGENT_REPOSITORY: &str = "AgentRepository";
    /// [`super::Installation::log_group`].
    pub const LOG_GROUP: &str = "LogGroup";
    /// [`super::Installation::default_image`].
    pub const DEFAULT_IMAGE: &str = "DefaultImage";
    /// [`super::super::VERSION`] of the program that deployed it. Installations from before this was recorded have none.
    pub const VERSION: &str = "Version";
    /// [`super::Installation::history_retention_in_days`].
    pub const HISTORY_RETENTION: &str = "HistoryRetentionInDays";
}

impl Installation {
    /// Reads the outputs of a platform stack.
    pub fn from_outputs(outputs: &BTreeMap<String, String>) -> Result<Self, MissingOutput> {
        let read =
            |output: &'static str| outputs.get(output).cloned().ok_or(MissingOutput { output });
        Ok(Self {
            cluster: read(output::CLUSTER)?,
            task_family: read(output::TASK_FAMILY)?,
            subnets: read(output::SUBNETS)?
                .split(',')
                .map(str::to_owned)
                .collect(),
            security_group: read(output::SECURITY_GROUP)?,
            assign_public_ip: read(output::ASSIGN_PUBLIC_IP)? == "ENABLED",
            table: read(output::TABLE)?,
            bucket: read(output::BUCKET)?,
            agent_repository: read(output::AGENT_REPOSITORY)?,
            log_group: read(output::LOG_GROUP)?,
            default_image: read(output::DEFAULT_IMAGE)?,
            history_retention_in_days: read(output::HISTORY_RETENTION)?.parse().map_err(|_| {
                MissingOutput {
                    output: output::HISTORY_RETENTION,
                }
            })?,
        })
    }
}
