use super::*;
use crate::iam::PolicyDocument;
use crate::logs::{LogGroup, LogGroupProps};
use crate::{Id, Json, Problems, Stack, StackProps};

fn container(name: &'static str) -> Container {
    Container::new(name, Image::registry("alpine:3.20"))
}

fn sidecar(name: &'static str) -> Container {
    Container {
        essential: false,
        ..container(name)
    }
}

fn waits(name: &'static str, other: &'static str, condition: DependencyCondition) -> Container {
    Container {
        depends_on: vec![Dependency::new(other, condition)],
        ..sidecar(name)
    }
}

/// What is wrong with a task of these containers: where, and the code.
fn wrong(props: TaskDefinitionProps) -> Vec<String> {
    let mut stack = Stack::new("App", StackProps::default());
    TaskDefinition::new(stack.child("Task"), props);
    let Problems(placed) = stack.synthesize().unwrap_err();
    placed
        .iter()
        .map(|placed| format!("{} {}", placed.path, placed.problem.code))
        .collect()
}

fn with<const N: usize>(containers: [Container; N]) -> Vec<String> {
    wrong(TaskDefinitionProps::new(containers))
}

/// The properties of the first resource whose logical id starts like this.
fn properties(stack: Stack, prefix: &str) -> String {
    let template = stack.synthesize().unwrap();
    let resources = template
        .body()
        .get("Resources")
        .and_then(Json::entries)
        .unwrap();
    let (_, resource) = resources
        .iter()
        .find(|(id, _)| id.starts_with(prefix))
        .unwrap();
    resource.get("Properties").unwrap().to_pretty(1)
}

