//! The subnets of a VPC, and their ways to the internet.

use super::cidr::Cidr;
use super::layout::Request;
use super::subnet::{Subnet, SubnetKind};
use super::vpc::{Nat, SubnetGroup, VpcProps, Zones};
use crate::cfn::ec2::{
    Eip, InternetGateway, NatGateway, Route, RouteTable, SubnetRouteTableAssociation,
    VpcGatewayAttachment,
};
use crate::cfn::refs::ec2::{RouteTableId, VpcId};
use crate::cfn::{Tag, ec2};
use crate::{
    Handle, Id, List, Options, Problem, Property, Scope, Value, availability_zones, select,
};

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

/// What is wrong with the settings, apart from addresses.
pub(crate) fn check(props: &VpcProps) -> Vec<Problem> {
    let has = |kind| props.groups.iter().any(|group| group.kind == kind);
    let (public, egress) = (has(SubnetKind::Public), has(SubnetKind::PrivateWithEgress));
    let mut problems = Vec::new();
    let mut add = |code, message: &str, value: String, fix: &str| {
        let (message, fix) = (message.to_owned(), fix.to_owned());
        problems.push(Problem {
            code,
            message,
            value,
            allowed: String::new(),
            fix,
        });
    };
    if egress && props.nat == Nat::None {
        let names = props
            .groups
            .iter()
            .filter(|group| group.kind == SubnetKind::PrivateWithEgress);
        let names: Vec<_> = names.map(|group| group.name.as_ref()).collect();
        let fix = "set `nat` to `Nat::One` or `Nat::PerZone`, or make the group isolated";
        add(
            "ec2.no-way-out",
            "private subnets with egress need a NAT gateway",
            names.join(", "),
            fix,
        );
    }
    if props.nat != Nat::None && !public {
        let fix = "add `SubnetGroup::public(\"Public\")`";
        add(
            "ec2.nat-without-public-subnet",
            "a NAT gateway stands in a public subnet",
            String::new(),
            fix,
        );
    }
    if props.nat != Nat::None && !egress {
        let fix =
            "set `nat` to `Nat::None`, or add `SubnetGroup::private_with_egress(\"Private\")`";
        add(
            "ec2.unused-nat",
            "no subnet uses the NAT gateways, and they cost by the hour",
            String::new(),
            fix,
        );
    }
    if props.dns_hostnames && !props.dns_support {
        let fix = "set `dns_support`, or neither";
        add(
            "ec2.dns",
            "public names need name resolution",
            "dns_hostnames".to_owned(),
            fix,
        );
    }
    let requests = requests(&props.groups);
    for (position, (group, request)) in props.groups.iter().zip(&requests).enumerate() {
        if props
            .groups
            .iter()
            .take(position)
            .any(|other| other.name == group.name)
        {
            add(
                "ec2.duplicate-group",
                "two subnet groups have one name",
                group.name.to_string(),
                "rename one",
            );
        }
        if requests
            .iter()
            .take(position)
            .any(|other| other.slot == request.slot)
        {
            let message = "two subnet groups lie in one slot";
            add(
                "ec2.duplicate-slot",
                message,
                format!("{}: {}", group.name, request.slot),
                "give each its own",
            );
        }
    }
    check_zones(&props.zones, add);
    problems
}

