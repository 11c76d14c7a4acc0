//! Ways from a network to one service that do not cross the internet.

use super::gateway_endpoint::service_name;
use super::network::name_tag;
use super::port::Port;
use super::rule::{Peer, Rule};
use super::security_group::{SecurityGroup, SecurityGroupProps};
use super::selection::one_in_each_zone;
use super::subnet::Subnet;
use super::vpc::Vpc;
use crate::cfn::ec2::VpcEndpoint;
use crate::{Handle, Problem, Scope, Text, Value};

/// Security groups of one network interface, before the account asks for more.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
const MOST_GROUPS: usize = 5;

/// A service that has interface endpoints: the end of its name after the region, such as `ecr.api`; or the whole name of
/// somebody's own, such as `com.amazonaws.vpce.eu-west-1.vpce-svc-0e123abc123198abc`.
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

    fn is_private(&self) -> bool {
        self.0.starts_with("com.amazonaws.vpce.")
    }

    fn name(&self) -> Value<String> {
        if self.is_private() {
            self.0.clone().into_owned().into()
        } else {
            service_name(&self.0)
        }
    }
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
///
/// ```
/// use synth::ec2::{InterfaceEndpoint, InterfaceEndpointProps, InterfaceService, Vpc, VpcProps};
/// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
///
/// let vpc = Vpc::new(stack.child("Vpc"), VpcProps::default());
/// let props = InterfaceEndpointProps::new(&vpc, InterfaceService::SECRETS_MANAGER);
/// InterfaceEndpoint::new(stack.child("Secrets"), props);
/// # stack.synthesize()?;
/// # Ok::<(), synth::Problems>(())
/// ```
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
        for problem in check(&props) {
            scope.problem(problem);
        }
        let subnets = props
            .subnets
            .unwrap_or_else(|| one_in_each_zone(&props.vpc.most_private()));
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
            service_name: props.service.name().into(),
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

fn check(props: &InterfaceEndpointProps<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name = &props.service.0;
    let is_part = |part: &str| {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !part.is_empty() && part.bytes().all(known)
    };
    let whole = name.starts_with("com.amazonaws.") && !props.service.is_private();
    if whole || !name.split('.').all(is_part) {
        problems.push(Problem {
            code: "ec2.endpoint-service",
            message: "this is not the name of a service with interface endpoints".to_owned(),
            value: name.to_string(),
            allowed: "the end of a name after the region, such as `ecr.api`, or `com.amazonaws.vpce.` and so on".to_owned(),
            fix: "leave out `com.amazonaws.` and the region, and write lower case".to_owned(),
        });
    }
    if props.private_dns && props.vpc.dns == Some(false) {
        problems.push(Problem {
            code: "ec2.endpoint-dns",
            message: "the usual name of a service leads to its endpoint only in a VPC that resolves names and gives them".to_owned(),
            value: name.to_string(),
            allowed: String::new(),
            fix: "set `dns_support` and `dns_hostnames` of the VPC, or unset `private_dns`".to_owned(),
        });
    }
    if props.security_groups.len() > MOST_GROUPS {
        problems.push(Problem {
            code: "ec2.too-many-groups",
            message: "a network interface has few security groups".to_owned(),
            value: props.security_groups.len().to_string(),
            allowed: format!("up to {MOST_GROUPS}, unless AWS gave the account more"),
            fix: "put the rules into fewer groups; or acknowledge it".to_owned(),
        });
    }
    let subnets = props.subnets.as_deref().unwrap_or_default();
    for (position, subnet) in subnets.iter().enumerate() {
        let mut before = subnets.iter().take(position);
        if subnet.zone.is_some() && before.any(|other| other.zone == subnet.zone) {
            problems.push(Problem {
                code: "ec2.endpoint-zone",
                message: "an endpoint stands in one subnet of a zone".to_owned(),
                value: subnet
                    .construct
                    .as_ref()
                    .map_or_else(String::new, |place| place.path().to_owned()),
                allowed: String::new(),
                fix: "choose with `one_per_zone`".to_owned(),
            });
        }
    }
    problems
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
