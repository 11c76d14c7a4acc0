//! Which block of addresses each subnet of a VPC gets.

use std::net::Ipv4Addr;

use super::cidr::Cidr;
use crate::Problem;

/// The longest prefix of a subnet or a VPC.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
const LONGEST: u8 = 28;

/// How the addresses of a VPC are shared out among its subnets.
///
/// CloudFormation replaces a subnet whose block changes, and fails where the new block overlaps an old one. So the
/// layout decides what can be added later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CidrLayout {
    /// The VPC is cut into `groups` × `zones` slots of one size, and the subnet of group g in zone z starts slot
    /// g × `zones` + z, whatever else there is. Adding a zone or a group moves nothing.
    ///
    /// Both numbers are rounded up to a power of two; changing them later moves subnets.
    Slots {
        /// Room for this many subnet groups.
        groups: u8,
        /// Room for this many availability zones.
        zones: u8,
    },
    /// Group by group and zone by zone, each subnet takes the next free block of its size; groups without a prefix
    /// share what is left equally.
    ///
    /// This is what AWS CDK does: with the same settings, the same blocks. Adding a zone moves subnets.
    Sequential,
}

impl CidrLayout {
    /// Room for 4 groups in 8 zones. No region had more than 6 zones in 2026.
    ///
    /// A /16 has slots of /21 (2,048 addresses), and the smallest VPC that fits is a /23.
    pub const SLOTS: Self = Self::Slots {
        groups: 4,
        zones: 8,
    };
}

impl Default for CidrLayout {
    fn default() -> Self {
        Self::SLOTS
    }
}

/// What one group asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    /// Its position among the groups.
    pub(crate) slot: usize,
    pub(crate) prefix: Option<u8>,
}

/// The blocks of each group, zone by zone; or all that is wrong.
pub(crate) fn lay_out(
    vpc: Cidr,
    layout: CidrLayout,
    requests: &[Request],
    zones: usize,
) -> Result<Vec<Vec<Cidr>>, Vec<Problem>> {
    if !(16..=LONGEST).contains(&vpc.prefix()) {
        return Err(vec![Problem {
            code: "ec2.vpc-size",
            message: "AWS has no VPC of this size".to_owned(),
            value: vpc.to_string(),
            allowed: "a prefix from /16 to /28".to_owned(),
            fix: format!(
                "write {}",
                around(vpc.first(), vpc.prefix().clamp(16, LONGEST))
            ),
        }]);
    }
    match layout {
        CidrLayout::Slots {
            groups,
            zones: room,
        } => slots(vpc, (groups.into(), room.into()), requests, zones),
        CidrLayout::Sequential => sequential(vpc, requests, zones).map_err(|problem| vec![problem]),
    }
}

/// How many bits tell `count` things apart.
fn bits(count: usize) -> u8 {
    u8::try_from(count.max(1).next_power_of_two().trailing_zeros()).unwrap_or(u8::MAX)
}

