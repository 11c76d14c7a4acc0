//! Log groups.

use synth_core::{DeletionPolicy, Handle, Id, Options, Problem, Scope, Text, Value};

use crate::cfn::logs as l1;
use crate::cfn::refs::kms::KeyArn;
use crate::cfn::refs::logs::{LogGroupArn, LogGroupName};
use crate::iam::{PolicyDocument, Statement};

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

/// What a log group can do and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogGroupClass {
    /// Everything that CloudWatch Logs does.
    Standard,
    /// Half the price to write to; no live tail, no metric filters, no `GetLogEvents`. Cannot be
    /// changed later.
    InfrequentAccess,
}

impl LogGroupClass {
    const fn as_text(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::InfrequentAccess => "INFREQUENT_ACCESS",
        }
    }
}

/// What a [`LogGroup`] needs to know.
#[derive(Debug, Clone)]
pub struct LogGroupProps {
    /// Its name, 1-512 letters, digits and `_./#-`. Default: CloudFormation makes one.
    pub log_group_name: Option<Value<String>>,
    /// How long lines are kept. Default: [`Retention::OneMonth`].
    pub retention: Retention,
    /// Its class. Default: [`LogGroupClass::Standard`].
    pub class: LogGroupClass,
    /// ARN of the KMS key that encrypts it, whose policy must let CloudWatch Logs use it. Default:
    /// a key of AWS.
    pub encryption_key: Option<Value<Id<KeyArn>>>,
    /// What becomes of it when it leaves the stack or is replaced. Default:
    /// [`DeletionPolicy::Retain`].
    pub removal: DeletionPolicy,
    /// Its tags. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

impl Default for LogGroupProps {
    fn default() -> Self {
        Self {
            log_group_name: None,
            retention: Retention::OneMonth,
            class: LogGroupClass::Standard,
            encryption_key: None,
            removal: DeletionPolicy::Retain,
            tags: Vec::new(),
        }
    }
}

/// A log group.
///
/// Declares `Resource` (`AWS::Logs::LogGroup`), kept for 30 days and retained unless told
/// otherwise.
#[derive(Debug, Clone)]
pub struct LogGroup {
    /// The log group; its `Ref` is its name.
    pub log_group: Handle<l1::LogGroup>,
}

impl LogGroup {
    /// Adds the log group to `scope`.
    pub fn new(mut scope: Scope<'_>, props: LogGroupProps) -> Self {
        if let Some(problem) = name_problem(&props) {
            scope.problem(problem);
        }
        let class = (props.class != LogGroupClass::Standard).then(|| props.class.as_text());
        let resource = l1::LogGroup {
            kms_key_id: props.encryption_key.into(),
            log_group_class: class.into(),
            log_group_name: props.log_group_name.into(),
            retention_in_days: props.retention.days().into(),
            tags: crate::tags::of(props.tags),
            ..l1::LogGroup::default()
        };
        let options = Options {
            deletion_policy: Some(props.removal),
            update_replace_policy: Some(props.removal),
            ..Options::default()
        };
        Self {
            log_group: scope.add_with("Resource", &resource, options),
        }
    }

    /// The log group's ARN, which ends in `:*` and so stands for its streams as well.
    pub fn arn(&self) -> Value<Id<LogGroupArn>> {
        self.log_group.arn()
    }

    /// The log group's name.
    pub fn name(&self) -> Value<Id<LogGroupName>> {
        self.log_group.reference()
    }

    /// Lets `policy` make streams in the group and write to them.
    pub fn grant_write(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [self.arn()],
        ));
    }

    /// Lets `policy` list the streams of the group and read them.
    pub fn grant_read(&self, policy: &mut PolicyDocument) {
        const READ: [&str; 3] = [
            "logs:DescribeLogStreams",
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
        ];
        policy.add(Statement::allow(READ, [self.arn()]));
    }
}

fn name_problem(props: &LogGroupProps) -> Option<Problem> {
    let name = props.log_group_name.as_ref().and_then(Value::known)?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_./#-".contains(&byte);
    let is_name = (1..=512).contains(&name.len()) && name.bytes().all(is_part);
    let is_reserved = name.starts_with("aws/");
    (!is_name || is_reserved).then(|| Problem {
        code: "logs.log-group-name",
        message: "CloudWatch Logs does not take this as the name of a log group".to_owned(),
        value: name.clone(),
        allowed: "1 to 512 letters, digits and `_./#-`, not beginning with `aws/`".to_owned(),
        fix: "choose another name, or leave it out: CloudFormation then makes one".to_owned(),
    })
}
