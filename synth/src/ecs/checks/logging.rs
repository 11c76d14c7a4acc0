//! Where output goes, and whether it arrives.

use super::super::container::Container;
use super::super::driver::LogDriver;
use super::super::logs::{AwsLogs, LogDestination, LogMode};
use super::super::role::ExecutionRole;
use super::{listed, problem};
use crate::{Problem, Value};

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html>
const DRIVERS: [&str; 3] = ["awsfirelens", "awslogs", "splunk"];

pub(super) fn logging(container: &Container, all: &[Container], problems: &mut Vec<Problem>) {
    let Some(logging) = &container.logging else {
        return;
    };
    let name = logging.name();
    if !DRIVERS.contains(&name) {
        problems.push(problem(
            "ecs.log-driver",
            "Fargate does not have this log driver",
            name,
            DRIVERS.join(", "),
            "use `AwsLogs`, `FireLens` or `Splunk`; for no logs, leave `logging` out",
        ));
    }
    if name == "awsfirelens" && container.log_router.is_some() {
        problems.push(problem(
            "ecs.log-router-logging",
            "the log router would send its own output to itself",
            name,
            "awslogs, splunk",
            "give it `AwsLogs`",
        ));
    } else if name == "awsfirelens" && !all.iter().any(|other| other.log_router.is_some()) {
        problems.push(problem(
            "ecs.no-log-router",
            "output goes through FireLens, and no container of the task is a log router",
            name,
            "",
            "add `Container::log_router`",
        ));
    }
    match logging {
        LogDriver::AwsLogs(logs) => aws_logs(logs, problems),
        LogDriver::Splunk(logs) => url(&logs.url, problems),
        LogDriver::Named { driver, .. } => options(driver, logging, problems),
        LogDriver::FireLens(_) => {}
    }
}

/// What Fargate asks of a driver that has no type of its own here.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html>
fn options(driver: &str, logging: &LogDriver, problems: &mut Vec<Problem>) {
    let needed: &[&str] = match driver {
        "awslogs" => &["awslogs-group", "awslogs-region", "awslogs-stream-prefix"],
        "splunk" => &["splunk-token", "splunk-url"],
        _ => &[],
    };
    let names = logging.option_names();
    for name in needed.iter().filter(|name| !names.contains(name)) {
        problems.push(problem(
            "ecs.log-option",
            "the log driver does not start without this option",
            *name,
            needed.join(", "),
            "add it, or use `AwsLogs` or `Splunk`",
        ));
    }
}

fn aws_logs(logs: &AwsLogs, problems: &mut Vec<Problem>) {
    let prefix = logs.stream_prefix.as_ref();
    if prefix.is_empty() || prefix.len() > 255 || prefix.contains([':', '*']) {
        problems.push(problem(
            "ecs.stream-prefix",
            "the names of log streams cannot begin with this",
            prefix,
            "1 to 255 characters, no `:` and no `*`",
            "choose another `stream_prefix`",
        ));
    }
    if logs.mode == (LogMode::NonBlocking { buffer_mib: 0 }) {
        problems.push(problem(
            "ecs.log-buffer",
            "a buffer of nothing drops all output",
            "0 MiB",
            "1 MiB or more",
            "raise `buffer_mib`, or use `LogMode::Blocking`",
        ));
    }
}

fn url(url: &Value<String>, problems: &mut Vec<Problem>) {
    let wrong = url
        .known()
        .filter(|url| !url.starts_with("https://") && !url.starts_with("http://"));
    if let Some(url) = wrong {
        problems.push(problem(
            "ecs.splunk-url",
            "this is not the address of a collector",
            url,
            "https://HOST:PORT",
            "write the scheme, the host and the port",
        ));
    }
}

/// A role of this app may write to no group that it cannot name.
pub(super) fn own_group(container: &Container, role: &ExecutionRole, problems: &mut Vec<Problem>) {
    let Some(LogDriver::AwsLogs(logs)) = &container.logging else {
        return;
    };
    let is_own = matches!(logs.group, LogDestination::Own(_));
    if is_own && matches!(role, ExecutionRole::Given(Value::Unknown(_))) {
        problems.push(problem(
            "ecs.own-log-group",
            "the given execution role cannot write to a log group that is declared with the container",
            container.name.as_ref(),
            "",
            "declare a `LogGroup` and use `AwsLogs::new`, or let the task have its own execution role",
        ));
    }
}

pub(super) fn router(container: &Container, problems: &mut Vec<Problem>) {
    let file = container
        .log_router
        .as_ref()
        .and_then(|router| router.config_file.as_deref());
    if let Some(file) = file.filter(|file| !file.starts_with('/')) {
        problems.push(problem(
            "ecs.log-router-file",
            "the settings of the log router are at a path that is not absolute; Fargate reads none from S3",
            file,
            "a file of the router's image, such as /fluent-bit/etc/extra.conf",
            "put the file into the image",
        ));
    }
}

pub(super) fn routers(containers: &[Container]) -> Option<Problem> {
    let routers = || containers.iter().filter(|one| one.log_router.is_some());
    (routers().count() > 1).then(|| {
        problem(
            "ecs.log-routers",
            "a task has one log router",
            listed(routers().map(|one| one.name.as_ref())),
            "one",
            "keep one of them",
        )
    })
}
