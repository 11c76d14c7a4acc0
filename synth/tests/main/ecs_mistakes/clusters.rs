//! Clusters and log groups.

use synth::Id;
use synth::ecs::{Capacity, Cluster, ClusterProps, InRange, Provider, Strategy};
use synth::logs::{DataIdentifier, DataProtection, LogGroup, LogGroupClass, LogGroupProps};

use super::Mistakes;

pub(super) fn clusters_and_groups(mistakes: &mut Mistakes) {
    let mut cluster = |title, props: ClusterProps| {
        mistakes.add(title, |stack| {
            Cluster::new(stack.child("Cluster"), props);
        });
    };
    cluster(
        "a cluster with a space",
        ClusterProps {
            name: Some("my cluster".into()),
            ..ClusterProps::default()
        },
    );
    let share = |provider, weight, base| Strategy {
        provider,
        weight: InRange::new(weight).unwrap(),
        base,
    };
    let strategies = [
        (
            "a strategy without weights",
            vec![share(Provider::Fargate, 0, 0)],
        ),
        (
            "a strategy with two bases",
            vec![
                share(Provider::Fargate, 1, 1),
                share(Provider::FargateSpot, 1, 1),
            ],
        ),
        (
            "a strategy that names Fargate twice",
            vec![
                share(Provider::Fargate, 1, 0),
                share(Provider::Fargate, 1, 0),
            ],
        ),
    ];
    for (title, strategy) in strategies {
        let capacity = Capacity::Fargate(strategy);
        let props = ClusterProps {
            capacity,
            ..ClusterProps::default()
        };
        cluster(title, props);
    }
    let mut group = |title, props: LogGroupProps| {
        mistakes.add(title, |stack| {
            LogGroup::new(stack.child("Output"), props);
        });
    };
    let named = |name: &'static str| LogGroupProps {
        log_group_name: Some(name.into()),
        ..LogGroupProps::default()
    };
    group("a log group with a space", named("my group"));
    group("a log group of AWS", named("aws/orders"));
    group(
        "a key by its alias",
        LogGroupProps {
            encryption_key: Some(Id::literal("alias/orders").into()),
            ..LogGroupProps::default()
        },
    );
    let protects = |identifiers: Vec<DataIdentifier>| LogGroupProps {
        data_protection: Some(DataProtection::new(identifiers)),
        ..LogGroupProps::default()
    };
    group("a data protection for nothing", protects(Vec::new()));
    let custom = |name: &'static str, pattern: String| DataIdentifier::Custom {
        name: name.into(),
        pattern: pattern.into(),
    };
    group(
        "a data identifier with a space",
        protects(vec![custom("a b", "x".to_owned())]),
    );
    group(
        "a data identifier with a long pattern",
        protects(vec![custom("a", "x".repeat(201))]),
    );
    group(
        "eleven data identifiers",
        protects(vec![custom("a", "x".to_owned()); 11]),
    );
    group(
        "21 indexed fields",
        LogGroupProps {
            indexed_fields: (0..21).map(|field| format!("f{field}").into()).collect(),
            ..LogGroupProps::default()
        },
    );
    group(
        "an index where there is none",
        LogGroupProps {
            class: LogGroupClass::InfrequentAccess,
            indexed_fields: vec!["a".into()],
            ..LogGroupProps::default()
        },
    );
}
