//! Firewalls around network interfaces.

use super::port::Port;
use super::rule::{Peer, Rule, description_problem};
use super::vpc::Vpc;
use crate::cfn::ec2::security_group::{Egress as EgressRule, Ingress as IngressRule};
use crate::cfn::ec2::{self, SecurityGroupEgress, SecurityGroupIngress};
use crate::cfn::refs::ec2::SecurityGroupId;
use crate::{Handle, Id, List, Problem, Property, Scope, Text, Value};

/// What a [`SecurityGroup`] needs to know.
#[derive(Debug, Clone)]
pub struct SecurityGroupProps<'a> {
    /// The VPC it is in.
    pub vpc: &'a Vpc,
    /// What it is for. Changing it replaces the group. Default (empty): the construct path.
    ///
    /// Up to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`.
    pub description: Text,
    /// Traffic that may come in. Default: none; answers to what went out come back all the same.
    pub ingress: Vec<Rule>,
    /// Traffic that may go out. Default: [`Egress::All`].
    pub egress: Egress,
}

impl<'a> SecurityGroupProps<'a> {
    /// Nothing comes in, everything goes out.
    pub fn new(vpc: &'a Vpc) -> Self {
        Self {
            vpc,
            description: Text::Borrowed(""),
            ingress: Vec::new(),
            egress: Egress::All,
        }
    }
}

/// Traffic that a security group lets out.
#[derive(Debug, Clone, PartialEq)]
pub enum Egress {
    /// Everything to every IPv4 address.
    All,
    /// These rules, and those added with [`SecurityGroup::allow_to`]. Empty: nothing goes out.
    Only(Vec<Rule>),
}

/// A security group.
///
/// Declares `Resource` (`AWS::EC2::SecurityGroup`) with its rules in it. Two groups that refer to each other cannot both
/// have their rules in them; [`allow_from`](Self::allow_from) and [`allow_to`](Self::allow_to) declare rules apart.
#[derive(Debug, Clone)]
pub struct SecurityGroup {
    /// Its id.
    pub id: Value<Id<SecurityGroupId>>,
    /// The resource; nothing for a group that exists already.
    pub security_group: Option<Handle<ec2::SecurityGroup>>,
    lets_everything_out: bool,
}

impl SecurityGroup {
    /// Adds the group to `scope`.
    pub fn new(mut scope: Scope<'_>, props: SecurityGroupProps<'_>) -> Self {
        let description = if props.description.is_empty() {
            format!("{}/{}", scope.stack_name(), scope.path())
        } else {
            props.description.into_owned()
        };
        let problem = description_problem("a security group", &description);
        if let Some(problem) = problem {
            scope.problem(problem);
        }
        let (egress, lets_everything_out) = match props.egress {
            Egress::All => (vec![everything()], true),
            Egress::Only(rules) if rules.is_empty() => (vec![nothing()], false),
            Egress::Only(rules) => (
                rules.iter().map(|rule| egress(&mut scope, rule)).collect(),
                false,
            ),
        };
        let ingress: Vec<_> = props
            .ingress
            .iter()
            .map(|rule| ingress(&mut scope, rule))
            .collect();
        let group = ec2::SecurityGroup {
            vpc_id: props.vpc.id.clone().into(),
            security_group_egress: egress.into(),
            security_group_ingress: not_empty(ingress),
            ..ec2::SecurityGroup::new(description)
        };
        let group = scope.add("Resource", &group);
        let id = group.group_id();
        Self {
            id,
            security_group: Some(group),
            lets_everything_out,
        }
    }

    /// A group that exists already.
    pub fn from_id(id: impl Into<Value<Id<SecurityGroupId>>>) -> Self {
        Self {
            id: id.into(),
            security_group: None,
            lets_everything_out: false,
        }
    }

    /// Lets traffic in by a rule of its own: adds `id` (`AWS::EC2::SecurityGroupIngress`) to `scope`.
    pub fn allow_from(
        &self,
        scope: &mut Scope<'_>,
        id: &str,
        rule: &Rule,
    ) -> Handle<SecurityGroupIngress> {
        report(scope, rule);
        let mut resource = SecurityGroupIngress {
            group_id: self.id.clone().into(),
            description: rule.description("from"),
            ..SecurityGroupIngress::new(rule.port.protocol())
        };
        (resource.from_port, resource.to_port) = bounds(rule.port);
        match &rule.peer {
            Peer::Ipv4(block) => resource.cidr_ip = text(block),
            Peer::Ipv6(block) => resource.cidr_ipv6 = text(block),
            Peer::PrefixList(list) => resource.source_prefix_list_id = list.into(),
            Peer::SecurityGroup(group) => resource.source_security_group_id = group.into(),
        }
        scope.add(id, &resource)
    }

