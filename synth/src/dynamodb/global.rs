//! The table with a copy in each of several regions.

mod billing;
mod check;
mod resource;

use synth_core::{DeletionPolicy, Handle, Id, Options, Scope, Text, Value};

pub use billing::{Capacity, GlobalBilling, Scaling};

use super::index::{Attribute, GlobalIndex, LocalIndex, WarmThroughput};
use super::reference::TableReference;
use super::table::{
    ContributorInsights, Encryption, StreamView, TableClass, TableProps, TableStream,
};
use crate::cfn::dynamodb as l1;
use crate::cfn::refs::dynamodb::{TableArn, TableName};
use crate::cfn::refs::kinesis::StreamArn;
use crate::cfn::refs::kms::KeyArn;
use crate::iam::PolicyDocument;

/// How soon a write in one region is read in the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consistency {
    /// Usually within a second. Of two writes at once, the last one stays.
    Eventual,
    /// At once, for reads that ask for it; writes wait for another region. It takes three regions
    /// of one set, has no local indexes, and its items do not expire.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html>
    Strong {
        /// The third region, which keeps changes and no copy. Default: a third replica.
        witness: Option<Text>,
    },
}

/// What a replica has of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaSettings {
    /// To how many days ago it can be restored, to the second: 1-35. Default: it cannot.
    pub recovery_in_days: Option<u8>,
    /// Whether deleting it is refused until this is switched off. Default: no.
    pub deletion_protection: bool,
    /// Its class. Default: [`TableClass::Standard`].
    pub table_class: TableClass,
    /// Which of its keys are counted, and of its indexes. Default: none.
    pub contributor_insights: Option<ContributorInsights>,
    /// The Kinesis data stream of its region that every change of an item goes to. Default: none.
    pub kinesis_stream: Option<Value<Id<StreamArn>>>,
    /// Who may do what to it, beside what identities are granted. Default: nobody.
    pub resource_policy: PolicyDocument,
    /// Its tags. Unlike other resources it does not get those of the stack: AWS has them for each
    /// replica. Default: none.
    pub tags: Vec<(Text, Value<String>)>,
}

impl Default for ReplicaSettings {
    fn default() -> Self {
        Self {
            recovery_in_days: None,
            deletion_protection: false,
            table_class: TableClass::Standard,
            contributor_insights: None,
            kinesis_stream: None,
            resource_policy: PolicyDocument::new(),
            tags: Vec::new(),
        }
    }
}

/// A copy of the table in another region.
#[derive(Debug, Clone, PartialEq)]
pub struct Replica {
    /// The region, such as `us-east-1`.
    pub region: Text,
    /// The key of that region, for a table of [`Encryption::CustomerManaged`] and no other.
    pub key: Option<Value<Id<KeyArn>>>,
    /// What it has of its own; it inherits nothing from the table.
    pub settings: ReplicaSettings,
}

impl Replica {
    /// A replica with every default.
    pub fn new(region: impl Into<Text>) -> Self {
        Self {
            region: region.into(),
            key: None,
            settings: ReplicaSettings::default(),
        }
    }
}

/// What a [`GlobalTable`] needs to know.
#[derive(Debug, Clone)]
pub struct GlobalTableProps {
    /// The partition key.
    pub partition_key: Attribute,
    /// The sort key. Default: none.
    pub sort_key: Option<Attribute>,
    /// Its name, 3-255 letters, digits and `_.-`, the same in every region. Default: CloudFormation
    /// makes one.
    pub table_name: Option<Value<String>>,
    /// What it costs by. Default: [`GlobalBilling::ON_DEMAND`].
    pub billing: GlobalBilling,
    /// Indexes with keys of their own, at most 20. Default: none.
    pub global_indexes: Vec<GlobalIndex>,
    /// What single global indexes cost by, each with its name. Default: as the table.
    pub index_billing: Vec<(Text, GlobalBilling)>,
    /// Indexes with the table's partition key, at most 5. Default: none.
    pub local_indexes: Vec<LocalIndex>,
    /// The attribute with the time, in seconds since 1970, after which an item is deleted. Default:
    /// items stay.
    pub time_to_live_attribute: Option<Text>,
    /// What its stream says; with replicas always [`StreamView::NewAndOldImages`], which carries
    /// changes to them. Default: no stream.
    pub stream: Option<StreamView>,
    /// Whose key encrypts it; a key of the account's own is that of the stack's region. Default:
    /// [`Encryption::AwsOwned`].
    pub encryption: Encryption,
    /// What it takes at once when it is made. Default: what AWS starts a table with.
    pub warm_throughput: Option<WarmThroughput>,
    /// How soon a write is read elsewhere. Default: [`Consistency::Eventual`].
    pub consistency: Consistency,
    /// What the copy in the stack's region has. Default: those of [`ReplicaSettings`].
    pub settings: ReplicaSettings,
    /// The copies in other regions. Default: none.
    pub replicas: Vec<Replica>,
    /// What becomes of it when it leaves the stack or is replaced. Default:
    /// [`DeletionPolicy::Retain`].
    pub removal: DeletionPolicy,
}

