//! What a run on AWS Fargate costs, by its size and its time.
//!
//! Prices are those of us-east-1 for Linux, as of 2026 (<https://aws.amazon.com/fargate/pricing/>); other regions differ by up to
//! a third. Spot is up to 70 % less, and changes by the day, so it is not in here.

use crate::size::{FREE_DISK_GIB, Size, VCPU};

/// The region that the prices are of.
pub const REGION: &str = "us-east-1";

/// The least time that is billed, in milliseconds.
const LEAST_MS: u64 = 60_000;

/// Milliseconds in an hour.
const HOUR_MS: u64 = 3_600_000;

/// A vCPU for an hour, in billionths of a dollar.
const VCPU_HOUR: u64 = 40_480_000;
/// A GiB of memory for an hour.
const GIB_HOUR: u64 = 4_445_000;
/// A GiB of disk beyond [`FREE_DISK_GIB`] for an hour.
const DISK_HOUR: u64 = 111_000;
/// A public IPv4 address for an hour (<https://aws.amazon.com/vpc/pricing/>).
const ADDRESS_HOUR: u64 = 5_000_000;

/// What an hour in a task of `size` with a public address costs on demand, in billionths of a dollar; nothing where the size
/// is not known.
pub fn per_hour(size: Size) -> Option<u64> {
    let (cpu, memory) = (u64::from(size.cpu?), u64::from(size.memory_mib?));
    let disk = u64::from(size.disk_gib.unwrap_or(0).saturating_sub(FREE_DISK_GIB));
    Some(
        cpu * VCPU_HOUR / u64::from(VCPU)
            + memory * GIB_HOUR / 1024
            + disk * DISK_HOUR
            + ADDRESS_HOUR,
    )
}

/// What `ms` milliseconds in a task of `size` cost on demand, in billionths of a dollar: by the second, and a minute at least.
pub fn of(size: Size, ms: u64) -> Option<u64> {
    let billed = ms.max(LEAST_MS).div_ceil(1000) * 1000;
    Some(per_hour(size)?.saturating_mul(billed) / HOUR_MS)
}

/// An amount as people read it: `$0.0411`.
pub fn dollars(billionths: u64) -> String {
    // Four digits behind the point; less than half of the last one is still not nothing.
    let units = billionths.div_ceil(100_000);
    format!("${}.{:04}", units / 10_000, units % 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(cpu: u32, memory_mib: u32, disk_gib: Option<u32>) -> Size {
        Size {
            cpu: Some(cpu),
            memory_mib: Some(memory_mib),
            disk_gib,
        }
    }

    #[test]
    fn a_run_costs_what_its_size_and_its_time_do() {
        let table = [
            // 1 vCPU and 2 GB for 10 minutes: $0.0082, and $0.0008 for the address.
            (size(1024, 2048, None), 600_000, "$0.0091"),
            (size(256, 512, None), 1, "$0.0003"),
            (size(256, 512, None), 60_000, "$0.0003"),
            (size(256, 512, None), 3_600_000, "$0.0174"),
            (size(16_384, 122_880, Some(200)), 3_600_000, "$1.2061"),
        ];
        for (size, ms, expected) in table {
            assert_eq!(dollars(of(size, ms).unwrap()), expected, "{size}");
        }
        assert_eq!(of(Size::default(), 1), None);
    }
}
