//! The subnets of a VPC, and their ways to the internet.

use super::addresses::{IpProtocol, ipv6_part};
use super::cidr::Cidr;
use super::gateway::{self, Gateway};
use super::layout::{CidrLayout, Request};
use super::subnet::{Subnet, SubnetKind};
use super::vpc::{SubnetGroup, VpcProps, Zones};
use crate::cfn::ec2::{
    EgressOnlyInternetGateway, RouteTable, SubnetRouteTableAssociation, VpcCidrBlock,
};
use crate::cfn::refs::ec2::VpcId;
use crate::cfn::{Tag, ec2};
use crate::{Handle, Id, List, Property, Scope, Value, availability_zones, select};

impl Zones {
    /// The name of each zone.
    pub(crate) fn names(&self) -> Vec<Value<String>> {
        match self {
            Self::Named(names) => names
                .iter()
                .map(|name| Value::Known(name.to_string()))
                .collect(),
            Self::First(count) => (0..u32::from(*count))
                .map(|zone| select(zone, availability_zones("")))
                .collect(),
        }
    }
}

/// Where each group lies among the slots.
pub(crate) fn requests(groups: &[SubnetGroup]) -> Vec<Request> {
    let requests = groups.iter().enumerate().map(|(position, group)| Request {
        slot: group.slot.map_or(position, usize::from),
        prefix: group.prefix,
    });
    requests.collect()
}

/// Declares the subnets, the gateways and the routes between them.
pub(crate) fn declare(
    scope: &mut Scope<'_>,
    props: &VpcProps,
    vpc: &Handle<ec2::Vpc>,
    blocks: &[Vec<Cidr>],
) -> Vec<Subnet> {
    let network = Network::new(scope, props, vpc);
    let zones = props.zones.names();
    let nat_group = nat_group(props);
    let (mut subnets, mut nat_gateways) = (Vec::new(), Vec::new());
    for (position, (group, blocks)) in props.groups.iter().zip(blocks).enumerate() {
        if group.reserved {
            continue;
        }
        let wanted = if Some(position) == nat_group {
            props.nat.count(zones.len())
        } else {
            0
        };
        for (zone, (name, block)) in zones.iter().zip(blocks).enumerate() {
            let mut place = network.place(scope, &group.name, zone);
            let ipv6 = ipv6_index(props, position, zone, subnets.len());
            let declared = network.subnet(&mut place, group, name, (*block, ipv6));
            if let (Some(gateway), SubnetKind::Public) = (&network.gateway, group.kind) {
                let route = gateway::public_route(&mut place, &declared, gateway, network.dual());
                if zone < wanted {
                    nat_gateways.push(gateway::nat_gateway(&mut place, &declared, &route));
                }
            }
            subnets.push(declared.subnet);
        }
    }
    for (position, subnet) in subnets.iter().enumerate() {
        let zone = position.checked_rem(zones.len()).unwrap_or(0);
        let (SubnetKind::PrivateWithEgress, Some(table)) = (subnet.kind, &subnet.route_table)
        else {
            continue;
        };
        let mut place = network.place(scope, &subnet.group, zone);
        // Those without a gateway in their zone take turns, so that one zone is always the same one's.
        let nat = zone.checked_rem(nat_gateways.len());
        if let Some(nat) = nat.and_then(|nat| nat_gateways.get(nat)) {
            gateway::nat_route(&mut place, table, nat);
        }
        if let Some(gateway) = &network.egress_only {
            gateway::egress_only_route(&mut place, table, gateway);
        }
    }
    subnets
}

/// The position of the group that the NAT gateways stand in.
pub(crate) fn nat_group(props: &VpcProps) -> Option<usize> {
    props.groups.iter().position(|group| {
        let public = group.kind == SubnetKind::Public && !group.reserved;
        public
            && props
                .nat_group
                .as_ref()
                .is_none_or(|name| *name == group.name)
    })
}

/// Which /64 a subnet gets: like its IPv4 block, the one of its slot, or the next.
pub(crate) fn ipv6_index(props: &VpcProps, group: usize, zone: usize, next: usize) -> u32 {
    let index = match props.layout {
        CidrLayout::Slots { zones, .. } => {
            let slot = props.groups.get(group).and_then(|group| group.slot);
            let slot = slot.map_or(group, usize::from);
            slot * usize::from(zones).next_power_of_two() + zone
        }
        CidrLayout::Sequential => next,
    };
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// What all subnets of a VPC share.
struct Network<'a> {
    props: &'a VpcProps,
    vpc: &'a Handle<ec2::Vpc>,
    ipv6: Option<Handle<VpcCidrBlock>>,
    gateway: Option<Gateway>,
    egress_only: Option<Handle<EgressOnlyInternetGateway>>,
}

