//! Clusters and task definitions, at the construct paths of an app that AWS CDK (aws-cdk-lib 2.276.0) was asked for too.

mod output;

use synth::ecr::{Repository, RepositoryProps};
use synth::ecs::{
    AppProtocol, Architecture, AwsLogs, Capacity, Cluster, ClusterProps, Container,
    ContainerInsights, Dependency, DependencyCondition, EfsVolume, EnvironmentFile, ExecuteCommand,
    FargateSize, HealthCheck, HealthCommand, Image, InRange, KernelCapabilities, LogMode, Mount,
    Multiline, OperatingSystem, PidMode, PortMapping, Provider, RestartPolicy, Secret,
    SecretVersion, SessionBucket, SessionGroup, SessionLog, Strategy, SystemControl,
    TaskDefinition, TaskDefinitionProps, Ulimit, Volume, VolumeSource, VolumesFrom,
};
use synth::iam::{PolicyDocument, Role, RoleProps, Statement, Trust};
use synth::logs::{LogGroup, LogGroupProps, Retention};
use synth::{Id, Stack, StackProps, join, pseudo};

use crate::show::statements;

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/k";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf";

fn group(retention: Retention) -> LogGroupProps {
    LogGroupProps {
        retention,
        ..LogGroupProps::default()
    }
}

fn clusters(stack: &mut Stack, sessions: &LogGroup) {
    let share = |provider, weight, base| Strategy {
        provider,
        weight,
        base,
    };
    let props = ClusterProps {
        name: Some("main".into()),
        capacity: Capacity::FargateAssociated(vec![
            share(Provider::FargateSpot, InRange::of::<2>(), 0),
            share(Provider::Fargate, InRange::of::<1>(), 1),
        ]),
        insights: Some(ContainerInsights::Enhanced),
        execute_command: Some(ExecuteCommand {
            kms_key: Some(KEY.into()),
            logging: SessionLog::GroupAndBucket(
                SessionGroup {
                    encrypted: true,
                    ..SessionGroup::new(sessions.name())
                },
                SessionBucket {
                    prefix: "x/".into(),
                    encrypted: true,
                    ..SessionBucket::new(Id::literal("sessions"))
                },
            ),
        }),
        ..ClusterProps::default()
    };
    Cluster::new(stack.child("Cluster"), props);
    let props = ClusterProps {
        capacity: Capacity::None,
        ..ClusterProps::default()
    };
    Cluster::new(stack.child("Plain"), props);
}