fn check_zones(zones: &Zones, mut add: impl FnMut(&'static str, &str, String, &str)) {
    let names = match zones {
        Zones::First(count) => {
            return if *count == 0 {
                add_no_zone(add);
            };
        }
        Zones::Named(names) if names.is_empty() => return add_no_zone(add),
        Zones::Named(names) => names,
    };
    for (position, name) in names.iter().enumerate() {
        if names.iter().take(position).any(|other| other == name) {
            add(
                "ec2.duplicate-zone",
                "an availability zone is named twice",
                name.to_string(),
                "remove one",
            );
        }
    }
}

fn add_no_zone(mut add: impl FnMut(&'static str, &str, String, &str)) {
    add(
        "ec2.no-zone",
        "a subnet lies in an availability zone, and there is none",
        String::new(),
        "name one or more",
    );
}

/// Declares the subnets, the gateways and the routes between them.
pub(crate) fn declare(
    scope: &mut Scope<'_>,
    props: &VpcProps,
    vpc: &Value<Id<VpcId>>,
    blocks: &[Vec<Cidr>],
) -> Vec<Subnet> {
    let is_public = |group: &SubnetGroup| group.kind == SubnetKind::Public;
    let first_public = props.groups.iter().position(is_public);
    let gateway = first_public.map(|_| internet_gateway(scope, vpc));
    let zones = props.zones.names();
    let (mut subnets, mut nat_gateways) = (Vec::new(), Vec::new());
    for (position, (group, blocks)) in props.groups.iter().zip(blocks).enumerate() {
        let wanted = match props.nat {
            Nat::PerZone if Some(position) == first_public => zones.len(),
            Nat::One if Some(position) == first_public => 1,
            Nat::None | Nat::One | Nat::PerZone => 0,
        };
        for (zone, (name, block)) in zones.iter().zip(blocks).enumerate() {
            let mut place = scope.child(&format!("{}Subnet{}", group.name, zone + 1));
            let declared = subnet(&mut place, vpc, group, name, *block);
            if let (Some(gateway), SubnetKind::Public) = (&gateway, group.kind) {
                let route = public_route(&mut place, &declared, gateway);
                if zone < wanted {
                    nat_gateways.push(nat_gateway(&mut place, &declared, &route));
                }
            }
            subnets.push(declared.subnet);
        }
    }
    for (position, subnet) in subnets.iter().enumerate() {
        let zone = position.checked_rem(zones.len()).unwrap_or(0);
        let nat = nat_gateways.get(zone).or(nat_gateways.last());
        if let (SubnetKind::PrivateWithEgress, Some(nat), Some(table)) =
            (subnet.kind, nat, &subnet.route_table)
        {
            let mut place = scope.child(&format!("{}Subnet{}", subnet.group, zone + 1));
            let mut route = default_route(table);
            route.nat_gateway_id = nat.into();
            place.add("DefaultRoute", &route);
        }
    }
    subnets
}

struct Gateway {
    gateway: Handle<InternetGateway>,
    attachment: Handle<VpcGatewayAttachment>,
}

fn internet_gateway(scope: &mut Scope<'_>, vpc: &Value<Id<VpcId>>) -> Gateway {
    let gateway = scope.add(
        "IGW",
        &InternetGateway {
            tags: name_tag(scope),
        },
    );
    let attachment = VpcGatewayAttachment {
        internet_gateway_id: (&gateway).into(),
        ..VpcGatewayAttachment::new(vpc)
    };
    Gateway {
        attachment: scope.add("VPCGW", &attachment),
        gateway,
    }
}

struct Declared {
    subnet: Subnet,
    resource: Handle<ec2::Subnet>,
    table: Handle<RouteTable>,
    association: Handle<SubnetRouteTableAssociation>,
}

fn subnet(
    scope: &mut Scope<'_>,
    vpc: &Value<Id<VpcId>>,
    group: &SubnetGroup,
    zone: &Value<String>,
    block: Cidr,
) -> Declared {
    let subnet = ec2::Subnet {
        availability_zone: zone.into(),
        cidr_block: block.to_string().into(),
        map_public_ip_on_launch: (group.kind == SubnetKind::Public).into(),
        tags: name_tag(scope),
        ..ec2::Subnet::new(vpc)
    };
    let resource = scope.add("Subnet", &subnet);
    let table = RouteTable {
        tags: name_tag(scope),
        vpc_id: vpc.into(),
    };
    let table = scope.add("RouteTable", &table);
    let association = SubnetRouteTableAssociation {
        route_table_id: (&table).into(),
        subnet_id: (&resource).into(),
    };
    let association = scope.add("RouteTableAssociation", &association);
    let subnet = Subnet {
        id: (&resource).into(),
        kind: group.kind,
        group: group.name.clone(),
        zone: Some(zone.clone()),
        cidr: Some(block),
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

/// The route cannot be made before the gateway is attached, and refers only to the gateway.
fn public_route(scope: &mut Scope<'_>, subnet: &Declared, gateway: &Gateway) -> Handle<Route> {
    let mut route = default_route(&(&subnet.table).into());
    route.gateway_id = (&gateway.gateway).into();
    let options = Options {
        depends_on: vec![(&gateway.attachment).into()],
        ..Options::default()
    };
    scope.add_with("DefaultRoute", &route, options)
}

/// A NAT gateway works once its own subnet reaches the internet.
fn nat_gateway(
    scope: &mut Scope<'_>,
    subnet: &Declared,
    route: &Handle<Route>,
) -> Handle<NatGateway> {
    let address = Eip {
        domain: "vpc".into(),
        tags: name_tag(scope),
        ..Default::default()
    };
    let address = scope.add("EIP", &address);
    let gateway = NatGateway {
        allocation_id: (&address).into(),
        subnet_id: (&subnet.resource).into(),
        tags: name_tag(scope),
        ..Default::default()
    };
    let depends_on = vec![route.into(), (&subnet.association).into()];
    scope.add_with(
        "NATGateway",
        &gateway,
        Options {
            depends_on,
            ..Options::default()
        },
    )
}

fn default_route(table: &Value<Id<RouteTableId>>) -> Route {
    Route {
        destination_cidr_block: "0.0.0.0/0".into(),
        ..Route::new(table)
    }
}

/// The construct path, which is what the console shows as the name.
pub(crate) fn name_tag(scope: &Scope<'_>) -> Property<List<Tag>> {
    [Tag::new(
        "Name",
        format!("{}/{}", scope.stack_name(), scope.path()),
    )]
    .into()
}
