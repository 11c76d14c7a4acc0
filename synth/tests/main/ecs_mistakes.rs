//! Every mistake about tasks, clusters and log groups that is caught at synthesis, as one document.

use std::fmt::Write as _;

use synth::ecs::{
    AppProtocol, Architecture, AwsLogs, Capacity, Cluster, ClusterProps, Container, Dependency,
    DependencyCondition, EfsVolume, EnvironmentFile, FargateSize, FireLens, HealthCheck,
    HealthCommand, Image, InRange, KernelCapabilities, LogDriver, LogMode, LogRouter, Mount,
    OperatingSystem, PidMode, PortMapping, Provider, RestartPolicy, Secret, Splunk, Strategy,
    SystemControl, TaskDefinition, TaskDefinitionProps, Ulimit, Volume, VolumeSource, VolumesFrom,
};
use synth::iam::{Role, RoleProps, Trust};
use synth::logs::{DataIdentifier, DataProtection, LogGroup, LogGroupClass, LogGroupProps};
use synth::{Id, Stack, StackProps, Text};

/// The document, and what each entry is checked for.
struct Mistakes(String);

impl Mistakes {
    /// One mistake, which is one problem and nothing else.
    fn add(&mut self, title: &str, describe: impl FnOnce(&mut Stack)) {
        let mut stack = Stack::new("App", StackProps::default());
        describe(&mut stack);
        let problems = stack
            .synthesize()
            .map_or_else(|problems| problems.0, |_| Vec::new());
        assert_eq!(problems.len(), 1, "{title}: {problems:?}");
        let problem = problems.first().unwrap();
        assert!(!problem.problem.fix.is_empty(), "{title} has no fix");
        writeln!(self.0, "# {title}\n{problem}\n").unwrap();
    }

    fn task(&mut self, title: &str, props: TaskDefinitionProps) {
        self.add(title, |stack| {
            TaskDefinition::new(stack.child("Task"), props);
        });
    }

    fn containers<const N: usize>(&mut self, title: &str, containers: [Container; N]) {
        self.task(title, TaskDefinitionProps::new(containers));
    }

    /// A mistake in one container.
    fn one(&mut self, title: &str, change: impl FnOnce(&mut Container)) {
        let mut container = named("web");
        change(&mut container);
        self.containers(title, [container]);
    }
}

fn named(name: impl Into<Text>) -> Container {
    Container::new(name, Image::registry("nginx"))
}

fn sidecar(name: &'static str) -> Container {
    Container {
        essential: false,
        ..named(name)
    }
}

fn waits(name: &'static str, other: &'static str, condition: DependencyCondition) -> Container {
    Container {
        depends_on: vec![Dependency::new(other, condition)],
        ..sidecar(name)
    }
}

fn listens(name: &'static str, ports: &[PortMapping]) -> Container {
    Container {
        ports: ports.to_vec(),
        ..named(name)
    }
}

fn port(name: &'static str, port: u16) -> PortMapping {
    PortMapping {
        name: Some(name.into()),
        ..PortMapping::tcp(port)
    }
}

const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf";
const ROLE: &str = "arn:aws:iam::123456789012:role/start";

