//! Log drivers, and the container they log through.

use super::super::driver::LogDriver;
use super::super::log_router::{FireLens, LogRouter};
use super::super::logs::{AwsLogs, LogDestination, LogMode, Multiline};
use super::super::secret::Secret;
use super::super::splunk::Splunk;
use super::{list, secret};
use crate::absent::some;
use crate::cfn::ecs::task_definition as part;
use crate::{Text, Value};

type Options = Vec<(Text, Value<String>)>;

pub(super) fn driver(driver: &LogDriver, region: &Value<String>) -> part::LogConfiguration {
    match driver {
        LogDriver::AwsLogs(logs) => configuration("awslogs", aws_logs(logs, region), &[]),
        LogDriver::FireLens(FireLens {
            options,
            secret_options,
        }) => configuration("awsfirelens", options.clone(), secret_options),
        LogDriver::Splunk(logs) => splunk(logs),
        LogDriver::Named {
            driver,
            options,
            secret_options,
        } => configuration(driver, options.clone(), secret_options),
    }
}

fn configuration(
    driver: &str,
    options: Options,
    secrets: &[(Text, Secret)],
) -> part::LogConfiguration {
    part::LogConfiguration {
        options: some(options).into(),
        secret_options: list(secrets, secret),
        ..part::LogConfiguration::new(driver)
    }
}

fn splunk(logs: &Splunk) -> part::LogConfiguration {
    let options = logs.options().into_iter();
    let options = options.map(|(name, value)| (Text::Borrowed(name), value));
    let token = (Text::Borrowed("splunk-token"), logs.token.clone());
    configuration("splunk", options.collect(), &[token])
}

fn aws_logs(logs: &AwsLogs, region: &Value<String>) -> Options {
    let group = match &logs.group {
        LogDestination::Group(group) => Some(Value::from(&group.name)),
        // Only where the container has no usable name, which was reported.
        LogDestination::Own(_) => None,
    };
    let mut options: Vec<(&'static str, Value<String>)> = Vec::new();
    options.extend(group.map(|group| ("awslogs-group", group)));
    options.push(("awslogs-stream-prefix", logs.stream_prefix.as_ref().into()));
    options.push(("awslogs-region", region.clone()));
    match &logs.multiline {
        Multiline::None => {}
        Multiline::DatetimeFormat(format) => {
            options.push(("awslogs-datetime-format", format.as_ref().into()));
        }
        Multiline::Pattern(pattern) => {
            options.push(("awslogs-multiline-pattern", pattern.as_ref().into()));
        }
    }
    match logs.mode {
        LogMode::AsAccountSays => {}
        LogMode::Blocking => options.push(("mode", "blocking".into())),
        LogMode::NonBlocking { buffer_mib } => {
            let bytes = u32::from(buffer_mib) << 20;
            options.push(("mode", "non-blocking".into()));
            options.push(("max-buffer-size", format!("{bytes}b").into()));
        }
    }
    let options = options.into_iter();
    options
        .map(|(name, value)| (Text::Borrowed(name), value))
        .collect()
}

pub(super) fn router(router: &LogRouter) -> part::FirelensConfiguration {
    let mut options: Options = Vec::new();
    if let Some(metadata) = router.ecs_log_metadata {
        let value = metadata.to_string().into();
        options.push(("enable-ecs-log-metadata".into(), value));
    }
    if let Some(file) = &router.config_file {
        options.push(("config-file-type".into(), "file".into()));
        options.push(("config-file-value".into(), file.as_ref().into()));
    }
    part::FirelensConfiguration {
        options: some(options).into(),
        r#type: router.kind.as_text().into(),
    }
}
