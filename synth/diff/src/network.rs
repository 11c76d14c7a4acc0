//! What may reach what: the rules of security groups, and which are added and removed.

use std::net::Ipv4Addr;

use synth_core::Json;

use crate::access::shown;
use crate::resource::type_of;
use crate::{Direction, Rule, section_of};

/// The rules that are added and removed, whether they stand in the group or by themselves.
pub(crate) fn compare(before: &Json, after: &Json) -> Vec<Rule> {
    let (old, new) = (rules(before), rules(after));
    let mut left = std::collections::BTreeMap::<String, Vec<&Rule>>::new();
    for rule in &old {
        left.entry(format!("{rule:?}")).or_default().push(rule);
    }
    let mut found = Vec::new();
    for rule in &new {
        if left
            .get_mut(&format!("{rule:?}"))
            .and_then(Vec::pop)
            .is_none()
        {
            found.push(judged(rule, true, &old));
        }
    }
    for rule in left.into_values().flatten() {
        found.push(judged(rule, false, &new));
    }
    found.sort_by_key(|rule| (rule.direction, !rule.added));
    found
}

fn judged(rule: &Rule, added: bool, others: &[Rule]) -> Rule {
    let direction = match (others.iter().any(|other| covers(other, rule)), added) {
        (true, _) => Direction::Neutral,
        (false, true) => Direction::Broadening,
        (false, false) => Direction::Narrowing,
    };
    Rule {
        added,
        direction,
        ..rule.clone()
    }
}

/// Whether `wide` lets everything through that `narrow` does.
fn covers(wide: &Rule, narrow: &Rule) -> bool {
    let is_inside = |one: (i64, i64), other: (i64, i64)| one.0 <= other.0 && other.1 <= one.1;
    let ports = wide.ports == "all"
        || wide.ports == narrow.ports
        || range(&wide.ports)
            .zip(range(&narrow.ports))
            .is_some_and(|(one, other)| is_inside(one, other));
    let peer = wide.peer == narrow.peer
        || block(&wide.peer).zip(block(&narrow.peer)).is_some_and(
            |((one, bits), (other, more))| {
                bits <= more && one.checked_shr(32 - bits) == other.checked_shr(32 - bits)
            },
        );
    (wide.group == narrow.group && wide.ingress == narrow.ingress && ports && peer)
        && (wide.protocol == "-1" || wide.protocol == narrow.protocol)
}

fn range(ports: &str) -> Option<(i64, i64)> {
    let (from, to) = ports.split_once('-').unwrap_or((ports, ports));
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn block(text: &str) -> Option<(u32, u32)> {
    let (address, bits) = text.split_once('/')?;
    let bits = bits.parse().ok().filter(|bits| *bits <= 32)?;
    Some((address.parse::<Ipv4Addr>().ok()?.to_bits(), bits))
}

fn rules(template: &Json) -> Vec<Rule> {
    let mut found = Vec::new();
    for (id, body) in section_of(template, "Resources") {
        let nothing = Json::Object(Vec::new());
        let properties = body.get("Properties").unwrap_or(&nothing);
        match type_of(body) {
            "AWS::EC2::SecurityGroup" => {
                let listed = |name: &str| properties.get(name).and_then(Json::items);
                for one in listed("SecurityGroupIngress").unwrap_or_default() {
                    found.push(rule(one, id, true));
                }
                match listed("SecurityGroupEgress") {
                    Some(all) => found.extend(all.iter().map(|one| rule(one, id, false))),
                    // What EC2 does when nobody says which traffic may leave.
                    None if properties.get("SecurityGroupEgress").is_none() => {
                        let everything = Json::object([
                            ("IpProtocol", Json::text("-1")),
                            ("CidrIp", Json::text("0.0.0.0/0")),
                        ]);
                        found.push(rule(&everything, id, false));
                    }
                    None => {}
                }
            }
            "AWS::EC2::SecurityGroupIngress" => {
                found.push(rule(properties, &group(properties), true));
            }
            "AWS::EC2::SecurityGroupEgress" => {
                found.push(rule(properties, &group(properties), false));
            }
            _ => {}
        }
    }
    found
}

/// The group of a rule that stands by itself, as its logical id where it is of the same template.
fn group(rule: &Json) -> String {
    let group = rule.get("GroupId").or_else(|| rule.get("GroupName"));
    id(&group.map(shown).unwrap_or_default())
}

fn id(shown: &str) -> String {
    let inside = shown
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    let inside = inside.map(|inside| inside.split('.').next().unwrap_or(inside));
    inside.unwrap_or(shown).to_owned()
}

fn rule(rule: &Json, group: &str, ingress: bool) -> Rule {
    const PEERS: [&str; 8] = [
        "CidrIp",
        "CidrIpv6",
        "SourceSecurityGroupId",
        "SourceSecurityGroupName",
        "DestinationSecurityGroupId",
        "SourcePrefixListId",
        "DestinationPrefixListId",
        "SourceSecurityGroupOwnerId",
    ];
    let text = |name: &str| rule.get(name).map(shown);
    let protocol = text("IpProtocol").unwrap_or_default();
    let ports = match (text("FromPort"), text("ToPort")) {
        (None, None) => "all".to_owned(),
        (Some(from), Some(to)) if from == to => from,
        _ if protocol == "-1" => "all".to_owned(),
        (from, to) => [from.unwrap_or_default(), to.unwrap_or_default()].join("-"),
    };
    Rule {
        added: true,
        direction: Direction::Neutral,
        group: group.to_owned(),
        ingress,
        protocol,
        ports: if ports == "-1" {
            "all".to_owned()
        } else {
            ports
        },
        peer: PEERS
            .iter()
            .find_map(|name| text(name))
            .map(|peer| id(&peer))
            .unwrap_or_default(),
    }
}
