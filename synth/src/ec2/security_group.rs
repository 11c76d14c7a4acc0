//! Firewalls around network interfaces.

use super::connections::Connections;
use super::rule::{Peer, Rule};
use super::rule_check::{check_group, check_rule};
use super::rule_resource::{
    egress, egress_apart, everything, everything_v6, ingress, ingress_apart, not_empty, nothing,
};
use super::vpc::Vpc;
use crate::cfn::ec2::{self, SecurityGroupEgress, SecurityGroupIngress};
use crate::cfn::refs::ec2::SecurityGroupId;
use crate::{Construct, Handle, Id, Problem, Property, Scope, Text, Value};

/// What a [`SecurityGroup`] needs to know.
#[derive(Debug, Clone)]
pub struct SecurityGroupProps<'a> {
    /// The VPC it is in.
    pub vpc: &'a Vpc,
    /// What it is for. Changing it replaces the group. Default (empty): the construct path.
    ///
    /// Up to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`.
    pub description: Text,
    /// Its name, unique in the VPC. Changing it replaces the group. Default: CloudFormation makes one.
    ///
    /// As long and of the same characters as the description; not beginning with `sg-`, and not `default`.
    pub security_group_name: Option<Text>,
    /// Traffic that may come in. Default: none; answers to what went out come back all the same.
    pub ingress: Vec<Rule>,
    /// Traffic that may go out. Default: [`Egress::All`].
    pub egress: Egress,
    /// Whether its rules are in it, or each is a resource of its own. Default: in it.
    pub inline_rules: bool,
}

impl<'a> SecurityGroupProps<'a> {
    /// Nothing comes in, everything goes out.
    pub fn new(vpc: &'a Vpc) -> Self {
        Self {
            vpc,
            description: Text::Borrowed(""),
            security_group_name: None,
            ingress: Vec::new(),
            egress: Egress::All,
            inline_rules: true,
        }
    }
}

/// Traffic that a security group lets out.
#[derive(Debug, Clone, PartialEq)]
pub enum Egress {
    /// Everything to every IPv4 address.
    All,
    /// Everything to every address, IPv4 and IPv6.
    AllDualStack,
    /// These rules, and those added with [`SecurityGroup::allow_to`]. Empty: nothing goes out.
    Only(Vec<Rule>),
}

impl Egress {
    fn into_rules(self) -> Vec<Rule> {
        match self {
            Self::All => vec![everything()],
            Self::AllDualStack => vec![everything(), everything_v6()],
            Self::Only(rules) if rules.is_empty() => vec![nothing()],
            Self::Only(rules) => rules,
        }
    }
}

/// A security group.
///
/// Declares `Resource` (`AWS::EC2::SecurityGroup`) with its rules in it. Two groups that refer to each other cannot both
/// have their rules in them; [`allow_from`](Self::allow_from) and [`allow_to`](Self::allow_to) declare rules apart, and
/// [`connections`](Self::connections) does so on both sides.
///
/// ```
/// use synth::ec2::{Egress, Port, Rule, SecurityGroup, SecurityGroupProps, Vpc, VpcProps};
/// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
///
/// let vpc = Vpc::new(stack.child("Vpc"), VpcProps::default());
/// let tasks = SecurityGroup::new(stack.child("Tasks"), SecurityGroupProps::new(&vpc));
/// let database = SecurityGroupProps { egress: Egress::Only(vec![]), ..SecurityGroupProps::new(&vpc) };
/// let database = SecurityGroup::new(stack.child("Database"), database);
/// database.connections().allow_from(&mut stack.scope(), &tasks, Port::POSTGRES);
/// # stack.synthesize()?;
/// # Ok::<(), synth::Problems>(())
/// ```
#[derive(Debug, Clone)]
pub struct SecurityGroup {
    /// Its id.
    pub id: Value<Id<SecurityGroupId>>,
    /// The resource; nothing for a group that exists already.
    pub security_group: Option<Handle<ec2::SecurityGroup>>,
    /// Where it is declared, or referred to, and where rules between it and others go; nothing when nobody said.
    pub construct: Option<Construct>,
    pub(super) lets_everything_out: bool,
}

