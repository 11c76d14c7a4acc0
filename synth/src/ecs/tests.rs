use super::*;
use crate::iam::PolicyDocument;
use crate::logs::{LogGroup, LogGroupProps};
use crate::{Json, Stack, StackProps};

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
