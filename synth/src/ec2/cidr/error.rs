//! Texts that are no blocks of addresses.

use std::fmt;

/// Why a text is not a block of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CidrError {
    /// There is no `/`, or no address before it.
    NotABlock {
        /// The text.
        text: String,
    },
    /// The prefix is not a number, or is longer than an address.
    NoSuchPrefix {
        /// The text.
        text: String,
        /// The longest prefix: 32, or 128 for IPv6.
        longest: u8,
    },
    /// The address lies inside the block instead of at its start.
    NotTheFirst {
        /// The text.
        text: String,
        /// The block that the address lies in.
        block: String,
    },
}

impl fmt::Display for CidrError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABlock { text } => {
                write!(
                    formatter,
                    "`{text}` is not a block of addresses such as `10.0.0.0/16`"
                )
            }
            Self::NoSuchPrefix { text, longest } => {
                write!(formatter, "`{text}` needs a prefix from /0 to /{longest}")
            }
            Self::NotTheFirst { text, block } => {
                write!(
                    formatter,
                    "`{text}` does not start its block, write `{block}`"
                )
            }
        }
    }
}

impl std::error::Error for CidrError {}
