//! What a user may choose of the platform stack.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a user may choose of the platform stack.
///
/// Every key has a default, so an empty file is a complete one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Name of the installation and of its stack: a lower-case letter, then up to 31 lower-case
    /// letters, digits and hyphens.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9-]{0,31}$"))]
    pub name: String,

    /// Region to deploy to, such as `eu-central-1`. Default: the region of the profile.
    pub region: Option<String>,

    /// Addresses of the VPC, with a prefix of 16 to 24. Unused with `existing_vpc`.
    pub cidr: String,

    /// Where executions run when the stack makes the VPC. Unused with `existing_vpc`.
    pub subnets: Subnets,

    /// A VPC that is there already, to use instead of a new one.
    pub existing_vpc: Option<ExistingVpc>,

    /// Image of an execution that names none.
    pub default_image: String,

    /// ARNs of the ECR repositories, beside the agent's, that executions may take their image from.
    pub image_repositories: Vec<String>,

    /// CPU of an execution, in CPU units: 256, 512, 1024, 2048, 4096, 8192 or 16384 (1024 = 1 vCPU).
    pub cpu: u32,

    /// Memory of an execution, in MiB. Which amounts there are depends on `cpu`.
    pub memory_mib: u32,

    /// How long history and output are kept, in days.
    #[schemars(range(min = 1, max = 3650))]
    pub history_retention_in_days: u32,

    /// How long CloudWatch keeps what containers print before or after the agent, in days: one of
    /// the periods that CloudWatch Logs offers.
    pub log_retention_in_days: u32,

    /// Tags of every resource.
    pub tags: BTreeMap<String, String>,

    /// ARN of the managed policy that bounds every role of the stack.
    pub permissions_boundary: Option<String>,
}

/// Where executions run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subnets {
    /// In public subnets, each execution with an address of its own. Costs nothing while idle.
    Public,
    /// In private subnets that reach the internet through one NAT gateway, which costs by the hour.
    PrivateWithNat,
    /// In private subnets that reach AWS through interface endpoints, which cost by the hour, and
    /// nothing else.
    PrivateWithEndpoints,
}

/// A VPC that is there already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExistingVpc {
    /// Its id, such as `vpc-0a1b2c3d`.
    pub vpc_id: String,

    /// Subnets of it that executions run in.
    #[schemars(length(min = 1))]
    pub subnet_ids: Vec<String>,

    /// Whether executions need a public address there to reach anything. Default: no.
    #[serde(default)]
    pub assign_public_ip: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "mycli".to_owned(),
            region: None,
            cidr: "10.0.0.0/16".to_owned(),
            subnets: Subnets::Public,
            existing_vpc: None,
            default_image: "public.ecr.aws/docker/library/ubuntu:24.04".to_owned(),
            image_repositories: Vec::new(),
            cpu: 256,
            memory_mib: 512,
            history_retention_in_days: 90,
            log_retention_in_days: 14,
            tags: BTreeMap::new(),
            permissions_boundary: None,
        }
    }
}
