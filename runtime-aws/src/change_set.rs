//! What CloudFormation is asked and says of a change set, in the runtime's words.

use aws_sdk_cloudformation::operation::create_change_set::builders::CreateChangeSetFluentBuilder;
use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types::{
    Capability, ChangeSetType, DeploymentConfig, DeploymentConfigMode, Parameter, ResourceChange,
    ResourceChangeDetail, ResourceToImport as SdkResourceToImport, RollbackConfiguration,
    RollbackTrigger, Tag,
};
use runtime::deploy::{
    Action, Change, ChangeSet, ChangeSetOptions, ChangeSetRequest, ChangeSetState, PropertyChange,
    ResourceToImport,
};

/// Types that hold what people made: replaced or removed, it is lost.
const STATEFUL: [&str; 16] = [
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EC2::Volume",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::Kinesis::Stream",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::SQS::Queue",
    "AWS::SSM::Parameter",
];

/// How CloudFormation says that there is nothing to change.
const EMPTY: [&str; 2] = ["didn't contain changes", "No updates are to be performed"];

/// Puts `request` into words of CloudFormation.
pub(crate) fn ask(
    asked: CreateChangeSetFluentBuilder,
    request: &ChangeSetRequest,
) -> CreateChangeSetFluentBuilder {
    let options = &request.options;
    let kind = match (request.create, options.import.is_empty()) {
        (_, false) => ChangeSetType::Import,
        (true, true) => ChangeSetType::Create,
        (false, true) => ChangeSetType::Update,
    };
    let asked = match &request.template_url {
        Some(url) => asked.template_url(url),
        None => asked.template_body(&request.template),
    };
    let capabilities = request.capabilities.iter();
    let capabilities = capabilities.map(|name| Capability::from(name.as_str()));
    let import = options.import.iter().map(resource_to_import);
    asked
        .stack_name(&request.stack)
        .change_set_type(kind)
        .set_parameters(Some(parameters(request)))
        .set_tags(Some(request.tags.iter().map(tag).collect()))
        .set_capabilities(Some(capabilities.collect()))
        .set_role_arn(options.role.clone())
        .set_notification_arns(options.notification_arns.clone())
        .set_import_existing_resources(options.import_existing.then_some(true))
        .set_resources_to_import((!options.import.is_empty()).then(|| import.collect()))
        .set_rollback_configuration(rollback_configuration(options))
        .set_deployment_config(options.express.then(|| {
            // Without a word about it, this mode keeps what worked.
            DeploymentConfig::builder()
                .mode(DeploymentConfigMode::Express)
                .disable_rollback(options.keep_on_failure)
                .build()
        }))
}

fn rollback_configuration(options: &ChangeSetOptions) -> Option<RollbackConfiguration> {
    if options.rollback_alarms.is_empty() && options.monitoring_minutes.is_none() {
        return None;
    }
    let triggers = options.rollback_alarms.iter().map(|arn| {
        // An alarm of several alarms is another type, which its ARN does not tell.
        RollbackTrigger::builder()
            .arn(arn)
            .r#type("AWS::CloudWatch::Alarm")
            .build()
    });
    let configuration = RollbackConfiguration::builder()
        .set_rollback_triggers(Some(triggers.collect()))
        .set_monitoring_time_in_minutes(options.monitoring_minutes.map(i32::from));
    Some(configuration.build())
}

fn resource_to_import(resource: &ResourceToImport) -> SdkResourceToImport {
    let mut sdk = SdkResourceToImport::builder()
        .logical_resource_id(&resource.logical_id)
        .resource_type(&resource.resource_type);
    for (name, value) in &resource.identifier {
        sdk = sdk.resource_identifier(name, value);
    }
    sdk.build()
}

fn parameters(request: &ChangeSetRequest) -> Vec<Parameter> {
    let given = request.parameters.iter().map(|(name, value)| {
        Parameter::builder()
            .parameter_key(name)
            .parameter_value(value)
            .build()
    });
    let previous = request.previous_parameters.iter().map(|name| {
        Parameter::builder()
            .parameter_key(name)
            .use_previous_value(true)
            .build()
    });
    given.chain(previous).collect()
}

