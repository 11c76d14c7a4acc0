//! Mistakes that AWS CDK was tried with, and where each is caught here.
//!
//! What is caught by a type is a file in `tests/mistakes` that does not compile; the table names it.

use std::fmt::Write as _;
use std::path::Path;

use synth::cfn::logs::LogGroup;
use synth::cfn::refs::iam::RoleArn;
use synth::dynamodb::{Attribute, GlobalIndex, Table, TableProps};
use synth::ec2::{
    CidrLayout, Nat, Peer, Port, Rule, SecurityGroup, SecurityGroupProps, SubnetChoice,
    SubnetGroup, SubnetKind, SubnetSelection, Vpc, VpcProps,
};
use synth::ecs::{
    AwsLogs, Container, Dependency, DependencyCondition, ExecutionRole, Image, Mount, PortMapping,
    Secret, TaskDefinition, TaskDefinitionProps,
};
use synth::iam::{Condition, PolicyDocument, Role, RoleProps, Statement, Trust};
use synth::s3::{Bucket, BucketProps};
use synth::validation::check;
use synth::{Id, Json, Options, Output, Problem, Raw, Stack, StackProps, Value, cidr};

/// How CDK answers the mistake.
#[derive(Clone, Copy)]
enum Cdk {
    Throws,
    AtSynth,
    Report,
    Warns,
    Silent,
}

