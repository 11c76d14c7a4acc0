//! Ways from a network to AWS's services that do not cross the internet.

use super::network::name_tag;
use super::port::Port;
use super::rule::{Peer, Rule};
use super::security_group::{SecurityGroup, SecurityGroupProps};
use super::subnet::{Subnet, SubnetKind};
use super::vpc::Vpc;
use crate::cfn::ec2::VpcEndpoint;
use crate::cfn::refs::ec2::RouteTableId;
use crate::{Handle, Id, Problem, Scope, Text, Value, join, pseudo};

/// The services that have gateway endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayService {
    /// S3.
    S3,
    /// `DynamoDB`.
    DynamoDb,
}

/// What a [`GatewayEndpoint`] needs to know.
#[derive(Debug, Clone)]
pub struct GatewayEndpointProps<'a> {
    /// The VPC it is in.
    pub vpc: &'a Vpc,
    /// Where it leads.
    pub service: GatewayService,
    /// The subnets that use it. Default: all of them.
    pub subnets: Option<Vec<Subnet>>,
}

impl<'a> GatewayEndpointProps<'a> {
    /// For every subnet of `vpc`.
    pub const fn new(vpc: &'a Vpc, service: GatewayService) -> Self {
        Self {
            vpc,
            service,
            subnets: None,
        }
    }
}

/// A way to S3 or `DynamoDB`, free of charge.
///
/// Declares `Resource` (`AWS::EC2::VPCEndpoint`), which writes itself into the subnets' route tables.
#[derive(Debug, Clone)]
pub struct GatewayEndpoint {
    /// The resource.
    pub endpoint: Handle<VpcEndpoint>,
}

impl GatewayEndpoint {
    /// Adds the endpoint to `scope`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "props are given away, as to every construct"
    )]
    pub fn new(mut scope: Scope<'_>, props: GatewayEndpointProps<'_>) -> Self {
        let subnets = props.subnets.as_ref().unwrap_or(&props.vpc.subnets);
        let mut tables: Vec<Value<Id<RouteTableId>>> = Vec::new();
        // Kind by kind, as AWS CDK writes them.
        for kind in [
            SubnetKind::PrivateWithEgress,
            SubnetKind::Public,
            SubnetKind::Isolated,
        ] {
            let subnets = subnets.iter().filter(|subnet| subnet.kind == kind);
            for table in subnets.filter_map(|subnet| subnet.route_table.as_ref()) {
                if !tables.contains(table) {
                    tables.push(table.clone());
                }
            }
        }
        if tables.is_empty() {
            scope.problem(Problem {
                code: "ec2.no-route-table",
                message: "a gateway endpoint writes to route tables, and none is known".to_owned(),
                value: String::new(),
                allowed: String::new(),
                fix: "set `route_table` on the subnets".to_owned(),
            });
        }
        let service = match props.service {
            GatewayService::S3 => "s3",
            GatewayService::DynamoDb => "dynamodb",
        };
        let endpoint = VpcEndpoint {
            route_table_ids: tables.into(),
            service_name: service_name(service).into(),
            tags: name_tag(&scope),
            vpc_endpoint_type: "Gateway".into(),
            ..VpcEndpoint::new(&props.vpc.id)
        };
        Self {
            endpoint: scope.add("Resource", &endpoint),
        }
    }
}

/// A service that has interface endpoints: the end of its name after the region, such as `ecr.api`.
///
/// All of them: <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceService(pub Text);

impl InterfaceService {
    /// Container images: names and permissions. Fargate needs [`Self::ECR_DOCKER`] and S3 too.
    pub const ECR: Self = Self(Text::Borrowed("ecr.api"));
    /// Container images: the images themselves.
    pub const ECR_DOCKER: Self = Self(Text::Borrowed("ecr.dkr"));
    /// What the `awslogs` driver writes to.
    pub const LOGS: Self = Self(Text::Borrowed("logs"));
    /// Secrets Manager.
    pub const SECRETS_MANAGER: Self = Self(Text::Borrowed("secretsmanager"));
    /// The SSM Parameter Store.
    pub const SSM: Self = Self(Text::Borrowed("ssm"));
    /// Sessions into containers (`ecs execute-command`).
    pub const SSM_MESSAGES: Self = Self(Text::Borrowed("ssmmessages"));
    /// Who am I.
    pub const STS: Self = Self(Text::Borrowed("sts"));
}

