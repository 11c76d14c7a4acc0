//! Networks.

use super::addresses::{IpAddresses, IpProtocol};
use super::cidr::Cidr;
use super::layout::{CidrLayout, Count, lay_out};
use super::subnet::{Subnet, SubnetKind};
use super::{check, network};
use crate::cfn::ec2;
use crate::cfn::refs::ec2::VpcId;
use crate::{Handle, Id, Scope, Text, Value, cidr};

/// What a [`Vpc`] needs to know. Default: a public subnet in each of two zones, nothing that costs by the hour.
#[derive(Debug, Clone)]
pub struct VpcProps {
    /// Its IPv4 addresses. Default: 10.0.0.0/16.
    pub addresses: IpAddresses,
    /// Whether it has IPv6 addresses too. Default: [`IpProtocol::Ipv4Only`].
    pub ip_protocol: IpProtocol,
    /// The availability zones that it has subnets in. Default: two.
    pub zones: Zones,
    /// Room for this many more zones: adding as many moves no subnet, whatever the layout. Default: 0.
    pub reserved_zones: u8,
    /// Each is one subnet in every zone. New ones go to the end. Default: [`SubnetGroup::public`], called `Public`.
    pub groups: Vec<SubnetGroup>,
    /// How private subnets reach the internet. Default: [`Nat::None`].
    pub nat: Nat,
    /// The public group whose subnets the NAT gateways stand in. Default: the first one.
    pub nat_group: Option<Text>,
    /// Which addresses each subnet gets. Default: [`CidrLayout::SLOTS`].
    pub layout: CidrLayout,
    /// Whether what has a public address has a public name. Needs `dns_support`. Default: yes.
    pub dns_hostnames: bool,
    /// Whether names are resolved. Default: yes.
    pub dns_support: bool,
    /// Its name in the console. Default: the construct path.
    pub vpc_name: Option<Text>,
}

impl Default for VpcProps {
    fn default() -> Self {
        Self {
            addresses: IpAddresses::Cidr(cidr!("10.0.0.0/16")),
            ip_protocol: IpProtocol::Ipv4Only,
            zones: Zones::First(2),
            reserved_zones: 0,
            groups: vec![SubnetGroup::public("Public")],
            nat: Nat::None,
            nat_group: None,
            layout: CidrLayout::default(),
            dns_hostnames: true,
            dns_support: true,
            vpc_name: None,
        }
    }
}

/// Availability zones. New ones go to the end: the first stays the first.
#[derive(Debug, Clone, PartialEq)]
pub enum Zones {
    /// These, such as `us-east-1a`.
    Named(Vec<Text>),
    /// This many of those that the region has, whichever it is: `Fn::GetAZs`.
    First(u8),
}

/// One subnet in every zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubnetGroup {
    /// The start of the ids of its subnets: `Public` gives `PublicSubnet1`, `PublicSubnet2`.
    pub name: Text,
    /// How its subnets reach the internet.
    pub kind: SubnetKind,
    /// The size of its subnets: a prefix up to /28. Default: the whole slot, see [`CidrLayout`].
    pub prefix: Option<u8>,
    /// Its position among the slots, counted from 0. Default: its position in the list.
    ///
    /// Say it for the groups that stay when one before them goes, and nothing moves.
    pub slot: Option<u8>,
    /// Whether it only keeps its addresses free: none of its subnets is declared. Default: no.
    pub reserved: bool,
    /// Whether network interfaces in it get public IPv4 addresses. Default: in public groups of a VPC without IPv6.
    pub map_public_ip_on_launch: Option<bool>,
}

impl SubnetGroup {
    /// Subnets that reach the internet and are reached from it.
    pub fn public(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            kind: SubnetKind::Public,
            prefix: None,
            slot: None,
            reserved: false,
            map_public_ip_on_launch: None,
        }
    }

    /// Subnets that reach the internet through a NAT gateway.
    pub fn private_with_egress(name: impl Into<Text>) -> Self {
        Self {
            kind: SubnetKind::PrivateWithEgress,
            ..Self::public(name)
        }
    }

    /// Subnets that reach only the VPC and its endpoints.
    pub fn isolated(name: impl Into<Text>) -> Self {
        Self {
            kind: SubnetKind::Isolated,
            ..Self::public(name)
        }
    }
}

/// NAT gateways, which stand in the subnets of the first public group and cost by the hour and by the byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nat {
    /// None.
    None,
    /// One in the first zone, for all of them. When that zone fails, none of them has a way out.
    One,
    /// One in each zone, for that zone.
    PerZone,
    /// One in each of the first zones, as many as this; the other zones take turns with them.
    Count(u8),
}

impl Nat {
    pub(crate) fn count(self, zones: usize) -> usize {
        match self {
            Self::None => 0,
            Self::One => 1,
            Self::PerZone => zones,
            Self::Count(count) => count.into(),
        }
    }
}

