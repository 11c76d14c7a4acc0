//! Tables as AWS CDK's `TableV2` declares them.

use synth::dynamodb::{
    Attribute, GlobalIndex, GlobalTable, GlobalTableProps, Projection, ReplicaSettings,
};
use synth::{DeletionPolicy, Scope};

pub(crate) fn main(scope: Scope<'_>) -> GlobalTable {
    let by_second = GlobalIndex {
        projection: Projection::KeysOnly,
        ..GlobalIndex::new("second", Attribute::text("secondPk"))
    };
    let settings = ReplicaSettings {
        recovery_in_days: Some(35),
        ..ReplicaSettings::default()
    };
    let props = GlobalTableProps {
        sort_key: Some(Attribute::text("sk")),
        global_indexes: vec![
            GlobalIndex::new("first", Attribute::text("firstPk"))
                .sorted_by(Attribute::text("firstSk")),
            by_second,
        ],
        time_to_live_attribute: Some("ttl".into()),
        settings,
        ..table("pk")
    };
    GlobalTable::new(scope, props)
}

pub(crate) fn state(scope: Scope<'_>) -> GlobalTable {
    GlobalTable::new(scope, table("id"))
}

pub(crate) fn small(scope: Scope<'_>) -> GlobalTable {
    GlobalTable::new(scope, table("pk"))
}

fn table(partition_key: &'static str) -> GlobalTableProps {
    GlobalTableProps {
        removal: DeletionPolicy::Delete,
        ..GlobalTableProps::new(Attribute::text(partition_key))
    }
}
