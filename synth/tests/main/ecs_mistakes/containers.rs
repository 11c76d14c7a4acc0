//! What one container says of itself.

use synth::Id;
use synth::ecs::{
    AwsLogs, Container, EnvironmentFile, ExecutionRole, FireLens, HealthCheck, HealthCommand,
    Image, InRange, KernelCapabilities, LogDriver, LogMode, LogRouter, RestartPolicy, Secret,
    Splunk, SystemControl, TaskDefinitionProps, Ulimit,
};
use synth::logs::LogGroup;

use super::{Mistakes, ROLE, SECRET, named};

pub(super) fn settings(mistakes: &mut Mistakes) {
    let trusted = |container| TaskDefinitionProps {
        execution_role: ExecutionRole::Trusted(Id::literal(ROLE).into()),
        ..TaskDefinitionProps::new([container])
    };
    mistakes.one("an image with a space", |web| {
        web.image = Image::registry("nginx latest");
    });
    mistakes.one("an image by its address", |web| {
        web.image = Image::registry("https://registry.example.com/app:7");
    });
    mistakes.one("a variable without a name", |web| {
        web.environment = vec![("".into(), "x".into())];
    });
    mistakes.one("a variable with an equals sign", |web| {
        web.environment = vec![("A=B".into(), "x".into())];
    });
    mistakes.one("a variable twice", |web| {
        web.environment = vec![("A".into(), "x".into()), ("A".into(), "y".into())];
    });
    let both = Container {
        environment: vec![("A".into(), "x".into())],
        secrets: vec![("A".into(), Secret::secrets_manager(SECRET))],
        ..named("web")
    };
    mistakes.task("a variable that is a secret too", trusted(both));
    let short = Container {
        secrets: vec![("A".into(), Secret::secrets_manager("orders"))],
        ..named("web")
    };
    mistakes.task("a secret by its name", trusted(short));
    let other = Container {
        secrets: vec![("A".into(), Secret::parameter(SECRET))],
        ..named("web")
    };
    mistakes.task("a secret as a parameter", trusted(other));
    let file = |key: &'static str| EnvironmentFile::new("arn:aws:s3:::settings", key);
    mistakes.one("a file of variables of another kind", |web| {
        web.environment_files = vec![file("main.txt")];
    });
    mistakes.one("eleven files of variables", |web| {
        web.environment_files = vec![file("main.env"); 11];
    });
    mistakes.one("a relative working directory", |web| {
        web.working_directory = Some("work".into());
    });
    mistakes.one("a label twice", |web| {
        web.docker_labels = vec![("a".into(), "x".into()), ("a".into(), "y".into())];
    });
    mistakes.one("a health check without a command", |web| {
        web.health_check = Some(HealthCheck::new(HealthCommand::Exec(Vec::new())));
    });
    mistakes.one("a health check that says CMD twice", |web| {
        let words = vec!["CMD".into(), "true".into()];
        web.health_check = Some(HealthCheck::new(HealthCommand::Exec(words)));
    });
    mistakes.one("a health check that overlaps the next", |web| {
        web.health_check = Some(HealthCheck {
            timeout: InRange::of::<60>(),
            ..HealthCheck::new(HealthCommand::Shell("true".into()))
        });
    });
    mistakes.one("51 exit codes", |web| {
        web.restart_policy = Some(RestartPolicy {
            ignored_exit_codes: (0..51).collect(),
            attempt_period: None,
        });
    });
}

pub(super) fn kernel(mistakes: &mut Mistakes) {
    let limit = |name: &'static str, soft, hard| Ulimit {
        name: name.into(),
        soft,
        hard,
    };
    mistakes.one("a limit that does not exist", |web| {
        web.ulimits = vec![limit("nofiles", 1, 2)];
    });
    mistakes.one("a limit above its highest", |web| {
        web.ulimits = vec![limit("nofile", 2, 1)];
    });
    mistakes.one("a limit twice", |web| {
        web.ulimits = vec![limit("nofile", 1, 2), limit("nofile", 1, 3)];
    });
    mistakes.one("a capability with its prefix", |web| {
        web.kernel_capabilities.drop = vec!["CAP_NET_RAW".into()];
    });
    mistakes.one("a capability added and dropped", |web| {
        web.kernel_capabilities = KernelCapabilities {
            trace: true,
            drop: vec!["SYS_PTRACE".into()],
        };
    });
    mistakes.one("a parameter of the host's kernel", |web| {
        web.system_controls = vec![SystemControl::new("vm.max_map_count", "262144")];
    });
    mistakes.one("a parameter of the kernel twice", |web| {
        web.system_controls = vec![SystemControl::new("net.core.somaxconn", "1024"); 2];
    });
    let sets = |name, value: &'static str| Container {
        system_controls: vec![SystemControl::new("net.core.somaxconn", value)],
        ..named(name)
    };
    mistakes.containers(
        "one network set twice",
        [sets("a", "1024"), sets("b", "2048")],
    );
}

pub(super) fn output(mistakes: &mut Mistakes) {
    let named_driver = |driver: &'static str| LogDriver::Named {
        driver: driver.into(),
        options: Vec::new(),
        secret_options: Vec::new(),
    };
    for driver in ["fluentd", "gelf", "journald", "json-file", "none", "syslog"] {
        mistakes.one(&format!("the log driver {driver}"), |web| {
            web.logging = Some(named_driver(driver));
        });
    }
    let group = LogGroup::from_name("/orders");
    mistakes.one("streams without a prefix", |web| {
        web.logging = Some(AwsLogs::new(&group, "").into());
    });
    mistakes.one("a buffer of nothing", |web| {
        let logs = AwsLogs {
            mode: LogMode::NonBlocking { buffer_mib: 0 },
            ..AwsLogs::new(&group, "web")
        };
        web.logging = Some(logs.into());
    });
    mistakes.one("awslogs by its name, without a group", |web| {
        let option = |name: &'static str| (name.into(), "x".into());
        web.logging = Some(LogDriver::Named {
            driver: "awslogs".into(),
            options: vec![option("awslogs-region"), option("awslogs-stream-prefix")],
            secret_options: Vec::new(),
        });
    });
    mistakes.one("FireLens without a log router", |web| {
        web.logging = Some(FireLens::new([("Name", "loki")]).into());
    });
    let router = |name| Container::log_router(name, Image::registry("fb"), LogRouter::default());
    let loop_back = Container {
        logging: Some(FireLens::default().into()),
        ..router("router")
    };
    mistakes.containers("a log router that logs to itself", [loop_back]);
    mistakes.containers("two log routers", [router("a"), router("b")]);
    let from_s3 = LogRouter {
        config_file: Some("arn:aws:s3:::settings/extra.conf".into()),
        ..LogRouter::default()
    };
    let from_s3 = Container::log_router("router", Image::registry("fb"), from_s3);
    mistakes.containers("a log router with settings in S3", [from_s3]);
    mistakes.one("Splunk without a scheme", |web| {
        let token = Secret::secrets_manager(SECRET);
        web.logging = Some(Splunk::new("splunk:8088", token).into());
    });
}
