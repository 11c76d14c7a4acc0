//! Tables are those of CDK's `TableV2`: the same resources with the same properties.

use synth::dynamodb::{
    Attribute, Capacity, Consistency, ContributorInsights, Encryption, GlobalBilling, GlobalIndex,
    GlobalTable, GlobalTableProps, LocalIndex, Projection, Replica, ReplicaSettings, Scaling,
    StreamView, TableClass, WarmThroughput,
};
use synth::iam::{PolicyDocument, Principal, Statement};
use synth::{Environment, Id, Scope, Stack, StackProps, parse};

/// The same in CDK. Prints the resources of both stacks.
const THEIRS: &str = r"
const { App, Stack } = require('aws-cdk-lib');
const ddb = require('aws-cdk-lib/aws-dynamodb');
const iam = require('aws-cdk-lib/aws-iam');
const kinesis = require('aws-cdk-lib/aws-kinesis');
const kms = require('aws-cdk-lib/aws-kms');
const app = new App();
const text = (name) => ({ name, type: ddb.AttributeType.STRING });
const number = (name) => ({ name, type: ddb.AttributeType.NUMBER });
const env = { account: '123456789012', region: 'eu-west-1' };
const stack = new Stack(app, 'Tables', { env });
const warmThroughput = { readUnitsPerSecond: 13000, writeUnitsPerSecond: 5000 };
const tags = [{ key: 'team', value: 'orders' }];
new ddb.TableV2(stack, 'Full', {
  partitionKey: text('id'), sortKey: number('at'), tableName: 'orders', warmThroughput, tags,
  billing: ddb.Billing.onDemand({ maxReadRequestUnits: 100, maxWriteRequestUnits: 50 }),
  globalSecondaryIndexes: [
    { indexName: 'by-state', partitionKey: text('state'), sortKey: number('at'), warmThroughput,
      maxReadRequestUnits: 10, maxWriteRequestUnits: 5 },
    { indexName: 'by-many', partitionKeys: [text('state'), text('city')], sortKeys: [number('at'), text('name')],
      projectionType: ddb.ProjectionType.KEYS_ONLY },
  ],
  localSecondaryIndexes: [{ indexName: 'by-name', sortKey: text('name'),
    projectionType: ddb.ProjectionType.INCLUDE, nonKeyAttributes: ['total'] }],
  timeToLiveAttribute: 'expires',
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
  dynamoStream: ddb.StreamViewType.NEW_AND_OLD_IMAGES,
  encryption: ddb.TableEncryptionV2.customerManagedKey(
    kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/k')),
  deletionProtection: true, tableClass: ddb.TableClass.STANDARD_INFREQUENT_ACCESS,
  contributorInsightsSpecification: { enabled: true, mode: ddb.ContributorInsightsMode.THROTTLED_KEYS },
  kinesisStream: kinesis.Stream.fromStreamArn(stack, 'Changes', 'arn:aws:kinesis:eu-west-1:123456789012:stream/s'),
  resourcePolicy: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({
    actions: ['dynamodb:GetItem'], principals: [new iam.AccountPrincipal('111122223333')], resources: ['*'] })] }),
});
new ddb.TableV2(stack, 'Provisioned', {
  partitionKey: text('id'),
  billing: ddb.Billing.provisioned({
    readCapacity: ddb.Capacity.fixed(10),
    writeCapacity: ddb.Capacity.autoscaled({
      maxCapacity: 20, minCapacity: 2, targetUtilizationPercent: 60, seedCapacity: 3 }) }),
  globalSecondaryIndexes: [
    { indexName: 'by-state', partitionKey: text('state'), readCapacity: ddb.Capacity.autoscaled({ maxCapacity: 30 }),
      writeCapacity: ddb.Capacity.autoscaled({ maxCapacity: 25 }) },
    { indexName: 'by-city', partitionKey: text('city') },
  ],
  encryption: ddb.TableEncryptionV2.awsManagedKey(),
});
new ddb.TableV2(stack, 'Global', {
  partitionKey: text('id'), tags,
  globalSecondaryIndexes: [{ indexName: 'by-state', partitionKey: text('state') }],
  replicas: [
    { region: 'us-east-1', deletionProtection: true, tableClass: ddb.TableClass.STANDARD_INFREQUENT_ACCESS,
      contributorInsightsSpecification: { enabled: true },
      globalSecondaryIndexOptions: { 'by-state': { contributorInsightsSpecification: { enabled: true } } },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }, tags: [{ key: 'a', value: 'b' }] },
    { region: 'us-west-2' },
  ],
});
new ddb.TableV2(stack, 'Strong', {
  partitionKey: text('id'), replicas: [{ region: 'eu-central-1' }], witnessRegion: 'eu-west-2',
  multiRegionConsistency: ddb.MultiRegionConsistency.STRONG,
});
const anywhere = new Stack(app, 'Anywhere');
new ddb.TableV2(anywhere, 'Plain', { partitionKey: text('id') });
const assembly = app.synth();
const resources = (name) => assembly.getStackByName(name).template.Resources;
console.log(JSON.stringify({ Tables: resources('Tables'), Anywhere: resources('Anywhere') }));
";

