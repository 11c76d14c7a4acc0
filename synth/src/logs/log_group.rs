//! The log group itself.

use super::protection::DataProtection;
use super::reference::LogGroupRef;
use super::retention::Retention;
use crate::absent::some;
use crate::cfn::logs as l1;
use crate::cfn::refs::kms::KeyArn;
use crate::cfn::refs::logs::{LogGroupArn, LogGroupName};
use crate::iam::PolicyDocument;
use crate::{DeletionPolicy, Handle, Id, Json, Options, Problem, Scope, Text, Value};

/// Most fields of an index.
///
/// Source:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs-Field-Indexing.html>
const MOST_INDEXED: usize = 20;

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
    /// Which personal data is masked. Only in the standard class. Default: none.
    pub data_protection: Option<DataProtection>,
    /// Fields of JSON lines by which queries find them faster, at most 20. Only in the standard class. Default: none.
    pub indexed_fields: Vec<Text>,
    /// Whether CloudWatch Logs refuses to delete it until this is switched off. Default: no.
    pub deletion_protection: bool,
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
            data_protection: None,
            indexed_fields: Vec::new(),
            deletion_protection: false,
            removal: DeletionPolicy::Retain,
            tags: Vec::new(),
        }
    }
}

/// A log group.
///
/// Declares `Resource` (`AWS::Logs::LogGroup`), kept for 30 days and retained unless told
/// otherwise. AWS CDK keeps lines for two years: `retention: Retention::TwoYears`.
///
/// ```
/// use synth::logs::{LogGroup, LogGroupProps, Retention};
/// use synth::{Stack, StackProps};
///
/// let mut stack = Stack::new("Orders", StackProps::default());
/// let props = LogGroupProps { retention: Retention::OneWeek, ..LogGroupProps::default() };
/// let output = LogGroup::new(stack.child("Output"), props);
/// # assert!(stack.synthesize().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct LogGroup {
    /// The log group; its `Ref` is its name.
    pub log_group: Handle<l1::LogGroup>,
}

impl LogGroup {
    /// Adds the log group to `scope`.
    pub fn new(mut scope: Scope<'_>, props: LogGroupProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        let class = (props.class != LogGroupClass::Standard).then(|| props.class.as_text());
        let resource = l1::LogGroup {
            data_protection_policy: props
                .data_protection
                .as_ref()
                .map(DataProtection::to_json)
                .into(),
            deletion_protection_enabled: props.deletion_protection.then_some(true).into(),
            field_index_policies: some(props.indexed_fields)
                .map(|fields| vec![Json::object([("Fields", Json::array(fields))])])
                .into(),
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

    /// The group called `name` in the account and region of the stack, declared elsewhere.
    pub fn from_name(name: impl Into<Value<String>>) -> LogGroupRef {
        LogGroupRef::from_name(name)
    }

    /// The group with this ARN, declared elsewhere; with or without `:*` at the end.
    pub fn from_arn(arn: impl Into<Value<String>>) -> LogGroupRef {
        LogGroupRef::from_arn(arn)
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
        LogGroupRef::from(self).grant_write(policy);
    }

    /// Lets `policy` list the streams of the group and read them.
    pub fn grant_read(&self, policy: &mut PolicyDocument) {
        LogGroupRef::from(self).grant_read(policy);
    }

    /// Lets `policy` do `actions`, such as `logs:StartQuery`, with the group and its streams.
    pub fn grant<A: Into<Text>>(
        &self,
        policy: &mut PolicyDocument,
        actions: impl IntoIterator<Item = A>,
    ) {
        LogGroupRef::from(self).grant(policy, actions);
    }
}

fn problems(props: &LogGroupProps) -> Vec<Problem> {
    let mut problems: Vec<_> = name_problem(props).into_iter().collect();
    problems.extend(
        props
            .data_protection
            .iter()
            .flat_map(DataProtection::problems),
    );
    let key = props.encryption_key.as_ref().and_then(Value::known);
    let is_key =
        |key: &&Id<KeyArn>| key.as_text().starts_with("arn:") && key.as_text().contains(":key/");
    if let Some(key) = key.filter(|key| !is_key(key)) {
        problems.push(Problem {
            code: "logs.encryption-key",
            message: "CloudWatch Logs does not take this as a key".to_owned(),
            value: key.as_text().to_owned(),
            allowed: "arn:aws:kms:REGION:ACCOUNT:key/ID".to_owned(),
            fix: "name the key by its ARN, not by its id or an alias".to_owned(),
        });
    }
    let count = props.indexed_fields.len();
    if count > MOST_INDEXED {
        problems.push(Problem {
            code: "logs.indexed-fields",
            message: "the log group indexes too many fields".to_owned(),
            value: count.to_string(),
            allowed: format!("at most {MOST_INDEXED}"),
            fix: "index those that queries filter by".to_owned(),
        });
    }
    if props.class != LogGroupClass::Standard {
        let asked = [
            ("data_protection", props.data_protection.is_some()),
            ("indexed_fields", count > 0),
        ];
        for (name, _) in asked.iter().filter(|(_, is_asked)| *is_asked) {
            problems.push(Problem {
                code: "logs.class",
                message: "the class of the log group does not do this".to_owned(),
                value: format!("{name} with {}", props.class.as_text()),
                allowed: "only with STANDARD".to_owned(),
                fix: format!("set `class: LogGroupClass::Standard`, or leave `{name}` out"),
            });
        }
    }
    problems
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
