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

const fn used(zones: usize) -> Count {
    Count {
        used: zones,
        reserved: 0,
    }
}

/// Each line of the file: VPC, zones, reserved zones, prefixes (`-` for none), and aws-cdk-lib's blocks, group by group.
///
/// Written by a program that makes an `ec2.Vpc` of aws-cdk-lib 2.276.0 for each, with one `subnetConfiguration` a prefix.
#[test]
fn sequential_has_the_blocks_of_cdk_for_eighty_configurations() {
    for line in include_str!("cdk.txt").lines() {
        let (settings, expected) = line.split_once(" => ").unwrap();
        let words: Vec<_> = settings.split(' ').collect();
        let [vpc, zones, reserved, prefixes] = words[..] else {
            panic!("{line}");
        };
        let prefixes: Vec<_> = prefixes
            .split(',')
            .map(|prefix| prefix.parse().ok())
            .collect();
        let zones = Count {
            used: zones.parse().unwrap(),
            reserved: reserved.parse().unwrap(),
        };
        let layout = CidrLayout::Sequential;
        let blocks = lay_out(vpc.parse().unwrap(), layout, &asks(&prefixes), zones);
        let blocks = blocks.map_or_else(
            |_| "refused".to_owned(),
            |blocks| {
                let blocks: Vec<_> = blocks.iter().flatten().map(ToString::to_string).collect();
                blocks.join(" ")
            },
        );
        assert_eq!(blocks, expected, "{settings}");
    }
}

fn shown(layout: CidrLayout, vpc: Cidr, prefixes: &[Option<u8>], zones: usize) -> String {
    match lay_out(vpc, layout, &asks(prefixes), used(zones)) {
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
        let before = lay_out(vpc, layout, &asks(&prefixes[..groups]), used(zones.min(room))).unwrap();
        let after = lay_out(vpc, layout, &asks(&prefixes), used(room)).unwrap();
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(before, &after[..before.len()]);
        }
    }

    #[test]
    fn subnets_lie_inside_the_vpc_and_apart((vpc, slots, prefixes) in plans(), zones in 1_usize..=8) {
        for layout in [slots, CidrLayout::Sequential] {
            let Ok(groups) = lay_out(vpc, layout, &asks(&prefixes), used(zones)) else { continue };
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
            let groups = lay_out(vpc, layout, &asks(prefixes), used(1)).unwrap();
            groups.iter().flatten().map(|block| block.first()).collect()
        };
        prop_assert_eq!(first(&prefixes), first(&without));
    }
}