fn full(scope: Scope<'_>) {
    let warm_throughput = Some(WarmThroughput {
        reads: 13_000,
        writes: 5_000,
    });
    let by_state = GlobalIndex {
        warm_throughput,
        ..GlobalIndex::new("by-state", Attribute::text("state"))
    };
    let by_many = GlobalIndex {
        partition_key: vec![Attribute::text("state"), Attribute::text("city")],
        projection: Projection::KeysOnly,
        ..GlobalIndex::new("by-many", Attribute::text("state"))
    };
    let mut readers = PolicyDocument::new();
    readers.add(Statement {
        principals: vec![Principal::Account("111122223333".into())],
        ..Statement::allow(["dynamodb:GetItem"], ["*"])
    });
    let key = Id::literal("arn:aws:kms:eu-west-1:123456789012:key/k").into();
    let stream = Id::literal("arn:aws:kinesis:eu-west-1:123456789012:stream/s").into();
    let settings = ReplicaSettings {
        recovery_in_days: Some(7),
        deletion_protection: true,
        table_class: TableClass::StandardInfrequentAccess,
        contributor_insights: Some(ContributorInsights::ThrottledKeys),
        kinesis_stream: Some(stream),
        resource_policy: readers,
        tags: vec![("team".into(), "orders".into())],
    };
    let on_demand = |most_reads, most_writes| GlobalBilling::OnDemand {
        most_reads: Some(most_reads),
        most_writes: Some(most_writes),
    };
    let props = GlobalTableProps {
        sort_key: Some(Attribute::number("at")),
        table_name: Some("orders".into()),
        billing: on_demand(100, 50),
        global_indexes: vec![
            by_state.sorted_by(Attribute::number("at")),
            by_many
                .sorted_by(Attribute::number("at"))
                .sorted_by(Attribute::text("name")),
        ],
        index_billing: vec![("by-state".into(), on_demand(10, 5))],
        local_indexes: vec![LocalIndex {
            projection: Projection::Include(vec!["total".into()]),
            ..LocalIndex::new("by-name", Attribute::text("name"))
        }],
        time_to_live_attribute: Some("expires".into()),
        stream: Some(StreamView::NewAndOldImages),
        encryption: Encryption::CustomerManaged(key),
        warm_throughput,
        settings,
        ..GlobalTableProps::new(Attribute::text("id"))
    };
    GlobalTable::new(scope, props);
}

fn provisioned(scope: Scope<'_>) {
    let writes = Scaling {
        least: 2,
        target_percent: 60,
        seed: Some(3),
        ..Scaling::up_to(20)
    };
    let of_state = GlobalBilling::Provisioned {
        reads: Capacity::Scaled(Scaling::up_to(30)),
        writes: Scaling::up_to(25),
    };
    let props = GlobalTableProps {
        billing: GlobalBilling::Provisioned {
            reads: Capacity::Fixed(10),
            writes,
        },
        global_indexes: ["state", "city"]
            .map(|name| GlobalIndex::new(format!("by-{name}"), Attribute::text(name)))
            .into(),
        index_billing: vec![("by-state".into(), of_state)],
        encryption: Encryption::AwsManaged,
        ..GlobalTableProps::new(Attribute::text("id"))
    };
    GlobalTable::new(scope, props);
}

fn global(scope: Scope<'_>) {
    let east = ReplicaSettings {
        recovery_in_days: Some(35),
        deletion_protection: true,
        table_class: TableClass::StandardInfrequentAccess,
        contributor_insights: Some(ContributorInsights::AccessedAndThrottledKeys),
        tags: vec![("a".into(), "b".into())],
        ..ReplicaSettings::default()
    };
    let props = GlobalTableProps {
        global_indexes: vec![GlobalIndex::new("by-state", Attribute::text("state"))],
        settings: ReplicaSettings {
            tags: vec![("team".into(), "orders".into())],
            ..ReplicaSettings::default()
        },
        replicas: vec![
            Replica {
                settings: east,
                ..Replica::new("us-east-1")
            },
            Replica::new("us-west-2"),
        ],
        ..GlobalTableProps::new(Attribute::text("id"))
    };
    GlobalTable::new(scope, props);
}

fn strong(scope: Scope<'_>) {
    let props = GlobalTableProps {
        replicas: vec![Replica::new("eu-central-1")],
        consistency: Consistency::Strong {
            witness: Some("eu-west-2".into()),
        },
        ..GlobalTableProps::new(Attribute::text("id"))
    };
    GlobalTable::new(scope, props);
}

#[test]
fn global_tables_are_those_of_cdk() {
    let Some(modules) = crate::modules("global_tables_are_those_of_cdk") else {
        return;
    };
    let environment = Environment {
        account: Some("123456789012".into()),
        region: Some("eu-west-1".into()),
    };
    let props = StackProps {
        environment,
        ..StackProps::default()
    };
    let mut stack = Stack::new("Tables", props);
    full(stack.child("Full"));
    provisioned(stack.child("Provisioned"));
    global(stack.child("Global"));
    strong(stack.child("Strong"));
    let mut anywhere = Stack::new("Anywhere", StackProps::default());
    let plain = GlobalTableProps::new(Attribute::text("id"));
    GlobalTable::new(anywhere.child("Plain"), plain);

    let theirs = parse(&crate::script(&modules, THEIRS)).unwrap();
    for (name, stack) in [("Tables", stack), ("Anywhere", anywhere)] {
        let ours = stack.synthesize().unwrap();
        let ours = parse(ours.to_json()).unwrap();
        crate::assert_same(ours.get("Resources").unwrap(), theirs.get(name).unwrap());
    }
}
