//! What kind of traffic a security group rule is about.

use std::fmt;

use crate::Problem;

/// A protocol and its ports.
///
/// ```
/// use synth::ec2::{Cidr, Port, Rule};
/// let metrics = Rule::new(Cidr::ANY, Port::TcpRange(9100, 9109));
/// assert_eq!(metrics.port.to_string(), "9100-9109");
/// ```
///
/// ```compile_fail
/// let no_such_port = synth::ec2::Port::Tcp(70_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// One TCP port.
    Tcp(u16),
    /// TCP ports, both ends included.
    TcpRange(u16, u16),
    /// Every TCP port.
    AllTcp,
    /// One UDP port.
    Udp(u16),
    /// UDP ports, both ends included.
    UdpRange(u16, u16),
    /// Every UDP port.
    AllUdp,
    /// One type of ICMP message, with any code.
    Icmp(u8),
    /// One type and code of ICMP message.
    IcmpCode(u8, u8),
    /// Every ICMP message.
    AllIcmp,
    /// One type of ICMP message of IPv6, with any code.
    IcmpV6(u8),
    /// Every ICMP message of IPv6.
    AllIcmpV6,
    /// Everything.
    All,
}

impl Port {
    /// TCP 443.
    pub const HTTPS: Self = Self::Tcp(443);
    /// TCP 80.
    pub const HTTP: Self = Self::Tcp(80);
    /// TCP 22.
    pub const SSH: Self = Self::Tcp(22);
    /// TCP 3389: remote desktops.
    pub const RDP: Self = Self::Tcp(3389);
    /// TCP 5432.
    pub const POSTGRES: Self = Self::Tcp(5432);
    /// TCP 3306: `MySQL`, and Aurora for it.
    pub const MYSQL: Self = Self::Tcp(3306);
    /// TCP 6379.
    pub const REDIS: Self = Self::Tcp(6379);
    /// TCP 2049: network file systems, such as EFS.
    pub const NFS: Self = Self::Tcp(2049);
    /// What `ping` sends.
    pub const PING: Self = Self::Icmp(8);

    /// `IpProtocol` of a rule.
    pub(crate) const fn protocol(self) -> &'static str {
        match self {
            Self::Tcp(_) | Self::TcpRange(..) | Self::AllTcp => "tcp",
            Self::Udp(_) | Self::UdpRange(..) | Self::AllUdp => "udp",
            Self::Icmp(_) | Self::IcmpCode(..) | Self::AllIcmp => "icmp",
            Self::IcmpV6(_) | Self::AllIcmpV6 => "icmpv6",
            Self::All => "-1",
        }
    }

    /// `FromPort` and `ToPort` of a rule; for ICMP they are a type and a code, and -1 is any.
    pub(crate) fn bounds(self) -> Option<(i64, i64)> {
        match self {
            Self::Tcp(port) | Self::Udp(port) => Some((port.into(), port.into())),
            Self::TcpRange(from, to) | Self::UdpRange(from, to) => Some((from.into(), to.into())),
            Self::AllTcp | Self::AllUdp => Some((0, u16::MAX.into())),
            Self::Icmp(kind) | Self::IcmpV6(kind) => Some((kind.into(), -1)),
            Self::IcmpCode(kind, code) => Some((kind.into(), code.into())),
            Self::AllIcmp | Self::AllIcmpV6 => Some((-1, -1)),
            Self::All => None,
        }
    }

    /// Whether it lets a TCP connection to `wanted` through.
    pub(crate) fn includes_tcp(self, wanted: u16) -> bool {
        match self {
            Self::Tcp(port) => port == wanted,
            Self::TcpRange(from, to) => (from..=to).contains(&wanted),
            Self::AllTcp | Self::All => true,
            Self::Udp(_)
            | Self::UdpRange(..)
            | Self::AllUdp
            | Self::Icmp(_)
            | Self::IcmpCode(..)
            | Self::AllIcmp
            | Self::IcmpV6(_)
            | Self::AllIcmpV6 => false,
        }
    }

    pub(crate) fn check(self) -> Option<Problem> {
        let (Self::TcpRange(from, to) | Self::UdpRange(from, to)) = self else {
            return None;
        };
        (from > to).then(|| Problem {
            code: "ec2.port-range",
            message: "a range of ports ends before it starts".to_owned(),
            value: self.to_string(),
            allowed: "the lower port first".to_owned(),
            fix: format!("write {to}, {from}"),
        })
    }
}

/// As AWS CDK says it in the description of a rule.
impl fmt::Display for Port {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(port) => write!(formatter, "{port}"),
            Self::TcpRange(from, to) => write!(formatter, "{from}-{to}"),
            Self::AllTcp => formatter.write_str("ALL PORTS"),
            Self::Udp(port) => write!(formatter, "UDP {port}"),
            Self::UdpRange(from, to) => write!(formatter, "UDP {from}-{to}"),
            Self::AllUdp => formatter.write_str("UDP ALL PORTS"),
            Self::Icmp(kind) => write!(formatter, "ICMP Type {kind}"),
            Self::IcmpCode(kind, code) => write!(formatter, "ICMP Type {kind} Code {code}"),
            Self::AllIcmp => formatter.write_str("ALL ICMP"),
            Self::IcmpV6(kind) => write!(formatter, "ICMPv6 Type {kind}"),
            Self::AllIcmpV6 => formatter.write_str("ALL ICMPv6"),
            Self::All => formatter.write_str("ALL TRAFFIC"),
        }
    }
}
