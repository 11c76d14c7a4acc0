//! Rules on both sides of a connection.

use super::cidr::{Cidr, CidrV6};
use super::interface_endpoint::InterfaceEndpoint;
use super::port::Port;
use super::rule::{Peer, Rule};
use super::rule_check::check_rule;
use super::rule_resource::{egress_apart, ingress_apart};
use super::security_group::{SecurityGroup, useless};
use crate::{Problem, Scope};

/// Something that traffic can come from or go to: addresses, or whatever has security groups.
pub trait Connectable {
    /// Its ends, each of which needs a rule.
    fn ends(&self) -> Vec<End>;
}

/// One end of a connection.
#[derive(Debug, Clone)]
pub enum End {
    /// A security group, which gets a rule too unless it lets everything out.
    Group(SecurityGroup),
    /// Addresses, or a group that nobody can add rules to here.
    Peer(Peer),
}

impl End {
    fn peer(&self) -> Peer {
        match self {
            Self::Group(group) => group.into(),
            Self::Peer(peer) => peer.clone(),
        }
    }

    /// How ids and descriptions name it; nothing where the peer says it itself.
    fn name(&self) -> Option<String> {
        match self {
            Self::Group(group) => group.construct.as_ref().map(crate::Construct::unique_id),
            Self::Peer(_) => None,
        }
    }
}

/// Security groups that get the same rules, such as those of one service.
///
/// Every rule is a resource of its own, below the group it belongs to, with the id that AWS CDK gives it.
///
/// ```
/// use synth::cidr;
/// use synth::ec2::{Connections, Port, SecurityGroup, SecurityGroupProps, Vpc, VpcProps};
/// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
/// # let vpc = Vpc::new(stack.child("Vpc"), VpcProps::default());
///
/// let tasks = SecurityGroup::new(stack.child("Tasks"), SecurityGroupProps::new(&vpc));
/// let cache = SecurityGroup::new(stack.child("Cache"), SecurityGroupProps::new(&vpc));
/// let cache = Connections { default_port: Some(Port::REDIS), ..Connections::new([cache]) };
/// let scope = &mut stack.scope();
/// cache.allow_default_port_from(scope, &tasks);
/// tasks.connections().allow_internally(scope, Port::AllTcp);
/// tasks.connections().allow_from(scope, &cidr!("192.0.2.0/24"), Port::HTTPS);
/// # stack.synthesize()?;
/// # Ok::<(), synth::Problems>(())
/// ```
#[derive(Debug, Clone)]
pub struct Connections {
    /// The groups.
    pub security_groups: Vec<SecurityGroup>,
    /// The port that others connect to, if there is one.
    pub default_port: Option<Port>,
}

impl Connections {
    /// Connections of these groups, without a default port.
    pub fn new(security_groups: impl IntoIterator<Item = SecurityGroup>) -> Self {
        Self {
            security_groups: security_groups.into_iter().collect(),
            default_port: None,
        }
    }

    /// Lets traffic in from `other`, and out of its groups.
    pub fn allow_from(&self, scope: &mut Scope<'_>, other: &impl Connectable, port: Port) {
        connect(scope, (&other.ends(), &self.ends()), port);
    }

    /// Lets traffic out to `other`, and into its groups.
    ///
    /// To addresses from a group that lets everything out it is a problem: the rule would change nothing.
    pub fn allow_to(&self, scope: &mut Scope<'_>, other: &impl Connectable, port: Port) {
        connect(scope, (&self.ends(), &other.ends()), port);
    }

    /// Lets traffic through among the groups, and within each.
    pub fn allow_internally(&self, scope: &mut Scope<'_>, port: Port) {
        let ends = self.ends();
        connect(scope, (&ends, &ends), port);
    }

    /// Lets traffic in from `other` on the default port. A problem when there is none.
    pub fn allow_default_port_from(&self, scope: &mut Scope<'_>, other: &impl Connectable) {
        match self.default_port {
            Some(port) => self.allow_from(scope, other, port),
            None => scope.problem(Problem {
                code: "ec2.no-default-port",
                message: "these connections have no default port".to_owned(),
                value: String::new(),
                allowed: String::new(),
                fix: "set `default_port`, or say the port with `allow_from`".to_owned(),
            }),
        }
    }
}

/// Lets traffic from each of the first to each of the second.
fn connect(scope: &mut Scope<'_>, (from, to): (&[End], &[End]), port: Port) {
    let empty = [("from", from), ("to", to)];
    for (side, _) in empty.iter().filter(|(_, ends)| ends.is_empty()) {
        scope.problem(Problem {
            code: "ec2.rule-to-nothing",
            message: format!("traffic would go {side} nothing, for there is no security group"),
            value: port.to_string(),
            allowed: String::new(),
            fix: "give it a security group, or name addresses".to_owned(),
        });
    }
    for receiver in to {
        for sender in from {
            if let End::Group(group) = receiver {
                let (rule, id) = rule(sender, port, "from");
                let resource = ingress_apart(&group.id, &rule);
                at(scope, group, |scope| {
                    check_rule(scope, &rule, true);
                    scope.add(&id, &resource);
                });
            }
            if let End::Group(group) = sender {
                let (rule, id) = rule(receiver, port, "to");
                let pointless = matches!(receiver, End::Peer(_));
                at(scope, group, |scope| match group.lets_everything_out {
                    true if pointless => scope.problem(useless(&id)),
                    true => {}
                    false => {
                        check_rule(scope, &rule, false);
                        scope.add(&id, &egress_apart(&group.id, &rule));
                    }
                });
            }
        }
    }
}

fn rule(peer: &End, port: Port, direction: &str) -> (Rule, String) {
    let name = peer.name();
    let mut rule = Rule::new(peer.peer(), port);
    if let Some(name) = &name {
        rule.description = format!("{direction} {name}:{port}").into();
    }
    let id = rule.id(direction, name.as_deref());
    (rule, id)
}

/// Below the group, if it is of this stack; else here, below its id.
fn at(scope: &mut Scope<'_>, group: &SecurityGroup, add: impl FnOnce(&mut Scope<'_>)) {
    if let Some(mut place) = group.construct.as_ref().and_then(|place| scope.at(place)) {
        return add(&mut place);
    }
    let name = match (&group.construct, group.id.known()) {
        (Some(place), _) => place.unique_id(),
        (None, Some(id)) => id.as_text().to_owned(),
        (None, None) => "SecurityGroup".to_owned(),
    };
    add(&mut scope.child(&name));
}

impl Connectable for Connections {
    fn ends(&self) -> Vec<End> {
        self.security_groups
            .iter()
            .cloned()
            .map(End::Group)
            .collect()
    }
}

impl Connectable for SecurityGroup {
    fn ends(&self) -> Vec<End> {
        vec![End::Group(self.clone())]
    }
}

impl Connectable for InterfaceEndpoint {
    fn ends(&self) -> Vec<End> {
        self.security_groups
            .iter()
            .cloned()
            .map(End::Group)
            .collect()
    }
}

impl Connectable for Peer {
    fn ends(&self) -> Vec<End> {
        vec![End::Peer(self.clone())]
    }
}

impl Connectable for Cidr {
    fn ends(&self) -> Vec<End> {
        vec![End::Peer((*self).into())]
    }
}

impl Connectable for CidrV6 {
    fn ends(&self) -> Vec<End> {
        vec![End::Peer((*self).into())]
    }
}