fn tag((key, value): (&String, &String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

/// Reads all pages of a change set.
pub(crate) fn read(pages: &[DescribeChangeSetOutput]) -> ChangeSet {
    let status = pages
        .first()
        .and_then(|page| page.status())
        .map_or("", aws_sdk_cloudformation::types::ChangeSetStatus::as_str);
    let reason = pages
        .first()
        .and_then(DescribeChangeSetOutput::status_reason)
        .unwrap_or_default();
    let execution = pages
        .first()
        .and_then(|page| page.execution_status())
        .map_or("", aws_sdk_cloudformation::types::ExecutionStatus::as_str);
    let state = match status {
        "CREATE_COMPLETE" => match execution {
            "" | "AVAILABLE" => ChangeSetState::Ready,
            word => ChangeSetState::Failed(format!("its change set is {word}, not AVAILABLE")),
        },
        "FAILED" if EMPTY.iter().any(|empty| reason.contains(empty)) => ChangeSetState::Empty,
        "FAILED" => ChangeSetState::Failed(reason.to_owned()),
        _ => ChangeSetState::Pending,
    };
    let changes = pages
        .iter()
        .flat_map(DescribeChangeSetOutput::changes)
        .filter_map(|change| change.resource_change().map(change_of))
        .collect();
    ChangeSet { state, changes }
}

fn change_of(change: &ResourceChange) -> Change {
    let policy = change.policy_action().map_or("", |policy| policy.as_str());
    let keeps = matches!(
        policy,
        "Retain" | "Snapshot" | "ReplaceAndRetain" | "ReplaceAndSnapshot"
    );
    let word = change.action().map_or("", |action| action.as_str());
    let replacement = change
        .replacement()
        .map_or("", |replacement| replacement.as_str());
    let action = match (word, replacement) {
        ("Add", _) => Action::Add,
        ("Import", _) => Action::Import,
        ("Remove", _) => Action::Remove {
            retained: policy == "Retain",
        },
        (_, "True") => Action::Replace { certain: true },
        (_, "Conditional") => Action::Replace { certain: false },
        _ => Action::Modify,
    };
    let resource_type = change.resource_type().unwrap_or_default();
    let goes = matches!(action, Action::Replace { .. } | Action::Remove { .. });
    let mut properties: Vec<PropertyChange> =
        change.details().iter().filter_map(property).collect();
    properties.sort();
    properties.dedup_by(|second, first| {
        let same = first.name == second.name;
        // One property is listed once for each thing that changes it.
        first.replaces |= same && second.replaces;
        same
    });
    Change {
        action,
        logical_id: change.logical_resource_id().unwrap_or_default().to_owned(),
        resource_type: resource_type.to_owned(),
        physical_id: change.physical_resource_id().map(str::to_owned),
        properties,
        loses_data: goes && !keeps && STATEFUL.contains(&resource_type),
    }
}

fn property(detail: &ResourceChangeDetail) -> Option<PropertyChange> {
    let target = detail.target()?;
    let attribute = target
        .attribute()
        .map_or("", |attribute| attribute.as_str());
    let name = match (attribute, target.name()) {
        ("Properties" | "", Some(name)) => name.to_owned(),
        (attribute, Some(name)) => format!("{attribute}.{name}"),
        (attribute, None) => attribute.to_owned(),
    };
    let recreation = target
        .requires_recreation()
        .map_or("", |needed| needed.as_str());
    Some(PropertyChange {
        name,
        before: target.before_value().map(str::to_owned),
        after: target.after_value().map(str::to_owned),
        replaces: matches!(recreation, "Always" | "Conditionally"),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::{
        Change as SdkChange, ChangeAction, ChangeSetStatus, PolicyAction, Replacement,
        RequiresRecreation, ResourceAttribute, ResourceTargetDefinition,
    };

    use super::*;

    fn page(
        status: ChangeSetStatus,
        reason: &str,
        changes: Vec<ResourceChange>,
    ) -> DescribeChangeSetOutput {
        let changes = changes.into_iter();
        let changes = changes.map(|change| SdkChange::builder().resource_change(change).build());
        DescribeChangeSetOutput::builder()
            .status(status)
            .status_reason(reason)
            .set_changes(Some(changes.collect()))
            .build()
    }

    fn state(status: ChangeSetStatus, reason: &str) -> ChangeSetState {
        read(&[page(status, reason, Vec::new())]).state
    }

    #[test]
    fn a_change_set_without_changes_is_empty_and_not_failed() {
        let empty = "The submitted information didn't contain changes. Submit different information to create a change set.";
        assert_eq!(state(ChangeSetStatus::Failed, empty), ChangeSetState::Empty);
        let bad = "Template error: bad".to_owned();
        assert_eq!(
            state(ChangeSetStatus::Failed, &bad),
            ChangeSetState::Failed(bad)
        );
        assert_eq!(
            state(ChangeSetStatus::CreatePending, ""),
            ChangeSetState::Pending
        );
        assert_eq!(
            state(ChangeSetStatus::CreateComplete, ""),
            ChangeSetState::Ready
        );
    }

    #[test]
    fn a_replaced_table_loses_its_data_unless_it_is_retained() {
        let detail = |recreation| {
            let target = ResourceTargetDefinition::builder()
                .attribute(ResourceAttribute::Properties)
                .name("KeySchema")
                .before_value("old")
                .after_value("new")
                .requires_recreation(recreation);
            ResourceChangeDetail::builder()
                .target(target.build())
                .build()
        };
        let table = ResourceChange::builder()
            .action(ChangeAction::Modify)
            .logical_resource_id("Table")
            .resource_type("AWS::DynamoDB::Table")
            .replacement(Replacement::True)
            .details(detail(RequiresRecreation::Never))
            .details(detail(RequiresRecreation::Always));
        let kept = table.clone().policy_action(PolicyAction::ReplaceAndRetain);
        let pages = [
            page(ChangeSetStatus::CreateComplete, "", vec![table.build()]),
            page(ChangeSetStatus::CreateComplete, "", vec![kept.build()]),
        ];
        let changes = read(&pages).changes;
        let property = PropertyChange {
            name: "KeySchema".to_owned(),
            before: Some("old".to_owned()),
            after: Some("new".to_owned()),
            replaces: true,
        };
        assert_eq!(changes[0].action, Action::Replace { certain: true });
        assert_eq!(changes[0].properties, [property]);
        assert_eq!(
            [changes[0].loses_data, changes[1].loses_data],
            [true, false]
        );
    }
}
