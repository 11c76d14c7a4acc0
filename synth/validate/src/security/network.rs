//! Doors that are open to everybody.

use super::{Judged, Node};
use crate::template::Report;

/// Ports through which machines are run, and what listens there.
const CONTROL: [(i64, &str); 2] = [(22, "SSH"), (3389, "RDP")];

/// Ports that are there to be open: HTTP and HTTPS.
const PUBLIC: [i64; 2] = [80, 443];

pub(super) fn check(resource: &Judged<'_>, report: &mut Report<'_>) {
    let rules = match resource.kind {
        "AWS::EC2::SecurityGroup" => {
            let lists = resource.properties.get("SecurityGroupIngress");
            lists.iter().flat_map(Node::items).collect()
        }
        "AWS::EC2::SecurityGroupIngress" => resource.properties.branches(),
        _ => return,
    };
    for rule in rules {
        let sources = ["CidrIp", "CidrIpv6"].into_iter();
        let sources = sources.flat_map(|name| rule.get(name));
        for source in sources.filter(|source| source.text().is_some_and(is_everybody)) {
            judge(&rule, &source, report);
        }
    }
}

/// Whether a block is every address of its family: `0.0.0.0/0` or `::/0`.
fn is_everybody(block: &str) -> bool {
    block.trim().ends_with("/0")
}

fn judge(rule: &Node<'_>, source: &Node<'_>, report: &mut Report<'_>) {
    let number = |name: &str| rule.get(name).first().and_then(Node::number);
    let protocol = rule.get("IpProtocol");
    let is_every_protocol = protocol.iter().any(|one| one.number() == Some(-1));
    let is_ping = protocol
        .iter()
        .any(|one| one.text().is_some_and(|text| text.starts_with("icmp")));
    if is_ping {
        return;
    }
    let ports = if is_every_protocol {
        (0, 65535)
    } else {
        match (number("FromPort"), number("ToPort")) {
            (Some(-1), _) => (0, 65535),
            (Some(from), Some(to)) => (from, to),
            _ => return,
        }
    };
    let (from, to) = ports;
    let has = |port: i64| (from..=to).contains(&port);
    let fix = "name the addresses or the security group that need it";
    if (from, to) == (0, 65535) {
        report
            .error(
                &source.path,
                "security.open-ingress",
                "every port is open to everybody",
                source.json,
            )
            .fix(fix);
    } else if let Some((port, what)) = CONTROL.into_iter().find(|(port, _)| has(*port)) {
        report
            .error(
                &source.path,
                "security.open-ingress",
                format!("port {port} ({what}) is open to everybody"),
                source.json,
            )
            .fix("use Session Manager, or name the addresses that need it");
    } else if from != to || !PUBLIC.contains(&from) {
        let what = if from == to {
            format!("port {from} is")
        } else {
            format!("ports {from} to {to} are")
        };
        report
            .warning(
                &source.path,
                "security.open-port",
                format!("{what} open to everybody"),
                source.json,
            )
            .fix(fix);
    }
}
