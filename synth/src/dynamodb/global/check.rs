//! What is wrong with a table in several regions, beside what would be wrong with one in a single.

use std::collections::BTreeSet;

use synth_core::{Problem, Value};

use super::{Capacity, Consistency, GlobalBilling, GlobalTableProps, Scaling};
use crate::dynamodb::check;
use crate::dynamodb::table::{Encryption, StreamView};

/// A table that is consistent across regions has copies, or copies and a witness, in so many.
const STRONG_REGIONS: usize = 3;

pub(super) fn problems(props: &GlobalTableProps, region: &Value<String>) -> Vec<Problem> {
    let mut problems = check::problems(&props.common());
    check_billing(props, &mut problems);
    check_regions(props, region, &mut problems);
    check_consistency(props, &mut problems);
    check_keys_of_regions(props, &mut problems);
    if let Some(view) = props.stream.filter(|_| !props.replicas.is_empty())
        && view != StreamView::NewAndOldImages
    {
        problems.push(Problem {
            code: "dynamodb.replica-stream",
            message:
                "replicas hear of changes from the stream of the table, and it does not say enough"
                    .to_owned(),
            value: view.as_text().to_owned(),
            allowed: StreamView::NewAndOldImages.as_text().to_owned(),
            fix: "leave `stream` out: a table with replicas has the right one".to_owned(),
        });
    }
    let replicas = props.replicas.iter().map(|replica| &replica.settings);
    for settings in replicas.chain([&props.settings]) {
        check::check_recovery(settings.recovery_in_days, &mut problems);
        problems.extend(check::policy_problems(&settings.resource_policy));
    }
    problems
}

fn check_billing(props: &GlobalTableProps, problems: &mut Vec<Problem>) {
    check_units(props.billing, problems);
    for (name, billing) in &props.index_billing {
        check_units(*billing, problems);
        let is_index = |index: &super::GlobalIndex| index.index_name == *name;
        if !props.global_indexes.iter().any(is_index) {
            let names: Vec<_> = props
                .global_indexes
                .iter()
                .map(|index| index.index_name.as_ref())
                .collect();
            problems.push(Problem {
                code: "dynamodb.index-unknown",
                message: "the table has no global index of this name to bill".to_owned(),
                value: name.to_string(),
                allowed: names.join(", "),
                fix: "name an index of `global_indexes`".to_owned(),
            });
        }
        if billing.as_text() != props.billing.as_text() {
            problems.push(Problem {
                code: "dynamodb.index-billing",
                message: format!("the index `{name}` is billed otherwise than the table"),
                value: billing.as_text().to_owned(),
                allowed: props.billing.as_text().to_owned(),
                fix: "bill both by request, or both by the hour".to_owned(),
            });
        }
    }
}

fn check_units(billing: GlobalBilling, problems: &mut Vec<Problem>) {
    let has_zero = match billing {
        GlobalBilling::OnDemand {
            most_reads,
            most_writes,
        } => [most_reads, most_writes].contains(&Some(0)),
        GlobalBilling::Provisioned { reads, writes } => {
            if let Capacity::Scaled(reads) = reads {
                check_scaling(reads, problems);
            }
            check_scaling(writes, problems);
            reads == Capacity::Fixed(0)
        }
    };
    problems.extend(has_zero.then(check::no_capacity));
}

fn check_scaling(limits: Scaling, problems: &mut Vec<Problem>) {
    if limits.least == 0 {
        problems.push(check::no_capacity());
    }
    if limits.least > limits.most {
        problems.push(Problem {
            code: "dynamodb.scaling-range",
            message: "the least capacity is above the most".to_owned(),
            value: format!("{} to {}", limits.least, limits.most),
            allowed: "`least` up to `most`".to_owned(),
            fix: "raise `most`, or lower `least`".to_owned(),
        });
    }
    if !(20..=90).contains(&limits.target_percent) {
        problems.push(Problem {
            code: "dynamodb.scaling-target",
            message: "capacity cannot follow the use at this target".to_owned(),
            value: format!("{} %", limits.target_percent),
            allowed: "20 to 90 %".to_owned(),
            fix: "choose a percentage in this range; 70 is usual".to_owned(),
        });
    }
}

fn check_regions(props: &GlobalTableProps, own: &Value<String>, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    if let Value::Known(own) = own {
        seen.insert(own.as_str());
    }
    let witness = match &props.consistency {
        Consistency::Strong { witness } => witness.as_deref(),
        Consistency::Eventual => None,
    };
    let regions = props.replicas.iter().map(|replica| replica.region.as_ref());
    for region in regions.chain(witness) {
        if !seen.insert(region) {
            problems.push(Problem {
                code: "dynamodb.replica-region",
                message: "the table has two copies in one region".to_owned(),
                value: region.to_owned(),
                allowed: "the region of the stack, and others once each".to_owned(),
                fix: "leave it out; what the stack's own copy has stands in `settings`".to_owned(),
            });
        }
    }
}

fn check_consistency(props: &GlobalTableProps, problems: &mut Vec<Problem>) {
    let Consistency::Strong { witness } = &props.consistency else {
        return;
    };
    let regions = 1 + props.replicas.len() + usize::from(witness.is_some());
    if regions != STRONG_REGIONS || props.replicas.is_empty() {
        problems.push(Problem {
            code: "dynamodb.strong-consistency-regions",
            message:
                "a table of strong consistency has copies in three regions, or in two and a witness"
                    .to_owned(),
            value: format!(
                "{} copies{}",
                props.replicas.len() + 1,
                if witness.is_some() {
                    " and a witness"
                } else {
                    ""
                },
            ),
            allowed: "two replicas, or one replica and a witness".to_owned(),
            fix: "add or remove replicas".to_owned(),
        });
    }
    let mut refuse = |what: &str, value: &str| {
        problems.push(Problem {
            code: "dynamodb.strong-consistency-limits",
            message: format!("a table of strong consistency has no {what}"),
            value: value.to_owned(),
            allowed: String::new(),
            fix: "leave it out, or use `Consistency::Eventual`".to_owned(),
        });
    };
    if let Some(index) = props.local_indexes.first() {
        refuse("local indexes", &index.index_name);
    }
    if let Some(attribute) = &props.time_to_live_attribute {
        refuse("items that expire", attribute);
    }
}

fn check_keys_of_regions(props: &GlobalTableProps, problems: &mut Vec<Problem>) {
    let is_own_key = matches!(props.encryption, Encryption::CustomerManaged(_));
    for replica in &props.replicas {
        if replica.key.is_some() == is_own_key {
            continue;
        }
        let (message, fix) = if is_own_key {
            (
                "a table with a key of the account needs one in every region",
                "set `key` to the ARN of a key in that region",
            )
        } else {
            (
                "a replica has a key, and the table is encrypted with one of AWS",
                "leave `key` out, or give the table `Encryption::CustomerManaged`",
            )
        };
        problems.push(Problem {
            code: "dynamodb.replica-key",
            message: message.to_owned(),
            value: replica.region.to_string(),
            allowed: "a key in every region, or in none".to_owned(),
            fix: fix.to_owned(),
        });
    }
}
