//! What a table can permit.
//!
//! Actions:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use synth_core::{Text, Value, join};

use super::global::GlobalTable;
use super::reference::TableReference;
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

impl TableReference {
    /// Lets `policy` read items, and query and scan the indexes if there are any. Not the stream.
    pub fn grant_read(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(READ, [self.arn.clone()]));
        if self.has_index {
            policy.add(Statement::allow(READ_INDEX, [self.indexes()]));
        }
        grant_key(&self.encryption, policy, &DECRYPT);
    }

    /// Lets `policy` put, update and delete items. Not read them.
    pub fn grant_write(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(WRITE, [self.arn.clone()]));
        grant_key(&self.encryption, policy, &ENCRYPT);
    }

    /// Lets `policy` read and write items, and query and scan the indexes if there are any.
    pub fn grant_read_write(&self, policy: &mut PolicyDocument) {
        self.grant_read(policy);
        self.grant_write(policy);
    }

    /// Lets `policy` do everything with the table and its indexes, deleting it included, and use
    /// its key for its items.
    pub fn grant_full(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(["dynamodb:*"], [self.arn.clone()]));
        if self.has_index {
            policy.add(Statement::allow(["dynamodb:*"], [self.indexes()]));
        }
        grant_key(&self.encryption, policy, &ENCRYPT);
    }

    /// Lets `policy` do these actions on the table. Not on its indexes, and not with its key.
    pub fn grant<A: Into<Text>>(
        &self,
        policy: &mut PolicyDocument,
        actions: impl IntoIterator<Item = A>,
    ) {
        policy.add(Statement::allow(actions, [self.arn.clone()]));
    }

    /// Lets `policy` do these actions, such as `kms:Decrypt`, with the key of the table. Nothing
    /// when the key is one of AWS, which nobody needs a permission for.
    pub fn grant_on_key<A: Into<Text>>(
        &self,
        policy: &mut PolicyDocument,
        actions: impl IntoIterator<Item = A>,
    ) {
        policy.extend(
            self.encryption
                .key()
                .map(|key| Statement::allow(actions, [key.clone()])),
        );
    }

    fn indexes(&self) -> Value<String> {
        join("", [self.arn.clone().into(), "/index/*".into()])
    }
}

/// Both kinds of tables permit what their reference does.
macro_rules! grants_of_its_reference {
    ($table:ty) => {
        impl $table {
            /// As [`TableReference::grant_read`].
            pub fn grant_read(&self, policy: &mut PolicyDocument) {
                self.reference().grant_read(policy);
            }

            /// As [`TableReference::grant_write`].
            pub fn grant_write(&self, policy: &mut PolicyDocument) {
                self.reference().grant_write(policy);
            }

            /// As [`TableReference::grant_read_write`].
            pub fn grant_read_write(&self, policy: &mut PolicyDocument) {
                self.reference().grant_read_write(policy);
            }

            /// As [`TableReference::grant_full`].
            pub fn grant_full(&self, policy: &mut PolicyDocument) {
                self.reference().grant_full(policy);
            }

            /// As [`TableReference::grant`].
            pub fn grant<A: Into<Text>>(
                &self,
                policy: &mut PolicyDocument,
                actions: impl IntoIterator<Item = A>,
            ) {
                self.reference().grant(policy, actions);
            }

            /// As [`TableReference::grant_on_key`].
            pub fn grant_on_key<A: Into<Text>>(
                &self,
                policy: &mut PolicyDocument,
                actions: impl IntoIterator<Item = A>,
            ) {
                self.reference().grant_on_key(policy, actions);
            }
        }
    };
}

grants_of_its_reference!(Table);
grants_of_its_reference!(GlobalTable);

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
    let key = encryption.key();
    policy.extend(key.map(|key| Statement::allow(actions.iter().copied(), [key.clone()])));
}