/// How it is made here.
enum Made {
    /// Not at all: this program in `tests/mistakes` does not compile.
    NotAtAll(&'static str),
    By(fn(&mut Stack)),
}

use Cdk::{AtSynth, Report, Silent, Throws, Warns};
use Made::{By, NotAtAll};

fn container(name: &'static str) -> Container {
    Container::new(
        name,
        Image::registry("public.ecr.aws/docker/library/alpine:3.20"),
    )
}

fn task(stack: &mut Stack, containers: impl Into<Vec<Container>>) {
    TaskDefinition::new(stack.child("Task"), TaskDefinitionProps::new(containers));
}

fn pair(stack: &mut Stack, first: Container, condition: DependencyCondition) {
    let second = Container {
        depends_on: vec![Dependency::new("first", condition)],
        ..container("second")
    };
    task(stack, [first, second]);
}

fn table(stack: &mut Stack, props: TableProps) {
    Table::new(stack.child("Table"), props);
}

fn index(name: String) -> GlobalIndex {
    GlobalIndex::new(name, Attribute::text("other"))
}

fn role(stack: &mut Stack, statement: Statement) {
    let mut policy = PolicyDocument::new();
    policy.add(statement);
    let props = RoleProps {
        policy,
        ..RoleProps::new(Trust::service("ecs-tasks.amazonaws.com"))
    };
    Role::new(stack.child("Role"), props);
}

fn vpc(stack: &mut Stack, props: VpcProps) -> Vpc {
    Vpc::new(stack.child("Vpc"), props)
}

fn group(stack: &mut Stack, describe: impl FnOnce(&mut SecurityGroupProps<'_>)) {
    let vpc = vpc(stack, VpcProps::default());
    let mut props = SecurityGroupProps::new(&vpc);
    describe(&mut props);
    SecurityGroup::new(stack.child("Group"), props);
}

fn raw(stack: &mut Stack, id: &str, type_name: &'static str, properties: Json) {
    let resource = Raw {
        type_name: type_name.into(),
        properties,
    };
    stack.scope().add_raw(id, resource, Options::default());
}

/// What was tried with CDK, what CDK said, and the same here.
const MISTAKES: &[(&str, Cdk, Made)] = &[
    (
        "ephemeral storage of 5 GiB",
        Throws,
        NotAtAll("disk_too_small"),
    ),
    (
        "containers with more CPU than their task",
        Throws,
        By(|stack| {
            let half = |name| Container {
                cpu_units: Some(200),
                ..container(name)
            };
            task(stack, [half("one"), half("two")]);
        }),
    ),
    (
        "a role name of more than 64 characters",
        Throws,
        By(|stack| {
            let role_name = Some("a".repeat(65).into());
            let trust = Trust::service("ecs-tasks.amazonaws.com");
            Role::new(
                stack.child("Role"),
                RoleProps {
                    role_name,
                    ..RoleProps::new(trust)
                },
            );
        }),
    ),
    (
        "two indexes of one name",
        Throws,
        By(|stack| {
            let global_indexes = vec![index("same".into()), index("same".into())];
            table(
                stack,
                TableProps {
                    global_indexes,
                    ..TableProps::new(Attribute::text("id"))
                },
            );
        }),
    ),
    (
        "a key attribute of two types",
        Throws,
        By(|stack| {
            let global_indexes = vec![GlobalIndex::new("index", Attribute::number("id"))];
            table(
                stack,
                TableProps {
                    global_indexes,
                    ..TableProps::new(Attribute::text("id"))
                },
            );
        }),
    ),
    (
        "21 global indexes",
        Throws,
        By(|stack| {
            let global_indexes = (0..21)
                .map(|number| index(format!("index{number}")))
                .collect();
            table(
                stack,
                TableProps {
                    global_indexes,
                    ..TableProps::new(Attribute::text("id"))
                },
            );
        }),
    ),
    (
        "a VPC of /8",
        Throws,
        By(|stack| {
            vpc(
                stack,
                VpcProps {
                    addresses: cidr!("10.0.0.0/8").into(),
                    ..VpcProps::default()
                },
            );
        }),
    ),
    (
        "subnets that do not fit their VPC",
        Throws,
        By(|stack| {
            let large = SubnetGroup {
                prefix: Some(17),
                ..SubnetGroup::public("Public")
            };
            let groups = vec![
                large.clone(),
                SubnetGroup {
                    name: "More".into(),
                    ..large
                },
            ];
            let layout = CidrLayout::Sequential;
            vpc(
                stack,
                VpcProps {
                    groups,
                    layout,
                    ..VpcProps::default()
                },
            );
        }),
    ),
    (
        "subnets of a kind that the VPC does not have",
        Throws,
        By(|stack| {
            let vpc = vpc(stack, VpcProps::default());
            let choice = SubnetChoice::Kind(SubnetKind::Isolated);
            let selection = SubnetSelection {
                choice,
                ..SubnetSelection::default()
            };
            vpc.select_subnets(&mut stack.scope(), &selection);
        }),
    ),
    (
        "a bucket name that S3 refuses",
        Throws,
        By(|stack| {
            let bucket_name = Some("Not_A_Bucket".into());
            Bucket::new(
                stack.child("Bucket"),
                BucketProps {
                    bucket_name,
                    ..BucketProps::default()
                },
            );
        }),
    ),
    (
        "one construct id twice",
        Throws,
        By(|stack| {
            table(stack, TableProps::new(Attribute::text("id")));
            table(stack, TableProps::new(Attribute::text("id")));
        }),
    ),
    (
        "a statement without a resource",
        AtSynth,
        By(|stack| {
            role(
                stack,
                Statement::allow(["s3:GetObject"], Vec::<Value<String>>::new()),
            );
        }),
    ),
    (
        "a property of the wrong type",
        AtSynth,
        NotAtAll("text_as_number"),
    ),
    (
        "501 resources",
        AtSynth,
        By(|stack| {
            for number in 0..501 {
                stack
                    .scope()
                    .add(&format!("Logs{number}"), &LogGroup::default());
            }
        }),
    ),
    (
        "an unknown value as a construct id",
        AtSynth,
        NotAtAll("value_as_id"),
    ),
    (
        "CPU and memory that Fargate does not sell together",
        Report,
        NotAtAll("task_not_sold"),
    ),
    ("300 CPU units", Report, NotAtAll("cpu_not_sold")),
    (
        "two containers of one name",
        Report,
        By(|stack| {
            task(stack, [container("same"), container("same")]);
        }),
    ),
    (
        "an IAM resource that is no ARN",
        Report,
        By(|stack| {
            role(stack, Statement::allow(["s3:GetObject"], ["my-bucket"]));
        }),
    ),
    (
        "a condition operator that there is not",
        Report,
        By(|stack| {
            let conditions = vec![Condition::new("StringEqualz", "aws:SourceAccount", ["1"])];
            let statement = Statement::allow(["s3:GetObject"], ["arn:aws:s3:::bucket/*"]);
            role(
                stack,
                Statement {
                    conditions,
                    ..statement
                },
            );
        }),
    ),
    (
        "a description with characters that EC2 refuses",
        Report,
        By(|stack| {
            group(stack, |props| props.description = "tasks <3".into());
        }),
    ),
    (
        "a property that is not there",
        Report,
        NotAtAll("property_that_is_not_there"),
    ),
    (
        "a reference to nothing",
        Report,
        By(|stack| {
            raw(
                stack,
                "Queue",
                "AWS::SQS::Queue",
                Json::object([("QueueName", Json::object([("Ref", "Nobody".into())]))]),
            );
        }),
    ),
    (
        "an attribute of nothing",
        Report,
        By(|stack| {
            let attribute = Json::object([("Fn::GetAtt", Json::array(["Nobody", "Arn"]))]);
            raw(
                stack,
                "Queue",
                "AWS::SQS::Queue",
                Json::object([("QueueName", attribute)]),
            );
        }),
    ),
    (
        "resources that wait for each other",
        Report,
        By(|stack| {
            let name = |of: &str| {
                Json::object([("QueueName", Json::object([("Ref", of.to_owned().into())]))])
            };
            raw(stack, "One", "AWS::SQS::Queue", name("Other"));
            raw(stack, "Other", "AWS::SQS::Queue", name("One"));
        }),
    ),
    (
        "a resource type that there is not",
        Report,
        By(|stack| {
            raw(
                stack,
                "Queue",
                "AWS::SQS::Queueue",
                Json::object([("QueueName", "jobs".into())]),
            );
        }),
    ),
    (
        "SSH open to the world",
        Warns,
        By(|stack| {
            group(stack, |props| {
                props.ingress = vec![Rule::new(Peer::ANY_IPV4, Port::SSH)];
            });
        }),
    ),
    (
        "an egress rule beside all egress",
        Warns,
        NotAtAll("rule_beside_all"),
    ),
    (
        "log retention of 17 days",
        Warns,
        NotAtAll("retention_of_17_days"),
    ),
    (
        "a task without containers",
        Silent,
        By(|stack| task(stack, Vec::new())),
    ),
    (
        "a task without an essential container",
        Silent,
        By(|stack| {
            task(
                stack,
                [Container {
                    essential: false,
                    ..container("only")
                }],
            );
        }),
    ),
    (
        "containers that wait for each other",
        Silent,
        By(|stack| {
            let waits = |name, other| Container {
                depends_on: vec![Dependency::new(other, DependencyCondition::Start)],
                ..container(name)
            };
            task(stack, [waits("one", "other"), waits("other", "one")]);
        }),
    ),
    (
        "waiting for a container of another task",
        Silent,
        By(|stack| {
            let depends_on = vec![Dependency::new("elsewhere", DependencyCondition::Start)];
            task(
                stack,
                [Container {
                    depends_on,
                    ..container("one")
                }],
            );
        }),
    ),
    (
        "waiting for the health of a container without a health check",
        Silent,
        By(|stack| {
            pair(stack, container("first"), DependencyCondition::Healthy);
        }),
    ),
    (
        "waiting for the end of an essential container",
        Silent,
        By(|stack| {
            pair(stack, container("first"), DependencyCondition::Success);
        }),
    ),
    (
        "a mount of a volume that the task does not have",
        Silent,
        By(|stack| {
            let mounts = vec![Mount::new("nowhere", "/data")];
            task(
                stack,
                [Container {
                    mounts,
                    ..container("one")
                }],
            );
        }),
    ),
    (
        "a container with more memory than its task",
        Silent,
        By(|stack| {
            task(
                stack,
                [Container {
                    memory_mib: Some(4096),
                    ..container("one")
                }],
            );
        }),
    ),
    (
        "two containers on one port",
        Silent,
        By(|stack| {
            let listens = |name| Container {
                ports: vec![PortMapping::tcp(80)],
                ..container(name)
            };
            task(stack, [listens("one"), listens("two")]);
        }),
    ),
    ("port 70000", Silent, NotAtAll("port_70000")),
    (
        "a variable without a name",
        Silent,
        By(|stack| {
            let environment = vec![("".into(), "value".into())];
            task(
                stack,
                [Container {
                    environment,
                    ..container("one")
                }],
            );
        }),
    ),
    (
        "a variable that is a secret too",
        Silent,
        By(|stack| {
            let secret = Secret::parameter("arn:aws:ssm:us-east-1:123456789012:parameter/token");
            let one = Container {
                environment: vec![("TOKEN".into(), "plain".into())],
                secrets: vec![("TOKEN".into(), secret)],
                ..container("one")
            };
            task(stack, [one]);
        }),
    ),
    (
        "a task role that trusts another service",
        Silent,
        By(|stack| {
            let trust = Trust::service("lambda.amazonaws.com");
            let role = Role::new(stack.child("Role"), RoleProps::new(trust));
            let props = TaskDefinitionProps {
                task_role: role.arn().into(),
                ..TaskDefinitionProps::new([container("one")])
            };
            TaskDefinition::new(stack.child("Task"), props);
        }),
    ),
    (
        "an execution role that cannot be given what it needs",
        Silent,
        By(|stack| {
            let group = synth::logs::LogGroup::from_name("/output");
            let one = Container {
                logging: Some(AwsLogs::new(group, "one").into()),
                ..container("one")
            };
            let role = Id::literal("arn:aws:iam::123456789012:role/start");
            let props = TaskDefinitionProps {
                execution_role: ExecutionRole::Given(role.into()),
                ..TaskDefinitionProps::new([one])
            };
            TaskDefinition::new(stack.child("Task"), props);
        }),
    ),
    (
        "a task role that Lambda may take on",
        Silent,
        By(|stack| {
            let trust = RoleProps::new(Trust::service("lambda.amazonaws.com"));
            let role = Role::new(stack.child("Role"), trust);
            let props = TaskDefinitionProps {
                task_role: role.arn().into(),
                ..TaskDefinitionProps::new([container("one")])
            };
            TaskDefinition::new(stack.child("Task"), props);
        }),
    ),
    (
        "an execution role of elsewhere that may not start the task",
        Silent,
        By(|stack| {
            let secret = Secret::parameter("arn:aws:ssm:us-east-1:123456789012:parameter/token");
            let one = Container {
                secrets: vec![("TOKEN".into(), secret)],
                ..container("one")
            };
            let role = Id::<RoleArn>::literal("arn:aws:iam::123456789012:role/start");
            let props = TaskDefinitionProps {
                execution_role: Value::from(role).into(),
                ..TaskDefinitionProps::new([one])
            };
            TaskDefinition::new(stack.child("Task"), props);
        }),
    ),
    (
        "an action that is misspelt",
        Silent,
        By(|stack| {
            role(
                stack,
                Statement::allow(["s3:GetObjekt"], ["arn:aws:s3:::bucket/*"]),
            );
        }),
    ),
    (
        "a service principal that is misspelt",
        Silent,
        By(|stack| {
            Role::new(
                stack.child("Role"),
                RoleProps::new(Trust::service("ecs-task.amazonaws.com")),
            );
        }),
    ),
    (
        "a table name with a space",
        Silent,
        By(|stack| {
            let table_name = Some("my table".into());
            table(
                stack,
                TableProps {
                    table_name,
                    ..TableProps::new(Attribute::text("id"))
                },
            );
        }),
    ),
    (
        "time to live in a text key",
        Silent,
        By(|stack| {
            let time_to_live_attribute = Some("id".into());
            table(
                stack,
                TableProps {
                    time_to_live_attribute,
                    ..TableProps::new(Attribute::text("id"))
                },
            );
        }),
    ),
    (
        "a sort key that is the partition key",
        Silent,
        By(|stack| {
            let sort_key = Some(Attribute::text("id"));
            table(
                stack,
                TableProps {
                    sort_key,
                    ..TableProps::new(Attribute::text("id"))
                },
            );
        }),
    ),
    (
        "private subnets with egress and no NAT",
        Silent,
        By(|stack| {
            let groups = vec![SubnetGroup::private_with_egress("Private")];
            vpc(
                stack,
                VpcProps {
                    groups,
                    nat: Nat::None,
                    ..VpcProps::default()
                },
            );
        }),
    ),
    ("a block of /33", Silent, NotAtAll("block_of_33")),
    (
        "a property of a construct that is misspelt",
        Silent,
        NotAtAll("props_misspelt"),
    ),
    (
        "a part of an unknown value",
        Silent,
        NotAtAll("part_of_a_value"),
    ),
    (
        "one export name twice",
        Silent,
        By(|stack| {
            let export = || Output {
                export: Some("same".into()),
                ..Output::new("value")
            };
            stack.scope().add("Logs", &LogGroup::default());
            stack.scope().output("One", export());
            stack.scope().output("Other", export());
        }),
    ),
];

/// Where it is caught, and the code and the words.
fn caught(made: &Made) -> Option<String> {
    let describe = match made {
        NotAtAll(program) => {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
            let is_there = path.join(program).with_extension("rs").is_file();
            return is_there.then(|| format!("does not compile: {program}.rs"));
        }
        By(describe) => describe,
    };
    let mut stack = Stack::new("App", StackProps::default());
    describe(&mut stack);
    let checked = stack.synthesize().and_then(|mut template| {
        check(&mut template, &synth::validation::Options::default())?;
        Ok(template.warnings())
    });
    let found = checked.unwrap_or_else(|problems| problems.0);
    let Problem { code, message, .. } = &found.first()?.problem;
    Some(format!("{code}: {message}"))
}

#[test]
fn no_mistake_that_was_tried_with_cdk_is_let_through() {
    let mut table = String::new();
    for (mistake, cdk, made) in MISTAKES {
        let cdk = match cdk {
            Throws => "throws",
            AtSynth => "refuses at synth",
            Report => "reports when validation is on",
            Warns => "warns",
            Silent => "says nothing",
        };
        let caught = caught(made).unwrap_or_else(|| "LET THROUGH".to_owned());
        writeln!(table, "{mistake}\n  CDK {cdk}\n  {caught}").unwrap();
    }
    snapshots::assert_file("synth/mistakes.txt", &table);
    assert!(!table.contains("LET THROUGH"));
}
