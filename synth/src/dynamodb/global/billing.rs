//! What a table in several regions costs by.

/// Units a second that follow the use.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaling {
    /// At least so many, 1 and above. Default: 1.
    pub least: u32,
    /// At most so many.
    pub most: u32,
    /// How much of them is in use, as a percentage from 20 to 90. Default: 70.
    pub target_percent: u8,
    /// How many there are when the table becomes one of provisioned capacity. Default: AWS decides.
    pub seed: Option<u32>,
}

impl Scaling {
    /// Up to so many units a second, with every default.
    pub const fn up_to(most: u32) -> Self {
        Self {
            least: 1,
            most,
            target_percent: 70,
            seed: None,
        }
    }
}

/// Units a second, whether they are used or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// So many, 1 and above.
    Fixed(u32),
    /// As many as are used, within limits.
    Scaled(Scaling),
}

/// What a [`GlobalTable`](super::GlobalTable) or an index of it costs by, in each of its regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlobalBilling {
    /// By request, up to so many units a second. `None`: as many as the account may.
    OnDemand {
        /// Most read units a second. Default: no limit of the table's own.
        most_reads: Option<u32>,
        /// Most write units a second. Default: no limit of the table's own.
        most_writes: Option<u32>,
    },
    /// By the hour. Writes always follow the use: every region has to take those of the others.
    Provisioned {
        /// Read units.
        reads: Capacity,
        /// Write units.
        writes: Scaling,
    },
}

impl GlobalBilling {
    /// By request, without a limit of the table's own.
    pub const ON_DEMAND: Self = Self::OnDemand {
        most_reads: None,
        most_writes: None,
    };

    /// The word in the template.
    pub(super) const fn as_text(self) -> &'static str {
        match self {
            Self::OnDemand { .. } => "PAY_PER_REQUEST",
            Self::Provisioned { .. } => "PROVISIONED",
        }
    }
}