fn slots(
    vpc: Cidr,
    (groups, room): (usize, usize),
    requests: &[Request],
    zones: usize,
) -> Result<Vec<Vec<Cidr>>, Vec<Problem>> {
    let mut problems = Vec::new();
    if zones > room {
        problems.push(too_few("zones", zones, room));
    }
    if let Some(last) = requests
        .iter()
        .map(|request| request.slot)
        .max()
        .filter(|last| *last >= groups)
    {
        problems.push(too_few("groups", last + 1, groups));
    }
    let slot_prefix = vpc
        .prefix()
        .saturating_add(bits(groups))
        .saturating_add(bits(room));
    if slot_prefix > LONGEST {
        problems.push(slots_too_small(vpc, groups, room, slot_prefix));
    }
    for prefix in requests.iter().filter_map(|request| request.prefix) {
        if slot_prefix <= LONGEST && !(slot_prefix..=LONGEST).contains(&prefix) {
            problems.push(not_in_a_slot(vpc, groups, room, slot_prefix, prefix));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let block = |request: &Request, zone: usize| {
        let position = (request.slot << bits(room)) | zone;
        let offset = u64::try_from(position).unwrap_or(u64::MAX) << (32 - slot_prefix);
        let address = u64::from(vpc.first().to_bits()) + offset;
        around(address_of(address), request.prefix.unwrap_or(slot_prefix))
    };
    Ok(requests
        .iter()
        .map(|request| (0..zones).map(|zone| block(request, zone)).collect())
        .collect())
}

fn sequential(vpc: Cidr, requests: &[Request], zones: usize) -> Result<Vec<Vec<Cidr>>, Problem> {
    let end = u64::from(vpc.last().to_bits()) + 1;
    let mut next = u64::from(vpc.first().to_bits());
    let mut take = |prefix: u8| -> Result<Vec<Cidr>, Problem> {
        if !(vpc.prefix()..=LONGEST).contains(&prefix) {
            return Err(does_not_fit(vpc, prefix, zones));
        }
        let size = 1_u64 << (32 - prefix);
        (0..zones)
            .map(|_| {
                let start = next.next_multiple_of(size);
                next = start + size;
                if next > end {
                    Err(does_not_fit(vpc, prefix, zones))
                } else {
                    Ok(around(address_of(start), prefix))
                }
            })
            .collect()
    };
    let mut blocks = vec![Vec::new(); requests.len()];
    for (request, blocks) in requests.iter().zip(&mut blocks) {
        if let Some(prefix) = request.prefix {
            *blocks = take(prefix)?;
        }
    }
    let sharing = requests
        .iter()
        .filter(|request| request.prefix.is_none())
        .count()
        * zones;
    let left = end.saturating_sub(next_free(&blocks, vpc));
    let share = left
        .checked_div(u64::try_from(sharing).unwrap_or(u64::MAX))
        .unwrap_or(0);
    let prefix = share
        .checked_ilog2()
        .and_then(|bits| u8::try_from(32 - bits).ok())
        .unwrap_or(32);
    for (request, blocks) in requests.iter().zip(&mut blocks) {
        if request.prefix.is_none() {
            *blocks = take(prefix)?;
        }
    }
    Ok(blocks)
}

/// The address after the last block that was taken.
fn next_free(blocks: &[Vec<Cidr>], vpc: Cidr) -> u64 {
    let last = blocks
        .iter()
        .flatten()
        .map(|block| u64::from(block.last().to_bits()) + 1)
        .max();
    last.unwrap_or_else(|| u64::from(vpc.first().to_bits()))
}

/// The caller has checked that both are in range.
fn around(address: Ipv4Addr, prefix: u8) -> Cidr {
    Cidr::around(address, prefix).unwrap_or(Cidr::ANY)
}

fn address_of(number: u64) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX))
}

fn too_few(what: &str, wanted: usize, room: usize) -> Problem {
    Problem {
        code: "ec2.no-slot-left",
        message: format!("the layout has no slot for that many {what}"),
        value: wanted.to_string(),
        allowed: format!("up to {room}"),
        fix: format!(
            "make room with `CidrLayout::Slots {{ {what}: {} }}`; in a VPC that exists this replaces its subnets",
            wanted.next_power_of_two(),
        ),
    }
}

fn slots_too_small(vpc: Cidr, groups: usize, room: usize, prefix: u8) -> Problem {
    let wanted = LONGEST.saturating_sub(prefix - vpc.prefix());
    Problem {
        code: "ec2.subnet-too-small",
        message: format!("room for {groups} groups in {room} zones makes slots of /{prefix}"),
        value: vpc.to_string(),
        allowed: "subnets from /16 to /28".to_owned(),
        fix: format!("give the VPC a /{wanted} or larger, or reserve less in `CidrLayout::Slots`"),
    }
}

fn not_in_a_slot(vpc: Cidr, groups: usize, room: usize, slot: u8, prefix: u8) -> Problem {
    Problem {
        code: "ec2.subnet-does-not-fit",
        message: format!(
            "room for {groups} groups in {room} zones of {vpc} makes slots of /{slot}"
        ),
        value: format!("/{prefix}"),
        allowed: format!("a prefix from /{slot} to /{LONGEST}"),
        fix: "choose a longer prefix or none, a larger VPC, or reserve less in `CidrLayout::Slots`"
            .to_owned(),
    }
}

