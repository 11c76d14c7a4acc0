//! What does not fit, and what would.

use super::LONGEST;
use crate::Problem;
use crate::ec2::Cidr;

pub(super) fn too_few(what: &str, wanted: usize, room: usize) -> Problem {
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

pub(super) fn slots_too_small(vpc: Cidr, groups: usize, room: usize, prefix: u8) -> Problem {
    let wanted = LONGEST.saturating_sub(prefix - vpc.prefix());
    Problem {
        code: "ec2.subnet-too-small",
        message: format!("room for {groups} groups in {room} zones makes slots of /{prefix}"),
        value: vpc.to_string(),
        allowed: "subnets from /16 to /28".to_owned(),
        fix: format!("give the VPC a /{wanted} or larger, or reserve less in `CidrLayout::Slots`"),
    }
}

pub(super) fn not_in_a_slot(
    vpc: Cidr,
    groups: usize,
    room: usize,
    slot: u8,
    prefix: u8,
) -> Problem {
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

pub(super) fn does_not_fit(vpc: Cidr, prefix: u8, zones: usize) -> Problem {
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
