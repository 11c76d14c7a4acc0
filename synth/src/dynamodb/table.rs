//! The table itself.

use synth_core::{DeletionPolicy, Handle, Id, Options, Scope, Text, Value};

use super::check;
use super::index::{Attribute, GlobalIndex, LocalIndex, Projection, WarmThroughput};
use super::reference::TableReference;
use super::resource;
use crate::cfn::dynamodb as l1;
use crate::cfn::refs::dynamodb::{TableArn, TableName, TableStreamArn};
use crate::cfn::refs::kinesis::StreamArn;
use crate::cfn::refs::kms::KeyArn;
use crate::iam::PolicyDocument;

/// What a table costs by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Billing {
    /// By request, up to so many units a second. `None`: as many as the account may.
    OnDemand {
        /// Most read units a second. Default: no limit of the table's own.
        most_reads: Option<u32>,
        /// Most write units a second. Default: no limit of the table's own.
        most_writes: Option<u32>,
    },
    /// By the hour, for so many units a second whether they are used or not. Every global index
    /// costs as much again.
    Provisioned {
        /// Read units a second, 1 and above.
        reads: u32,
        /// Write units a second, 1 and above.
        writes: u32,
    },
}

impl Billing {
    /// By request, without a limit of the table's own.
    pub const ON_DEMAND: Self = Self::OnDemand {
        most_reads: None,
        most_writes: None,
    };
}

/// Whose key encrypts a table. There is no table that is not encrypted.
#[derive(Debug, Clone, PartialEq)]
pub enum Encryption {
    /// A key of AWS, at no cost.
    AwsOwned,
    /// The account's key for DynamoDB, `aws/dynamodb`, whose use CloudTrail records.
    AwsManaged,
    /// The KMS key with this ARN. Grants on the table include its use.
    CustomerManaged(Value<Id<KeyArn>>),
}

impl Encryption {
    /// The key whose use needs a permission.
    pub(super) const fn key(&self) -> Option<&Value<Id<KeyArn>>> {
        match self {
            Self::CustomerManaged(key) => Some(key),
            Self::AwsOwned | Self::AwsManaged => None,
        }
    }
}

/// What the stream of a table says about an item that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamView {
    /// Its key.
    KeysOnly,
    /// As it is now.
    NewImage,
    /// As it was before.
    OldImage,
    /// Both.
    NewAndOldImages,
}

impl StreamView {
    pub(super) const fn as_text(self) -> &'static str {
        match self {
            Self::KeysOnly => "KEYS_ONLY",
            Self::NewImage => "NEW_IMAGE",
            Self::OldImage => "OLD_IMAGE",
            Self::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }
}

/// What storage costs against what requests cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableClass {
    /// For tables that are used.
    Standard,
    /// For tables that mostly lie there: storage is cheaper, requests are dearer.
    StandardInfrequentAccess,
}

impl TableClass {
    /// The word in the template; nothing for what a table has anyway.
    pub(super) const fn as_text(self) -> Option<&'static str> {
        match self {
            Self::Standard => None,
            Self::StandardInfrequentAccess => Some("STANDARD_INFREQUENT_ACCESS"),
        }
    }
}

/// Which keys CloudWatch Contributor Insights counts, for a table and for its global indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContributorInsights {
    /// Those that are asked for most, and those that are throttled most.
    AccessedAndThrottledKeys,
    /// Those that are throttled most.
    ThrottledKeys,
}

impl ContributorInsights {
    /// The word in the template; nothing for what AWS does anyway.
    pub(super) const fn as_text(self) -> Option<&'static str> {
        match self {
            Self::AccessedAndThrottledKeys => None,
            Self::ThrottledKeys => Some("THROTTLED_KEYS"),
        }
    }
}

