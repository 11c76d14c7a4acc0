//! Log groups that are declared elsewhere.

use super::log_group::LogGroup;
use crate::cfn::refs::logs::{LogGroupArn, LogGroupName};
use crate::iam::{PolicyDocument, Statement};
use crate::{Id, Text, Value, join, pseudo, select, split};

/// A log group by its name and ARN, wherever it was declared.
///
/// ```
/// use synth::iam::PolicyDocument;
/// use synth::logs::LogGroup;
///
/// let output = LogGroup::from_name("/orders/output");
/// let mut policy = PolicyDocument::new();
/// output.grant_write(&mut policy);
/// assert_eq!(policy.statements().len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogGroupRef {
    /// Its name.
    pub name: Value<Id<LogGroupName>>,
    /// Its ARN, which ends in `:*` and so stands for its streams as well.
    pub arn: Value<Id<LogGroupArn>>,
}

impl LogGroupRef {
    /// The group called `name` in the account and region of the stack.
    pub(super) fn from_name(name: impl Into<Value<String>>) -> Self {
        let name = name.into();
        let start = [
            "arn:".into(),
            pseudo::partition(),
            ":logs:".into(),
            pseudo::region(),
            ":".into(),
            pseudo::account_id(),
            ":log-group:".into(),
        ];
        let arn = join("", start.into_iter().chain([name.clone(), ":*".into()]));
        Self {
            name: name.map(Id::literal),
            arn: arn.map(Id::literal),
        }
    }

    /// The group with this ARN, with or without `:*` at its end.
    pub(super) fn from_arn(arn: impl Into<Value<String>>) -> Self {
        let arn = match arn.into() {
            Value::Known(arn) => Value::Known(arn.trim_end_matches(":*").to_owned()),
            unknown @ Value::Unknown(_) => unknown,
        };
        let name = match &arn {
            Value::Known(arn) => {
                Value::Known(arn.splitn(7, ':').last().unwrap_or_default().to_owned())
            }
            unknown @ Value::Unknown(_) => select(6, split(":", unknown)),
        };
        // What is unknown may have the end already: the name, which cannot, is put in its place.
        let arn = match &arn {
            Value::Known(arn) => Value::Known(format!("{arn}:*")),
            unknown @ Value::Unknown(_) => {
                let part = |index| select(index, split(":", unknown));
                let parts = (0..6).map(part).chain([name.clone(), "*".into()]);
                join(":", parts)
            }
        };
        Self {
            name: name.map(Id::literal),
            arn: arn.map(Id::literal),
        }
    }

    /// Lets `policy` make streams in the group and write to them.
    pub fn grant_write(&self, policy: &mut PolicyDocument) {
        self.grant(policy, ["logs:CreateLogStream", "logs:PutLogEvents"]);
    }

    /// Lets `policy` list the streams of the group and read them.
    pub fn grant_read(&self, policy: &mut PolicyDocument) {
        const READ: [&str; 3] = [
            "logs:DescribeLogStreams",
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
        ];
        self.grant(policy, READ);
    }

    /// Lets `policy` do `actions`, such as `logs:StartQuery`, with the group and its streams.
    pub fn grant<A: Into<Text>>(
        &self,
        policy: &mut PolicyDocument,
        actions: impl IntoIterator<Item = A>,
    ) {
        policy.add(Statement::allow(actions, [&self.arn]));
    }
}

impl From<&LogGroup> for LogGroupRef {
    fn from(group: &LogGroup) -> Self {
        Self {
            name: group.name(),
            arn: group.arn(),
        }
    }
}

impl From<&LogGroupRef> for LogGroupRef {
    fn from(group: &LogGroupRef) -> Self {
        group.clone()
    }
}
