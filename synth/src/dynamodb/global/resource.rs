//! The table as CloudFormation takes it.

use synth_core::{Data as _, Id, Property, Value};

use super::{Capacity, Consistency, GlobalBilling, GlobalTableProps, ReplicaSettings, Scaling};
use crate::absent::some;
use crate::cfn::dynamodb::{self as l1, global_table as part};
use crate::cfn::refs::kms::KeyArn;
use crate::dynamodb::index::{self, Attribute, GlobalIndex, LocalIndex, Projection};
use crate::dynamodb::table::{ContributorInsights, Encryption, StreamView};

/// The resource that `props` describe. What is as AWS has it anyway is left out.
pub(super) fn resource(props: &GlobalTableProps, region: Value<String>) -> l1::GlobalTable {
    let (consistency, witness) = match &props.consistency {
        Consistency::Eventual => (None, None),
        Consistency::Strong { witness } => (Some("STRONG"), witness.as_deref()),
    };
    let witness = witness.map(|region| {
        [part::GlobalTableWitness {
            region: region.into(),
        }]
    });
    let own_key = match &props.encryption {
        Encryption::CustomerManaged(key) => Some(key),
        Encryption::AwsOwned | Encryption::AwsManaged => None,
    };
    let others = props.replicas.iter().map(|one| {
        let region = one.region.as_ref().into();
        replica(props, &one.settings, region, one.key.as_ref())
    });
    let own = replica(props, &props.settings, region, own_key);
    let replicas: Vec<_> = others.chain([own]).collect();
    let global = props.global_indexes.iter();
    let global = global.map(|index| global_index(index, billing_of(props, index)));
    let local = props.local_indexes.iter();
    let local = local.map(|index| local_index(index, &props.partition_key));
    let (on_demand, provisioned) = writes(props.billing);
    l1::GlobalTable {
        attribute_definitions: definitions(props).into(),
        billing_mode: props.billing.as_text().into(),
        global_secondary_indexes: some(global.collect()).into(),
        global_table_witnesses: witness.into(),
        key_schema: key_schema([&props.partition_key], &props.sort_key).into(),
        local_secondary_indexes: some(local.collect()).into(),
        multi_region_consistency: consistency.into(),
        sse_specification: sse(&props.encryption).into(),
        stream_specification: props.stream().map(stream).into(),
        table_name: props.table_name.clone().into(),
        time_to_live_specification: props
            .time_to_live_attribute
            .as_deref()
            .map(time_to_live)
            .into(),
        warm_throughput: props.warm_throughput.map(warm).into(),
        write_on_demand_throughput_settings: on_demand,
        write_provisioned_throughput_settings: provisioned,
        ..l1::GlobalTable::new(replicas)
    }
}

fn replica(
    props: &GlobalTableProps,
    settings: &ReplicaSettings,
    region: Value<String>,
    key: Option<&Value<Id<KeyArn>>>,
) -> part::ReplicaSpecification {
    let (on_demand, provisioned) = reads(props.billing);
    let policy = &settings.resource_policy;
    let policy = (!policy.is_empty()).then(|| part::ResourcePolicy::new(policy.to_json()));
    let key = key.map(|key| part::ReplicaSseSpecification::new(key.clone()));
    let recovery = settings
        .recovery_in_days
        .map(|days| part::PointInTimeRecoverySpecification {
            point_in_time_recovery_enabled: true.into(),
            // 35 is what AWS takes when nothing is said.
            recovery_period_in_days: (days != 35).then_some(days).into(),
        });
    let kinesis = settings.kinesis_stream.clone();
    let kinesis =
        kinesis.map(|stream| part::KinesisStreamSpecification::new(Value::<String>::from(stream)));
    part::ReplicaSpecification {
        contributor_insights_specification: settings.contributor_insights.map(insights).into(),
        deletion_protection_enabled: settings.deletion_protection.then_some(true).into(),
        global_secondary_indexes: some(indexes(props, settings)).into(),
        kinesis_stream_specification: kinesis.into(),
        point_in_time_recovery_specification: recovery.into(),
        read_on_demand_throughput_settings: on_demand,
        read_provisioned_throughput_settings: provisioned,
        resource_policy: policy.into(),
        sse_specification: key.into(),
        table_class: settings.table_class.as_text().into(),
        tags: crate::tags::of(settings.tags.clone()),
        ..part::ReplicaSpecification::new(region)
    }
}

/// What each global index has in one replica.
fn indexes(
    props: &GlobalTableProps,
    settings: &ReplicaSettings,
) -> Vec<part::ReplicaGlobalSecondaryIndexSpecification> {
    let of = |index: &GlobalIndex| {
        let (on_demand, provisioned) = reads(billing_of(props, index));
        let name = index.index_name.as_ref();
        part::ReplicaGlobalSecondaryIndexSpecification {
            contributor_insights_specification: settings.contributor_insights.map(insights).into(),
            read_on_demand_throughput_settings: on_demand,
            read_provisioned_throughput_settings: provisioned,
            ..part::ReplicaGlobalSecondaryIndexSpecification::new(name)
        }
    };
    props.global_indexes.iter().map(of).collect()
}

