//! Tables as AWS CDK's `TableV2` declares them: `AWS::DynamoDB::GlobalTable`, for which there is no construct here.

use synth::cfn::dynamodb::GlobalTable;
use synth::cfn::dynamodb::global_table::{
    AttributeDefinition, GlobalSecondaryIndex, KeySchema, PointInTimeRecoverySpecification,
    Projection, ReplicaGlobalSecondaryIndexSpecification, ReplicaSpecification,
    TimeToLiveSpecification,
};
use synth::iam::{PolicyDocument, Statement};
use synth::{DeletionPolicy, List, Options, Property, Scope, Value, join};

const READ: [&str; 8] = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:Query",
    "dynamodb:Scan",
];
const WRITE: [&str; 4] = [
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
];

/// A table that was declared.
pub(crate) struct Table {
    pub(crate) name: Value<String>,
    arn: Value<String>,
}

impl Table {
    pub(crate) fn grant_read(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(READ, [&self.arn]));
    }

    pub(crate) fn grant_read_write(&self, policy: &mut PolicyDocument) {
        let indexes = join("", [self.arn.clone(), "/index/*".into()]);
        policy.add(Statement::allow(
            READ.into_iter().chain(WRITE),
            [self.arn.clone(), indexes],
        ));
    }
}

pub(crate) fn main(scope: Scope<'_>) -> Table {
    let texts = ["pk", "sk", "firstPk", "firstSk", "secondPk"];
    let index = |name, keys: Property<List<KeySchema>>, projection: &'static str| {
        let projection = Projection {
            projection_type: projection.into(),
            ..Default::default()
        };
        GlobalSecondaryIndex::new(name, keys, projection)
    };
    let ttl = TimeToLiveSpecification {
        attribute_name: "ttl".into(),
        enabled: true.into(),
    };
    let recovery = PointInTimeRecoverySpecification {
        point_in_time_recovery_enabled: true.into(),
        ..Default::default()
    };
    let replica = ReplicaSpecification {
        global_secondary_indexes: ["first", "second"]
            .map(ReplicaGlobalSecondaryIndexSpecification::new)
            .into(),
        point_in_time_recovery_specification: recovery.into(),
        ..ReplicaSpecification::new("us-east-1")
    };
    let table = GlobalTable {
        global_secondary_indexes: [
            index("first", keys("firstPk", Some("firstSk")), "ALL"),
            index("second", keys("secondPk", None), "KEYS_ONLY"),
        ]
        .into(),
        replicas: [replica].into(),
        time_to_live_specification: ttl.into(),
        ..table(&texts, keys("pk", Some("sk")))
    };
    add(scope, &table)
}

pub(crate) fn state(scope: Scope<'_>) -> Table {
    add(scope, &table(&["id"], keys("id", None)))
}

pub(crate) fn small(scope: Scope<'_>) -> Table {
    add(scope, &table(&["pk"], keys("pk", None)))
}

fn add(mut scope: Scope<'_>, table: &GlobalTable) -> Table {
    let options = Options {
        deletion_policy: Some(DeletionPolicy::Delete),
        update_replace_policy: Some(DeletionPolicy::Delete),
        ..Options::default()
    };
    let table = scope.add_with("Resource", table, options);
    Table {
        name: table.reference(),
        arn: table.arn(),
    }
}

fn table(texts: &[&'static str], keys: Property<List<KeySchema>>) -> GlobalTable {
    let text = |name: &&'static str| AttributeDefinition {
        attribute_name: (*name).into(),
        attribute_type: "S".into(),
    };
    GlobalTable {
        attribute_definitions: texts.iter().map(text).collect::<Vec<_>>().into(),
        billing_mode: "PAY_PER_REQUEST".into(),
        key_schema: keys,
        ..GlobalTable::new([ReplicaSpecification::new("us-east-1")])
    }
}

fn keys(partition: &'static str, sort: Option<&'static str>) -> Property<List<KeySchema>> {
    let key = |name: &'static str, kind: &'static str| KeySchema {
        attribute_name: name.into(),
        key_type: kind.into(),
    };
    let sort = sort.map(|name| key(name, "RANGE"));
    std::iter::once(key(partition, "HASH"))
        .chain(sort)
        .collect::<Vec<_>>()
        .into()
}
