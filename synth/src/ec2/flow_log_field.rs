//! What a record of traffic says.

/// One field of a record of a [`FlowLog`](super::FlowLog).
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogField(&'static str);

impl LogField {
    /// The version of the newest field in the record.
    pub const VERSION: Self = Self("version");
    /// The account of the interface.
    pub const ACCOUNT_ID: Self = Self("account-id");
    /// The network interface.
    pub const INTERFACE_ID: Self = Self("interface-id");
    /// Where it came from, as the interface saw it.
    pub const SRC_ADDR: Self = Self("srcaddr");
    /// Where it went, as the interface saw it.
    pub const DST_ADDR: Self = Self("dstaddr");
    /// The port it came from.
    pub const SRC_PORT: Self = Self("srcport");
    /// The port it went to.
    pub const DST_PORT: Self = Self("dstport");
    /// The number of the protocol.
    pub const PROTOCOL: Self = Self("protocol");
    /// How many packets.
    pub const PACKETS: Self = Self("packets");
    /// How many bytes.
    pub const BYTES: Self = Self("bytes");
    /// When the interval began, in seconds since 1970.
    pub const START: Self = Self("start");
    /// When the interval ended, in seconds since 1970.
    pub const END: Self = Self("end");
    /// `ACCEPT` or `REJECT`.
    pub const ACTION: Self = Self("action");
    /// Whether records are missing.
    pub const LOG_STATUS: Self = Self("log-status");
    /// The VPC.
    pub const VPC_ID: Self = Self("vpc-id");
    /// The subnet.
    pub const SUBNET_ID: Self = Self("subnet-id");
    /// The instance.
    pub const INSTANCE_ID: Self = Self("instance-id");
    /// The flags of TCP, added up.
    pub const TCP_FLAGS: Self = Self("tcp-flags");
    /// `IPv4`, `IPv6` or `EFA`.
    pub const TRAFFIC_TYPE: Self = Self("type");
    /// Where the packet itself came from.
    pub const PKT_SRC_ADDR: Self = Self("pkt-srcaddr");
    /// Where the packet itself went.
    pub const PKT_DST_ADDR: Self = Self("pkt-dstaddr");
    /// The region.
    pub const REGION: Self = Self("region");
    /// The id of the zone.
    pub const AZ_ID: Self = Self("az-id");
    /// The service of AWS it came from.
    pub const PKT_SRC_AWS_SERVICE: Self = Self("pkt-src-aws-service");
    /// The service of AWS it went to.
    pub const PKT_DST_AWS_SERVICE: Self = Self("pkt-dst-aws-service");
    /// `ingress` or `egress`.
    pub const FLOW_DIRECTION: Self = Self("flow-direction");
    /// The way it left by, as a number.
    pub const TRAFFIC_PATH: Self = Self("traffic-path");
    /// The ECS cluster.
    pub const ECS_CLUSTER_NAME: Self = Self("ecs-cluster-name");
    /// The ECS service.
    pub const ECS_SERVICE_NAME: Self = Self("ecs-service-name");
    /// The task definition.
    pub const ECS_TASK_DEFINITION_ARN: Self = Self("ecs-task-definition-arn");
    /// The task.
    pub const ECS_TASK_ARN: Self = Self("ecs-task-arn");
    /// The id of the task.
    pub const ECS_TASK_ID: Self = Self("ecs-task-id");
    /// The container.
    pub const ECS_CONTAINER_ID: Self = Self("ecs-container-id");
    /// Why it was rejected.
    pub const REJECT_REASON: Self = Self("reject-reason");

    pub(crate) fn in_format(self) -> String {
        format!("${{{}}}", self.0)
    }
}
