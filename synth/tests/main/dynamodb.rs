//! Tables.

use synth::dynamodb::{
    Attribute, Billing, Capacity, Consistency, Encryption, GlobalBilling, GlobalIndex, GlobalTable,
    GlobalTableProps, LocalIndex, Projection, Replica, ReplicaSettings, Scaling, StreamView, Table,
    TableClass, TableProps,
};
use synth::{DeletionPolicy, Id, Stack};

use crate::show::{codes, problems, resources};

fn table(props: TableProps) -> impl FnOnce(&mut Stack) {
    move |stack| {
        Table::new(stack.child("Table"), props);
    }
}

fn by_id() -> TableProps {
    TableProps::new(Attribute::text("id"))
}

#[test]
fn a_table_is_billed_by_request_and_retained() {
    insta::assert_snapshot!(resources(table(by_id())), @r#"
    TableCD117FA1 AWS::DynamoDB::Table Retain Retain
      AttributeDefinitions [{"AttributeName":"id","AttributeType":"S"}]
      BillingMode "PAY_PER_REQUEST"
      KeySchema [{"AttributeName":"id","KeyType":"HASH"}]
    "#);
}

#[test]
fn a_table_with_everything() {
    let key = Id::literal("arn:aws:kms:eu-west-1:123456789012:key/k").into();
    let props = TableProps {
        sort_key: Some(Attribute::number("at")),
        table_name: Some("orders".into()),
        billing: Billing::OnDemand {
            most_reads: Some(100),
            most_writes: None,
        },
        global_indexes: vec![
            GlobalIndex::new("by-state", Attribute::text("state"))
                .sorted_by(Attribute::number("at")),
            GlobalIndex {
                projection: Projection::KeysOnly,
                ..GlobalIndex::new("by-hash", Attribute::binary("hash"))
            },
        ],
        local_indexes: vec![LocalIndex {
            projection: Projection::Include(vec!["total".into()]),
            ..LocalIndex::new("by-name", Attribute::text("name"))
        }],
        time_to_live_attribute: Some("expires_at".into()),
        recovery_in_days: Some(7),
        stream: Some(StreamView::NewAndOldImages),
        encryption: Encryption::CustomerManaged(key),
        deletion_protection: true,
        table_class: TableClass::StandardInfrequentAccess,
        removal: DeletionPolicy::Delete,
        tags: vec![("team".into(), "orders".into())],
        ..by_id()
    };
    insta::assert_snapshot!(resources(table(props)), @r#"
    TableCD117FA1 AWS::DynamoDB::Table Delete Delete
      AttributeDefinitions [{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"at","AttributeType":"N"},{"AttributeName":"state","AttributeType":"S"},{"AttributeName":"hash","AttributeType":"B"},{"AttributeName":"name","AttributeType":"S"}]
      BillingMode "PAY_PER_REQUEST"
      DeletionProtectionEnabled true
      GlobalSecondaryIndexes [{"IndexName":"by-state","KeySchema":[{"AttributeName":"state","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}},{"IndexName":"by-hash","KeySchema":[{"AttributeName":"hash","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]
      KeySchema [{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}]
      LocalSecondaryIndexes [{"IndexName":"by-name","KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"name","KeyType":"RANGE"}],"Projection":{"NonKeyAttributes":["total"],"ProjectionType":"INCLUDE"}}]
      OnDemandThroughput {"MaxReadRequestUnits":100}
      PointInTimeRecoverySpecification {"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":7}
      SSESpecification {"KMSMasterKeyId":"arn:aws:kms:eu-west-1:123456789012:key/k","SSEEnabled":true,"SSEType":"KMS"}
      StreamSpecification {"StreamViewType":"NEW_AND_OLD_IMAGES"}
      TableClass "STANDARD_INFREQUENT_ACCESS"
      TableName "orders"
      Tags [{"Key":"team","Value":"orders"}]
      TimeToLiveSpecification {"AttributeName":"expires_at","Enabled":true}
    "#);
}

#[test]
fn provisioned_capacity_is_that_of_every_global_index_too() {
    let props = TableProps {
        billing: Billing::Provisioned {
            reads: 5,
            writes: 2,
        },
        global_indexes: vec![GlobalIndex::new("by-state", Attribute::text("state"))],
        encryption: Encryption::AwsManaged,
        ..by_id()
    };
    insta::assert_snapshot!(resources(table(props)), @r#"
    TableCD117FA1 AWS::DynamoDB::Table Retain Retain
      AttributeDefinitions [{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"state","AttributeType":"S"}]
      BillingMode "PROVISIONED"
      GlobalSecondaryIndexes [{"IndexName":"by-state","KeySchema":[{"AttributeName":"state","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2}}]
      KeySchema [{"AttributeName":"id","KeyType":"HASH"}]
      ProvisionedThroughput {"ReadCapacityUnits":5,"WriteCapacityUnits":2}
      SSESpecification {"SSEEnabled":true,"SSEType":"KMS"}
    "#);
}

#[test]
fn every_problem_of_a_table_is_told_at_once() {
    let props = TableProps {
        sort_key: Some(Attribute::text("id")),
        table_name: Some("my table".into()),
        billing: Billing::Provisioned {
            reads: 0,
            writes: 1,
        },
        global_indexes: vec![
            GlobalIndex::new("state", Attribute::number("id")),
            GlobalIndex::new("state", Attribute::text("")),
            GlobalIndex {
                projection: Projection::Include(Vec::new()),
                ..GlobalIndex::new("x", Attribute::text("x"))
            },
        ],
        time_to_live_attribute: Some("id".into()),
        recovery_in_days: Some(36),
        ..by_id()
    };
    insta::assert_snapshot!(problems(table(props)), @"
    App/Table: DynamoDB does not take this as the name of a table
      value: my table
      allowed: 3 to 255 letters, digits and `_.-`
      fix: choose another name
      code: dynamodb.table-name
    App/Table: the attribute `id` has two types
      value: S and N
      allowed: one type in every key of the table
      fix: give it the same type everywhere, or use another attribute
      code: dynamodb.attribute-type-conflict
    App/Table: DynamoDB does not take this as the name of an attribute of a key
      allowed: 1 to 255 bytes
      fix: choose another name
      code: dynamodb.attribute-name
    App/Table: the table is sorted by its partition key
      value: id
      allowed: two attributes, or a partition key alone
      fix: sort by another attribute, or leave the sort key out
      code: dynamodb.sort-key-is-partition-key
    App/Table: two indexes have the same name
      value: state
      allowed: names that differ
      fix: rename one
      code: dynamodb.index-name-repeated
    App/Table: the index `x` includes no attribute
      allowed: at least one
      fix: name the attributes, or use `Projection::KeysOnly`
      code: dynamodb.projection-empty
    App/Table: DynamoDB does not take this as the name of an index
      value: x
      allowed: 3 to 255 letters, digits and `_.-`
      fix: choose another name
      code: dynamodb.index-name
    App/Table: items expire at a time in seconds, and this attribute is a key that is not a number
      value: id (S)
      allowed: an attribute that is a number
      fix: keep the time in an attribute of its own, such as `expires_at`
      code: dynamodb.time-to-live-type
    App/Table: a table cannot be restored to a time this long ago
      value: 36 days
      allowed: 1 to 35 days, or `None` for no recovery
      fix: choose a number of days in this range
      code: dynamodb.recovery-days
    App/Table: a table needs at least one unit of capacity
      value: 0
      allowed: 1 and above
      fix: raise the number of units
      code: dynamodb.capacity
    ");
}

#[test]
fn a_table_has_at_most_20_global_and_5_local_indexes() {
    let index = |n: usize| GlobalIndex::new(format!("index{n}"), Attribute::text("state"));
    let props = |count: usize| TableProps {
        global_indexes: (0..count).map(index).collect(),
        ..by_id()
    };
    assert!(resources(table(props(20))).contains("index19"));
    assert_eq!(codes(table(props(21))), ["dynamodb.too-many-indexes"]);
    let index = |n: usize| LocalIndex::new(format!("index{n}"), Attribute::text("state"));
    let props = TableProps {
        sort_key: Some(Attribute::text("sk")),
        local_indexes: (0..6).map(index).collect(),
        ..by_id()
    };
    assert_eq!(codes(table(props)), ["dynamodb.too-many-indexes"]);
}

#[test]
fn a_local_index_needs_a_sort_key_of_the_table() {
    let local_indexes = vec![LocalIndex::new("by-name", Attribute::text("name"))];
    let told = codes(table(TableProps {
        local_indexes,
        ..by_id()
    }));
    assert_eq!(told, ["dynamodb.local-index-without-sort-key"]);
}

#[test]
fn items_may_expire_by_a_key_that_is_a_number() {
    let props = TableProps {
        sort_key: Some(Attribute::number("expires_at")),
        time_to_live_attribute: Some("expires_at".into()),
        ..by_id()
    };
    assert!(resources(table(props)).contains("TimeToLiveSpecification"));
}

#[test]
fn indexes_include_at_most_100_attributes() {
    let names = (0..101).map(|n| format!("attribute{n}").into()).collect();
    let index = GlobalIndex {
        projection: Projection::Include(names),
        ..GlobalIndex::new("state", Attribute::text("state"))
    };
    let told = codes(table(TableProps {
        global_indexes: vec![index],
        ..by_id()
    }));
    assert_eq!(told, ["dynamodb.too-many-included"]);
}

fn global(props: GlobalTableProps) -> impl FnOnce(&mut Stack) {
    move |stack| {
        GlobalTable::new(stack.child("Table"), props);
    }
}

fn across() -> GlobalTableProps {
    GlobalTableProps {
        replicas: vec![Replica::new("eu-west-1")],
        ..GlobalTableProps::new(Attribute::text("id"))
    }
}

#[test]
fn a_key_of_an_index_has_at_most_4_attributes_in_each_half() {
    let parts = |count: usize| -> Vec<Attribute> {
        (0..count)
            .map(|n| Attribute::text(format!("part{n}")))
            .collect()
    };
    let props = |count: usize| TableProps {
        global_indexes: vec![GlobalIndex {
            partition_key: parts(count),
            ..GlobalIndex::new("by-parts", Attribute::text("part0"))
        }],
        ..by_id()
    };
    assert!(resources(table(props(4))).contains("part3"));
    assert_eq!(codes(table(props(5))), ["dynamodb.key-parts"]);
    assert_eq!(codes(table(props(0))), ["dynamodb.key-parts"]);
}

#[test]
fn replicas_hear_of_changes_from_the_stream_of_the_table() {
    let shown = resources(global(across()));
    let stream = r#"StreamSpecification {"StreamViewType":"NEW_AND_OLD_IMAGES"}"#;
    assert!(shown.contains(stream), "{shown}");
    let keys = GlobalTableProps {
        stream: Some(StreamView::KeysOnly),
        ..across()
    };
    assert_eq!(codes(global(keys.clone())), ["dynamodb.replica-stream"]);
    let alone = GlobalTableProps {
        replicas: Vec::new(),
        ..keys
    };
    assert!(resources(global(alone)).contains("KEYS_ONLY"));
}

#[test]
fn every_problem_of_a_global_table_is_told_at_once() {
    let provisioned = GlobalBilling::Provisioned {
        reads: Capacity::Scaled(Scaling {
            least: 3,
            ..Scaling::up_to(2)
        }),
        writes: Scaling {
            target_percent: 95,
            ..Scaling::up_to(2)
        },
    };
    let key = Id::literal("arn:aws:kms:eu-west-1:123456789012:key/k");
    let keyed = Replica {
        key: Some(key.into()),
        settings: ReplicaSettings {
            recovery_in_days: Some(0),
            ..ReplicaSettings::default()
        },
        ..Replica::new("eu-west-2")
    };
    let props = GlobalTableProps {
        billing: provisioned,
        index_billing: vec![("by-state".into(), GlobalBilling::ON_DEMAND)],
        time_to_live_attribute: Some("expires".into()),
        consistency: Consistency::Strong {
            witness: Some("eu-west-1".into()),
        },
        replicas: vec![Replica::new("eu-west-1"), keyed],
        ..across()
    };
    insta::assert_snapshot!(problems(global(props)), @"
    App/Table: the least capacity is above the most
      value: 3 to 2
      allowed: `least` up to `most`
      fix: raise `most`, or lower `least`
      code: dynamodb.scaling-range
    App/Table: capacity cannot follow the use at this target
      value: 95 %
      allowed: 20 to 90 %
      fix: choose a percentage in this range; 70 is usual
      code: dynamodb.scaling-target
    App/Table: the table has no global index of this name to bill
      value: by-state
      fix: name an index of `global_indexes`
      code: dynamodb.index-unknown
    App/Table: the index `by-state` is billed otherwise than the table
      value: PAY_PER_REQUEST
      allowed: PROVISIONED
      fix: bill both by request, or both by the hour
      code: dynamodb.index-billing
    App/Table: the table has two copies in one region
      value: eu-west-1
      allowed: the region of the stack, and others once each
      fix: leave it out; what the stack's own copy has stands in `settings`
      code: dynamodb.replica-region
    App/Table: a table of strong consistency has copies in three regions, or in two and a witness
      value: 3 copies and a witness
      allowed: two replicas, or one replica and a witness
      fix: add or remove replicas
      code: dynamodb.strong-consistency-regions
    App/Table: a table of strong consistency has no items that expire
      value: expires
      fix: leave it out, or use `Consistency::Eventual`
      code: dynamodb.strong-consistency-limits
    App/Table: a replica has a key, and the table is encrypted with one of AWS
      value: eu-west-2
      allowed: a key in every region, or in none
      fix: leave `key` out, or give the table `Encryption::CustomerManaged`
      code: dynamodb.replica-key
    App/Table: a table cannot be restored to a time this long ago
      value: 0 days
      allowed: 1 to 35 days, or `None` for no recovery
      fix: choose a number of days in this range
      code: dynamodb.recovery-days
    ");
}
