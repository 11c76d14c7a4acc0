//! Parts of a network, each in one availability zone.

use super::cidr::Cidr;
use crate::cfn::refs::ec2::{RouteTableId, SubnetId};
use crate::{Construct, Id, Text, Value};

/// How what is in a subnet reaches the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubnetKind {
    /// Through an internet gateway, with a public address; and it can be reached from there.
    Public,
    /// Through a NAT gateway; it cannot be reached.
    PrivateWithEgress,
    /// Not at all.
    Isolated,
}

/// A subnet: one of a [`Vpc`](super::Vpc) declared here, or one that exists.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// Its id.
    pub id: Value<Id<SubnetId>>,
    /// How it reaches the internet.
    pub kind: SubnetKind,
    /// The name of its group; empty for one that exists already.
    pub group: Text,
    /// Its availability zone; nothing when nobody said.
    pub zone: Option<Value<String>>,
    /// Its addresses; nothing when nobody said.
    pub cidr: Option<Cidr>,
    /// Its route table, which gateway endpoints need; nothing when nobody said.
    pub route_table: Option<Value<Id<RouteTableId>>>,
    /// Its resources and its way out, for what has to wait for them; nothing for one that exists already.
    pub construct: Option<Construct>,
}

impl Subnet {
    /// A subnet that exists already. Its zone and route table can be set afterwards.
    pub fn from_id(kind: SubnetKind, id: impl Into<Value<Id<SubnetId>>>) -> Self {
        Self {
            id: id.into(),
            kind,
            group: Text::Borrowed(""),
            zone: None,
            cidr: None,
            route_table: None,
            construct: None,
        }
    }
}