/// A network: one declared here, or one that exists.
///
/// Declares `Resource` (`AWS::EC2::VPC`); with a public group `IGW` (`AWS::EC2::InternetGateway`) and `VPCGW`
/// (`AWS::EC2::VPCGatewayAttachment`); and for each subnet, below `PublicSubnet1` and so on, `Subnet`
/// (`AWS::EC2::Subnet`), `RouteTable`, `RouteTableAssociation`, `DefaultRoute` unless it is isolated, and where a NAT
/// gateway stands `EIP` and `NATGateway`. With IPv6 also `ipv6cidr` (`AWS::EC2::VPCCidrBlock`), `DefaultRoute6` in the
/// same subnets and, with private subnets, `EIGW6` (`AWS::EC2::EgressOnlyInternetGateway`).
///
/// What belongs to it and is placed below it has the ids that AWS CDK gives its endpoints and flow logs:
///
/// ```
/// use synth::ec2::{
///     FlowLog, FlowLogProps, GatewayEndpoint, GatewayEndpointProps, GatewayService, Nat, SubnetGroup, Vpc, VpcProps,
/// };
/// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
///
/// let groups = vec![SubnetGroup::public("Public"), SubnetGroup::private_with_egress("Private")];
/// let props = VpcProps { groups, nat: Nat::One, ..VpcProps::default() };
/// let vpc = Vpc::new(stack.child("Vpc"), props);
/// let endpoint = GatewayEndpointProps::new(&vpc, GatewayService::S3);
/// GatewayEndpoint::new(stack.child("Vpc").child("S3"), endpoint);
/// FlowLog::new(stack.child("Vpc").child("Log"), FlowLogProps::new(&vpc));
/// # stack.synthesize()?;
/// # Ok::<(), synth::Problems>(())
/// ```
#[derive(Debug, Clone)]
pub struct Vpc {
    /// Its id.
    pub id: Value<Id<VpcId>>,
    /// Its addresses; nothing when nobody said, or only a pool will know.
    pub cidr: Option<Cidr>,
    /// Its subnets, group by group and zone by zone.
    pub subnets: Vec<Subnet>,
    /// Whether it resolves names and gives them, which private names of endpoints need; nothing when nobody said.
    pub dns: Option<bool>,
    /// The resource; nothing for a VPC that exists already.
    pub vpc: Option<Handle<ec2::Vpc>>,
}

impl Vpc {
    /// Adds the network to `scope`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "props are given away, as to every construct"
    )]
    pub fn new(mut scope: Scope<'_>, props: VpcProps) -> Self {
        for problem in check::check(&props) {
            scope.problem(problem);
        }
        let requests = network::requests(&props.groups);
        let zones = Count {
            used: props.zones.names().len(),
            reserved: props.reserved_zones.into(),
        };
        let block = props.addresses.block();
        let blocks = lay_out(block, props.layout, &requests, zones).unwrap_or_else(|wrong| {
            for problem in wrong {
                scope.problem(problem);
            }
            Vec::new()
        });
        let mut vpc = ec2::Vpc {
            enable_dns_hostnames: props.dns_hostnames.into(),
            enable_dns_support: props.dns_support.into(),
            instance_tenancy: "default".into(),
            tags: network::vpc_name_tag(&scope, &props),
            ..Default::default()
        };
        match &props.addresses {
            IpAddresses::Cidr(block) => vpc.cidr_block = block.to_string().into(),
            IpAddresses::Ipam { pool, prefix } => {
                vpc.ipv4_ipam_pool_id = pool.into();
                vpc.ipv4_netmask_length = i64::from(*prefix).into();
            }
        }
        let vpc = scope.add("Resource", &vpc);
        let subnets = network::declare(&mut scope, &props, &vpc, &blocks);
        Self {
            id: Value::from(&vpc),
            cidr: match props.addresses {
                IpAddresses::Cidr(block) => Some(block),
                IpAddresses::Ipam { .. } => None,
            },
            subnets,
            dns: Some(props.dns_hostnames && props.dns_support),
            vpc: Some(vpc),
        }
    }

    /// A network that exists already. Its `cidr` can be set afterwards.
    ///
    /// ```
    /// use synth::ec2::{Subnet, SubnetKind, Vpc};
    /// use synth::Id;
    /// let subnets = ["subnet-0a", "subnet-0b"];
    /// let subnets = subnets.map(|id| Subnet::from_id(SubnetKind::Public, Id::literal(id)));
    /// let vpc = Vpc::from_ids(Id::literal("vpc-0c"), subnets);
    /// assert_eq!(vpc.public_subnets().count(), 2);
    /// ```
    pub fn from_ids(
        id: impl Into<Value<Id<VpcId>>>,
        subnets: impl IntoIterator<Item = Subnet>,
    ) -> Self {
        Self {
            id: id.into(),
            cidr: None,
            subnets: subnets.into_iter().collect(),
            dns: None,
            vpc: None,
        }
    }

    /// The subnets that reach the internet through an internet gateway.
    pub fn public_subnets(&self) -> impl Iterator<Item = &Subnet> {
        self.subnets_of(SubnetKind::Public)
    }

    /// The subnets that reach the internet through a NAT gateway.
    pub fn private_subnets(&self) -> impl Iterator<Item = &Subnet> {
        self.subnets_of(SubnetKind::PrivateWithEgress)
    }

    /// The subnets that do not reach the internet.
    pub fn isolated_subnets(&self) -> impl Iterator<Item = &Subnet> {
        self.subnets_of(SubnetKind::Isolated)
    }

    /// The subnets of one kind.
    pub fn subnets_of(&self, kind: SubnetKind) -> impl Iterator<Item = &Subnet> {
        self.subnets
            .iter()
            .filter(move |subnet| subnet.kind == kind)
    }

    /// The subnets of the group called `name`.
    pub fn subnets_in(&self, name: &str) -> impl Iterator<Item = &Subnet> {
        self.subnets
            .iter()
            .filter(move |subnet| subnet.group == name)
    }
}