/// What an index costs by. A limit of requests is the table's alone; units are the index's as well.
fn billing_of(props: &GlobalTableProps, index: &GlobalIndex) -> GlobalBilling {
    let own = props
        .index_billing
        .iter()
        .find(|(name, _)| *name == index.index_name);
    match (own, props.billing) {
        (Some((_, own)), _) => *own,
        (None, GlobalBilling::OnDemand { .. }) => GlobalBilling::ON_DEMAND,
        (None, provisioned @ GlobalBilling::Provisioned { .. }) => provisioned,
    }
}

type Writes = (
    Property<part::WriteOnDemandThroughputSettings>,
    Property<part::WriteProvisionedThroughputSettings>,
);

fn writes(billing: GlobalBilling) -> Writes {
    match billing {
        GlobalBilling::OnDemand { most_writes, .. } => {
            let settings = most_writes.map(|most| part::WriteOnDemandThroughputSettings {
                max_write_request_units: most.into(),
            });
            (settings.into(), Property::Absent)
        }
        GlobalBilling::Provisioned { writes, .. } => {
            let settings = part::WriteProvisionedThroughputSettings {
                write_capacity_auto_scaling_settings: scaling(writes).into(),
            };
            (Property::Absent, settings.into())
        }
    }
}

type Reads = (
    Property<part::ReadOnDemandThroughputSettings>,
    Property<part::ReadProvisionedThroughputSettings>,
);

fn reads(billing: GlobalBilling) -> Reads {
    match billing {
        GlobalBilling::OnDemand { most_reads, .. } => {
            let settings = most_reads.map(|most| part::ReadOnDemandThroughputSettings {
                max_read_request_units: most.into(),
            });
            (settings.into(), Property::Absent)
        }
        GlobalBilling::Provisioned { reads, .. } => {
            let (units, scaled) = match reads {
                Capacity::Fixed(units) => (Some(units), None),
                Capacity::Scaled(limits) => (None, Some(scaling(limits))),
            };
            let settings = part::ReadProvisionedThroughputSettings {
                read_capacity_auto_scaling_settings: scaled.into(),
                read_capacity_units: units.into(),
            };
            (Property::Absent, settings.into())
        }
    }
}

fn scaling(limits: Scaling) -> part::CapacityAutoScalingSettings {
    let target =
        part::TargetTrackingScalingPolicyConfiguration::new(f64::from(limits.target_percent));
    part::CapacityAutoScalingSettings {
        seed_capacity: limits.seed.into(),
        ..part::CapacityAutoScalingSettings::new(limits.most, limits.least, target)
    }
}

fn global_index(index: &GlobalIndex, billing: GlobalBilling) -> part::GlobalSecondaryIndex {
    let (on_demand, provisioned) = writes(billing);
    let keys = key_schema(&index.partition_key, &index.sort_key);
    let projection = projection(&index.projection);
    part::GlobalSecondaryIndex {
        warm_throughput: index.warm_throughput.map(warm).into(),
        write_on_demand_throughput_settings: on_demand,
        write_provisioned_throughput_settings: provisioned,
        ..part::GlobalSecondaryIndex::new(index.index_name.as_ref(), keys, projection)
    }
}

fn local_index(index: &LocalIndex, partition_key: &Attribute) -> part::LocalSecondaryIndex {
    let keys = key_schema([partition_key], [&index.sort_key]);
    let projection = projection(&index.projection);
    part::LocalSecondaryIndex::new(index.index_name.as_ref(), keys, projection)
}

fn projection(what: &Projection) -> part::Projection {
    part::Projection {
        non_key_attributes: what.included().into(),
        projection_type: what.as_text().into(),
    }
}

fn definitions(props: &GlobalTableProps) -> Vec<part::AttributeDefinition> {
    index::once(props.common().attributes())
        .into_iter()
        .map(|attribute| {
            part::AttributeDefinition::new(attribute.name.as_ref(), attribute.kind.as_text())
        })
        .collect()
}

fn key_schema<'a>(
    partition: impl IntoIterator<Item = &'a Attribute>,
    sort: impl IntoIterator<Item = &'a Attribute>,
) -> Vec<part::KeySchema> {
    index::parts(partition, sort)
        .map(|(name, kind)| part::KeySchema::new(name, kind))
        .collect()
}

fn insights(counted: ContributorInsights) -> part::ContributorInsightsSpecification {
    part::ContributorInsightsSpecification {
        mode: counted.as_text().into(),
        ..part::ContributorInsightsSpecification::new(true)
    }
}

fn stream(view: StreamView) -> part::StreamSpecification {
    part::StreamSpecification::new(view.as_text())
}

fn time_to_live(attribute: &str) -> part::TimeToLiveSpecification {
    part::TimeToLiveSpecification {
        attribute_name: attribute.into(),
        ..part::TimeToLiveSpecification::new(true)
    }
}

fn warm(throughput: crate::dynamodb::WarmThroughput) -> part::WarmThroughput {
    part::WarmThroughput {
        read_units_per_second: throughput.reads.into(),
        write_units_per_second: throughput.writes.into(),
    }
}

/// Nothing for a key of AWS's own: that is what a table has anyway.
fn sse(encryption: &Encryption) -> Option<part::SseSpecification> {
    match encryption {
        Encryption::AwsOwned => None,
        Encryption::AwsManaged | Encryption::CustomerManaged(_) => Some(part::SseSpecification {
            sse_type: "KMS".into(),
            ..part::SseSpecification::new(true)
        }),
    }
}