fn main_container(images: &Repository, sessions: &LogGroup) -> Container {
    let bucket = join(
        "",
        ["arn:".into(), pseudo::partition(), ":s3:::sessions".into()],
    );
    Container {
        command: vec!["a".into(), "b".into()],
        entry_point: vec!["/bin/x".into()],
        environment: vec![("B".into(), "1".into()), ("A".into(), "2".into())],
        environment_files: vec![EnvironmentFile::new(bucket, "env/a.env")],
        secrets: vec![
            ("TOKEN".into(), Secret::parameter_named("/a/b")),
            ("KEY".into(), Secret::secrets_manager_field(SECRET, "field")),
            (
                "V".into(),
                Secret::SecretsManager {
                    arn: SECRET.into(),
                    field: Some("f".into()),
                    version: Some(SecretVersion::Stage("AWSCURRENT".into())),
                },
            ),
        ],
        cpu_units: Some(128),
        memory_mib: Some(512),
        memory_reservation_mib: Some(256),
        health_check: Some(HealthCheck {
            start_period: InRange::of::<10>(),
            ..HealthCheck::new(HealthCommand::Exec(vec!["true".into()]))
        }),
        logging: Some(
            AwsLogs {
                multiline: Multiline::DatetimeFormat("%Y".into()),
                mode: LogMode::NonBlocking { buffer_mib: 4 },
                ..AwsLogs::new(sessions, "main")
            }
            .into(),
        ),
        ports: vec![
            PortMapping {
                name: Some("http".into()),
                app_protocol: Some(AppProtocol::Http2),
                ..PortMapping::tcp(8080)
            },
            PortMapping::udp(53),
        ],
        start_timeout: Some(InRange::of::<60>()),
        stop_timeout: Some(InRange::of::<120>()),
        user: Some("1000".into()),
        working_directory: Some("/w".into()),
        read_only_root: true,
        init_process: true,
        kernel_capabilities: KernelCapabilities {
            trace: true,
            drop: vec!["NET_RAW".into()],
        },
        ulimits: vec![Ulimit {
            name: "nofile".into(),
            soft: 1024,
            hard: 2048,
        }],
        docker_labels: vec![("b".into(), "1".into()), ("a".into(), "2".into())],
        system_controls: vec![SystemControl::new("net.core.somaxconn", "1024")],
        interactive: true,
        pseudo_terminal: true,
        version_consistency: Some(false),
        restart_policy: Some(RestartPolicy {
            ignored_exit_codes: vec![1],
            attempt_period: Some(InRange::of::<120>()),
        }),
        mounts: vec![
            Mount {
                read_only: true,
                ..Mount::new("efs", "/e")
            },
            Mount::new("ebs", "/ebs"),
        ],
        volumes_from: vec![VolumesFrom {
            read_only: true,
            ..VolumesFrom::new("side")
        }],
        depends_on: vec![Dependency::new("side", DependencyCondition::Healthy)],
        ..Container::new("main", Image::ecr(images, "v1"))
    }
}

fn full(stack: &mut Stack, images: &Repository, sessions: &LogGroup) -> TaskDefinition {
    let side = Container {
        essential: false,
        health_check: Some(HealthCheck::new(HealthCommand::Shell("true".into()))),
        ..Container::new(
            "side",
            Image::registry_with_credentials("private/x:1", SECRET),
        )
    };
    let efs = EfsVolume {
        access_point: Some(Id::literal("fsap-1").into()),
        authorize_by_task_role: true,
        root_directory: Some("/".into()),
        transit_encryption_port: Some(2999),
        ..EfsVolume::new(Id::literal("fs-1"))
    };
    let volume = |name: &'static str, source| Volume {
        name: name.into(),
        source,
    };
    let read: PolicyDocument = [Statement::allow(["s3:GetObject"], ["arn:aws:s3:::b/*"])]
        .into_iter()
        .collect();
    let decrypt: PolicyDocument = [Statement::allow(["kms:Decrypt"], [KEY])]
        .into_iter()
        .collect();
    let props = TaskDefinitionProps {
        size: FargateSize::of::<512, 1024>(),
        disk: Some(InRange::of::<50>()),
        pid_mode: Some(PidMode::Task),
        fault_injection: true,
        architecture: Some(Architecture::Arm64),
        operating_system: Some(OperatingSystem::Linux),
        task_role: read.into(),
        execution_role: decrypt.into(),
        volumes: vec![
            volume("efs", efs.into()),
            volume("ebs", VolumeSource::AtLaunch),
            Volume::new("tmp"),
        ],
        ..TaskDefinitionProps::new([side, main_container(images, sessions)])
    };
    TaskDefinition::new(stack.child("Full"), props)
}

fn app() -> Stack {
    let mut stack = Stack::new("App", StackProps::default());
    let sessions = LogGroup::new(stack.child("Sessions"), group(Retention::TwoYears));
    clusters(&mut stack, &sessions);
    let images = Repository::new(stack.child("Repo"), RepositoryProps::default());
    let task = full(&mut stack, &images, &sessions);
    output::drivers(&mut stack, &images);
    output::groups(&mut stack);
    let mut policy = PolicyDocument::new();
    task.grant_run(&mut policy);
    sessions.grant_write(&mut policy);
    LogGroup::from_name("/imp").grant_write(&mut policy);
    sessions.grant_read(&mut policy);
    let props = RoleProps {
        policy,
        ..RoleProps::new(Trust::service("lambda.amazonaws.com"))
    };
    Role::new(stack.child("Caller"), props);
    stack
}