fn tasks(mistakes: &mut Mistakes) {
    mistakes.containers("a task without containers", []);
    mistakes.containers("no essential container", [sidecar("a"), sidecar("b")]);
    let many: Vec<_> = (0..11).map(|number| named(format!("c{number}"))).collect();
    mistakes.task("eleven containers", TaskDefinitionProps::new(many));
    mistakes.containers("two containers of one name", [named("a"), named("a")]);
    mistakes.containers("a name with a space", [named("a b")]);
    mistakes.task(
        "a family with a slash",
        TaskDefinitionProps {
            family: Some("a/b".into()),
            ..TaskDefinitionProps::new([named("web")])
        },
    );
    mistakes.containers(
        "containers that wait for each other",
        [
            named("main"),
            waits("a", "b", DependencyCondition::Start),
            waits("b", "a", DependencyCondition::Start),
        ],
    );
    mistakes.containers(
        "waiting for a container of another task",
        [
            named("main"),
            waits("a", "elsewhere", DependencyCondition::Start),
        ],
    );
    mistakes.containers(
        "waiting for health without a health check",
        [
            named("main"),
            waits("a", "main", DependencyCondition::Healthy),
        ],
    );
    mistakes.containers(
        "waiting for the success of an essential container",
        [
            named("main"),
            waits("a", "main", DependencyCondition::Success),
        ],
    );
    mistakes.containers(
        "waiting for the end of an essential container",
        [
            named("main"),
            waits("a", "main", DependencyCondition::Complete),
        ],
    );
    let keeps = |name, cpu_units, memory_mib| Container {
        cpu_units,
        memory_reservation_mib: memory_mib,
        ..named(name)
    };
    let both = |cpu, memory| [keeps("a", cpu, memory), keeps("b", cpu, memory)];
    mistakes.containers("more CPU than the task", both(Some(200), None));
    mistakes.containers("more memory than the task, together", both(None, Some(300)));
    mistakes.one("more memory than the task", |web| {
        web.memory_mib = Some(1024);
    });
    mistakes.one("hardly any memory", |web| web.memory_mib = Some(5));
    mistakes.one("more memory kept than used", |web| {
        web.memory_mib = Some(128);
        web.memory_reservation_mib = Some(256);
    });
    let large = "x".repeat(70_000);
    mistakes.one("70,000 characters of variables", |web| {
        web.environment = vec![("LARGE".into(), large.into())];
    });
}

fn roles(mistakes: &mut Mistakes) {
    for (title, is_task_role) in [
        ("a task role that trusts Lambda", true),
        ("an execution role that trusts Lambda", false),
    ] {
        mistakes.add(title, |stack| {
            let trust = Trust::service("lambda.amazonaws.com");
            let role = Role::new(stack.child("Role"), RoleProps::new(trust)).arn();
            let mut props = TaskDefinitionProps::new([named("web")]);
            if is_task_role {
                props.task_role = role.into();
            } else {
                props.execution_role = role.into();
            }
            TaskDefinition::new(stack.child("Task"), props);
        });
    }
    let needy = Container {
        secrets: vec![("TOKEN".into(), Secret::secrets_manager(SECRET))],
        ..named("web")
    };
    mistakes.task(
        "an execution role that nothing here can change",
        TaskDefinitionProps {
            execution_role: synth::ecs::ExecutionRole::Given(Id::literal(ROLE).into()),
            ..TaskDefinitionProps::new([needy])
        },
    );
}