impl GlobalTableProps {
    /// A table with a partition key and every default.
    pub fn new(partition_key: Attribute) -> Self {
        Self {
            partition_key,
            sort_key: None,
            table_name: None,
            billing: GlobalBilling::ON_DEMAND,
            global_indexes: Vec::new(),
            index_billing: Vec::new(),
            local_indexes: Vec::new(),
            time_to_live_attribute: None,
            stream: None,
            encryption: Encryption::AwsOwned,
            warm_throughput: None,
            consistency: Consistency::Eventual,
            settings: ReplicaSettings::default(),
            replicas: Vec::new(),
            removal: DeletionPolicy::Retain,
        }
    }

    /// What it says of its changes: with replicas everything, which is how they hear of them.
    fn stream(&self) -> Option<StreamView> {
        let carries = (!self.replicas.is_empty()).then_some(StreamView::NewAndOldImages);
        self.stream.or(carries)
    }

    /// What it has in common with a table of one region.
    fn common(&self) -> TableProps {
        TableProps {
            sort_key: self.sort_key.clone(),
            table_name: self.table_name.clone(),
            global_indexes: self.global_indexes.clone(),
            local_indexes: self.local_indexes.clone(),
            time_to_live_attribute: self.time_to_live_attribute.clone(),
            ..TableProps::new(self.partition_key.clone())
        }
    }
}

/// A DynamoDB table with a copy in the region of its stack, and in every other that it names. It is
/// what CDK's `TableV2` declares.
///
/// Declares `Resource` (`AWS::DynamoDB::GlobalTable`), encrypted, billed by request and retained
/// unless told otherwise.
///
/// ```
/// use synth::dynamodb::{Attribute, GlobalTable, GlobalTableProps, Replica};
/// use synth::{Stack, StackProps};
///
/// let mut stack = Stack::new("Shop", StackProps::default());
/// let orders = GlobalTableProps {
///     replicas: vec![Replica::new("us-east-1")],
///     ..GlobalTableProps::new(Attribute::text("id"))
/// };
/// let orders = GlobalTable::new(stack.child("Orders"), orders);
/// assert!(orders.stream.is_some(), "replicas hear of changes from it");
/// let template = stack.synthesize()?;
/// assert!(template.to_json().contains("AWS::DynamoDB::GlobalTable"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct GlobalTable {
    /// The table; its `Ref` is its name.
    pub table: Handle<l1::GlobalTable>,
    /// The stream of changes in the stack's region, if there is one.
    pub stream: Option<TableStream>,
    has_index: bool,
    encryption: Encryption,
}

impl GlobalTable {
    /// Adds the table to `scope`.
    pub fn new(mut scope: Scope<'_>, props: GlobalTableProps) -> Self {
        let region = scope.region();
        for problem in check::problems(&props, &region) {
            scope.problem(problem);
        }
        let options = Options {
            deletion_policy: Some(props.removal),
            update_replace_policy: Some(props.removal),
            ..Options::default()
        };
        let table = scope.add_with("Resource", &resource::resource(&props, region), options);
        let stream = props.stream().map(|_| TableStream {
            arn: Value::<String>::from(table.stream_arn()).map(Id::literal),
            encryption: props.encryption.clone(),
        });
        Self {
            table,
            stream,
            has_index: !(props.global_indexes.is_empty() && props.local_indexes.is_empty()),
            encryption: props.encryption,
        }
    }

    /// The ARN of the copy in the stack's region.
    pub fn arn(&self) -> Value<Id<TableArn>> {
        self.table.arn().map(Id::literal)
    }

    /// The table's name, the same in every region.
    pub fn name(&self) -> Value<Id<TableName>> {
        self.table.reference().map(Id::literal)
    }

    /// The copy in the stack's region as those see it who did not declare it.
    pub fn reference(&self) -> TableReference {
        TableReference {
            arn: self.arn(),
            has_index: self.has_index,
            encryption: self.encryption.clone(),
        }
    }
}