fn does_not_fit(vpc: Cidr, prefix: u8, zones: usize) -> Problem {
    Problem {
        code: "ec2.subnet-does-not-fit",
        message: format!(
            "the subnets of this prefix, in {zones} zones, do not fit into what is left of {vpc}"
        ),
        value: format!("/{prefix}"),
        allowed: format!("prefixes up to /{LONGEST} whose sum is at most the VPC"),
        fix: "choose longer prefixes, fewer zones, or a larger VPC".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cidr;

    fn asks(prefixes: &[Option<u8>]) -> Vec<Request> {
        prefixes
            .iter()
            .enumerate()
            .map(|(slot, prefix)| Request {
                slot,
                prefix: *prefix,
            })
            .collect()
    }

    fn shown(layout: CidrLayout, vpc: Cidr, prefixes: &[Option<u8>], zones: usize) -> String {
        match lay_out(vpc, layout, &asks(prefixes), zones) {
            Ok(groups) => {
                let line = |group: &Vec<Cidr>| {
                    group
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join(" ")
                };
                groups.iter().map(line).collect::<Vec<_>>().join("\n")
            }
            Err(problems) => {
                let line = |problem: &Problem| {
                    format!(
                        "{} {}: {} ({})",
                        problem.code, problem.value, problem.message, problem.fix
                    )
                };
                problems.iter().map(line).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn a_16_has_slots_of_21() {
        insta::assert_snapshot!(shown(CidrLayout::SLOTS, cidr!("10.0.0.0/16"), &[None, Some(24)], 3), @r"
        10.0.0.0/21 10.0.8.0/21 10.0.16.0/21
        10.0.64.0/24 10.0.72.0/24 10.0.80.0/24
        ");
    }

    #[test]
    fn sequential_is_what_cdk_does() {
        let vpc = cidr!("10.0.0.0/16");
        insta::assert_snapshot!(shown(CidrLayout::Sequential, vpc, &[Some(24), Some(20)], 3), @r"
        10.0.0.0/24 10.0.1.0/24 10.0.2.0/24
        10.0.16.0/20 10.0.32.0/20 10.0.48.0/20
        ");
        insta::assert_snapshot!(shown(CidrLayout::Sequential, vpc, &[None, None], 3), @r"
        10.0.0.0/19 10.0.32.0/19 10.0.64.0/19
        10.0.96.0/19 10.0.128.0/19 10.0.160.0/19
        ");
        insta::assert_snapshot!(shown(CidrLayout::Sequential, vpc, &[None, Some(28)], 2), @r"
        10.0.64.0/18 10.0.128.0/18
        10.0.0.0/28 10.0.0.16/28
        ");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_would() {
        let vpc = cidr!("10.0.0.0/24");
        insta::assert_snapshot!(shown(CidrLayout::SLOTS, vpc, &[None], 2), @"ec2.subnet-too-small 10.0.0.0/24: room for 4 groups in 8 zones makes slots of /29 (give the VPC a /23 or larger, or reserve less in `CidrLayout::Slots`)");
        insta::assert_snapshot!(shown(CidrLayout::SLOTS, cidr!("10.0.0.0/16"), &[None, Some(20), Some(29)], 9), @"
        ec2.no-slot-left 9: the layout has no slot for that many zones (make room with `CidrLayout::Slots { zones: 16 }`; in a VPC that exists this replaces its subnets)
        ec2.subnet-does-not-fit /20: room for 4 groups in 8 zones of 10.0.0.0/16 makes slots of /21 (choose a longer prefix or none, a larger VPC, or reserve less in `CidrLayout::Slots`)
        ec2.subnet-does-not-fit /29: room for 4 groups in 8 zones of 10.0.0.0/16 makes slots of /21 (choose a longer prefix or none, a larger VPC, or reserve less in `CidrLayout::Slots`)
        ");
        insta::assert_snapshot!(shown(CidrLayout::SLOTS, cidr!("10.0.0.0/16"), &[None; 5], 2), @"ec2.no-slot-left 5: the layout has no slot for that many groups (make room with `CidrLayout::Slots { groups: 8 }`; in a VPC that exists this replaces its subnets)");
        insta::assert_snapshot!(shown(CidrLayout::Sequential, vpc, &[Some(25), Some(26)], 2), @"ec2.subnet-does-not-fit /26: the subnets of this prefix, in 2 zones, do not fit into what is left of 10.0.0.0/24 (choose longer prefixes, fewer zones, or a larger VPC)");
        insta::assert_snapshot!(shown(CidrLayout::Sequential, vpc, &[None; 5], 4), @"ec2.subnet-does-not-fit /29: the subnets of this prefix, in 4 zones, do not fit into what is left of 10.0.0.0/24 (choose longer prefixes, fewer zones, or a larger VPC)");
        insta::assert_snapshot!(shown(CidrLayout::SLOTS, cidr!("10.0.0.0/8"), &[], 2), @"ec2.vpc-size 10.0.0.0/8: AWS has no VPC of this size (write 10.0.0.0/16)");
        insta::assert_snapshot!(shown(CidrLayout::Sequential, cidr!("10.0.0.0/29"), &[], 2), @"ec2.vpc-size 10.0.0.0/29: AWS has no VPC of this size (write 10.0.0.0/28)");
    }

    /// A VPC, a layout that fits it, and prefixes for more groups than there are at first.
    fn plans() -> impl Strategy<Value = (Cidr, CidrLayout, Vec<Option<u8>>)> {
        (any::<u32>(), 16_u8..=20, 1_u8..=4, 1_u8..=8).prop_flat_map(
            |(address, size, groups, zones)| {
                let vpc = Cidr::around(Ipv4Addr::from_bits(address), size).unwrap();
                let slot = size + bits(groups.into()) + bits(zones.into());
                let prefixes =
                    proptest::collection::vec(proptest::option::of(slot..=28), usize::from(groups));
                (
                    Just(vpc),
                    Just(CidrLayout::Slots { groups, zones }),
                    prefixes,
                )
            },
        )
    }

    proptest! {
        #[test]
        fn adding_zones_or_groups_moves_nothing(
            (vpc, layout, prefixes) in plans(), zones in 1_usize..=8, groups in 1_usize..=4,
        ) {
            let CidrLayout::Slots { zones: room, .. } = layout else { unreachable!() };
            let (room, groups) = (usize::from(room), groups.min(prefixes.len()));
            let before = lay_out(vpc, layout, &asks(&prefixes[..groups]), zones.min(room)).unwrap();
            let after = lay_out(vpc, layout, &asks(&prefixes), room).unwrap();
            for (before, after) in before.iter().zip(&after) {
                prop_assert_eq!(before, &after[..before.len()]);
            }
        }

        #[test]
        fn subnets_lie_inside_the_vpc_and_apart((vpc, slots, prefixes) in plans(), zones in 1_usize..=8) {
            for layout in [slots, CidrLayout::Sequential] {
                let Ok(groups) = lay_out(vpc, layout, &asks(&prefixes), zones) else { continue };
                let all: Vec<Cidr> = groups.into_iter().flatten().collect();
                prop_assert!(all.iter().all(|block| vpc.contains(*block) && block.prefix() <= LONGEST));
                for (position, block) in all.iter().enumerate() {
                    prop_assert!(!all[..position].iter().any(|other| other.overlaps(*block)));
                }
            }
        }

        #[test]
        fn the_size_of_one_group_is_no_matter_for_another((vpc, layout, prefixes) in plans()) {
            let without = vec![None; prefixes.len()];
            let first = |prefixes: &[Option<u8>]| -> Vec<_> {
                let groups = lay_out(vpc, layout, &asks(prefixes), 1).unwrap();
                groups.iter().flatten().map(|block| block.first()).collect()
            };
            prop_assert_eq!(first(&prefixes), first(&without));
        }
    }
}
