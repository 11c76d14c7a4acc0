//! Networks: VPCs with their subnets and gateways, endpoints, security groups.

mod addresses;
mod check;
mod cidr;
mod connections;
mod existing;
mod flow_log;
mod flow_log_field;
mod gateway;
mod gateway_endpoint;
mod interface_endpoint;
mod layout;
mod network;
mod port;
mod rule;
mod rule_check;
mod rule_resource;
mod security_group;
mod selection;
mod subnet;
#[cfg(test)]
mod tests;
mod vpc;
mod vpc_lookup;

pub use addresses::{IpAddresses, IpProtocol};
pub use cidr::{Cidr, CidrError, CidrV6};
pub use connections::{Connectable, Connections, End};
pub use existing::{ExistingSubnets, VpcAttributes};
pub use flow_log::{
    FlowLog, FlowLogDestination, FlowLogInterval, FlowLogProps, FlowLogResource, FlowLogTraffic,
};
pub use flow_log_field::LogField;
pub use gateway_endpoint::{GatewayEndpoint, GatewayEndpointProps, GatewayService};
pub use interface_endpoint::{InterfaceEndpoint, InterfaceEndpointProps, InterfaceService};
pub use layout::CidrLayout;
pub use port::Port;
pub use rule::{Peer, Rule};
pub use security_group::{Egress, SecurityGroup, SecurityGroupAttributes, SecurityGroupProps};
pub use selection::{SubnetChoice, SubnetSelection};
pub use subnet::{Subnet, SubnetKind};
pub use vpc::{Nat, SubnetGroup, Vpc, VpcProps, Zones};
