//! Where the addresses of a network come from.

use std::net::Ipv4Addr;

use super::cidr::Cidr;
use crate::cfn::ec2;
use crate::{Handle, Value, cidr, select};

/// The IPv4 addresses of a [`Vpc`](super::Vpc).
#[derive(Debug, Clone, PartialEq)]
pub enum IpAddresses {
    /// This block: a prefix from /16 to /28.
    Cidr(Cidr),
    /// A block that a pool of IPAM chooses at deployment.
    Ipam {
        /// The id of the pool, such as `ipam-pool-0ec83b1e4c1ba5a8f`.
        pool: Value<String>,
        /// Its size: a prefix from /16 to /28.
        prefix: u8,
    },
}

impl From<Cidr> for IpAddresses {
    fn from(block: Cidr) -> Self {
        Self::Cidr(block)
    }
}

impl IpAddresses {
    /// The block, or for one that nobody knows yet one of its size; the checks say when there is no such size.
    pub(crate) fn block(&self) -> Cidr {
        match self {
            Self::Cidr(block) => *block,
            Self::Ipam { prefix, .. } => {
                let prefix = (*prefix).clamp(16, 28);
                Cidr::around(Ipv4Addr::UNSPECIFIED, prefix).unwrap_or(Cidr::ANY)
            }
        }
    }

    /// What the template says the block of a subnet is.
    pub(crate) fn part(&self, vpc: &Handle<ec2::Vpc>, block: Cidr) -> Value<String> {
        match self {
            Self::Cidr(_) => block.to_string().into(),
            Self::Ipam { prefix, .. } => part(vpc.cidr_block().into(), *prefix, block),
        }
    }
}

/// `Fn::Cidr` gives 256 blocks at most, so small parts are parts of larger ones.
fn part(mut whole: Value<String>, mut prefix: u8, block: Cidr) -> Value<String> {
    let first = block.first().to_bits();
    while prefix < block.prefix() {
        let next = block.prefix().min(prefix.saturating_add(8));
        let count = 1_u32 << (next - prefix);
        let size = 32 - u32::from(next);
        let index = first.checked_shr(size).unwrap_or(0) & (count - 1);
        whole = select(index, cidr(whole, count, size));
        prefix = next;
    }
    whole
}

/// Which protocols a [`Vpc`](super::Vpc) has addresses for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpProtocol {
    /// IPv4 alone.
    Ipv4Only,
    /// IPv4 and IPv6: a /56 that Amazon chooses, of which every subnet has a /64 and every network interface an address.
    ///
    /// Private subnets with egress reach IPv6 through an egress-only internet gateway, which costs nothing.
    DualStack,
}

/// How many blocks of /64 a /56 has.
pub(crate) const IPV6_BLOCKS: u32 = 256;

/// One /64 of the VPC's IPv6 addresses.
pub(crate) fn ipv6_part(vpc: &Handle<ec2::Vpc>, index: u32) -> Value<String> {
    let whole = select(0, vpc.ipv6_cidr_blocks());
    select(index, cidr(whole, IPV6_BLOCKS, 64))
}
