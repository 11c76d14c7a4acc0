//! How large a place a command is to run in, and what kind of one.

use std::borrow::Cow;
use std::str::FromStr;

use runtime::execution::Capacity;
use runtime::size::{Size, VCPU, snap, told};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::{LOCAL, Remark, RequestError};

/// How large a place a command is to run in, as flags.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct SizeArgs {
    /// vCPUs, 0.25 to 16, or CPU units such as 512
    ///
    /// On an installation the next larger size that Fargate sells. Default: the installation's.
    #[arg(long, value_name = "VCPU")]
    cpu: Option<Cpu>,

    /// Memory: 512m, 4g, or GiB such as 8
    #[arg(long, value_name = "SIZE")]
    memory: Option<Memory>,

    /// Disk, 20 to 200 GiB; on an installation only
    #[arg(long, value_name = "GIB")]
    disk: Option<u32>,

    /// Architecture; the installation needs an agent for it
    #[arg(long, value_name = "ARCH")]
    arch: Option<Arch>,

    /// Run on Spot capacity, which AWS may take back: `prefer` tries again on demand, `only` does not
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "prefer")]
    spot: Option<Spot>,

    /// Role for the command, instead of the installation's, as an ARN
    #[arg(long, value_name = "ARN")]
    role: Option<String>,
}

/// The same, as one source of settings says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SizeLayer {
    pub(crate) cpu: Option<Cpu>,
    pub(crate) memory: Option<Memory>,
    pub(crate) disk: Option<u32>,
    pub(crate) arch: Option<Arch>,
    pub(crate) spot: Option<Spot>,
    pub(crate) role: Option<String>,
}

impl From<&SizeArgs> for SizeLayer {
    fn from(flags: &SizeArgs) -> Self {
        Self {
            cpu: flags.cpu,
            memory: flags.memory,
            disk: flags.disk,
            arch: flags.arch,
            spot: flags.spot,
            role: flags.role.clone(),
        }
    }
}

/// What is asked for in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) size: Size,
    pub(crate) capacity: Capacity,
    pub(crate) arch: Option<String>,
    pub(crate) role: Option<String>,
}

impl SizeLayer {
    /// Of two sources what either says; the stronger one first.
    pub(super) fn or(self, weaker: Self) -> Self {
        Self {
            cpu: self.cpu.or(weaker.cpu),
            memory: self.memory.or(weaker.memory),
            disk: self.disk.or(weaker.disk),
            arch: self.arch.or(weaker.arch),
            spot: self.spot.or(weaker.spot),
            role: self.role.or(weaker.role),
        }
    }

    /// What is asked of `context`, in a container when `image` names one.
    pub(super) fn place(
        self,
        context: &str,
        image: bool,
        remarks: &mut Vec<Remark>,
    ) -> Result<Place, RequestError> {
        let wish = Size {
            cpu: self.cpu.map(|Cpu(units)| units),
            memory_mib: self.memory.map(|Memory(mib)| mib),
            disk_gib: self.disk,
        };
        if context == LOCAL {
            return self.on_local(wish, image);
        }
        let size = snap(wish).map_err(RequestError::Size)?;
        remarks.extend(told(wish, size).map(Remark::Note));
        Ok(Place {
            size,
            capacity: match self.spot {
                None | Some(Spot::No) => Capacity::OnDemand,
                Some(Spot::Prefer) => Capacity::SpotFirst,
                Some(Spot::Only) => Capacity::SpotOnly,
            },
            arch: self.arch.map(|arch| arch.name().to_owned()),
            role: self.role,
        })
    }

