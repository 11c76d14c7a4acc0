//! How rules are written into a template, in a group or apart.

use super::port::Port;
use super::rule::{Peer, Rule};
use crate::cfn::ec2::security_group::{Egress as EgressRule, Ingress as IngressRule};
use crate::cfn::ec2::{SecurityGroupEgress, SecurityGroupIngress};
use crate::cfn::refs::ec2::SecurityGroupId;
use crate::{Id, List, Property, Value, cidr};

/// A rule in a group.
pub(super) fn ingress(rule: &Rule) -> IngressRule {
    let mut part = IngressRule {
        description: rule.description("from"),
        ..IngressRule::new(rule.port.protocol())
    };
    (part.from_port, part.to_port) = bounds(rule.port);
    match &rule.peer {
        Peer::Ipv4(block) => part.cidr_ip = text(block),
        Peer::Ipv6(block) => part.cidr_ipv6 = text(block),
        Peer::PrefixList(list) => part.source_prefix_list_id = list.into(),
        Peer::SecurityGroup(group) => part.source_security_group_id = group.into(),
    }
    part
}

/// A rule in a group.
pub(super) fn egress(rule: &Rule) -> EgressRule {
    let mut part = EgressRule {
        description: rule.description("to"),
        ..EgressRule::new(rule.port.protocol())
    };
    (part.from_port, part.to_port) = bounds(rule.port);
    match &rule.peer {
        Peer::Ipv4(block) => part.cidr_ip = text(block),
        Peer::Ipv6(block) => part.cidr_ipv6 = text(block),
        Peer::PrefixList(list) => part.destination_prefix_list_id = list.into(),
        Peer::SecurityGroup(group) => part.destination_security_group_id = group.into(),
    }
    part
}

/// What a group has when nothing else is said, in the words of AWS CDK.
pub(super) fn everything() -> Rule {
    Rule {
        description: "Allow all outbound traffic by default".into(),
        ..Rule::new(Peer::ANY_IPV4, Port::All)
    }
}

/// The same for IPv6.
pub(super) fn everything_v6() -> Rule {
    Rule {
        description: "Allow all outbound ipv6 traffic by default".into(),
        ..Rule::new(Peer::ANY_IPV6, Port::All)
    }
}

/// A group without any egress rule lets everything out, so this one names an address that does not exist.
pub(super) fn nothing() -> Rule {
    Rule {
        description: "Disallow all traffic".into(),
        ..Rule::new(cidr!("255.255.255.255/32"), Port::IcmpCode(252, 86))
    }
}

/// A rule of its own.
pub(super) fn ingress_apart(
    group: &Value<Id<SecurityGroupId>>,
    rule: &Rule,
) -> SecurityGroupIngress {
    let mut resource = SecurityGroupIngress {
        group_id: group.into(),
        description: rule.description("from"),
        ..SecurityGroupIngress::new(rule.port.protocol())
    };
    (resource.from_port, resource.to_port) = bounds(rule.port);
    match &rule.peer {
        Peer::Ipv4(block) => resource.cidr_ip = text(block),
        Peer::Ipv6(block) => resource.cidr_ipv6 = text(block),
        Peer::PrefixList(list) => resource.source_prefix_list_id = list.into(),
        Peer::SecurityGroup(group) => resource.source_security_group_id = group.into(),
    }
    resource
}

/// A rule of its own.
pub(super) fn egress_apart(group: &Value<Id<SecurityGroupId>>, rule: &Rule) -> SecurityGroupEgress {
    let mut resource = SecurityGroupEgress {
        description: rule.description("to"),
        ..SecurityGroupEgress::new(group.clone(), rule.port.protocol())
    };
    (resource.from_port, resource.to_port) = bounds(rule.port);
    match &rule.peer {
        Peer::Ipv4(block) => resource.cidr_ip = text(block),
        Peer::Ipv6(block) => resource.cidr_ipv6 = text(block),
        Peer::PrefixList(list) => resource.destination_prefix_list_id = list.into(),
        Peer::SecurityGroup(group) => resource.destination_security_group_id = group.into(),
    }
    resource
}

fn bounds(port: Port) -> (Property<i64>, Property<i64>) {
    port.bounds()
        .map_or_else(Default::default, |(from, to)| (from.into(), to.into()))
}

fn text<T: ToString + Clone>(block: &Value<T>) -> Property<String> {
    block.clone().map(|block| block.to_string()).into()
}

pub(super) fn not_empty<T>(items: Vec<T>) -> Property<List<T>>
where
    Vec<T>: Into<Property<List<T>>>,
{
    if items.is_empty() {
        Property::Absent
    } else {
        items.into()
    }
}
