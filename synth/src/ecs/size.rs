//! CPU and memory of a Fargate task.

use std::fmt;

/// A pair of CPU and memory that Fargate sells.
///
/// ```
/// use synth::ecs::FargateSize;
/// const BUILDS: FargateSize = FargateSize::of::<4096, 8192>();
/// ```
///
/// ```compile_fail
/// let not_sold = synth::ecs::FargateSize::of::<256, 4096>();
/// ```
///
/// ```compile_fail
/// let no_such_cpu = synth::ecs::FargateSize::of::<300, 512>();
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FargateSize {
    cpu_units: u32,
    memory_mib: u32,
}

/// CPU units with their least and most memory and its step, in MiB.
const SOLD: [(u32, u32, u32, u32); 8] = [
    (256, 512, 1024, 512),
    (256, 2048, 2048, 2048),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16384, 1024),
    (4096, 8192, 30720, 1024),
    (8192, 16384, 61440, 4096),
    (16384, 32768, 122_880, 8192),
];

/// Why a pair of CPU and memory is not a [`FargateSize`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSold {
    /// No task has this much CPU.
    Cpu {
        /// The CPU units that were asked for.
        cpu_units: u32,
    },
    /// Not with this much memory.
    Memory {
        /// The CPU units that were asked for.
        cpu_units: u32,
        /// The memory that was asked for, in MiB.
        memory_mib: u32,
    },
}

impl fmt::Display for NotSold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu { cpu_units } => {
                let mut sold: Vec<_> = SOLD.iter().map(|row| row.0.to_string()).collect();
                sold.dedup();
                write!(
                    formatter,
                    "Fargate has no {cpu_units} CPU units, only {}",
                    sold.join(", ")
                )
            }
            Self::Memory {
                cpu_units,
                memory_mib,
            } => {
                let ranges = SOLD
                    .iter()
                    .filter(|row| row.0 == *cpu_units)
                    .map(|row| match *row {
                        (_, least, most, _) if least == most => format!("{least}"),
                        (_, least, most, step) => format!("{least} to {most} in steps of {step}"),
                    });
                let sold = ranges.collect::<Vec<_>>().join(", or ");
                write!(
                    formatter,
                    "Fargate has no {memory_mib} MiB with {cpu_units} CPU units, only {sold}"
                )
            }
        }
    }
}

impl std::error::Error for NotSold {}

const fn is_sold(cpu_units: u32, memory_mib: u32) -> bool {
    let mut rows: &[(u32, u32, u32, u32)] = &SOLD;
    while let [(cpu, least, most, step), rest @ ..] = rows {
        let in_range = *least <= memory_mib && memory_mib <= *most;
        if *cpu == cpu_units && in_range && memory_mib.is_multiple_of(*step) {
            return true;
        }
        rows = rest;
    }
    false
}

impl FargateSize {
    /// A quarter of a vCPU and 512 MiB.
    pub const SMALLEST: Self = Self::of::<256, 512>();
    /// 16 vCPU and 120 GiB.
    pub const LARGEST: Self = Self::of::<16384, 122_880>();

    /// A pair that is known while the program compiles: one that is not sold does not compile.
    ///
    /// 1,024 CPU units are one vCPU.
    pub const fn of<const CPU_UNITS: u32, const MEMORY_MIB: u32>() -> Self {
        const {
            assert!(
                is_sold(CPU_UNITS, MEMORY_MIB),
                "Fargate does not sell this pair of CPU and memory"
            );
        };
        Self {
            cpu_units: CPU_UNITS,
            memory_mib: MEMORY_MIB,
        }
    }

    /// A pair that is known only while the program runs, such as one from a settings file.
    pub const fn new(cpu_units: u32, memory_mib: u32) -> Result<Self, NotSold> {
        if is_sold(cpu_units, memory_mib) {
            return Ok(Self {
                cpu_units,
                memory_mib,
            });
        }
        let mut rows: &[(u32, u32, u32, u32)] = &SOLD;
        while let [row, rest @ ..] = rows {
            if row.0 == cpu_units {
                return Err(NotSold::Memory {
                    cpu_units,
                    memory_mib,
                });
            }
            rows = rest;
        }
        Err(NotSold::Cpu { cpu_units })
    }

    /// Every pair, smallest first.
    pub fn all() -> impl Iterator<Item = Self> {
        SOLD.iter().flat_map(|(cpu_units, least, most, step)| {
            let memory = (*least..=*most).step_by(usize::try_from(*step).unwrap_or(usize::MAX));
            memory.filter_map(|memory_mib| Self::new(*cpu_units, memory_mib).ok())
        })
    }

    /// 1,024 are one vCPU.
    pub const fn cpu_units(self) -> u32 {
        self.cpu_units
    }

    /// In MiB.
    pub const fn memory_mib(self) -> u32 {
        self.memory_mib
    }
}

impl Default for FargateSize {
    fn default() -> Self {
        Self::SMALLEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fargate_sells_these_and_no_others() {
        let sizes: Vec<_> = FargateSize::all()
            .map(|size| (size.cpu_units, size.memory_mib))
            .collect();
        assert_eq!(sizes.len(), 3 + 4 + 7 + 13 + 23 + 12 + 12);
        let quarter: Vec<_> = sizes
            .iter()
            .filter(|size| size.0 == 256)
            .map(|size| size.1)
            .collect();
        assert_eq!(quarter, [512, 1024, 2048]);
        for cpu in (0..=32768).step_by(128) {
            for memory in (0..=131_072).step_by(512) {
                assert_eq!(
                    FargateSize::new(cpu, memory).is_ok(),
                    sizes.contains(&(cpu, memory))
                );
            }
        }
    }

    #[test]
    fn a_pair_that_is_not_sold_says_what_is() {
        let refusal = |cpu, memory| FargateSize::new(cpu, memory).unwrap_err().to_string();
        insta::assert_snapshot!(refusal(300, 512), @"Fargate has no 300 CPU units, only 256, 512, 1024, 2048, 4096, 8192, 16384");
        insta::assert_snapshot!(refusal(256, 1536), @"Fargate has no 1536 MiB with 256 CPU units, only 512 to 1024 in steps of 512, or 2048");
        insta::assert_snapshot!(refusal(512, 512), @"Fargate has no 512 MiB with 512 CPU units, only 1024 to 4096 in steps of 1024");
        insta::assert_snapshot!(refusal(16384, 36864), @"Fargate has no 36864 MiB with 16384 CPU units, only 32768 to 122880 in steps of 8192");
    }
}
