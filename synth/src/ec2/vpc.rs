//! Networks.

use super::cidr::Cidr;
use super::layout::{CidrLayout, lay_out};
use super::network;
use super::subnet::{Subnet, SubnetKind};
use crate::cfn::ec2;
use crate::cfn::refs::ec2::VpcId;
use crate::{Handle, Id, Scope, Text, Value, cidr};

/// What a [`Vpc`] needs to know. Default: a public subnet in each of two zones, nothing that costs by the hour.
#[derive(Debug, Clone)]
pub struct VpcProps {
    /// Its addresses: a prefix from /16 to /28. Default: 10.0.0.0/16.
    pub cidr: Cidr,
    /// The availability zones that it has subnets in. Default: two.
    pub zones: Zones,
    /// Each is one subnet in every zone. New ones go to the end. Default: [`SubnetGroup::public`], called `Public`.
    pub groups: Vec<SubnetGroup>,
    /// How private subnets reach the internet. Default: [`Nat::None`].
    pub nat: Nat,
    /// Which addresses each subnet gets. Default: [`CidrLayout::SLOTS`].
    pub layout: CidrLayout,
    /// Whether what has a public address has a public name. Needs `dns_support`. Default: yes.
    pub dns_hostnames: bool,
    /// Whether names are resolved. Default: yes.
    pub dns_support: bool,
}

impl Default for VpcProps {
    fn default() -> Self {
        Self {
            cidr: cidr!("10.0.0.0/16"),
            zones: Zones::First(2),
            groups: vec![SubnetGroup::public("Public")],
            nat: Nat::None,
            layout: CidrLayout::default(),
            dns_hostnames: true,
            dns_support: true,
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
}

impl SubnetGroup {
    /// Subnets that reach the internet and are reached from it.
    pub fn public(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            kind: SubnetKind::Public,
            prefix: None,
            slot: None,
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
}

/// A network: one declared here, or one that exists.
///
/// Declares `Resource` (`AWS::EC2::VPC`); with a public group `IGW` (`AWS::EC2::InternetGateway`) and `VPCGW`
/// (`AWS::EC2::VPCGatewayAttachment`); and for each subnet, below `PublicSubnet1` and so on, `Subnet`
/// (`AWS::EC2::Subnet`), `RouteTable`, `RouteTableAssociation`, `DefaultRoute` unless it is isolated, and where a NAT
/// gateway stands `EIP` and `NATGateway`.
#[derive(Debug, Clone)]
pub struct Vpc {
    /// Its id.
    pub id: Value<Id<VpcId>>,
    /// Its addresses; nothing when nobody said.
    pub cidr: Option<Cidr>,
    /// Its subnets, group by group and zone by zone.
    pub subnets: Vec<Subnet>,
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
        for problem in network::check(&props) {
            scope.problem(problem);
        }
        let requests = network::requests(&props.groups);
        let zones = props.zones.names().len();
        let blocks = lay_out(props.cidr, props.layout, &requests, zones).unwrap_or_else(|wrong| {
            for problem in wrong {
                scope.problem(problem);
            }
            Vec::new()
        });
        let vpc = ec2::Vpc {
            cidr_block: props.cidr.to_string().into(),
            enable_dns_hostnames: props.dns_hostnames.into(),
            enable_dns_support: props.dns_support.into(),
            instance_tenancy: "default".into(),
            tags: network::name_tag(&scope),
            ..Default::default()
        };
        let vpc = scope.add("Resource", &vpc);
        let id = Value::from(&vpc);
        let subnets = network::declare(&mut scope, &props, &id, &blocks);
        Self {
            id,
            cidr: Some(props.cidr),
            subnets,
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
