//! Blocks of IPv6 addresses.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use super::{CidrError, split};
use crate::{Data, Json};

/// A block of IPv6 addresses, such as `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CidrV6 {
    first: Ipv6Addr,
    prefix: u8,
}

impl CidrV6 {
    /// Every IPv6 address.
    pub const ANY: Self = Self {
        first: Ipv6Addr::UNSPECIFIED,
        prefix: 0,
    };
}

impl FromStr for CidrV6 {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let (address, prefix) = split::<Ipv6Addr>(text, 128)?;
        let fixed = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
        let block = Self {
            first: Ipv6Addr::from_bits(address.to_bits() & fixed),
            prefix,
        };
        if block.first == address {
            Ok(block)
        } else {
            Err(CidrError::NotTheFirst {
                text: text.to_owned(),
                block: block.to_string(),
            })
        }
    }
}

impl fmt::Display for CidrV6 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.first, self.prefix)
    }
}

impl Data for CidrV6 {
    fn to_json(&self) -> Json {
        self.to_string().to_json()
    }
}
