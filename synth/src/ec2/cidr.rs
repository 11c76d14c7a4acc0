//! Blocks of addresses, as text that is known to be right.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

pub use self::error::CidrError;
pub use self::v6::CidrV6;
use crate::{Data, Json};

mod error;
mod v6;

/// A block of IPv4 addresses, such as `10.0.0.0/16`.
///
/// Made by [`cidr!`](macro@crate::cidr), which checks while it compiles, or by [`str::parse`]. The address is the first of
/// the block: AWS would accept `10.0.0.9/16`, and store another text than the template's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    first: u32,
    prefix: u8,
}

impl Cidr {
    /// Every IPv4 address.
    pub const ANY: Self = Self {
        first: 0,
        prefix: 0,
    };

    /// The block with this many fixed bits, 0–32, around an address; nothing for a longer prefix.
    pub const fn around(address: Ipv4Addr, prefix: u8) -> Option<Self> {
        if prefix > 32 {
            return None;
        }
        Some(Self {
            first: address.to_bits() & mask(prefix),
            prefix,
        })
    }

    /// The first address.
    pub const fn first(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.first)
    }

    /// The last address.
    pub const fn last(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.first | !mask(self.prefix))
    }

    /// How many leading bits are fixed, 0–32.
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// Whether every address of `other` is in this block.
    pub const fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && other.first & mask(self.prefix) == self.first
    }

    /// Whether the two blocks share an address.
    pub const fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// What [`cidr!`](crate::cidr) evaluates, only ever while compiling.
    #[doc(hidden)]
    pub const fn of_bytes(text: &[u8]) -> Self {
        let (address, rest) = match text.split_at_checked(find(text, b'/')) {
            Some((address, [b'/', prefix @ ..])) => (octets(address), decimal(prefix, 32)),
            _ => (None, None),
        };
        assert!(
            rest.is_some(),
            "a block of addresses ends in a prefix from /0 to /32"
        );
        assert!(
            address.is_some(),
            "a block of addresses starts with an address such as 10.0.0.0"
        );
        match (address, rest) {
            (Some(first), Some(prefix)) => {
                assert!(
                    first & !mask(prefix) == 0,
                    "the address is not the first of its block"
                );
                Self { first, prefix }
            }
            _ => Self::ANY,
        }
    }
}

/// A [`Cidr`](crate::ec2::Cidr) checked while the program is compiled.
///
/// ```
/// use synth::cidr;
/// assert_eq!(cidr!("10.0.0.0/16").last().to_string(), "10.0.255.255");
/// ```
///
/// ```compile_fail
/// let too_long = synth::cidr!("10.0.0.0/33");
/// ```
///
/// ```compile_fail
/// let inside = synth::cidr!("10.0.0.1/16");
/// ```
#[macro_export]
macro_rules! cidr {
    ($text:literal) => {
        const { $crate::ec2::Cidr::of_bytes($text.as_bytes()) }
    };
}

const fn mask(prefix: u8) -> u32 {
    if prefix == 0 {
        0
    } else {
        u32::MAX << (32 - prefix)
    }
}

/// The position of the first `wanted`, or the length.
const fn find(mut text: &[u8], wanted: u8) -> usize {
    let mut position = 0;
    while let [first, rest @ ..] = text {
        if *first == wanted {
            break;
        }
        position += 1;
        text = rest;
    }
    position
}

/// A number of digits without a leading zero, up to `most`.
const fn decimal(text: &[u8], most: u8) -> Option<u8> {
    let mut number: u16 = 0;
    if text.is_empty() || (text.len() > 1 && matches!(text.first(), Some(b'0'))) {
        return None;
    }
    let mut rest = text;
    while let [digit, after @ ..] = rest {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + (*digit - b'0') as u16;
        if number > most as u16 {
            return None;
        }
        rest = after;
    }
    Some(number.to_le_bytes()[0])
}

/// The bits of an address of four numbers.
const fn octets(text: &[u8]) -> Option<u32> {
    let mut address = 0;
    let mut rest = text;
    let mut count = 0;
    loop {
        let Some((number, after)) = rest.split_at_checked(find(rest, b'.')) else {
            return None;
        };
        let Some(octet) = decimal(number, 255) else {
            return None;
        };
        address = address << 8 | octet as u32;
        count += 1;
        match after {
            [] => break,
            [_, more @ ..] => rest = more,
        }
    }
    if count == 4 { Some(address) } else { None }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let (address, prefix) = split::<Ipv4Addr>(text, 32)?;
        let block = Self {
            first: address.to_bits() & mask(prefix),
            prefix,
        };
        if block.first() == address {
            Ok(block)
        } else {
            Err(CidrError::NotTheFirst {
                text: text.to_owned(),
                block: block.to_string(),
            })
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.first(), self.prefix)
    }
}

impl Data for Cidr {
    fn to_json(&self) -> Json {
        self.to_string().to_json()
    }
}

/// The two halves of a block, each right by itself.
fn split<A: FromStr>(text: &str, longest: u8) -> Result<(A, u8), CidrError> {
    let not_a_block = || CidrError::NotABlock {
        text: text.to_owned(),
    };
    let (address, prefix) = text.split_once('/').ok_or_else(not_a_block)?;
    let address = address.parse().map_err(|_| not_a_block())?;
    let prefix = decimal(prefix.as_bytes(), longest).ok_or_else(|| CidrError::NoSuchPrefix {
        text: text.to_owned(),
        longest,
    })?;
    Ok((address, prefix))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(text: &str) -> String {
        text.parse::<Cidr>().unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_block_is_refused_with_the_right_one() {
        insta::assert_snapshot!(refusal("10.0.0.0/33"), @"`10.0.0.0/33` needs a prefix from /0 to /32");
        insta::assert_snapshot!(refusal("10.0.0.0"), @"`10.0.0.0` is not a block of addresses such as `10.0.0.0/16`");
        insta::assert_snapshot!(refusal("10.0.256.0/16"), @"`10.0.256.0/16` is not a block of addresses such as `10.0.0.0/16`");
        insta::assert_snapshot!(refusal("10.0.1.0/16"), @"`10.0.1.0/16` does not start its block, write `10.0.0.0/16`");
        insta::assert_snapshot!(refusal("10.0.0.0/+8"), @"`10.0.0.0/+8` needs a prefix from /0 to /32");
        let six = "2001:db8::1/32".parse::<CidrV6>().unwrap_err();
        insta::assert_snapshot!(six, @"`2001:db8::1/32` does not start its block, write `2001:db8::/32`");
    }

    #[test]
    fn the_macro_and_the_parser_agree() {
        assert_eq!(cidr!("0.0.0.0/0"), Cidr::ANY);
        assert_eq!(
            cidr!("192.168.255.255/32"),
            "192.168.255.255/32".parse().unwrap()
        );
        assert_eq!("::/0".parse::<CidrV6>().unwrap(), CidrV6::ANY);
    }

    proptest! {
        #[test]
        fn every_block_survives_its_own_text(address: u32, prefix in 0_u8..=32) {
            let block = Cidr::around(Ipv4Addr::from_bits(address), prefix).unwrap();
            prop_assert_eq!(block.to_string().parse::<Cidr>().unwrap(), block);
            prop_assert_eq!(Cidr::of_bytes(block.to_string().as_bytes()), block);
        }
    }
}
