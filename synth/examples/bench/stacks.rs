//! A stack of 50 resources, and one of 10.

use synth::dynamodb::GlobalTable;
use synth::ec2::{
    CidrLayout, GatewayEndpoint, GatewayEndpointProps, GatewayService, Nat, Port, Rule,
    SecurityGroup, SecurityGroupProps, SubnetGroup, SubnetKind, Vpc, VpcProps, Zones,
};
use synth::ecs::{
    Architecture, AwsLogs, Capacity, Cluster, ClusterProps, Container, ContainerInsights,
    Dependency, DependencyCondition, FargateSize, HealthCheck, HealthCommand, Image, InRange,
    Mount, PortMapping, TaskDefinition, TaskDefinitionProps, Volume,
};
use synth::iam::{PolicyDocument, Role, RoleProps, Statement, Trust};
use synth::logs::{LogGroup, LogGroupProps, Retention};
use synth::s3::{Bucket, BucketProps};
use synth::{DeletionPolicy, Environment, Output, Stack, StackProps, Tags, Value, cidr, join};

use super::tables;

const ALPINE: &str = "public.ecr.aws/docker/library/alpine:3.20";
const BUSYBOX: &str = "public.ecr.aws/docker/library/busybox:1.36";

/// The stack with this number.
pub(crate) fn stack(number: u32, small: bool) -> Stack {
    let account = Some("123456789012".into());
    let environment = Environment {
        account,
        region: Some("us-east-1".into()),
    };
    let mut props = StackProps {
        environment,
        ..StackProps::default()
    };
    if !small {
        props.aspects = vec![Tags::new([("project", "bench")]).into()];
    }
    let mut stack = Stack::new(format!("Bench{number:03}"), props);
    if small {
        declare_small(&mut stack);
    } else {
        declare_platform(&mut stack);
    }
    stack
}

fn declare_platform(stack: &mut Stack) {
    let vpc = network(stack);
    let capacity = Capacity::FargateAssociated(Vec::new());
    let insights = Some(ContainerInsights::Enabled);
    let cluster = ClusterProps {
        capacity,
        insights,
        ..ClusterProps::default()
    };
    let cluster = Cluster::new(stack.child("Cluster"), cluster);

    let table = tables::main(stack.child("Table"));
    let state = tables::state(stack.child("State"));
    let bucket = BucketProps {
        versioned: true,
        ..BucketProps::default()
    };
    let bucket = Bucket::new(stack.child("Bucket"), bucket);
    let task = task(stack, &table, &bucket);
    runner(stack, &state);

    let ingress = vec![Rule {
        description: "from the VPC".into(),
        ..Rule::new(cidr!("10.0.0.0/16"), Port::Tcp(8080))
    }];
    let description = "tasks".into();
    let group = SecurityGroupProps {
        description,
        ingress,
        ..SecurityGroupProps::new(&vpc)
    };
    let group = SecurityGroup::new(stack.child("TaskGroup"), group);

    let subnets = vpc.subnets_of(SubnetKind::PrivateWithEgress);
    let mut scope = stack.scope();
    scope.output("ClusterName", Output::new(cluster.name()));
    scope.output("TaskArn", Output::new(task.arn()));
    scope.output("TableName", Output::new(table.name()));
    scope.output(
        "SubnetIds",
        Output::new(join(",", subnets.map(|subnet| Value::from(&subnet.id)))),
    );
    scope.output("GroupId", Output::new(&group.id));
}

fn network(stack: &mut Stack) -> Vpc {
    let names = ["us-east-1a", "us-east-1b", "us-east-1c"];
    let props = VpcProps {
        addresses: cidr!("10.0.0.0/16").into(),
        zones: Zones::Named(names.map(Into::into).to_vec()),
        groups: vec![
            SubnetGroup {
                prefix: Some(24),
                ..SubnetGroup::public("public")
            },
            SubnetGroup {
                prefix: Some(20),
                ..SubnetGroup::private_with_egress("private")
            },
        ],
        nat: Nat::One,
        layout: CidrLayout::Sequential,
        ..VpcProps::default()
    };
    let vpc = Vpc::new(stack.child("Vpc"), props);
    let endpoints = [
        ("S3Endpoint", GatewayService::S3),
        ("TableEndpoint", GatewayService::DynamoDb),
    ];
    for (id, service) in endpoints {
        GatewayEndpoint::new(
            stack.child("Vpc").child(id),
            GatewayEndpointProps::new(&vpc, service),
        );
    }
    vpc
}