    /// A container of this machine has exactly what is asked for; a process has the machine.
    fn on_local(self, wish: Size, image: bool) -> Result<Place, RequestError> {
        let is_own = |arch: Arch| arch.name() == std::env::consts::ARCH;
        let elsewhere = [
            ("--disk", wish.disk_gib.is_some()),
            ("--spot", self.spot.is_some_and(|spot| spot != Spot::No)),
            ("--role", self.role.is_some()),
            ("--arch", self.arch.is_some_and(|arch| !is_own(arch))),
        ];
        if let Some((flag, _)) = elsewhere.iter().find(|(_, asked)| *asked) {
            return Err(RequestError::NotOnLocal { flag });
        }
        if wish != Size::default() && !image {
            return Err(RequestError::SizeOfProcess);
        }
        Ok(Place {
            size: wish,
            ..Place::default()
        })
    }
}

/// CPU units, 1024 a vCPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cpu(u32);

impl FromStr for Cpu {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || {
            format!(
                "`{text}` is no number of CPUs: write vCPUs from 0.25 to 16, or CPU units such as 512"
            )
        };
        let number: f64 = text.trim().parse().map_err(|_| refused())?;
        // Nobody has a hundred vCPUs, and no fewer units make sense.
        let units = if number >= 100.0 {
            number
        } else {
            number * f64::from(VCPU)
        };
        if !(1.0..=1e6).contains(&units) {
            return Err(refused());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is within the range of the type"
        )]
        Ok(Self(units.ceil() as u32))
    }
}

/// Memory, in MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Memory(u32);

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused =
            || format!("`{text}` is no amount of memory: write 512m, 4g, or GiB such as 8");
        let small = text.trim().to_ascii_lowercase();
        let bare = small.trim_end_matches('b').trim_end_matches('i');
        let (number, unit) = match (bare.strip_suffix('m'), bare.strip_suffix('g')) {
            (Some(number), _) => (number, 1),
            (None, Some(number)) => (number, 1024),
            (None, None) => (bare, 1024),
        };
        let number: u32 = number.trim().parse().map_err(|_| refused())?;
        // What is no amount of GiB that anybody has is one of MiB, as ECS counts.
        let unit = if bare == small && number > 1000 && unit == 1024 && !bare.ends_with('g') {
            1
        } else {
            unit
        };
        let mib = number.checked_mul(unit).filter(|mib| *mib > 0);
        mib.map(Self).ok_or_else(refused)
    }
}

/// An architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Deserialize, JsonSchema)]
pub(crate) enum Arch {
    /// 64-bit Intel and AMD
    #[value(name = "x86_64", alias = "amd64")]
    #[serde(rename = "x86_64", alias = "amd64")]
    X86,
    /// 64-bit Arm, such as Graviton
    #[value(name = "arm64", alias = "aarch64")]
    #[serde(rename = "arm64", alias = "aarch64")]
    Arm,
}

impl Arch {
    fn name(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "arm64",
        }
    }
}

/// Whether Spot capacity is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Spot {
    /// The first attempt on Spot, later ones on demand
    Prefer,
    /// Every attempt on Spot
    Only,
    /// On demand
    No,
}

macro_rules! text_with_schema {
    ($name:ident, $schema:literal, $description:literal) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $schema.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "description": $description,
                    "type": ["string", "number"],
                })
            }
        }
    };
}

text_with_schema!(
    Cpu,
    "Cpu",
    "vCPUs from 0.25 to 16, or CPU units such as 512"
);
text_with_schema!(Memory, "Memory", "512m, 4g, or GiB such as 8");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpus_and_memory_are_read_as_people_write_them() {
        for (text, units) in [
            ("0.25", 256),
            ("1", 1024),
            ("16", 16_384),
            ("512", 512),
            ("0.3", 308),
        ] {
            assert_eq!(text.parse(), Ok(Cpu(units)), "{text}");
        }
        for (text, mib) in [
            ("512m", 512),
            ("4g", 4096),
            ("8", 8192),
            ("4GiB", 4096),
            ("30720", 30_720),
        ] {
            assert_eq!(text.parse(), Ok(Memory(mib)), "{text}");
        }
        for wrong in ["", "0", "-1", "much", "NaN"] {
            assert!(wrong.parse::<Cpu>().is_err(), "{wrong}");
            assert!(wrong.parse::<Memory>().is_err(), "{wrong}");
        }
    }
}