impl SecurityGroup {
    /// Adds the group to `scope`.
    pub fn new(mut scope: Scope<'_>, props: SecurityGroupProps<'_>) -> Self {
        let lets_everything_out = !matches!(props.egress, Egress::Only(_));
        let description = if props.description.is_empty() {
            format!("{}/{}", scope.stack_path(), scope.path())
        } else {
            props.description.into_owned()
        };
        let name = props.security_group_name;
        let to = props.egress.into_rules();
        check_group(
            &mut scope,
            &description,
            name.as_deref(),
            &[("in", &props.ingress), ("out", &to)],
        );
        for rule in &props.ingress {
            check_rule(&mut scope, rule, true);
        }
        for rule in &to {
            check_rule(&mut scope, rule, false);
        }
        let (inside_in, inside_out) = if props.inline_rules {
            let inside_out: Vec<_> = to.iter().map(egress).collect();
            (
                not_empty(props.ingress.iter().map(ingress).collect()),
                not_empty(inside_out),
            )
        } else {
            (Property::Absent, Property::Absent)
        };
        let group = ec2::SecurityGroup {
            group_name: name.map(Text::into_owned).into(),
            vpc_id: props.vpc.id.clone().into(),
            security_group_egress: inside_out,
            security_group_ingress: inside_in,
            ..ec2::SecurityGroup::new(description)
        };
        let group = scope.add("Resource", &group);
        let this = Self {
            id: group.group_id(),
            security_group: Some(group),
            construct: Some(scope.construct()),
            lets_everything_out,
        };
        if !props.inline_rules {
            for rule in &to {
                scope.add(&rule.id("to", None), &egress_apart(&this.id, rule));
            }
            for rule in &props.ingress {
                scope.add(&rule.id("from", None), &ingress_apart(&this.id, rule));
            }
        }
        this
    }

    /// A group that exists already. What it lets out is not known, so rules are added on its side too.
    pub fn from_id(id: impl Into<Value<Id<SecurityGroupId>>>) -> Self {
        Self {
            id: id.into(),
            security_group: None,
            construct: None,
            lets_everything_out: false,
        }
    }

    /// A group that exists already, referred to at `scope`, where the rules that are added to it go.
    pub fn from_attributes(scope: &Scope<'_>, attributes: SecurityGroupAttributes) -> Self {
        Self {
            id: attributes.security_group_id,
            security_group: None,
            construct: Some(scope.construct()),
            lets_everything_out: attributes.allow_all_outbound,
        }
    }

    /// What it can be connected with.
    pub fn connections(&self) -> Connections {
        Connections::new([self.clone()])
    }

    /// Lets traffic in by a rule of its own: adds `id` (`AWS::EC2::SecurityGroupIngress`) to `scope`.
    pub fn allow_from(
        &self,
        scope: &mut Scope<'_>,
        id: &str,
        rule: &Rule,
    ) -> Handle<SecurityGroupIngress> {
        check_rule(scope, rule, true);
        scope.add(id, &ingress_apart(&self.id, rule))
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
        check_rule(scope, rule, false);
        if self.lets_everything_out {
            scope.problem(useless(id));
        }
        scope.add(id, &egress_apart(&self.id, rule))
    }
}

/// What a rule would be that lets out what goes out anyway.
pub(super) fn useless(id: &str) -> Problem {
    Problem {
        code: "ec2.useless-rule",
        message: "the security group lets everything out already, so this rule changes nothing"
            .to_owned(),
        value: id.to_owned(),
        allowed: String::new(),
        fix: "remove the rule, or give the group `Egress::Only`".to_owned(),
    }
}

impl From<&SecurityGroup> for Peer {
    fn from(group: &SecurityGroup) -> Self {
        Self::SecurityGroup(group.id.clone())
    }
}

/// What is known of a security group that exists already.
#[derive(Debug, Clone)]
pub struct SecurityGroupAttributes {
    /// Its id.
    pub security_group_id: Value<Id<SecurityGroupId>>,
    /// Whether it lets everything out, and so needs no egress rules. Default: yes, as EC2 makes groups.
    pub allow_all_outbound: bool,
}

impl SecurityGroupAttributes {
    /// A group that lets everything out.
    pub fn new(security_group_id: impl Into<Value<Id<SecurityGroupId>>>) -> Self {
        Self {
            security_group_id: security_group_id.into(),
            allow_all_outbound: true,
        }
    }
}