fn task(stack: &mut Stack, table: &GlobalTable, bucket: &Bucket) -> TaskDefinition {
    let output = log_group(stack, "Output", Retention::OneMonth);
    let sidecar = Container {
        essential: false,
        command: ["sh", "-c", "touch /shared/ready; sleep 3600"]
            .map(Into::into)
            .to_vec(),
        logging: Some(AwsLogs::new(&output, "sidecar").into()),
        health_check: Some(HealthCheck {
            interval: InRange::of::<10>(),
            ..HealthCheck::new(HealthCommand::Shell("test -f /shared/ready".into()))
        }),
        mounts: vec![Mount::new("shared", "/shared")],
        ..Container::new("sidecar", Image::registry(BUSYBOX))
    };
    let main = Container {
        command: ["sleep", "60"].map(Into::into).to_vec(),
        environment: vec![
            ("TABLE".into(), table.name().into()),
            ("BUCKET".into(), bucket.name().into()),
            ("LOG_LEVEL".into(), "info".into()),
        ],
        logging: Some(AwsLogs::new(&output, "main").into()),
        ports: vec![PortMapping::tcp(8080)],
        mounts: vec![Mount {
            read_only: true,
            ..Mount::new("shared", "/shared")
        }],
        depends_on: vec![Dependency::new("sidecar", DependencyCondition::Healthy)],
        ..Container::new("main", Image::registry(ALPINE))
    };

    let mut work = PolicyDocument::new();
    table.grant_read_write(&mut work);
    bucket.grant_read_write(&mut work, "*");
    let mut start = PolicyDocument::new();
    main.grant_start(&mut start);
    start.add(Statement::allow(["ecr:GetAuthorizationToken"], ["*"]));
    let props = TaskDefinitionProps {
        size: FargateSize::of::<512, 1024>(),
        task_role: role(stack, "TaskRole", work).arn().into(),
        execution_role: role(stack, "ExecutionRole", start).arn().into(),
        architecture: Some(Architecture::Arm64),
        volumes: vec![Volume::new("shared")],
        ..TaskDefinitionProps::new([sidecar, main])
    };
    TaskDefinition::new(stack.child("Task"), props)
}

fn runner(stack: &mut Stack, state: &GlobalTable) {
    let output = log_group(stack, "RunnerOutput", Retention::OneWeek);
    let runner = Container {
        environment: vec![("STATE".into(), state.name().into())],
        logging: Some(AwsLogs::new(&output, "runner").into()),
        ..Container::new("runner", Image::registry(ALPINE))
    };
    let mut work = PolicyDocument::new();
    state.grant_read(&mut work);
    let props = TaskDefinitionProps {
        task_role: work.into(),
        ..TaskDefinitionProps::new([runner])
    };
    TaskDefinition::new(stack.child("Runner"), props);
}

fn declare_small(stack: &mut Stack) {
    let props = VpcProps {
        zones: Zones::Named(vec!["us-east-1a".into()]),
        groups: vec![SubnetGroup {
            prefix: Some(24),
            ..SubnetGroup::isolated("isolated")
        }],
        layout: CidrLayout::Sequential,
        ..VpcProps::default()
    };
    Vpc::new(stack.child("Vpc"), props);
    let cluster = ClusterProps {
        capacity: Capacity::None,
        ..ClusterProps::default()
    };
    Cluster::new(stack.child("Cluster"), cluster);
    let table = tables::small(stack.child("Table"));
    let output = LogGroup::new(stack.child("Output"), LogGroupProps::default());
    let main = Container {
        logging: Some(AwsLogs::new(&output, "main").into()),
        ..Container::new("main", Image::registry(ALPINE))
    };
    let mut policy = PolicyDocument::new();
    main.grant_start(&mut policy);
    table.grant_read(&mut policy);
    let role = role(stack, "TaskRole", policy).arn();
    let props = TaskDefinitionProps {
        task_role: role.clone().into(),
        execution_role: role.into(),
        ..TaskDefinitionProps::new([main])
    };
    let task = TaskDefinition::new(stack.child("Task"), props);
    stack.scope().output("TaskArn", Output::new(task.arn()));
}

fn log_group(stack: &mut Stack, id: &str, retention: Retention) -> LogGroup {
    let removal = DeletionPolicy::Delete;
    LogGroup::new(
        stack.child(id),
        LogGroupProps {
            retention,
            removal,
            ..LogGroupProps::default()
        },
    )
}

fn role(stack: &mut Stack, id: &str, policy: PolicyDocument) -> Role {
    let props = RoleProps {
        policy,
        ..RoleProps::new(Trust::service("ecs-tasks.amazonaws.com"))
    };
    Role::new(stack.child(id), props)
}
