//! A table of another stack, or of nobody's.

use synth_core::{Id, Value, join, pseudo};

use super::table::Encryption;
use crate::cfn::refs::dynamodb::TableArn;

/// A table by its ARN, wherever it was declared. It declares nothing, and grants as the table
/// itself does.
///
/// ```
/// use synth::dynamodb::TableReference;
/// use synth::iam::PolicyDocument;
///
/// let orders = TableReference {
///     has_index: true,
///     ..TableReference::from_name("orders")
/// };
/// let mut policy = PolicyDocument::new();
/// orders.grant_read(&mut policy);
/// assert_eq!(policy.statements().len(), 2);
/// ```
#[derive(Debug, Clone)]
pub struct TableReference {
    /// The table's ARN.
    pub arn: Value<Id<TableArn>>,
    /// Whether the table has an index, which grants then include. Default: no.
    pub has_index: bool,
    /// Whose key encrypts it; grants include the use of a key of the account's own. Default:
    /// [`Encryption::AwsOwned`].
    pub encryption: Encryption,
}

impl TableReference {
    /// A table with this ARN, without an index and a key of its own.
    pub fn from_arn(arn: impl Into<Value<Id<TableArn>>>) -> Self {
        Self {
            arn: arn.into(),
            has_index: false,
            encryption: Encryption::AwsOwned,
        }
    }

    /// A table of the stack's account and region with this name, without an index and a key of
    /// its own.
    pub fn from_name(name: impl Into<Value<String>>) -> Self {
        let arn = join(
            "",
            [
                "arn:".into(),
                pseudo::partition(),
                ":dynamodb:".into(),
                pseudo::region(),
                ":".into(),
                pseudo::account_id(),
                ":table/".into(),
                name.into(),
            ],
        );
        Self::from_arn(arn.map(Id::literal))
    }
}