impl<'a> Network<'a> {
    fn new(scope: &mut Scope<'_>, props: &'a VpcProps, vpc: &'a Handle<ec2::Vpc>) -> Self {
        let id: Value<Id<VpcId>> = vpc.into();
        let has = |kind| {
            let mut groups = props.groups.iter();
            groups.any(|group| !group.reserved && group.kind == kind)
        };
        let dual = props.ip_protocol == IpProtocol::DualStack;
        let ipv6 = VpcCidrBlock {
            amazon_provided_ipv6_cidr_block: true.into(),
            ..VpcCidrBlock::new(&id)
        };
        let egress_only = EgressOnlyInternetGateway {
            tags: vpc_name_tag(scope, props),
            vpc_id: (&id).into(),
        };
        let private = has(SubnetKind::PrivateWithEgress);
        Self {
            props,
            vpc,
            ipv6: dual.then(|| scope.add("ipv6cidr", &ipv6)),
            gateway: has(SubnetKind::Public)
                .then(|| gateway::internet_gateway(scope, &id, vpc_name_tag(scope, props))),
            egress_only: (dual && private).then(|| scope.add("EIGW6", &egress_only)),
        }
    }

    const fn dual(&self) -> bool {
        self.ipv6.is_some()
    }

    /// Where a subnet is declared. It cannot have IPv6 addresses before the VPC has them.
    fn place<'s>(&self, scope: &'s mut Scope<'_>, group: &str, zone: usize) -> Scope<'s> {
        let place = scope.child(&format!("{group}Subnet{}", zone + 1));
        match &self.ipv6 {
            Some(block) => place.after(block),
            None => place,
        }
    }

    fn subnet(
        &self,
        scope: &mut Scope<'_>,
        group: &SubnetGroup,
        zone: &Value<String>,
        (block, ipv6): (Cidr, u32),
    ) -> Declared {
        let public = group.kind == SubnetKind::Public && !self.dual();
        let id: Value<Id<VpcId>> = self.vpc.into();
        let mut subnet = ec2::Subnet {
            availability_zone: zone.into(),
            cidr_block: self.props.addresses.part(self.vpc, block).into(),
            map_public_ip_on_launch: group.map_public_ip_on_launch.unwrap_or(public).into(),
            tags: subnet_tags(scope, group),
            ..ec2::Subnet::new(&id)
        };
        if self.dual() {
            subnet.ipv6_cidr_block = ipv6_part(self.vpc, ipv6).into();
            subnet.assign_ipv6_address_on_creation = true.into();
        }
        let resource = scope.add("Subnet", &subnet);
        let table = RouteTable {
            tags: name_tag(scope),
            vpc_id: id.into(),
        };
        let table = scope.add("RouteTable", &table);
        let association = SubnetRouteTableAssociation {
            route_table_id: (&table).into(),
            subnet_id: (&resource).into(),
        };
        let association = scope.add("RouteTableAssociation", &association);
        let known = matches!(self.props.addresses, super::IpAddresses::Cidr(_));
        let subnet = Subnet {
            id: (&resource).into(),
            kind: group.kind,
            group: group.name.clone(),
            zone: Some(zone.clone()),
            cidr: known.then_some(block),
            route_table: Some((&table).into()),
            construct: Some(scope.construct()),
        };
        Declared {
            subnet,
            resource,
            table,
            association,
        }
    }
}

/// A subnet and the parts that its gateways refer to.
pub(super) struct Declared {
    pub(super) subnet: Subnet,
    pub(super) resource: Handle<ec2::Subnet>,
    pub(super) table: Handle<RouteTable>,
    pub(super) association: Handle<SubnetRouteTableAssociation>,
}

/// The construct path, which is what the console shows as the name.
pub(crate) fn name_tag(scope: &Scope<'_>) -> Property<List<Tag>> {
    [Tag::new("Name", path_in_app(scope))].into()
}

pub(crate) fn vpc_name_tag(scope: &Scope<'_>, props: &VpcProps) -> Property<List<Tag>> {
    match &props.vpc_name {
        Some(name) => [Tag::new("Name", name.as_ref())].into(),
        None => name_tag(scope),
    }
}

/// The tags by which AWS CDK finds the subnets of a VPC that it looks up, so that its stacks can use this one.
fn subnet_tags(scope: &Scope<'_>, group: &SubnetGroup) -> Property<List<Tag>> {
    let kind = match group.kind {
        SubnetKind::Public => "Public",
        SubnetKind::PrivateWithEgress => "Private",
        SubnetKind::Isolated => "Isolated",
    };
    [
        Tag::new("aws-cdk:subnet-name", group.name.as_ref()),
        Tag::new("aws-cdk:subnet-type", kind),
        Tag::new("Name", path_in_app(scope)),
    ]
    .into()
}

fn path_in_app(scope: &Scope<'_>) -> String {
    format!("{}/{}", scope.stack_path(), scope.path())
}
