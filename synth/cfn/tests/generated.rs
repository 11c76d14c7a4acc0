//! What the generated types write, and what they accept.

use synth_cfn::dynamodb::Table;
use synth_cfn::dynamodb::table::{
    AttributeDefinition, KeySchema, KeySchemaKeyType, ProvisionedThroughput, TableBillingMode,
};
use synth_cfn::ec2::{InternetGateway, Route, RouteTable, SecurityGroup, Subnet, Vpc};
use synth_cfn::ecs::TaskDefinition;
use synth_cfn::ecs::task_definition::{
    ContainerDefinition, ContainerDependency, ContainerDependencyCondition,
    TaskDefinitionNetworkMode,
};
use synth_cfn::iam::Role;
use synth_cfn::{Tag, refs};
use synth_core::{
    Data, FromText as _, Id, Json, Listed, OneOf, Property, Resource, Stack, StackProps, Value,
};

fn written(data: &impl Data) -> String {
    data.to_json().to_pretty(2)
}

#[test]
fn a_table_is_written_with_its_keys_and_nothing_that_was_not_set() {
    let table = Table {
        attribute_definitions: [AttributeDefinition::new("id", "S")].into(),
        billing_mode: TableBillingMode::PayPerRequest.into(),
        ..Table::new([KeySchema::new("id", KeySchemaKeyType::Hash)])
    };
    insta::assert_snapshot!(written(&table), @r#"
    {
      "AttributeDefinitions": [
        {
          "AttributeName": "id",
          "AttributeType": "S"
        }
      ],
      "BillingMode": "PAY_PER_REQUEST",
      "KeySchema": [
        {
          "AttributeName": "id",
          "KeyType": "HASH"
        }
      ]
    }
    "#);
}

#[test]
fn a_handle_stands_for_the_id_the_name_or_the_arn_that_is_asked_for() {
    let mut stack = Stack::new("Test", StackProps::default());
    let mut scope = stack.scope();
    let vpc = scope.add(
        "Vpc",
        &Vpc {
            cidr_block: "10.0.0.0/16".into(),
            ..Vpc::default()
        },
    );
    let gateway = scope.add("Gateway", &InternetGateway::default());
    let table = scope.add("Routes", &RouteTable::new(&vpc));
    let role = scope.add(
        "Role",
        &Role::new(Json::object([("Version", "2012-10-17".into())])),
    );
    let group = SecurityGroup {
        vpc_id: (&vpc).into(),
        ..SecurityGroup::new("Nothing comes in")
    };
    let group = scope.add("Group", &group);

    let route = Route {
        gateway_id: (&gateway).into(),
        ..Route::new(&table)
    };
    insta::assert_snapshot!(written(&route), @r#"
    {
      "GatewayId": {
        "Ref": "Gateway"
      },
      "RouteTableId": {
        "Ref": "Routes"
      }
    }
    "#);
    let task = TaskDefinition {
        execution_role_arn: (&role).into(),
        task_role_arn: role.arn().into(),
        ..TaskDefinition::default()
    };
    insta::assert_snapshot!(written(&task), @r#"
    {
      "ExecutionRoleArn": {
        "Fn::GetAtt": [
          "Role",
          "Arn"
        ]
      },
      "TaskRoleArn": {
        "Fn::GetAtt": [
          "Role",
          "Arn"
        ]
      }
    }
    "#);
    let same_kind: Value<Id<refs::ec2::SecurityGroupId>> = vpc.default_security_group();
    let groups: Property<_> = Property::list([(&group).into(), same_kind]);
    insta::assert_snapshot!(groups.known().unwrap().to_json().to_compact(), @r#"[{"Ref":"Group"},{"Fn::GetAtt":["Vpc","DefaultSecurityGroup"]}]"#);
}

#[test]
fn parts_lists_and_enums_are_written_where_cloudformation_looks_for_them() {
    let container = ContainerDefinition {
        command: ["terraform", "plan"].into(),
        depends_on: [ContainerDependency {
            condition: ContainerDependencyCondition::Success.into(),
            container_name: "install".into(),
        }]
        .into(),
        essential: true.into(),
        ..ContainerDefinition::new("alpine:3", "command")
    };
    let task = TaskDefinition {
        container_definitions: [container].into(),
        network_mode: TaskDefinitionNetworkMode::Awsvpc.into(),
        requires_compatibilities: ["FARGATE"].into(),
        tags: [Tag::new("Owner", "platform")].into(),
        ..TaskDefinition::default()
    };
    insta::assert_snapshot!(written(&task), @r#"
    {
      "ContainerDefinitions": [
        {
          "Command": [
            "terraform",
            "plan"
          ],
          "DependsOn": [
            {
              "Condition": "SUCCESS",
              "ContainerName": "install"
            }
          ],
          "Essential": true,
          "Image": "alpine:3",
          "Name": "command"
        }
      ],
      "NetworkMode": "awsvpc",
      "RequiresCompatibilities": [
        "FARGATE"
      ],
      "Tags": [
        {
          "Key": "Owner",
          "Value": "platform"
        }
      ]
    }
    "#);
    assert_eq!(TaskDefinition::TYPE, "AWS::ECS::TaskDefinition");
}

#[test]
fn a_value_that_aws_adds_later_is_kept_as_it_is() {
    let known = Listed::from_text("PROVISIONED");
    assert_eq!(known, TableBillingMode::Provisioned.into());
    let unknown = Listed::<TableBillingMode>::from_text("FREE");
    assert_eq!(unknown, Listed::Other("FREE".into()));
    assert_eq!(unknown.to_json(), Json::text("FREE"));
}

#[test]
fn what_exists_already_is_named_as_a_literal() {
    let subnet = Subnet::new(Id::literal("vpc-0a1b2c3d"));
    assert_eq!(subnet.to_json().to_compact(), r#"{"VpcId":"vpc-0a1b2c3d"}"#);
    let route = Route {
        gateway_id: OneOf::literal("igw-1").into(),
        ..Route::new(Id::literal("rtb-1"))
    };
    assert_eq!(
        format!("{route:?}"),
        r#"{"GatewayId":"igw-1","RouteTableId":"rtb-1"}"#
    );
}

#[test]
fn what_must_be_given_and_is_not_is_marked_for_synthesis() {
    let throughput = ProvisionedThroughput::new(5, Property::Absent);
    assert_eq!(
        throughput.to_json().get("WriteCapacityUnits"),
        Some(&Json::Missing)
    );
}

#[test]
fn what_replaces_a_resource_is_known() {
    assert!(Vpc::REPLACED_BY.contains(&"CidrBlock"));
    assert!(Vpc::PERHAPS_REPLACED_BY.contains(&"InstanceTenancy"));
    assert!(!Vpc::REPLACED_BY.contains(&"EnableDnsSupport"));
}
