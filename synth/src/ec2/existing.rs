//! Networks that exist already.

use super::cidr::Cidr;
use super::subnet::{Subnet, SubnetKind};
use super::vpc::Vpc;
use crate::cfn::refs::ec2::{RouteTableId, SubnetId, VpcId};
use crate::{Id, Problem, Scope, Text, Value};

/// What is known of a VPC that exists already.
#[derive(Debug, Clone)]
pub struct VpcAttributes {
    /// Its id.
    pub vpc_id: Value<Id<VpcId>>,
    /// The zones of its subnets, in the order in which each group lists them.
    pub zones: Vec<Text>,
    /// Its addresses. Default: nobody knows, and interface endpoints need security groups.
    pub cidr: Option<Cidr>,
    /// Its subnets. Default: none.
    pub groups: Vec<ExistingSubnets>,
}

impl VpcAttributes {
    /// A VPC of which only this is known.
    pub fn new(vpc_id: impl Into<Value<Id<VpcId>>>) -> Self {
        Self {
            vpc_id: vpc_id.into(),
            zones: Vec::new(),
            cidr: None,
            groups: Vec::new(),
        }
    }
}

/// The subnets of one group of a VPC that exists already: one in each of its zones, in their order.
#[derive(Debug, Clone)]
pub struct ExistingSubnets {
    /// What the group is called. Default: empty.
    pub name: Text,
    /// How they reach the internet.
    pub kind: SubnetKind,
    /// Their ids.
    pub subnet_ids: Vec<Value<Id<SubnetId>>>,
    /// Their route tables, in the same order. Default (empty): nobody knows, and gateway endpoints cannot use them.
    pub route_table_ids: Vec<Value<Id<RouteTableId>>>,
}

impl ExistingSubnets {
    /// Subnets of which only this is known.
    pub fn new<I: Into<String>>(kind: SubnetKind, ids: impl IntoIterator<Item = I>) -> Self {
        Self {
            name: Text::Borrowed(""),
            kind,
            subnet_ids: ids.into_iter().map(|id| Id::literal(id).into()).collect(),
            route_table_ids: Vec::new(),
        }
    }
}

impl Vpc {
    /// A network that exists already, with all that is known of it. What does not agree is a problem at `scope`.
    ///
    /// ```
    /// use synth::ec2::{ExistingSubnets, SubnetKind, Vpc, VpcAttributes};
    /// use synth::{Id, cidr};
    /// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
    ///
    /// let attributes = VpcAttributes {
    ///     zones: vec!["eu-west-1a".into(), "eu-west-1b".into()],
    ///     cidr: Some(cidr!("10.0.0.0/16")),
    ///     groups: vec![ExistingSubnets::new(SubnetKind::Public, ["subnet-0a", "subnet-0b"])],
    ///     ..VpcAttributes::new(Id::literal("vpc-0c"))
    /// };
    /// let vpc = Vpc::from_attributes(&mut stack.child("Vpc"), attributes);
    /// assert_eq!(vpc.public_subnets().count(), 2);
    /// ```
    pub fn from_attributes(scope: &mut Scope<'_>, attributes: VpcAttributes) -> Self {
        let zones = &attributes.zones;
        let mut subnets = Vec::new();
        for group in attributes.groups {
            let (ids, tables) = (group.subnet_ids, group.route_table_ids);
            if ids.len() != zones.len() {
                scope.problem(mismatch("subnet ids", ids.len(), "zones", zones.len()));
            }
            if !tables.is_empty() && tables.len() != ids.len() {
                let (tables, ids) = (tables.len(), ids.len());
                scope.problem(mismatch("route table ids", tables, "subnet ids", ids));
            }
            for (position, id) in ids.into_iter().enumerate() {
                let zone = zones.get(position);
                subnets.push(Subnet {
                    group: group.name.clone(),
                    zone: zone.map(|zone| Value::Known(zone.to_string())),
                    route_table: tables.get(position).cloned(),
                    ..Subnet::from_id(group.kind, id)
                });
            }
        }
        Self {
            cidr: attributes.cidr,
            ..Self::from_ids(attributes.vpc_id, subnets)
        }
    }
}

fn mismatch(what: &str, count: usize, of: &str, wanted: usize) -> Problem {
    Problem {
        code: "ec2.attributes",
        message: format!("a group of subnets has as many {what} as {of}"),
        value: count.to_string(),
        allowed: wanted.to_string(),
        fix: "list one for each, in the same order".to_owned(),
    }
}
