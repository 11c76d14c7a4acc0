//! What is wrong with the settings of a VPC, apart from what does not fit.

use super::addresses::{IPV6_BLOCKS, IpAddresses, IpProtocol};
use super::cidr::Cidr;
use super::network::{ipv6_index, nat_group, requests};
use super::subnet::SubnetKind;
use super::vpc::{Nat, VpcProps, Zones};
use crate::{Problem, cidr};

/// What is wrong with the settings, apart from addresses.
pub(crate) fn check(props: &VpcProps) -> Vec<Problem> {
    let has = |kind| {
        let mut groups = props.groups.iter();
        groups.any(|group| !group.reserved && group.kind == kind)
    };
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
    check_nat(props, &mut add);
    check_addresses(props, &mut add);
    check_groups(props, &mut add);
    check_zones(&props.zones, add);
    problems
}

fn check_groups(props: &VpcProps, mut add: impl FnMut(&'static str, &str, String, &str)) {
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
    if props.ip_protocol == IpProtocol::DualStack {
        let zones = props.zones.names().len();
        let last = props.groups.len().checked_sub(1).zip(zones.checked_sub(1));
        let last = last.map(|(group, zone)| {
            let next = (group + 1) * zones - 1;
            (0..=group)
                .map(|group| ipv6_index(props, group, zone, next))
                .max()
                .unwrap_or(0)
        });
        if let Some(last) = last.filter(|last| *last >= IPV6_BLOCKS) {
            add(
                "ec2.no-ipv6-slot",
                "a VPC has 256 blocks of IPv6 addresses for subnets",
                (last + 1).to_string(),
                "have fewer groups or zones, or reserve less in `CidrLayout::Slots`",
            );
        }
    }
}

fn check_nat(props: &VpcProps, mut add: impl FnMut(&'static str, &str, String, &str)) {
    let zones = props.zones.names().len();
    let wanted = props.nat.count(zones);
    if wanted > zones {
        let fix = format!("write `Nat::Count({zones})` or fewer, or `Nat::PerZone`");
        add(
            "ec2.too-many-nat-gateways",
            "there is a NAT gateway in each zone at most",
            wanted.to_string(),
            &fix,
        );
    }
    if matches!(props.nat, Nat::Count(0)) {
        add(
            "ec2.no-nat-gateway",
            "a count of NAT gateways starts at 1",
            "Nat::Count(0)".to_owned(),
            "write `Nat::None`",
        );
    }
    let is_there = nat_group(props).is_some();
    if let Some(name) = props.nat_group.as_ref().filter(|_| !is_there) {
        add(
            "ec2.nat-group",
            "no public group has the name in `nat_group`",
            name.to_string(),
            "name one of `SubnetGroup::public`, or leave it out",
        );
    }
}

/// Blocks that no VPC can have, and what they are for.
///
/// Source: <https://www.iana.org/assignments/iana-ipv4-special-registry>
const SPECIAL: [(Cidr, &str); 4] = [
    (cidr!("0.0.0.0/8"), "this network"),
    (cidr!("127.0.0.0/8"), "the machine itself"),
    (cidr!("169.254.0.0/16"), "link-local addresses"),
    (cidr!("224.0.0.0/4"), "multicast"),
];

fn check_addresses(props: &VpcProps, mut add: impl FnMut(&'static str, &str, String, &str)) {
    let block = match props.addresses {
        IpAddresses::Cidr(block) => block,
        IpAddresses::Ipam { prefix, .. } => {
            if !(16..=28).contains(&prefix) {
                let fix = format!("ask for /{}", prefix.clamp(16, 28));
                let message = "a pool gives a VPC a /16 to a /28";
                add("ec2.vpc-size", message, format!("/{prefix}"), &fix);
            }
            return;
        }
    };
    for (special, purpose) in SPECIAL {
        if special.overlaps(block) {
            let message = format!("{special} is for {purpose}, and not for a network");
            add(
                "ec2.vpc-range",
                &message,
                block.to_string(),
                "take a block of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
            );
        }
    }
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
