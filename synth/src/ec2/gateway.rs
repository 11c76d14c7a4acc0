//! Ways between the subnets of a VPC and the internet.

use super::network::{Declared, name_tag};
use crate::cfn::Tag;
use crate::cfn::ec2::{
    EgressOnlyInternetGateway, Eip, InternetGateway, NatGateway, Route, VpcGatewayAttachment,
};
use crate::cfn::refs::ec2::{RouteTableId, VpcId};
use crate::{Handle, Id, List, Options, Property, Scope, Value};

pub(super) struct Gateway {
    gateway: Handle<InternetGateway>,
    attachment: Handle<VpcGatewayAttachment>,
}

pub(super) fn internet_gateway(
    scope: &mut Scope<'_>,
    vpc: &Value<Id<VpcId>>,
    tags: Property<List<Tag>>,
) -> Gateway {
    let gateway = scope.add("IGW", &InternetGateway { tags });
    let attachment = VpcGatewayAttachment {
        internet_gateway_id: (&gateway).into(),
        ..VpcGatewayAttachment::new(vpc)
    };
    Gateway {
        attachment: scope.add("VPCGW", &attachment),
        gateway,
    }
}

/// The route cannot be made before the gateway is attached, and refers only to the gateway.
pub(super) fn public_route(
    scope: &mut Scope<'_>,
    subnet: &Declared,
    gateway: &Gateway,
    dual: bool,
) -> Handle<Route> {
    let table = (&subnet.table).into();
    let options = || Options {
        depends_on: vec![(&gateway.attachment).into()],
        ..Options::default()
    };
    let mut route = default_route(&table);
    route.gateway_id = (&gateway.gateway).into();
    let declared = scope.add_with("DefaultRoute", &route, options());
    if dual {
        let mut route = default_route6(&table);
        route.gateway_id = (&gateway.gateway).into();
        scope.add_with("DefaultRoute6", &route, options());
    }
    declared
}

/// A NAT gateway works once its own subnet reaches the internet.
pub(super) fn nat_gateway(
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
    let options = Options {
        depends_on: vec![route.into(), (&subnet.association).into()],
        ..Options::default()
    };
    scope.add_with("NATGateway", &gateway, options)
}

pub(super) fn nat_route(
    scope: &mut Scope<'_>,
    table: &Value<Id<RouteTableId>>,
    nat: &Handle<NatGateway>,
) {
    let mut route = default_route(table);
    route.nat_gateway_id = nat.into();
    scope.add("DefaultRoute", &route);
}

pub(super) fn egress_only_route(
    scope: &mut Scope<'_>,
    table: &Value<Id<RouteTableId>>,
    gateway: &Handle<EgressOnlyInternetGateway>,
) {
    let mut route = default_route6(table);
    route.egress_only_internet_gateway_id = gateway.into();
    scope.add("DefaultRoute6", &route);
}

fn default_route(table: &Value<Id<RouteTableId>>) -> Route {
    Route {
        destination_cidr_block: "0.0.0.0/0".into(),
        ..Route::new(table)
    }
}

fn default_route6(table: &Value<Id<RouteTableId>>) -> Route {
    Route {
        destination_ipv6_cidr_block: "::/0".into(),
        ..Route::new(table)
    }
}
