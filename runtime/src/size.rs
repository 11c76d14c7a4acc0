//! How large a place a command runs in: what was wished for, and what AWS Fargate sells.

use std::fmt;

use serde::{Deserialize, Serialize};

/// CPU units of one vCPU.
pub const VCPU: u32 = 1024;

/// What a task on Fargate gets of disk where nobody says more, in GiB.
pub const FREE_DISK_GIB: u32 = 20;

/// The most disk that a task on Fargate may have, in GiB
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html>).
pub const MAX_DISK_GIB: u32 = 200;

/// How large a place a command runs in; what is absent is up to the context.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// CPU units, 1024 a vCPU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<u32>,
    /// Memory, in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u32>,
    /// Disk, in GiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_gib: Option<u32>,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(cpu) = self.cpu {
            parts.push(format!("{} vCPU", decimal(cpu, VCPU)));
        }
        if let Some(memory) = self.memory_mib {
            parts.push(format!("{} GiB of memory", decimal(memory, 1024)));
        }
        if let Some(disk) = self.disk_gib {
            parts.push(format!("{disk} GiB of disk"));
        }
        f.pad(&parts.join(", "))
    }
}

/// `number / one` with at most three digits behind the point.
fn decimal(number: u32, one: u32) -> String {
    let text = format!("{:.3}", f64::from(number) / f64::from(one));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Sizes of Linux tasks on Fargate: CPU units, and the least, the most and the step of memory in MiB.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html>. A quarter of a vCPU has
/// 512 MiB besides.
const SOLD: [(u32, u32, u32, u32); 7] = [
    (256, 1024, 2048, 1024),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16_384, 1024),
    (4096, 8192, 30_720, 1024),
    (8192, 16_384, 61_440, 4096),
    (16_384, 32_768, 122_880, 8192),
];

/// The least memory of the smallest task, in MiB.
const SMALLEST_MIB: u32 = 512;

/// Amounts of memory that are sold with `cpu`, in MiB, the least first.
fn memories((cpu, least, most, step): (u32, u32, u32, u32)) -> impl Iterator<Item = u32> {
    let smallest = (cpu == 256).then_some(SMALLEST_MIB);
    let step = usize::try_from(step).unwrap_or(1);
    smallest.into_iter().chain((least..=most).step_by(step))
}

/// Why no size can be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// Nothing that large is sold.
    #[error(
        "Fargate sells nothing with {wish}: the largest task has 16 vCPU and 120 GiB of memory"
    )]
    TooLarge {
        /// What was wished for.
        wish: Size,
    },
    /// That disk cannot be had.
    #[error(
        "a disk of {disk_gib} GiB cannot be had: Fargate has {FREE_DISK_GIB} to {MAX_DISK_GIB}"
    )]
    Disk {
        /// What was wished for, in GiB.
        disk_gib: u32,
    },
}

/// The smallest size that Fargate sells and that is not smaller than `wish`.
///
/// What is not wished for is as little as there is with the rest. Nothing where neither CPU nor memory is wished for.
pub fn snap(wish: Size) -> Result<Size, SizeError> {
    if let Some(disk_gib) = wish.disk_gib
        && !(FREE_DISK_GIB..=MAX_DISK_GIB).contains(&disk_gib)
    {
        return Err(SizeError::Disk { disk_gib });
    }
    if wish.cpu.is_none() && wish.memory_mib.is_none() {
        return Ok(wish);
    }
    let (cpu, memory) = (wish.cpu.unwrap_or(0), wish.memory_mib.unwrap_or(0));
    let fits = |sold: &(u32, u32, u32, u32)| {
        let memory = memories(*sold).find(|offered| *offered >= memory);
        memory.map(|memory| (sold.0, memory))
    };
    let (cpu, memory) = SOLD
        .iter()
        .filter(|sold| sold.0 >= cpu)
        .find_map(fits)
        .ok_or(SizeError::TooLarge { wish })?;
    Ok(Size {
        cpu: Some(cpu),
        memory_mib: Some(memory),
        disk_gib: wish.disk_gib,
    })
}

/// What became of `wish`, in a sentence; nothing when it is what was wished for.
pub fn told(wish: Size, size: Size) -> Option<String> {
    let changed = |wish: Option<u32>, size: Option<u32>| wish.is_some() && wish != size;
    let is_other = changed(wish.cpu, size.cpu) || changed(wish.memory_mib, size.memory_mib);
    is_other.then(|| format!("Fargate sells no task with {wish}: the next larger one has {size}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wish(cpu: Option<u32>, memory_mib: Option<u32>) -> Size {
        Size {
            cpu,
            memory_mib,
            disk_gib: None,
        }
    }

    #[test]
    fn a_wish_becomes_the_next_larger_size_that_is_sold() {
        for (cpu, memory, expected) in [
            (Some(256), None, (256, 512)),
            (None, Some(512), (256, 512)),
            (None, Some(600), (256, 1024)),
            (Some(300), Some(512), (512, 1024)),
            (None, Some(3000), (512, 3072)),
            (Some(1024), Some(1024), (1024, 2048)),
            (Some(256), Some(4096), (512, 4096)),
            (Some(8192), Some(17_000), (8192, 20_480)),
            (Some(16_384), Some(122_880), (16_384, 122_880)),
        ] {
            let size = snap(wish(cpu, memory)).unwrap();
            assert_eq!(
                (size.cpu, size.memory_mib),
                (Some(expected.0), Some(expected.1))
            );
        }
        assert_eq!(snap(Size::default()), Ok(Size::default()));
    }

    #[test]
    fn what_is_not_sold_is_told_with_what_is() {
        let wish = wish(Some(300), Some(512));
        insta::assert_snapshot!(told(wish, snap(wish).unwrap()).unwrap(), @"Fargate sells no task with 0.293 vCPU, 0.5 GiB of memory: the next larger one has 0.5 vCPU, 1 GiB of memory");
        let large = Size {
            cpu: Some(20_000),
            ..wish
        };
        insta::assert_snapshot!(snap(large).unwrap_err(), @"Fargate sells nothing with 19.531 vCPU, 0.5 GiB of memory: the largest task has 16 vCPU and 120 GiB of memory");
        let disk = Size {
            disk_gib: Some(300),
            ..wish
        };
        insta::assert_snapshot!(snap(disk).unwrap_err(), @"a disk of 300 GiB cannot be had: Fargate has 20 to 200");
        let exact = self::wish(Some(256), None);
        assert_eq!(told(exact, snap(exact).unwrap()), None);
    }

    proptest! {
        #[test]
        fn no_size_is_smaller_than_the_wish_and_every_one_is_sold(
            cpu in prop::option::of(1_u32..20_000),
            memory in prop::option::of(1_u32..150_000),
        ) {
            let wish = wish(cpu, memory);
            match snap(wish) {
                Ok(size) if wish == Size::default() => prop_assert_eq!(size, wish),
                Ok(size) => {
                    let (got, held) = (size.cpu.unwrap(), size.memory_mib.unwrap());
                    prop_assert!(got >= cpu.unwrap_or(0) && held >= memory.unwrap_or(0));
                    let sold = SOLD.iter().find(|sold| sold.0 == got).unwrap();
                    prop_assert!(memories(*sold).any(|offered| offered == held));
                }
                Err(_) => prop_assert!(cpu > Some(16_384) || memory > Some(122_880)),
            }
        }
    }
}
