//! A network grows without touching what is there: every resource of a subnet stays as it was, word for word.

use proptest::prelude::*;
use synth::ec2::{
    Cidr, CidrLayout, IpAddresses, IpProtocol, Nat, SubnetGroup, Vpc, VpcProps, Zones,
};
use synth::{Json, Stack, StackProps, Text};

const ZONES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
const GROUPS: [&str; 8] = ["G0", "G1", "G2", "G3", "G4", "G5", "G6", "G7"];

/// A network that has room to grow, and the groups that come later.
#[derive(Debug, Clone)]
struct Plan {
    props: VpcProps,
    zones: usize,
    groups: usize,
}

impl Plan {
    /// What the network declares with this many zones and groups.
    fn resources(&self, zones: usize, groups: usize) -> Vec<(Text, Json)> {
        let names = ZONES.iter().take(zones).map(|name| Text::Borrowed(*name));
        let zones = match self.props.zones {
            Zones::First(_) => Zones::First(u8::try_from(zones).unwrap()),
            Zones::Named(_) => Zones::Named(names.collect()),
        };
        let props = VpcProps {
            zones,
            groups: self.props.groups.iter().take(groups).cloned().collect(),
            ..self.props.clone()
        };
        let mut stack = Stack::new("App", StackProps::default());
        Vpc::new(stack.child("Vpc"), props);
        let template = stack.synthesize().unwrap();
        let resources = template.body().get("Resources").unwrap();
        resources.entries().unwrap().to_vec()
    }
}

fn plans() -> impl Strategy<Value = Plan> {
    let shape = (16_u8..=19, 0_u8..=3, 1_u8..=3, any::<u32>());
    shape.prop_flat_map(|(size, group_bits, zone_bits, address)| {
        let (room, zone_room) = (1_usize << group_bits, 1_usize << zone_bits);
        let slot = size + group_bits + zone_bits;
        let group = (proptest::option::of(slot..=28), 0..3_u8, any::<bool>());
        let groups = proptest::collection::vec(group, room);
        let slots = Just((0..room).collect::<Vec<_>>()).prop_shuffle();
        let sources = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
        (groups, slots, 1..=zone_room, 1..=room, sources).prop_map(
            move |(groups, slots, zones, count, (pool, dual, named, said))| {
                let group = |(((position, name), slot), (prefix, kind, reserved))| {
                    let base: SubnetGroup = match kind {
                        _ if position == 0 => SubnetGroup::public(name),
                        0 => SubnetGroup::public(name),
                        1 => SubnetGroup::private_with_egress(name),
                        _ => SubnetGroup::isolated(name),
                    };
                    SubnetGroup {
                        prefix,
                        slot: said.then(|| u8::try_from(slot).unwrap()),
                        reserved: reserved && position > 0,
                        ..base
                    }
                };
                let names = GROUPS.into_iter().enumerate();
                let groups: Vec<_> = names.zip(slots).zip(groups).map(group).collect();
                let address = 10 << 24 | address & 0x00FF_FFFF;
                let block = Cidr::around(address.into(), size).unwrap();
                let addresses = if pool {
                    IpAddresses::Ipam {
                        pool: "ipam-pool-1".into(),
                        prefix: size,
                    }
                } else {
                    block.into()
                };
                let props = VpcProps {
                    addresses,
                    ip_protocol: if dual {
                        IpProtocol::DualStack
                    } else {
                        IpProtocol::Ipv4Only
                    },
                    zones: if named {
                        Zones::Named(Vec::new())
                    } else {
                        Zones::First(1)
                    },
                    groups,
                    nat: Nat::None,
                    layout: CidrLayout::Slots {
                        groups: u8::try_from(room).unwrap(),
                        zones: u8::try_from(zone_room).unwrap(),
                    },
                    ..VpcProps::default()
                };
                Plan {
                    props,
                    zones,
                    groups: count,
                }
            },
        )
    })
}

/// With a NAT gateway where, and only where, there is somebody to use it.
fn with_nat(plan: &Plan, zones: usize, groups: usize) -> Vec<(Text, Json)> {
    let private =
        plan.props.groups.iter().take(groups).any(|group| {
            !group.reserved && group.kind == synth::ec2::SubnetKind::PrivateWithEgress
        });
    let mut plan = plan.clone();
    plan.props.nat = if private { Nat::PerZone } else { Nat::None };
    plan.resources(zones, groups)
}

fn is_subnet(id: &str) -> bool {
    id.contains("Subnet")
}

proptest! {
    #[test]
    fn a_zone_or_a_group_or_both_more_change_no_subnet(plan in plans(), zone in 0..2_usize, group in 0..2_usize) {
        let CidrLayout::Slots { groups, zones } = plan.props.layout else { unreachable!() };
        let more_zones = (plan.zones + zone).min(zones.into());
        let more_groups = (plan.groups + group).min(groups.into());
        let before = with_nat(&plan, plan.zones, plan.groups);
        let after = with_nat(&plan, more_zones, more_groups);
        for (id, resource) in before.iter().filter(|(id, _)| is_subnet(id)) {
            let same = after.iter().find(|(other, _)| other == id);
            prop_assert_eq!(same.map(|(_, resource)| resource), Some(resource), "{}", id);
        }
    }
}
