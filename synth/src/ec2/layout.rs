//! Which block of addresses each subnet of a VPC gets.

use std::net::Ipv4Addr;

use self::problem::{not_in_a_slot, slots_too_small, too_few};
use super::cidr::Cidr;
use crate::Problem;

mod problem;
mod sequential;
#[cfg(test)]
mod tests;

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
    /// This is what AWS CDK does: with the same settings, the same blocks. Adding a zone moves subnets, up to those
    /// that are [reserved](super::VpcProps::reserved_zones).
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

/// How many zones there are, and for how many more there is to be room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count {
    pub(crate) used: usize,
    pub(crate) reserved: usize,
}

impl Count {
    const fn all(self) -> usize {
        self.used.saturating_add(self.reserved)
    }

    fn of_use(self, mut blocks: Vec<Vec<Cidr>>) -> Vec<Vec<Cidr>> {
        for group in &mut blocks {
            group.truncate(self.used);
        }
        blocks
    }
}

/// The blocks of each group, zone by zone; or all that is wrong.
pub(crate) fn lay_out(
    vpc: Cidr,
    layout: CidrLayout,
    requests: &[Request],
    zones: Count,
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
        } => {
            let blocks = slots(vpc, (groups.into(), room.into()), requests, zones.all());
            blocks.map(|blocks| zones.of_use(blocks))
        }
        CidrLayout::Sequential => {
            let blocks = sequential::sequential(vpc, requests, zones.all());
            blocks
                .map(|blocks| zones.of_use(blocks))
                .map_err(|problem| vec![problem])
        }
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

/// The caller has checked that both are in range.
fn around(address: Ipv4Addr, prefix: u8) -> Cidr {
    Cidr::around(address, prefix).unwrap_or(Cidr::ANY)
}

fn address_of(number: u64) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX))
}
