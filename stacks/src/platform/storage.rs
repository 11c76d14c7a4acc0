//! What outlives an execution: history, orders, images, and what containers print.

use synth::dynamodb::{Attribute, GlobalIndex, Table, TableProps};
use synth::ecr::{Expiry, ImageRule, Images, Repository, RepositoryProps};
use synth::logs::{LogGroup, LogGroupProps, Retention};
use synth::s3::{Bucket, BucketProps, LifecycleRule};
use synth::{DeletionPolicy, Problem, Scope};

use super::settings::Settings;
use super::table;

/// How long an order may lie there before its agent has read it, in days. Agents delete their own.
const ORDER_DAYS: u32 = 1;

/// How far back the table can be restored, in days.
const RECOVERY_DAYS: u8 = 7;

/// What outlives an execution. All of it goes with the stack; `mycli destroy` says so first.
pub(super) struct Storage {
    /// History and log chunks.
    pub(super) table: Table,
    /// Orders, and the archive: the whole output of each execution that is over.
    pub(super) bucket: Bucket,
    /// The agent's image.
    pub(super) repository: Repository,
    /// What containers print beside the agent.
    pub(super) log_group: LogGroup,
}

impl Storage {
    /// Adds the four of them.
    pub(super) fn new(scope: &mut Scope<'_>, settings: &Settings) -> Self {
        let retention = retention(scope, settings.log_retention_in_days);
        Self {
            table: history(scope.child("History")),
            bucket: Bucket::new(
                scope.child("Objects"),
                BucketProps {
                    lifecycle_rules: vec![
                        LifecycleRule {
                            id: Some("orders".into()),
                            prefix: Some("orders/".into()),
                            expiration_in_days: Some(ORDER_DAYS),
                            abort_upload_in_days: Some(ORDER_DAYS),
                            ..LifecycleRule::default()
                        },
                        LifecycleRule {
                            id: Some("archive".into()),
                            prefix: Some("archive/".into()),
                            expiration_in_days: Some(settings.history_retention_in_days),
                            abort_upload_in_days: Some(ORDER_DAYS),
                            ..LifecycleRule::default()
                        },
                    ],
                    removal: DeletionPolicy::Delete,
                    ..BucketProps::default()
                },
            ),
            repository: Repository::new(
                scope.child("AgentRepository"),
                RepositoryProps {
                    lifecycle_rules: vec![ImageRule::new(Images::Untagged, Expiry::AfterDays(1))],
                    empty_on_delete: true,
                    removal: DeletionPolicy::Delete,
                    ..RepositoryProps::default()
                },
            ),
            log_group: LogGroup::new(
                scope.child("Crashes"),
                LogGroupProps {
                    retention,
                    removal: DeletionPolicy::Delete,
                    ..LogGroupProps::default()
                },
            ),
        }
    }
}

fn history(scope: Scope<'_>) -> Table {
    let by_created = GlobalIndex::new(table::BY_CREATED, Attribute::text(table::LIST))
        .sorted_by(Attribute::text(table::CREATED));
    let by_open = GlobalIndex::new(table::BY_OPEN, Attribute::text(table::OPEN))
        .sorted_by(Attribute::text(table::CREATED));
    Table::new(
        scope,
        TableProps {
            sort_key: Some(Attribute::text(table::SORT_KEY)),
            global_indexes: vec![by_created, by_open],
            time_to_live_attribute: Some(table::EXPIRES_AT.into()),
            recovery_in_days: Some(RECOVERY_DAYS),
            removal: DeletionPolicy::Delete,
            ..TableProps::new(Attribute::text(table::PARTITION_KEY))
        },
    )
}

fn retention(scope: &mut Scope<'_>, days: u32) -> Retention {
    Retention::from_days(days).unwrap_or_else(|| {
        scope.problem(Problem {
            code: "platform.log-retention",
            message: "CloudWatch Logs does not offer this period".to_owned(),
            value: format!("log_retention_in_days: {days}"),
            allowed: "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and more"
                .to_owned(),
            fix: "choose one of them for `log_retention_in_days`".to_owned(),
        });
        Retention::TwoWeeks
    })
}
