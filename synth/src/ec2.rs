//! Networks: VPCs with their subnets and gateways, endpoints, security groups.

mod cidr;
mod endpoint;
mod layout;
mod network;
mod port;
mod rule;
mod security_group;
mod subnet;
#[cfg(test)]
mod tests;
mod vpc;

pub use cidr::{Cidr, CidrError, CidrV6};
pub use endpoint::{
    GatewayEndpoint, GatewayEndpointProps, GatewayService, InterfaceEndpoint,
    InterfaceEndpointProps, InterfaceService,
};
pub use layout::CidrLayout;
pub use port::Port;
pub use rule::{Peer, Rule};
pub use security_group::{Egress, SecurityGroup, SecurityGroupProps};
pub use subnet::{Subnet, SubnetKind};
pub use vpc::{Nat, SubnetGroup, Vpc, VpcProps, Zones};
