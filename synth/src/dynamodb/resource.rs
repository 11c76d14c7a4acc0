//! The table as CloudFormation takes it.

use synth_core::{Data as _, Id, Value};

use super::index::{self, WarmThroughput};
use super::table::{Billing, ContributorInsights, Encryption, StreamView, TableProps};
use crate::absent::some;
use crate::cfn::dynamodb::{self as l1, table};
use crate::cfn::refs::kinesis::StreamArn;
use crate::iam::PolicyDocument;

/// The resource that `props` describe. What is as AWS has it anyway is left out.
pub(super) fn resource(props: &TableProps) -> l1::Table {
    let (billing_mode, on_demand_throughput, provisioned_throughput) = match props.billing {
        Billing::OnDemand {
            most_reads,
            most_writes,
        } => {
            let is_limited = most_reads.is_some() || most_writes.is_some();
            let throughput = is_limited.then(|| table::OnDemandThroughput {
                max_read_request_units: most_reads.into(),
                max_write_request_units: most_writes.into(),
            });
            ("PAY_PER_REQUEST", throughput, None)
        }
        Billing::Provisioned { reads, writes } => ("PROVISIONED", None, Some((reads, writes))),
    };
    let provisioned = || {
        provisioned_throughput
            .map(|(reads, writes)| table::ProvisionedThroughput::new(reads, writes))
    };
    let global = props
        .global_indexes
        .iter()
        .map(|index| table::GlobalSecondaryIndex {
            contributor_insights_specification: props.contributor_insights.map(insights).into(),
            provisioned_throughput: provisioned().into(),
            ..index.resource()
        });
    let local = props
        .local_indexes
        .iter()
        .map(|index| index.resource(&props.partition_key));
    l1::Table {
        attribute_definitions: definitions(props).into(),
        billing_mode: billing_mode.into(),
        contributor_insights_specification: props.contributor_insights.map(insights).into(),
        deletion_protection_enabled: props.deletion_protection.then_some(true).into(),
        global_secondary_indexes: some(global.collect()).into(),
        kinesis_stream_specification: props.kinesis_stream.clone().map(kinesis).into(),
        local_secondary_indexes: some(local.collect()).into(),
        on_demand_throughput: on_demand_throughput.into(),
        point_in_time_recovery_specification: props.recovery_in_days.map(recovery).into(),
        provisioned_throughput: provisioned().into(),
        resource_policy: resource_policy(&props.resource_policy).into(),
        sse_specification: sse(&props.encryption).into(),
        stream_specification: props.stream.map(stream).into(),
        table_class: props.table_class.as_text().into(),
        table_name: props.table_name.clone().into(),
        tags: crate::tags::of(props.tags.clone()),
        time_to_live_specification: props
            .time_to_live_attribute
            .as_deref()
            .map(time_to_live)
            .into(),
        warm_throughput: props.warm_throughput.map(warm).into(),
        ..l1::Table::new(index::key_schema([&props.partition_key], &props.sort_key))
    }
}

fn definitions(props: &TableProps) -> Vec<table::AttributeDefinition> {
    index::once(props.attributes())
        .into_iter()
        .map(|attribute| {
            table::AttributeDefinition::new(attribute.name.as_ref(), attribute.kind.as_text())
        })
        .collect()
}

fn insights(counted: ContributorInsights) -> table::ContributorInsightsSpecification {
    table::ContributorInsightsSpecification {
        mode: counted.as_text().into(),
        ..table::ContributorInsightsSpecification::new(true)
    }
}

fn kinesis(stream: Value<Id<StreamArn>>) -> table::KinesisStreamSpecification {
    table::KinesisStreamSpecification::new(stream)
}

fn resource_policy(policy: &PolicyDocument) -> Option<table::ResourcePolicy> {
    (!policy.is_empty()).then(|| table::ResourcePolicy::new(policy.to_json()))
}

fn warm(throughput: WarmThroughput) -> table::WarmThroughput {
    table::WarmThroughput {
        read_units_per_second: throughput.reads.into(),
        write_units_per_second: throughput.writes.into(),
    }
}

fn recovery(days: u8) -> table::PointInTimeRecoverySpecification {
    table::PointInTimeRecoverySpecification {
        point_in_time_recovery_enabled: true.into(),
        // 35 is what AWS takes when nothing is said.
        recovery_period_in_days: (days != 35).then_some(days).into(),
    }
}

fn stream(view: StreamView) -> table::StreamSpecification {
    table::StreamSpecification::new(view.as_text())
}

fn time_to_live(attribute: &str) -> table::TimeToLiveSpecification {
    table::TimeToLiveSpecification {
        attribute_name: attribute.into(),
        ..table::TimeToLiveSpecification::new(true)
    }
}

/// Nothing for a key of AWS: that is what a table has anyway.
fn sse(encryption: &Encryption) -> Option<table::SseSpecification> {
    let key = match encryption {
        Encryption::AwsOwned => return None,
        Encryption::AwsManaged => None,
        Encryption::CustomerManaged(key) => Some(key.clone()),
    };
    Some(table::SseSpecification {
        kms_master_key_id: key.into(),
        sse_type: "KMS".into(),
        ..table::SseSpecification::new(true)
    })
}