/// What a [`Table`] needs to know.
#[derive(Debug, Clone)]
pub struct TableProps {
    /// The partition key.
    pub partition_key: Attribute,
    /// The sort key. Default: none.
    pub sort_key: Option<Attribute>,
    /// Its name, 3-255 letters, digits and `_.-`. Default: CloudFormation makes one.
    pub table_name: Option<Value<String>>,
    /// What it costs by. Default: [`Billing::ON_DEMAND`].
    pub billing: Billing,
    /// Indexes with keys of their own, at most 20. Default: none.
    pub global_indexes: Vec<GlobalIndex>,
    /// Indexes with the table's partition key, at most 5. Default: none.
    pub local_indexes: Vec<LocalIndex>,
    /// The attribute with the time, in seconds since 1970, after which an item is deleted. Default:
    /// items stay.
    pub time_to_live_attribute: Option<Text>,
    /// To how many days ago the table can be restored, to the second: 1-35. Default: it cannot.
    pub recovery_in_days: Option<u8>,
    /// What its stream says. Default: no stream.
    pub stream: Option<StreamView>,
    /// Whose key encrypts it. Default: [`Encryption::AwsOwned`].
    pub encryption: Encryption,
    /// Whether deleting it is refused until this is switched off. Default: no.
    pub deletion_protection: bool,
    /// Its class. Default: [`TableClass::Standard`].
    pub table_class: TableClass,
    /// What it takes at once when it is made. Default: what AWS starts a table with.
    pub warm_throughput: Option<WarmThroughput>,
    /// Which keys are counted. Default: none.
    pub contributor_insights: Option<ContributorInsights>,
    /// The Kinesis data stream that every change of an item goes to. Default: none.
    pub kinesis_stream: Option<Value<Id<StreamArn>>>,
    /// Who may do what to it, beside what identities are granted. Default: nobody.
    pub resource_policy: PolicyDocument,
    /// What becomes of it when it leaves the stack or is replaced. Default:
    /// [`DeletionPolicy::Retain`].
    pub removal: DeletionPolicy,
    /// Its tags. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

impl TableProps {
    /// A table with a partition key and every default.
    pub fn new(partition_key: Attribute) -> Self {
        Self {
            partition_key,
            sort_key: None,
            table_name: None,
            billing: Billing::ON_DEMAND,
            global_indexes: Vec::new(),
            local_indexes: Vec::new(),
            time_to_live_attribute: None,
            recovery_in_days: None,
            stream: None,
            encryption: Encryption::AwsOwned,
            deletion_protection: false,
            table_class: TableClass::Standard,
            warm_throughput: None,
            contributor_insights: None,
            kinesis_stream: None,
            resource_policy: PolicyDocument::new(),
            removal: DeletionPolicy::Retain,
            tags: Vec::new(),
        }
    }

    /// Every attribute of every key: the table's first, then those of its indexes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        let global = self
            .global_indexes
            .iter()
            .flat_map(|index| index.partition_key.iter().chain(&index.sort_key));
        let local = self.local_indexes.iter().map(|index| &index.sort_key);
        std::iter::once(&self.partition_key)
            .chain(&self.sort_key)
            .chain(global)
            .chain(local)
    }

    pub(super) fn indexes(&self) -> impl Iterator<Item = (&Text, &Projection)> {
        let global = self
            .global_indexes
            .iter()
            .map(|index| (&index.index_name, &index.projection));
        let local = self
            .local_indexes
            .iter()
            .map(|index| (&index.index_name, &index.projection));
        global.chain(local)
    }
}

/// A DynamoDB table in the region of its stack.
///
/// Declares `Resource` (`AWS::DynamoDB::Table`), encrypted, billed by request and retained unless
/// told otherwise.
#[derive(Debug, Clone)]
pub struct Table {
    /// The table; its `Ref` is its name.
    pub table: Handle<l1::Table>,
    /// The stream of changes, when [`TableProps::stream`] asks for one.
    pub stream: Option<TableStream>,
    has_index: bool,
    encryption: Encryption,
}

/// The stream of what changes in a table.
#[derive(Debug, Clone)]
pub struct TableStream {
    /// Its ARN.
    pub arn: Value<Id<TableStreamArn>>,
    pub(super) encryption: Encryption,
}

impl Table {
    /// Adds the table to `scope`.
    pub fn new(mut scope: Scope<'_>, props: TableProps) -> Self {
        for problem in check::problems(&props) {
            scope.problem(problem);
        }
        let options = Options {
            deletion_policy: Some(props.removal),
            update_replace_policy: Some(props.removal),
            ..Options::default()
        };
        let table = scope.add_with("Resource", &resource::resource(&props), options);
        let encryption = props.encryption;
        let stream = props.stream.map(|_| TableStream {
            arn: table.stream_arn(),
            encryption: encryption.clone(),
        });
        let has_index = !(props.global_indexes.is_empty() && props.local_indexes.is_empty());
        Self {
            table,
            stream,
            has_index,
            encryption,
        }
    }

    /// The table's ARN.
    pub fn arn(&self) -> Value<Id<TableArn>> {
        self.table.arn()
    }

    /// The table's name.
    pub fn name(&self) -> Value<Id<TableName>> {
        self.table.reference()
    }

    /// The table as those see it who did not declare it.
    pub fn reference(&self) -> TableReference {
        TableReference {
            arn: self.arn(),
            has_index: self.has_index,
            encryption: self.encryption.clone(),
        }
    }
}