#[test]
fn a_task_without_settings_is_the_smallest() {
    let mut stack = Stack::new("App", StackProps::default());
    TaskDefinition::new(
        stack.child("Task"),
        TaskDefinitionProps::new([container("main")]),
    );
    insta::assert_snapshot!(properties(stack, "Task79114B6B"), @r#"
    {
     "ContainerDefinitions": [
      {
       "Essential": true,
       "Image": "alpine:3.20",
       "Name": "main"
      }
     ],
     "Cpu": "256",
     "Family": "AppTaskD83864EE",
     "Memory": "512",
     "NetworkMode": "awsvpc",
     "RequiresCompatibilities": [
      "FARGATE"
     ],
     "TaskRoleArn": {
      "Fn::GetAtt": [
       "TaskTaskRoleE98524A1",
       "Arn"
      ]
     }
    }
    "#);
}

fn full() -> Container {
    Container {
        entry_point: vec!["/mycli/agent".into(), "run".into()],
        command: vec!["go".into()],
        environment: vec![("LEVEL".into(), "info".into())],
        secrets: vec![
            (
                "TOKEN".into(),
                Secret::parameter("arn:aws:ssm:eu-west-1:1:parameter/token"),
            ),
            (
                "KEY".into(),
                Secret::SecretsManager {
                    arn: "arn:aws:secretsmanager:eu-west-1:1:secret:a-1".into(),
                    field: Some("key".into()),
                    version: None,
                },
            ),
        ],
        depends_on: vec![Dependency::new("first", DependencyCondition::Success)],
        health_check: Some(HealthCheck {
            start_period: InRange::of::<20>(),
            ..HealthCheck::new(HealthCommand::Exec(vec!["/bin/true".into()]))
        }),
        mounts: vec![Mount::new("work", "/work")],
        ports: vec![PortMapping::udp(53)],
        cpu_units: Some(128),
        memory_mib: Some(256),
        memory_reservation_mib: Some(128),
        user: Some("1000:1000".into()),
        working_directory: Some("/work".into()),
        read_only_root: true,
        init_process: true,
        ulimits: vec![Ulimit {
            name: "nofile".into(),
            soft: 1024,
            hard: 65_535,
        }],
        stop_timeout: Some(InRange::of::<120>()),
        start_timeout: Some(InRange::of::<60>()),
        ..container("main")
    }
}

#[test]
fn everything_a_container_can_say_is_in_the_template() {
    let mut stack = Stack::new("App", StackProps::default());
    let efs = EfsVolume {
        authorize_by_task_role: true,
        ..EfsVolume::new(Id::literal("fs-1"))
    };
    let props = TaskDefinitionProps {
        volumes: vec![
            Volume::new("work"),
            Volume {
                name: "shared".into(),
                source: efs.into(),
            },
        ],
        architecture: Some(Architecture::Arm64),
        disk: Some(InRange::of::<100>()),
        execution_role: ExecutionRole::Trusted(Id::literal("arn:aws:iam::1:role/start").into()),
        ..TaskDefinitionProps::new([sidecar("first"), full()])
    };
    TaskDefinition::new(stack.child("Task"), props);
    let text = format!("{}\n", properties(stack, "Task79114B6B"));
    snapshots::assert_file("synth/task-definition.json", &text);
}

#[test]
fn the_execution_role_may_do_what_the_containers_need_and_no_more() {
    let mut stack = Stack::new("App", StackProps::default());
    let output = LogGroup::new(stack.child("Output"), LogGroupProps::default());
    let main = Container {
        logging: Some(AwsLogs::new(&output, "main").into()),
        secrets: vec![(
            "TOKEN".into(),
            Secret::parameter("arn:aws:ssm:eu-west-1:1:parameter/token"),
        )],
        ..container("main")
    };
    let task = TaskDefinition::new(stack.child("Task"), TaskDefinitionProps::new([main]));
    let mut policy = PolicyDocument::new();
    task.grant_run(&mut policy);
    assert_eq!(policy.statements().len(), 3);
    insta::assert_snapshot!(properties(stack, "TaskExecutionRoleDefaultPolicy"), @r#"
    {
     "PolicyDocument": {
      "Statement": [
       {
        "Action": [
         "logs:CreateLogStream",
         "logs:PutLogEvents"
        ],
        "Effect": "Allow",
        "Resource": {
         "Fn::GetAtt": [
          "OutputAB65CDDE",
          "Arn"
         ]
        }
       },
       {
        "Action": "ssm:GetParameters",
        "Effect": "Allow",
        "Resource": "arn:aws:ssm:eu-west-1:1:parameter/token"
       }
      ],
      "Version": "2012-10-17"
     },
     "PolicyName": "TaskExecutionRoleDefaultPolicy72339918",
     "Roles": [
      {
       "Ref": "TaskExecutionRoleEF964934"
      }
     ]
    }
    "#);
}

#[test]
fn a_task_that_could_not_run_is_refused() {
    assert_eq!(with([]), ["App/Task ecs.no-container"]);
    assert_eq!(
        with([sidecar("a"), sidecar("b")]),
        ["App/Task ecs.no-essential-container"]
    );
    assert_eq!(
        with([container("a"), container("a")]),
        ["App/Task/a ecs.duplicate-container"]
    );
    assert_eq!(
        with([container("a b")]),
        ["App/Task/a b ecs.container-name"]
    );
    assert_eq!(with([container("")]), ["App/Task ecs.container-name"]);
    assert_eq!(
        with([Container::new("a", Image::registry(" "))]),
        ["App/Task/a ecs.image"]
    );
    let family = Some("a/b".into());
    assert_eq!(
        wrong(TaskDefinitionProps {
            family,
            ..TaskDefinitionProps::new([container("a")])
        }),
        ["App/Task ecs.family"]
    );
}

#[test]
fn dependencies_that_never_come_true_are_refused() {
    use DependencyCondition::{Complete, Healthy, Start, Success};
    let main = || container("main");
    assert_eq!(
        with([main(), waits("a", "b", Start)]),
        ["App/Task/a ecs.unknown-dependency"]
    );
    assert_eq!(
        with([main(), waits("a", "main", Healthy)]),
        ["App/Task/a ecs.no-health-check"]
    );
    assert_eq!(
        with([main(), waits("a", "main", Success)]),
        ["App/Task/a ecs.end-of-essential"]
    );
    assert_eq!(
        with([main(), waits("a", "main", Complete)]),
        ["App/Task/a ecs.end-of-essential"]
    );
    assert_eq!(
        with([main(), waits("a", "a", Start)]),
        ["App/Task ecs.dependency-cycle"]
    );
    let circle = [
        main(),
        waits("a", "b", Start),
        waits("b", "c", Start),
        waits("c", "a", Start),
    ];
    let mut stack = Stack::new("App", StackProps::default());
    TaskDefinition::new(stack.child("Task"), TaskDefinitionProps::new(circle));
    insta::assert_snapshot!(stack.synthesize().unwrap_err(), @"
    App/Task: containers wait for each other, so none of them starts
      value: a → b → c → a
      fix: remove one of these dependencies
      code: ecs.dependency-cycle
    ");
}

#[test]
fn a_diamond_of_dependencies_is_no_cycle() {
    use DependencyCondition::Start;
    let both = ["b", "c"]
        .map(|other| Dependency::new(other, Start))
        .to_vec();
    let top = Container {
        depends_on: both,
        ..container("a")
    };
    let mut stack = Stack::new("App", StackProps::default());
    let containers = [
        top,
        waits("b", "d", Start),
        waits("c", "d", Start),
        sidecar("d"),
    ];
    TaskDefinition::new(stack.child("Task"), TaskDefinitionProps::new(containers));
    assert!(stack.synthesize().is_ok());
}

#[test]
fn variables_that_ecs_would_refuse_or_mix_up_are_refused() {
    let pair = |name: &'static str| (name.into(), "x".into());
    let secret = |name: &'static str| {
        (
            name.into(),
            Secret::parameter("arn:aws:ssm:eu-west-1:1:parameter/x"),
        )
    };
    let of = |environment, secrets| {
        let role = Id::literal("arn:aws:iam::1:role/start").into();
        let main = Container {
            environment,
            secrets,
            ..container("a")
        };
        wrong(TaskDefinitionProps {
            execution_role: ExecutionRole::Trusted(role),
            ..TaskDefinitionProps::new([main])
        })
    };
    assert_eq!(of(vec![pair("")], vec![]), ["App/Task/a ecs.variable-name"]);
    assert_eq!(
        of(vec![pair("A=B")], vec![]),
        ["App/Task/a ecs.variable-name"]
    );
    assert_eq!(
        of(vec![pair("A"), pair("A")], vec![]),
        ["App/Task/a ecs.duplicate-variable"]
    );
    assert_eq!(
        of(vec![pair("A")], vec![secret("A")]),
        ["App/Task/a ecs.duplicate-variable"]
    );
}

#[test]
fn mounts_and_volumes_have_to_fit() {
    let mounting = |mounts| Container {
        mounts,
        ..container("a")
    };
    let of = |volumes, mounts| {
        wrong(TaskDefinitionProps {
            volumes,
            ..TaskDefinitionProps::new([mounting(mounts)])
        })
    };
    let work = || vec![Volume::new("work")];
    assert_eq!(
        of(vec![], vec![Mount::new("work", "/work")]),
        ["App/Task/a ecs.undeclared-volume"]
    );
    assert_eq!(
        of(work(), vec![Mount::new("work", "work")]),
        ["App/Task/a ecs.mount-path"]
    );
    let twice = vec![Mount::new("work", "/work"), Mount::new("work", "/work")];
    assert_eq!(of(work(), twice), ["App/Task/a ecs.duplicate-mount"]);
    assert_eq!(
        of(vec![Volume::new("a"), Volume::new("a")], vec![]),
        ["App/Task ecs.duplicate-volume"]
    );
    assert_eq!(
        of(vec![Volume::new("a b")], vec![]),
        ["App/Task ecs.volume-name"]
    );
}

#[test]
fn containers_cannot_have_more_than_their_task() {
    let of = |memory: Option<u32>, kept: Option<u32>| {
        with([Container {
            memory_mib: memory,
            memory_reservation_mib: kept,
            ..container("a")
        }])
    };
    assert_eq!(of(Some(1024), Some(8)), ["App/Task/a ecs.container-memory"]);
    assert_eq!(of(Some(5), None), ["App/Task/a ecs.container-memory"]);
    assert_eq!(
        of(Some(128), Some(256)),
        ["App/Task/a ecs.memory-reservation"]
    );
    assert_eq!(of(None, Some(1024)), ["App/Task ecs.task-memory"]);
    let keeps = |name| Container {
        memory_mib: Some(300),
        cpu_units: Some(200),
        ..container(name)
    };
    assert_eq!(
        with([keeps("a"), keeps("b")]),
        ["App/Task ecs.task-memory", "App/Task ecs.task-cpu"]
    );
}

#[test]
fn a_port_is_one_containers() {
    let listens = |name, ports: &[PortMapping]| Container {
        ports: ports.to_vec(),
        ..container(name)
    };
    let web = PortMapping::tcp(80);
    assert_eq!(
        with([
            listens("a", std::slice::from_ref(&web)),
            listens("b", &[PortMapping::udp(80), web.clone()])
        ]),
        ["App/Task/b ecs.port-taken"],
    );
    assert_eq!(
        with([listens("a", &[web.clone(), web])]),
        ["App/Task/a ecs.port-taken"]
    );
    assert_eq!(
        with([listens("a", &[PortMapping::tcp(0)])]),
        ["App/Task/a ecs.port"]
    );
}

#[test]
fn limits_of_the_kernel_are_checked() {
    let limited = |name: &'static str, soft, hard| {
        with([Container {
            ulimits: vec![Ulimit {
                name: name.into(),
                soft,
                hard,
            }],
            ..container("a")
        }])
    };
    assert_eq!(limited("nofiles", 1, 2), ["App/Task/a ecs.ulimit"]);
    assert_eq!(limited("nofile", 2, 1), ["App/Task/a ecs.ulimit"]);
}

#[test]
fn a_cluster_runs_on_fargate_unless_told_otherwise() {
    let mut stack = Stack::new("App", StackProps::default());
    Cluster::new(stack.child("Cluster"), ClusterProps::default());
    insta::assert_snapshot!(properties(stack, "ClusterEB0386A7"), @r#"
    {
     "CapacityProviders": [
      "FARGATE",
      "FARGATE_SPOT"
     ],
     "DefaultCapacityProviderStrategy": [
      {
       "CapacityProvider": "FARGATE",
       "Weight": 1
      }
     ]
    }
    "#);
}

#[test]
fn a_cluster_says_who_watches_sessions() {
    let mut stack = Stack::new("App", StackProps::default());
    let logging = SessionLog::Bucket(SessionBucket {
        prefix: "sessions/".into(),
        ..SessionBucket::new(Id::literal("logs"))
    });
    let props = ClusterProps {
        capacity: Capacity::None,
        insights: Some(ContainerInsights::Enhanced),
        execute_command: Some(ExecuteCommand {
            logging,
            kms_key: Some("alias/sessions".into()),
        }),
        ..ClusterProps::default()
    };
    Cluster::new(stack.child("Cluster"), props);
    insta::assert_snapshot!(properties(stack, "ClusterEB0386A7"), @r#"
    {
     "ClusterSettings": [
      {
       "Name": "containerInsights",
       "Value": "enhanced"
      }
     ],
     "Configuration": {
      "ExecuteCommandConfiguration": {
       "KmsKeyId": "alias/sessions",
       "LogConfiguration": {
        "S3BucketName": "logs",
        "S3KeyPrefix": "sessions/"
       },
       "Logging": "OVERRIDE"
      }
     }
    }
    "#);
}

#[test]
fn a_strategy_that_starts_nothing_is_refused() {
    use Provider::{Fargate, FargateSpot};
    let item = |provider, weight: u16, base| Strategy {
        provider,
        weight: InRange::new(weight).unwrap(),
        base,
    };
    let of = |strategy| {
        let mut stack = Stack::new("App", StackProps::default());
        let capacity = Capacity::Fargate(strategy);
        Cluster::new(
            stack.child("Cluster"),
            ClusterProps {
                capacity,
                ..ClusterProps::default()
            },
        );
        stack
            .synthesize()
            .map_or_else(|problems| problems.0.len(), |_| 0)
    };
    assert_eq!(of(vec![item(Fargate, 1, 1), item(FargateSpot, 3, 0)]), 0);
    assert_eq!(of(vec![item(Fargate, 0, 0)]), 1);
    assert_eq!(of(vec![item(Fargate, 1, 0), item(Fargate, 1, 0)]), 1);
    assert_eq!(of(vec![item(Fargate, 1, 1), item(FargateSpot, 1, 1)]), 1);
    assert_eq!(of(vec![item(Fargate, 1, 100_001)]), 1);
}
