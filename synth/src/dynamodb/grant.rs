//! What a table can permit.
//!
//! Actions:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use synth_core::{Text, join};

use super::table::{Encryption, Table, TableStream};
use crate::iam::{PolicyDocument, Statement};

const READ: [&str; 6] = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
];
const WRITE: [&str; 5] = [
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
];
/// The only data actions that an index has.
const READ_INDEX: [&str; 2] = ["dynamodb:Query", "dynamodb:Scan"];
const READ_STREAM: [&str; 3] = [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
];
const DECRYPT: [&str; 2] = ["kms:Decrypt", "kms:DescribeKey"];
const ENCRYPT: [&str; 5] = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
];

impl Table {
    /// Lets `policy` read items, and query and scan the indexes if there are any. Not the stream.
    pub fn grant_read(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(READ, [self.arn()]));
        self.grant_index(policy);
        self.grant_key(policy, &DECRYPT);
    }

    /// Lets `policy` put, update and delete items. Not read them.
    pub fn grant_write(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(WRITE, [self.arn()]));
        self.grant_key(policy, &ENCRYPT);
    }

    /// Lets `policy` read and write items, and query and scan the indexes if there are any.
    pub fn grant_read_write(&self, policy: &mut PolicyDocument) {
        self.grant_read(policy);
        self.grant_write(policy);
    }

    /// Lets `policy` do these actions on the table. Not on its indexes, and not with its key.
    pub fn grant<A: Into<Text>>(
        &self,
        policy: &mut PolicyDocument,
        actions: impl IntoIterator<Item = A>,
    ) {
        policy.add(Statement::allow(actions, [self.arn()]));
    }

    fn grant_index(&self, policy: &mut PolicyDocument) {
        if self.has_index {
            let indexes = join("", [self.arn().into(), "/index/*".into()]);
            policy.add(Statement::allow(READ_INDEX, [indexes]));
        }
    }

    fn grant_key(&self, policy: &mut PolicyDocument, actions: &'static [&'static str]) {
        grant_key(&self.encryption, policy, actions);
    }
}

impl TableStream {
    /// Lets `policy` read the changes of the table's items.
    pub fn grant_read(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(READ_STREAM, [self.arn.clone()]));
        grant_key(&self.encryption, policy, &DECRYPT);
    }
}

fn grant_key(
    encryption: &Encryption,
    policy: &mut PolicyDocument,
    actions: &'static [&'static str],
) {
    let key = match encryption {
        Encryption::CustomerManaged(key) => Some(key),
        Encryption::AwsOwned | Encryption::AwsManaged => None,
    };
    policy.extend(key.map(|key| Statement::allow(actions.iter().copied(), [key.clone()])));
}