fn settings(mistakes: &mut Mistakes) {
    let trusted = |container| TaskDefinitionProps {
        execution_role: synth::ecs::ExecutionRole::Trusted(Id::literal(ROLE).into()),
        ..TaskDefinitionProps::new([container])
    };
    mistakes.one("an image with a space", |web| {
        web.image = Image::registry("nginx latest");
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

fn kernel(mistakes: &mut Mistakes) {
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

fn ports(mistakes: &mut Mistakes) {
    let web = [PortMapping::tcp(80)];
    mistakes.containers(
        "two containers on one port",
        [listens("a", &web), listens("b", &web)],
    );
    mistakes.containers(
        "a port in the range of another container",
        [
            listens("a", &web),
            listens("b", &[PortMapping::tcp_range(79, 90)]),
        ],
    );
    mistakes.containers("port 0", [listens("web", &[PortMapping::tcp(0)])]);
    mistakes.containers(
        "a range that ends before it begins",
        [listens("web", &[PortMapping::tcp_range(90, 80)])],
    );
    mistakes.containers(
        "a port named in capitals",
        [listens("web", &[port("HTTP", 80)])],
    );
    mistakes.containers(
        "two ports of one name",
        [
            listens("a", &[port("http", 80)]),
            listens("b", &[port("http", 81)]),
        ],
    );
    let nameless = PortMapping {
        app_protocol: Some(AppProtocol::Grpc),
        ..PortMapping::tcp(80)
    };
    mistakes.containers("a protocol without a name", [listens("web", &[nameless])]);
}

fn volumes(mistakes: &mut Mistakes) {
    let with = |volumes: Vec<Volume>, mounts: Vec<Mount>| TaskDefinitionProps {
        volumes,
        ..TaskDefinitionProps::new([Container {
            mounts,
            ..named("web")
        }])
    };
    let work = || Mount::new("work", "/work");
    mistakes.task("an undeclared volume", with(vec![], vec![work()]));
    mistakes.task(
        "a relative mount path",
        with(vec![Volume::new("work")], vec![Mount::new("work", "work")]),
    );
    mistakes.task(
        "two volumes at one path",
        with(
            vec![Volume::new("work"), Volume::new("other")],
            vec![work(), Mount::new("other", "/work")],
        ),
    );
    mistakes.task(
        "two volumes of one name",
        with(vec![Volume::new("work"), Volume::new("work")], vec![]),
    );
    mistakes.task(
        "a volume with a space",
        with(vec![Volume::new("a b")], vec![]),
    );
    let at_launch = |name: &'static str| Volume {
        source: VolumeSource::AtLaunch,
        ..Volume::new(name)
    };
    mistakes.task(
        "a volume at launch that nobody mounts",
        with(vec![at_launch("work")], vec![]),
    );
    mistakes.task(
        "two volumes at launch",
        with(
            vec![at_launch("work"), at_launch("other")],
            vec![work(), Mount::new("other", "/other")],
        ),
    );
    let efs = |change: fn(&mut EfsVolume)| {
        let mut efs = EfsVolume::new(Id::literal("fs-1"));
        change(&mut efs);
        let source = efs.into();
        let name = "shared".into();
        with(vec![Volume { name, source }], vec![])
    };
    let root = efs(|efs| {
        efs.access_point = Some(Id::literal("fsap-1").into());
        efs.root_directory = Some("/orders".into());
    });
    mistakes.task("a root directory beside an access point", root);
    let relative = efs(|efs| efs.root_directory = Some("orders".into()));
    mistakes.task("a relative root directory", relative);
    let plain = efs(|efs| {
        efs.authorize_by_task_role = true;
        efs.transit_encryption = false;
    });
    mistakes.task("a role for EFS without encryption", plain);
    mistakes.one("mounts of a container that is not there", |web| {
        web.volumes_from = vec![VolumesFrom::new("side")];
    });
}

fn output(mistakes: &mut Mistakes) {
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

fn windows(mistakes: &mut Mistakes) {
    let windows = |change: fn(&mut TaskDefinitionProps)| {
        let mut props = TaskDefinitionProps {
            size: FargateSize::of::<1024, 2048>(),
            operating_system: Some(OperatingSystem::WindowsServer2022Core),
            ..TaskDefinitionProps::new([named("web")])
        };
        change(&mut props);
        props
    };
    let small = windows(|props| props.size = FargateSize::SMALLEST);
    mistakes.task("Windows on a quarter of a vCPU", small);
    let arm = windows(|props| props.architecture = Some(Architecture::Arm64));
    mistakes.task("Windows on Graviton", arm);
    let shared = windows(|props| props.pid_mode = Some(PidMode::Task));
    mistakes.task("Windows with shared processes", shared);
    let sealed = windows(|props| {
        props
            .containers
            .iter_mut()
            .for_each(|web| web.read_only_root = true);
    });
    mistakes.task("Windows with a read-only root", sealed);
}

fn clusters_and_groups(mistakes: &mut Mistakes) {
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

#[test]
fn no_mistake_is_silent() {
    let mut mistakes = Mistakes(String::new());
    tasks(&mut mistakes);
    roles(&mut mistakes);
    settings(&mut mistakes);
    kernel(&mut mistakes);
    ports(&mut mistakes);
    volumes(&mut mistakes);
    output(&mut mistakes);
    windows(&mut mistakes);
    clusters_and_groups(&mut mistakes);
    snapshots::assert_file("synth/ecs-mistakes.txt", mistakes.0.trim_start());
}
