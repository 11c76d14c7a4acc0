//! Where output goes: log drivers and log groups.

use synth::ecr::Repository;
use synth::ecs::{
    AwsLogs, Container, FireLens, Image, InRange, LogDestination, LogRouter, PortMapping, Secret,
    Splunk, SplunkFormat, TaskDefinition, TaskDefinitionProps,
};
use synth::logs::{
    DataIdentifier, DataProtection, LogGroup, LogGroupClass, LogGroupProps, Retention,
};
use synth::{DeletionPolicy, Id, Stack};

use super::{KEY, SECRET, group};

pub(super) fn drivers(stack: &mut Stack, images: &Repository) {
    let web = Container {
        logging: Some(AwsLogs::own("web").into()),
        ..Container::new("web", Image::registry("nginx"))
    };
    TaskDefinition::new(stack.child("TaskDef"), TaskDefinitionProps::new([web]));

    let week = LogDestination::Own(Box::new(group(Retention::OneWeek)));
    let router = Container {
        logging: Some(
            AwsLogs {
                group: week,
                ..AwsLogs::own("router")
            }
            .into(),
        ),
        memory_reservation_mib: None,
        ..Container::log_router(
            "router",
            Image::registry("fb"),
            LogRouter {
                ecs_log_metadata: Some(true),
                config_file: Some("/extra.conf".into()),
                ..LogRouter::default()
            },
        )
    };
    let app = Container {
        logging: Some(
            FireLens {
                secret_options: vec![("apikey".into(), Secret::secrets_manager(SECRET))],
                ..FireLens::new([("Name", "x")])
            }
            .into(),
        ),
        ..Container::new("app", Image::registry("x"))
    };
    TaskDefinition::new(
        stack.child("Router"),
        TaskDefinitionProps::new([router, app]),
    );

    let logs = Splunk {
        source: Some("src".into()),
        source_type: Some("st".into()),
        index: Some("i".into()),
        insecure_skip_verify: true,
        format: Some(SplunkFormat::Raw),
        verify_connection: Some(false),
        gzip_level: Some(InRange::of::<5>()),
        tag: Some("t".into()),
        labels: vec!["a".into(), "b".into()],
        env: vec!["E".into()],
        env_regex: Some("^X".into()),
        ..Splunk::new(
            "https://s:8088",
            Secret::secrets_manager_field(SECRET, "tok"),
        )
    };
    let app = Container {
        logging: Some(logs.into()),
        ..Container::new("app", Image::registry("x"))
    };
    TaskDefinition::new(stack.child("Splunk"), TaskDefinitionProps::new([app]));

    let digest = "sha256:94afd1f2e64d908bc90dbca0035a5b567EXAMPLE";
    let app = Container {
        ports: vec![PortMapping::tcp_range(9000, 9010)],
        ..Container::new("app", Image::ecr(images, digest))
    };
    TaskDefinition::new(stack.child("Digest"), TaskDefinitionProps::new([app]));
}

pub(super) fn groups(stack: &mut Stack) {
    let props = LogGroupProps {
        log_group_name: Some("/a".into()),
        encryption_key: Some(Id::literal(KEY).into()),
        class: LogGroupClass::InfrequentAccess,
        deletion_protection: true,
        removal: DeletionPolicy::Delete,
        ..group(Retention::OneDay)
    };
    LogGroup::new(stack.child("Lg"), props);
    let protection = DataProtection {
        name: "p".into(),
        description: "d".into(),
        ..DataProtection::new([
            DataIdentifier::Managed("EmailAddress".into()),
            DataIdentifier::Custom {
                name: "Emp".into(),
                pattern: "E-\\d{9}".into(),
            },
        ])
    };
    let props = LogGroupProps {
        indexed_fields: vec!["Operation".into(), "RequestId".into()],
        data_protection: Some(protection),
        ..group(Retention::TwoYears)
    };
    LogGroup::new(stack.child("Dp"), props);
}
