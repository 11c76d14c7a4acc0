//! The layout of AWS CDK.

use super::problem::does_not_fit;
use super::{LONGEST, Request, address_of, around};
use crate::Problem;
use crate::ec2::Cidr;

/// The blocks of each group, zone by zone, with those of zones that are reserved.
pub(super) fn sequential(
    vpc: Cidr,
    requests: &[Request],
    zones: usize,
) -> Result<Vec<Vec<Cidr>>, Problem> {
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