/// What an [`InterfaceEndpoint`] needs to know.
#[derive(Debug, Clone)]
pub struct InterfaceEndpointProps<'a> {
    /// The VPC it is in.
    pub vpc: &'a Vpc,
    /// Where it leads.
    pub service: InterfaceService,
    /// Where it stands: at most one subnet in each zone. Default: those of the first of these kinds that there are:
    /// private with egress, isolated, public.
    pub subnets: Option<Vec<Subnet>>,
    /// Who may use it. Default: a group of its own that lets in port 443 from the VPC.
    pub security_groups: Vec<SecurityGroup>,
    /// Whether the service's usual name leads here. Needs the DNS of the VPC. Default: yes.
    pub private_dns: bool,
}

impl<'a> InterfaceEndpointProps<'a> {
    /// Usable by everything in `vpc`.
    pub const fn new(vpc: &'a Vpc, service: InterfaceService) -> Self {
        Self {
            vpc,
            service,
            subnets: None,
            security_groups: Vec::new(),
            private_dns: true,
        }
    }
}

/// A way to one service of AWS, which costs by the hour and zone.
///
/// Declares `Resource` (`AWS::EC2::VPCEndpoint`), and `SecurityGroup/Resource` (`AWS::EC2::SecurityGroup`) unless groups
/// are given.
#[derive(Debug, Clone)]
pub struct InterfaceEndpoint {
    /// The resource.
    pub endpoint: Handle<VpcEndpoint>,
    /// Who may use it.
    pub security_groups: Vec<SecurityGroup>,
}

impl InterfaceEndpoint {
    /// Adds the endpoint to `scope`.
    pub fn new(mut scope: Scope<'_>, props: InterfaceEndpointProps<'_>) -> Self {
        let subnets = props.subnets.unwrap_or_else(|| one_in_each_zone(props.vpc));
        if subnets.is_empty() {
            scope.problem(Problem {
                code: "ec2.no-subnet",
                message: "an interface endpoint stands in subnets, and there is none".to_owned(),
                value: props.service.0.to_string(),
                allowed: String::new(),
                fix: "name its `subnets`, or give the VPC some".to_owned(),
            });
        }
        let mut security_groups = props.security_groups;
        if security_groups.is_empty() {
            security_groups.push(own_group(&mut scope, props.vpc));
        }
        let endpoint = VpcEndpoint {
            private_dns_enabled: props.private_dns.into(),
            security_group_ids: security_groups
                .iter()
                .map(|group| &group.id)
                .collect::<Vec<_>>()
                .into(),
            service_name: service_name(&props.service.0).into(),
            subnet_ids: subnets
                .iter()
                .map(|subnet| &subnet.id)
                .collect::<Vec<_>>()
                .into(),
            tags: name_tag(&scope),
            vpc_endpoint_type: "Interface".into(),
            ..VpcEndpoint::new(&props.vpc.id)
        };
        Self {
            endpoint: scope.add("Resource", &endpoint),
            security_groups,
        }
    }
}

fn own_group(scope: &mut Scope<'_>, vpc: &Vpc) -> SecurityGroup {
    let peer = match (vpc.cidr, &vpc.vpc) {
        (Some(cidr), _) => Peer::from(cidr),
        (None, Some(resource)) => match resource.cidr_block() {
            Value::Unknown(block) => Peer::Ipv4(block.into()),
            Value::Known(_) => Peer::ANY_IPV4,
        },
        (None, None) => {
            scope.problem(Problem {
                code: "ec2.unknown-addresses",
                message:
                    "nobody said which addresses the VPC has, so its endpoint cannot let them in"
                        .to_owned(),
                value: String::new(),
                allowed: String::new(),
                fix: "set `cidr` on the `Vpc`, or give the endpoint `security_groups`".to_owned(),
            });
            Peer::ANY_IPV4
        }
    };
    let ingress = vec![Rule::new(peer, Port::HTTPS)];
    let props = SecurityGroupProps {
        ingress,
        ..SecurityGroupProps::new(vpc)
    };
    SecurityGroup::new(scope.child("SecurityGroup"), props)
}

/// AWS takes one subnet a zone; of subnets whose zone nobody said, all.
fn one_in_each_zone(vpc: &Vpc) -> Vec<Subnet> {
    let kinds = [
        SubnetKind::PrivateWithEgress,
        SubnetKind::Isolated,
        SubnetKind::Public,
    ];
    let kind = kinds
        .into_iter()
        .find(|kind| vpc.subnets_of(*kind).next().is_some());
    let mut chosen: Vec<Subnet> = Vec::new();
    for subnet in kind.into_iter().flat_map(|kind| vpc.subnets_of(kind)) {
        if subnet.zone.is_none() || !chosen.iter().any(|other| other.zone == subnet.zone) {
            chosen.push(subnet.clone());
        }
    }
    chosen
}

fn service_name(service: &str) -> Value<String> {
    join(
        "",
        [
            "com.amazonaws.".into(),
            pseudo::region(),
            format!(".{service}").into(),
        ],
    )
}
