//! Where executions run: subnets, the way out of them, and the firewall around them.

use synth::ec2::{
    Cidr, GatewayEndpoint, GatewayEndpointProps, GatewayService, InterfaceEndpoint,
    InterfaceEndpointProps, InterfaceService, Nat, SecurityGroup, SecurityGroupProps, Subnet,
    SubnetGroup, SubnetKind, Vpc, VpcProps,
};
use synth::{Id, Problem, Scope, cidr};

use super::settings::{ExistingVpc, Settings, Subnets};

/// What a private execution talks to: images, what containers print, who it is.
const ENDPOINTS: [(&str, InterfaceService); 4] = [
    ("EcrEndpoint", InterfaceService::ECR),
    ("EcrDockerEndpoint", InterfaceService::ECR_DOCKER),
    ("LogsEndpoint", InterfaceService::LOGS),
    ("StsEndpoint", InterfaceService::STS),
];

/// Where executions run.
pub(super) struct Network {
    /// The subnets that tasks start in.
    pub(super) subnets: Vec<Subnet>,
    /// Lets everything out and nothing in.
    pub(super) security_group: SecurityGroup,
    /// Whether a task needs a public address to reach anything.
    pub(super) assign_public_ip: bool,
}

impl Network {
    /// Adds a new VPC with everything in it, or a security group in the VPC there is.
    pub(super) fn new(scope: &mut Scope<'_>, settings: &Settings) -> Self {
        let (vpc, assign_public_ip) = match &settings.existing_vpc {
            Some(existing) => (existing_vpc(scope, existing), existing.assign_public_ip),
            None => (
                new_vpc(scope, settings),
                settings.subnets == Subnets::Public,
            ),
        };
        let security_group = SecurityGroup::new(
            scope.child("SecurityGroup"),
            SecurityGroupProps {
                description: format!(
                    "Executions of {}: everything out, nothing in",
                    settings.name
                )
                .into(),
                ..SecurityGroupProps::new(&vpc)
            },
        );
        let kind = match (&settings.existing_vpc, settings.subnets) {
            (Some(_), _) | (None, Subnets::PrivateWithNat) => SubnetKind::PrivateWithEgress,
            (None, Subnets::Public) => SubnetKind::Public,
            (None, Subnets::PrivateWithEndpoints) => SubnetKind::Isolated,
        };
        let subnets = vpc.subnets_of(kind).cloned().collect();
        Self {
            subnets,
            security_group,
            assign_public_ip,
        }
    }
}

fn existing_vpc(scope: &mut Scope<'_>, existing: &ExistingVpc) -> Vpc {
    if existing.subnet_ids.is_empty() {
        scope.problem(Problem {
            code: "platform.no-subnets",
            message: "executions have no subnet to run in".to_owned(),
            value: "existing_vpc.subnet_ids: []".to_owned(),
            allowed: "at least one id of a subnet of the VPC".to_owned(),
            fix: "list the subnets in `existing_vpc.subnet_ids`".to_owned(),
        });
    }
    let subnets = existing
        .subnet_ids
        .iter()
        .map(|id| Subnet::from_id(SubnetKind::PrivateWithEgress, Id::literal(id.clone())));
    Vpc::from_ids(Id::literal(existing.vpc_id.clone()), subnets)
}

fn new_vpc(scope: &mut Scope<'_>, settings: &Settings) -> Vpc {
    let defaults = VpcProps::default();
    let cidr = settings.cidr.parse::<Cidr>().unwrap_or_else(|error| {
        scope.problem(Problem {
            code: "platform.cidr",
            message: error.to_string(),
            value: format!("cidr: {}", settings.cidr),
            allowed: "an IPv4 range such as 10.0.0.0/16".to_owned(),
            fix: "correct `cidr` in the settings".to_owned(),
        });
        cidr!("10.0.0.0/16")
    });
    let (groups, nat) = match settings.subnets {
        Subnets::Public => (vec![SubnetGroup::public("Public")], Nat::None),
        Subnets::PrivateWithNat => (
            vec![
                SubnetGroup::public("Public"),
                SubnetGroup::private_with_egress("Private"),
            ],
            Nat::One,
        ),
        Subnets::PrivateWithEndpoints => (vec![SubnetGroup::isolated("Private")], Nat::None),
    };
    let vpc = Vpc::new(
        scope.child("Vpc"),
        VpcProps {
            addresses: cidr.into(),
            groups,
            nat,
            ..defaults
        },
    );
    for (id, service) in [
        ("S3Endpoint", GatewayService::S3),
        ("DynamoDbEndpoint", GatewayService::DynamoDb),
    ] {
        GatewayEndpoint::new(scope.child(id), GatewayEndpointProps::new(&vpc, service));
    }
    if settings.subnets == Subnets::PrivateWithEndpoints {
        for (id, service) in ENDPOINTS {
            InterfaceEndpoint::new(scope.child(id), InterfaceEndpointProps::new(&vpc, service));
        }
    }
    vpc
}
