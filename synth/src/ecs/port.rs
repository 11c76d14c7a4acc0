//! Ports of containers.

use crate::Text;

/// A port that a container listens on, or several in a row.
///
/// ```
/// use synth::ecs::{AppProtocol, PortMapping};
/// let web = PortMapping {
///     name: Some("web".into()),
///     app_protocol: Some(AppProtocol::Http2),
///     ..PortMapping::tcp(8080)
/// };
/// let media = PortMapping::udp_range(16_384, 16_483);
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortMapping {
    /// 1–65535.
    pub port: u16,
    /// The last of several in a row. Default: it is one.
    pub last: Option<u16>,
    /// Default: TCP.
    pub protocol: Protocol,
    /// Its name in Service Connect, once per task: up to 64 lower-case letters, digits, `_` and `-`. Default: none.
    pub name: Option<Text>,
    /// What Service Connect measures and retries; only with a name, and it cannot be changed later. Default: TCP.
    pub app_protocol: Option<AppProtocol>,
}

impl PortMapping {
    /// A TCP port.
    pub const fn tcp(port: u16) -> Self {
        Self::new(port, None, Protocol::Tcp)
    }

    /// A UDP port.
    pub const fn udp(port: u16) -> Self {
        Self::new(port, None, Protocol::Udp)
    }

    /// The TCP ports from `first` to `last`.
    pub const fn tcp_range(first: u16, last: u16) -> Self {
        Self::new(first, Some(last), Protocol::Tcp)
    }

    /// The UDP ports from `first` to `last`.
    pub const fn udp_range(first: u16, last: u16) -> Self {
        Self::new(first, Some(last), Protocol::Udp)
    }

    const fn new(port: u16, last: Option<u16>, protocol: Protocol) -> Self {
        Self {
            port,
            last,
            protocol,
            name: None,
            app_protocol: None,
        }
    }

    /// `80/tcp`, `9000-9010/udp`.
    pub(crate) fn shown(&self) -> String {
        let (first, protocol) = (self.port, self.protocol.as_text());
        match self.last {
            Some(last) => format!("{first}-{last}/{protocol}"),
            None => format!("{first}/{protocol}"),
        }
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.protocol == other.protocol
            && self.port <= other.last.unwrap_or(other.port)
            && other.port <= self.last.unwrap_or(self.port)
    }
}

/// What a port speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// What Service Connect understands of what a port speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppProtocol {
    /// HTTP 1.
    Http,
    /// HTTP 2.
    Http2,
    /// gRPC.
    Grpc,
}

impl AppProtocol {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Http2 => "http2",
            Self::Grpc => "grpc",
        }
    }
}
