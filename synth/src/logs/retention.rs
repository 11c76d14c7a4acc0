//! How long lines are kept.

/// How long CloudWatch keeps a line, from when it arrived. There is nothing between these.
///
/// Source:
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Retention {
    /// 1 day.
    OneDay,
    /// 3 days.
    ThreeDays,
    /// 5 days.
    FiveDays,
    /// 7 days.
    OneWeek,
    /// 14 days.
    TwoWeeks,
    /// 30 days.
    OneMonth,
    /// 60 days.
    TwoMonths,
    /// 90 days.
    ThreeMonths,
    /// 120 days.
    FourMonths,
    /// 150 days.
    FiveMonths,
    /// 180 days.
    SixMonths,
    /// 365 days.
    OneYear,
    /// 400 days.
    ThirteenMonths,
    /// 545 days.
    EighteenMonths,
    /// 731 days.
    TwoYears,
    /// 1,096 days.
    ThreeYears,
    /// 1,827 days.
    FiveYears,
    /// 2,192 days.
    SixYears,
    /// 2,557 days.
    SevenYears,
    /// 2,922 days.
    EightYears,
    /// 3,288 days.
    NineYears,
    /// 3,653 days.
    TenYears,
    /// For ever.
    Forever,
}

impl Retention {
    /// Every length there is, shortest first.
    pub const ALL: [Self; 23] = [
        Self::OneDay,
        Self::ThreeDays,
        Self::FiveDays,
        Self::OneWeek,
        Self::TwoWeeks,
        Self::OneMonth,
        Self::TwoMonths,
        Self::ThreeMonths,
        Self::FourMonths,
        Self::FiveMonths,
        Self::SixMonths,
        Self::OneYear,
        Self::ThirteenMonths,
        Self::EighteenMonths,
        Self::TwoYears,
        Self::ThreeYears,
        Self::FiveYears,
        Self::SixYears,
        Self::SevenYears,
        Self::EightYears,
        Self::NineYears,
        Self::TenYears,
        Self::Forever,
    ];

    /// The number of days; nothing for [`Retention::Forever`].
    pub const fn days(self) -> Option<u32> {
        Some(match self {
            Self::OneDay => 1,
            Self::ThreeDays => 3,
            Self::FiveDays => 5,
            Self::OneWeek => 7,
            Self::TwoWeeks => 14,
            Self::OneMonth => 30,
            Self::TwoMonths => 60,
            Self::ThreeMonths => 90,
            Self::FourMonths => 120,
            Self::FiveMonths => 150,
            Self::SixMonths => 180,
            Self::OneYear => 365,
            Self::ThirteenMonths => 400,
            Self::EighteenMonths => 545,
            Self::TwoYears => 731,
            Self::ThreeYears => 1_096,
            Self::FiveYears => 1_827,
            Self::SixYears => 2_192,
            Self::SevenYears => 2_557,
            Self::EightYears => 2_922,
            Self::NineYears => 3_288,
            Self::TenYears => 3_653,
            Self::Forever => return None,
        })
    }

    /// The retention of exactly so many days, if CloudWatch has it: for numbers that people write
    /// into settings.
    pub fn from_days(days: u32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|retention| retention.days() == Some(days))
    }
}