#[test]
fn everything_that_tasks_can_say_is_in_the_template() {
    let template = app().synthesize().unwrap();
    let text = format!("{}\n", template.body().to_pretty(1));
    snapshots::assert_file("synth/ecs.json", &text);
}

#[test]
fn the_same_paths_have_the_same_logical_ids_as_in_cdk() {
    let template = app().synthesize().unwrap();
    let resources = template.body().get("Resources").unwrap().entries().unwrap();
    let mut ids: Vec<_> = resources.iter().map(|(id, _)| id.as_ref()).collect();
    ids.sort_unstable();
    let mut cdk = [
        "Sessions8896A56D",
        "ClusterEB0386A7",
        "Cluster3DA9CCBA",
        "Plain295EB121",
        "TaskDefTaskRole1EDB4A67",
        "TaskDef54694570",
        "TaskDefwebLogGroupC89AAFBC",
        "TaskDefExecutionRoleB4775C97",
        "TaskDefExecutionRoleDefaultPolicy0DBB737A",
        "Repo02AC86CF",
        "FullTaskRoleBE26447F",
        "FullTaskRoleDefaultPolicyFE5EF18F",
        "FullC8C81DE8",
        "FullExecutionRole1BF90AE3",
        "FullExecutionRoleDefaultPolicyF90F19DA",
        "CallerBA8D1D35",
        "CallerDefaultPolicy0AE726D9",
        "RouterTaskRole5B82CF8E",
        "Router16807C72",
        "RouterrouterLogGroup724D0C53",
        "RouterExecutionRole07CFA76C",
        "RouterExecutionRoleDefaultPolicy6F817228",
        "SplunkTaskRole68B4361B",
        "Splunk7CFB2199",
        "SplunkExecutionRole399FF0CE",
        "SplunkExecutionRoleDefaultPolicyAE49B106",
        "DigestTaskRole3EF1EDF3",
        "Digest81A2F27A",
        "DigestExecutionRoleD53D8432",
        "DigestExecutionRoleDefaultPolicy408EC172",
        "Lg419948D3",
        "Dp088071E8",
    ];
    cdk.sort_unstable();
    assert_eq!(ids, cdk);
}

#[test]
fn what_is_declared_elsewhere_is_known_by_its_name_or_arn() {
    let cluster = Cluster::from_name("shared");
    let group = LogGroup::from_arn("arn:aws:logs:eu-west-1:123456789012:log-group:/a:*");
    let mut policy = PolicyDocument::new();
    cluster.grant_task_protection(&mut policy);
    group.grant_read(&mut policy);
    LogGroup::from_name("/b").grant(&mut policy, ["logs:StartQuery"]);
    TaskDefinition::from_arn("arn:aws:ecs:eu-west-1:123456789012:task-definition/a:1")
        .grant_run(&mut policy);
    insta::assert_snapshot!(statements(&policy), @r#"
    {"Action":"ecs:UpdateTaskProtection","Effect":"Allow","Resource":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":ecs:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":task/shared/*"]]}}
    {"Action":["logs:DescribeLogStreams","logs:FilterLogEvents","logs:GetLogEvents"],"Effect":"Allow","Resource":"arn:aws:logs:eu-west-1:123456789012:log-group:/a:*"}
    {"Action":"logs:StartQuery","Effect":"Allow","Resource":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":logs:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":log-group:/b:*"]]}}
    {"Action":"ecs:RunTask","Effect":"Allow","Resource":"arn:aws:ecs:eu-west-1:123456789012:task-definition/a:1"}
    "#);
    assert_eq!(group.name, Id::literal("/a").into());
}