    /// Lets traffic out by a rule of its own: adds `id` (`AWS::EC2::SecurityGroupEgress`) to `scope`.
    ///
    /// A problem for a group with [`Egress::All`], where the rule would change nothing.
    pub fn allow_to(
        &self,
        scope: &mut Scope<'_>,
        id: &str,
        rule: &Rule,
    ) -> Handle<SecurityGroupEgress> {
        report(scope, rule);
        if self.lets_everything_out {
            scope.problem(Problem {
                code: "ec2.useless-rule",
                message:
                    "the security group lets everything out already, so this rule changes nothing"
                        .to_owned(),
                value: id.to_owned(),
                allowed: String::new(),
                fix: "remove the rule, or give the group `Egress::Only`".to_owned(),
            });
        }
        let mut resource = SecurityGroupEgress {
            description: rule.description("to"),
            ..SecurityGroupEgress::new(self.id.clone(), rule.port.protocol())
        };
        (resource.from_port, resource.to_port) = bounds(rule.port);
        match &rule.peer {
            Peer::Ipv4(block) => resource.cidr_ip = text(block),
            Peer::Ipv6(block) => resource.cidr_ipv6 = text(block),
            Peer::PrefixList(list) => resource.destination_prefix_list_id = list.into(),
            Peer::SecurityGroup(group) => resource.destination_security_group_id = group.into(),
        }
        scope.add(id, &resource)
    }
}

impl From<&SecurityGroup> for Peer {
    fn from(group: &SecurityGroup) -> Self {
        Self::SecurityGroup(group.id.clone())
    }
}

fn ingress(scope: &mut Scope<'_>, rule: &Rule) -> IngressRule {
    report(scope, rule);
    let mut part = IngressRule {
        description: rule.description("from"),
        ..IngressRule::new(rule.port.protocol())
    };
    (part.from_port, part.to_port) = bounds(rule.port);
    match &rule.peer {
        Peer::Ipv4(block) => part.cidr_ip = text(block),
        Peer::Ipv6(block) => part.cidr_ipv6 = text(block),
        Peer::PrefixList(list) => part.source_prefix_list_id = list.into(),
        Peer::SecurityGroup(group) => part.source_security_group_id = group.into(),
    }
    part
}

fn egress(scope: &mut Scope<'_>, rule: &Rule) -> EgressRule {
    report(scope, rule);
    let mut part = EgressRule {
        description: rule.description("to"),
        ..EgressRule::new(rule.port.protocol())
    };
    (part.from_port, part.to_port) = bounds(rule.port);
    match &rule.peer {
        Peer::Ipv4(block) => part.cidr_ip = text(block),
        Peer::Ipv6(block) => part.cidr_ipv6 = text(block),
        Peer::PrefixList(list) => part.destination_prefix_list_id = list.into(),
        Peer::SecurityGroup(group) => part.destination_security_group_id = group.into(),
    }
    part
}

/// What a group has when nothing else is said, in the words of AWS CDK.
fn everything() -> EgressRule {
    EgressRule {
        cidr_ip: "0.0.0.0/0".into(),
        description: "Allow all outbound traffic by default".into(),
        ..EgressRule::new(Port::All.protocol())
    }
}

/// A group without any egress rule lets everything out, so this one names an address that does not exist.
fn nothing() -> EgressRule {
    EgressRule {
        cidr_ip: "255.255.255.255/32".into(),
        description: "Disallow all traffic".into(),
        from_port: 252.into(),
        to_port: 86.into(),
        ..EgressRule::new("icmp")
    }
}

fn report(scope: &mut Scope<'_>, rule: &Rule) {
    for problem in rule.check() {
        scope.problem(problem);
    }
}

fn bounds(port: Port) -> (Property<i64>, Property<i64>) {
    port.bounds()
        .map_or_else(Default::default, |(from, to)| (from.into(), to.into()))
}

fn text<T: ToString + Clone>(block: &Value<T>) -> Property<String> {
    block.clone().map(|block| block.to_string()).into()
}

fn not_empty<T>(items: Vec<T>) -> Property<List<T>>
where
    Vec<T>: Into<Property<List<T>>>,
{
    if items.is_empty() {
        Property::Absent
    } else {
        items.into()
    }
}
