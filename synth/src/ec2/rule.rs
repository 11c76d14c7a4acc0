//! Which traffic a security group lets through.

use super::cidr::{Cidr, CidrV6};
use super::port::Port;
use crate::cfn::refs::ec2::{PrefixListId, SecurityGroupId};
use crate::{Id, Problem, Property, Text, Value};

/// Who is on the other side.
#[derive(Debug, Clone, PartialEq)]
pub enum Peer {
    /// A block of IPv4 addresses.
    Ipv4(Value<Cidr>),
    /// A block of IPv6 addresses.
    Ipv6(Value<CidrV6>),
    /// The addresses of a prefix list, such as those of S3.
    PrefixList(Value<Id<PrefixListId>>),
    /// Whatever is in another security group.
    SecurityGroup(Value<Id<SecurityGroupId>>),
}

impl Peer {
    /// Every IPv4 address.
    pub const ANY_IPV4: Self = Self::Ipv4(Value::Known(Cidr::ANY));
    /// Every IPv6 address.
    pub const ANY_IPV6: Self = Self::Ipv6(Value::Known(CidrV6::ANY));

    fn check(&self) -> Option<Problem> {
        let (id, start, what) = match self {
            Self::PrefixList(Value::Known(id)) => (id.as_text(), "pl-", "a prefix list"),
            Self::SecurityGroup(Value::Known(id)) => (id.as_text(), "sg-", "a security group"),
            Self::Ipv4(_) | Self::Ipv6(_) | Self::PrefixList(_) | Self::SecurityGroup(_) => {
                return None;
            }
        };
        let is_id = id
            .strip_prefix(start)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit()));
        (!is_id).then(|| Problem {
            code: "ec2.peer",
            message: format!("the rule is about {what}, and this is not the id of one"),
            value: id.to_owned(),
            allowed: format!("`{start}` and hexadecimal digits"),
            fix: "write the id that the console shows".to_owned(),
        })
    }

    /// How a description names it; nothing when only CloudFormation knows.
    fn name(&self) -> Option<String> {
        match self {
            Self::Ipv4(block) => block.known().map(ToString::to_string),
            Self::Ipv6(block) => block.known().map(ToString::to_string),
            Self::PrefixList(list) => list.known().map(|id| id.as_text().to_owned()),
            Self::SecurityGroup(group) => group.known().map(|id| id.as_text().to_owned()),
        }
    }
}

impl From<Cidr> for Peer {
    fn from(block: Cidr) -> Self {
        Self::Ipv4(block.into())
    }
}

impl From<CidrV6> for Peer {
    fn from(block: CidrV6) -> Self {
        Self::Ipv6(block.into())
    }
}

/// Traffic of one kind with one peer, let through.
///
/// ```
/// use synth::cidr;
/// use synth::ec2::{Port, Rule};
/// let rule = Rule { description: "the office".into(), ..Rule::new(cidr!("192.0.2.0/24"), Port::HTTPS) };
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// From whom, or to whom.
    pub peer: Peer,
    /// What.
    pub port: Port,
    /// Why, for people: up to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`.
    ///
    /// Default (empty): made from peer and port, as AWS CDK makes it, such as `from 10.0.0.0/16:443`.
    pub description: Text,
}

impl Rule {
    /// A rule with the default description.
    pub fn new(peer: impl Into<Peer>, port: Port) -> Self {
        Self {
            peer: peer.into(),
            port,
            description: Text::Borrowed(""),
        }
    }

    /// What the template says about it, in either direction.
    pub(crate) fn description(&self, direction: &str) -> Property<String> {
        if !self.description.is_empty() {
            return self.description.clone().into_owned().into();
        }
        self.peer
            .name()
            .map(|peer| format!("{direction} {peer}:{}", self.port))
            .into()
    }

    /// The id of a rule that is declared apart, as AWS CDK makes it.
    pub(crate) fn id(&self, direction: &str, peer: Option<&str>) -> String {
        let name = self.peer.name();
        let peer = peer.or(name.as_deref()).unwrap_or("{IndirectPeer}");
        format!("{direction} {peer}:{}", self.port).replace('/', "_")
    }

    /// Whether the two let the same traffic through, whatever they say about it: EC2 takes one of them.
    pub(crate) fn repeats(&self, other: &Self) -> bool {
        self.peer == other.peer && self.port == other.port
    }

    /// Whether anybody can open a session of a shell or a desktop.
    pub(crate) fn is_open_shell(&self) -> bool {
        let anywhere = self.peer == Peer::ANY_IPV4 || self.peer == Peer::ANY_IPV6;
        anywhere && (self.port.includes_tcp(22) || self.port.includes_tcp(3389))
    }

    pub(crate) fn check(&self) -> Vec<Problem> {
        let problems = [
            self.port.check(),
            self.peer.check(),
            description_problem("a rule", &self.description),
        ];
        problems.into_iter().flatten().collect()
    }
}

/// Whether EC2 takes the character in names and descriptions.
pub(crate) fn fits(symbol: char) -> bool {
    symbol.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(symbol)
}

/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
pub(crate) fn description_problem(what: &str, text: &str) -> Option<Problem> {
    let wrong: String = text.chars().filter(|symbol| !fits(*symbol)).collect();
    (!wrong.is_empty() || text.len() > 255).then(|| Problem {
        code: "ec2.description",
        message: format!("EC2 does not take this as the description of {what}"),
        value: text.to_owned(),
        allowed: "up to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*".to_owned(),
        fix: if wrong.is_empty() {
            "shorten it".to_owned()
        } else {
            format!("leave out {wrong}")
        },
    })
}
